package com.datashop.gateway.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.Level;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Jvm;
import com.datashop.gateway.support.Packages;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real senders to Loki and Elasticsearch, and the journal's, set up as the documents say: of 1,000 lines each arrives
/// once and in order, with level, time and fields, half of them before a restart of the gateway and half after it.
///
/// The journal's is cut by the restart, and sends everything again.
class StoreSendersTest {
    private static final int LINES = 1000;
    private static final int HALF = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<Level> LEVELS = List.of(Level.INFO, Level.WARN, Level.ERROR);
    private static final Pattern NUMBER = Pattern.compile("line (\\d+) \\\\\"é\\\\\"\\\\t\\\\\\\\");

    @TempDir
    private Path directory;

    @Test
    void pinoLoki() throws IOException {
        var events = events(1, port ->
                node(Docs.block("js", "target: 'pino-loki'", port), "logger[level]({ n: i }, message)"));
        assertLines(events.subList(1, events.size()));
        assertFields(events.subList(1, events.size()));
        assertEquals("logs:etl:workspace123:pino", Gateway.string(events.getFirst(), "channel"));
        assertEquals("[7,9,12]", data(events.getFirst()).get("rows").toString());
        assertEquals("pino", Gateway.string((JsonObject) data(events.getFirst()).get("labels"), "resource_id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "protobuf"})
    void winstonLoki(String encoding) throws IOException {
        var events = events(1, port -> node(Docs.block("js", "from 'winston-loki'", port)
                .replace("interval: 1,", "interval: 1, json: " + encoding.equals("json") + ","),
                "logger[level](message, { n: i })"));
        // It makes a stream of each level.
        var sorted = events.subList(1, events.size()).stream().sorted(Comparator.comparing(StoreSendersTest::number))
                .toList();
        assertLines(sorted);
        assertFields(sorted);
        for (var level : LEVELS) {
            var numbers = events.subList(1, events.size()).stream().filter(event -> level(event) == level)
                    .map(StoreSendersTest::number).toList();
            assertEquals(numbers.stream().sorted().toList(), numbers);
        }
        assertEquals("[7,9,12]", data(events.getFirst()).get("rows").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void loki4j(String protobuf) throws IOException {
        var events = events(0, port -> {
            var config = Files.writeString(directory.resolve("logback.xml"), Docs.block("xml", "Loki4jAppender", port)
                    .replace("<useProtobufApi>false", "<useProtobufApi>" + protobuf));
            var words = Jvm.command("-Xmx256m", "-Dlogback.configurationFile=" + config);
            words.addAll(Packages.program("LogbackProgram", Packages.classPath()));
            words.add(go().toString());
            return Child.start(words.toArray(String[]::new));
        });
        assertLines(events);
        assertEquals("etl.Loader", Gateway.string(data(events.getFirst()), "logger"));
        assertEquals("logs:etl:workspace123:logback", Gateway.string(events.getFirst(), "channel"));
    }

    @Test
    void theElasticsearchClient() throws IOException {
        var events = events(1, port ->
                node(Docs.block("js", "from '@elastic/elasticsearch'", port) + "console.log(result.successful);\n",
                "await client.bulk({ operations: [{ index: {} }, { '@timestamp': new Date(), workspace_id: "
                + "'workspace123', level, message, n: i }], index: 'logs' })"));
        assertLines(events.subList(1, events.size()));
        assertFields(events.subList(1, events.size()));
        assertEquals(
                "{\"level\":\"warn\",\"message\":\"3 rows "
                + "skipped\",\"workspace_id\":\"workspace123\",\"rows\":[7,9,12]}",
                data(events.getFirst()).toString());
    }

    @Test
    void pinoElasticsearch() throws IOException {
        var events = events(1, port ->
                node(Docs.block("js", "from 'pino-elasticsearch'", port), "logger[level]({ n: i }, message)"));
        assertLines(events.subList(1, events.size()));
        assertFields(events.subList(1, events.size()));
        assertEquals("logs:etl:workspace123:pino", Gateway.string(events.getFirst(), "channel"));
    }

    @Test
    void filebeatFindsAnElasticsearchAtTheAddress() {
        try (var gateway = gateway(0)) {
            var hosts = Pattern.compile("hosts: \\[\"http://[^/]+(/[^\"]*)\"\\]")
                    .matcher(Docs.block("yaml", "output.elasticsearch", gateway.port()));
            assertTrue(hosts.find());
            for (var path : List.of("/", "/_license")) {
                var answer = gateway.client().get(hosts.group(1) + path,
                        "Authorization: Basic YW55Omw1LWV0bC10b2tlbg==");
                assertEquals(200, answer.statusCode());
                assertEquals("Elasticsearch", answer.headers().firstValue("X-Elastic-Product").orElseThrow());
            }
        }
    }

    @Test
    void theSystemdJournal() throws IOException {
        var remote = program("systemd-journal-remote");
        var upload = program("systemd-journal-upload");
        journal(remote);
        var gateway = gateway(0, "PUBLISH_RATE=250");
        int port = gateway.port();
        String url = Docs.block("ini", "[Upload]", port).lines().filter(line -> line.startsWith("URL=")).findFirst()
                .orElseThrow().substring(4);
        var command = new String[] {upload, "--url=" + url, "--file=" + directory + "/all.journal", "--follow=no",
                "--save-state=" + directory + "/state"};
        List<JsonObject> events;
        try {
            try (var cut = Child.start(command)) {
                awaitPublished(gateway, HALF, cut);
                gateway.signal("TERM");
                gateway.awaitExit();
                assertTrue(cut.awaitExit(PATIENCE) != 0, cut::toString);
            }
            gateway.close();
            gateway = gateway(port);
            for (int run = 0; run < 2; run++) try (var again = Child.start(command)) {
                assertEquals(0, again.awaitExit(PATIENCE), again::toString);
            }
            assertEquals(200, gateway.client().post("/api/logs/ingest", "\"the end\"", "X-Service-Token: host-token")
                    .statusCode());
            try (var follower = gateway.client().follow("logs:journal:hosts&since=0")) {
                var all = follower.logs(LINES + 1).stream().map(log -> Gateway.object(log.data())).toList();
                assertEquals("\"the end\"", all.getLast().get("data").toString(), "and no line came twice");
                events = all.subList(0, LINES);
            }
        } finally {
            gateway.close();
        }
        assertLines(events);
        assertEquals("logs:journal:hosts", Gateway.string(events.getFirst(), "channel"));
        for (var event : events) {
            assertEquals("db1", Gateway.string(data(event), "host"));
            assertEquals("etl.service", Gateway.string(data(event), "unit"));
        }
        assertTrue(Gateway.string(data(events.getFirst()), "__cursor").startsWith("s="));
    }

    @Test
    void pythonsHandler() throws IOException {
        var events = events(1, port -> {
            var script = Docs.block("python", "class GatewayHandler", port) + """
                    import os, sys, time
                    log = logging.getLogger("etl")
                    log.setLevel("INFO")
                    for i in range(1000):
                        while i == 500 and not os.path.exists(sys.argv[1]): time.sleep(0.05)
                        log.log([20, 30, 40][i % 3], 'line %d "é"\\t\\\\', i)
                    time.sleep(60)
                    """;
            return Child.start(Tool.path("python3").toString(), Files.writeString(directory.resolve("h.py"), script)
                    .toString(), go().toString());
        });
        assertLines(events.subList(1, events.size()));
        assertEquals("etl", Gateway.string(data(events.getFirst()), "logger"));
    }

    /// Starts a sender to the gateway on this port.
    private interface Sender {
        Child start(int port) throws IOException;
    }

    private List<JsonObject> events(int samples, Sender sender) throws IOException {
        var gateway = gateway(0);
        int port = gateway.port();
        try (var child = sender.start(port)) {
            awaitPublished(gateway, samples + HALF, child);
            gateway.signal("TERM");
            gateway.awaitExit();
            gateway.close();
            gateway = gateway(port);
            Files.createFile(go());
            awaitPublished(gateway, LINES - HALF, child);
            try (var follower = gateway.client().follow("logs:etl:workspace123,logs:etl:*:*&since=0")) {
                var logs = follower.logs(samples + LINES);
                assertEquals(LINES - HALF, published(gateway), "no line came twice");
                return logs.stream().map(log -> Gateway.object(log.data())).toList();
            }
        } finally {
            gateway.close();
        }
    }

    private static void awaitPublished(GatewayProcess gateway, int lines, Child child) {
        Await.until(() -> lines + " lines, of which " + published(gateway) + " are here: " + child, PATIENCE,
                () -> published(gateway) >= lines);
    }

    private GatewayProcess gateway(int port, String... more) {
        var settings = new ArrayList<>(List.of("PORT=" + port, "DATA_DIR=" + directory.resolve("data"),
                "HISTORY_EVENTS=5000", "SERVICE_TOKENS=l5-etl-token=etl,host-token=journal/hosts"));
        settings.addAll(List.of(more));
        return GatewayProcess.start(settings.toArray(String[]::new));
    }

    private static long published(GatewayProcess gateway) {
        return Gateway.number((JsonObject) Gateway.json(gateway.client().get("/health")).get("stats"), "logsPublished");
    }

    private Path go() {
        return directory.resolve("go");
    }

    private Child node(String block, String log) throws IOException {
        var lines = Files.readString(Packages.source("lines.mjs"))
                .replaceFirst("LOG\\(i, (`.*`), (.*)\\);", "const [message, level] = [$1, $2]; LOG");
        var script = Files.createTempFile(Packages.npm(), "sender", ".mjs");
        script.toFile().deleteOnExit();
        Files.writeString(script, block + lines.replace("LOG\n", log + ";\n") + "setInterval(() => {}, 1000);\n");
        return Child.start(Tool.path("node").toString(), "--no-warnings", script.toString(), go().toString());
    }

    private static String program(String name) {
        var program = Path.of("/usr/lib/systemd", name);
        if (!Files.isExecutable(program)) Tool.leaveOut(program + " is needed");
        return program.toString();
    }

    private void journal(String remote) throws IOException {
        var entries = new StringBuilder();
        long start = System.currentTimeMillis() * 1000;
        for (int i = 0; i < LINES; i++) {
            entries.append("__REALTIME_TIMESTAMP=").append(start + i).append("\n__MONOTONIC_TIMESTAMP=").append(i + 1)
                    .append("\n_BOOT_ID=6c7c6013a26343b29e964691ff25d04c\nPRIORITY=")
                    .append(List.of(6, 4, 3).get(i % 3))
                    .append("\n_HOSTNAME=db1\n_SYSTEMD_UNIT=etl.service\nMESSAGE=line ").append(i)
                    .append(" \"é\"\t\\\n\n");
        }
        var export = Files.writeString(directory.resolve("all.export"), entries, UTF_8);
        try (var made = Child.start(remote, "-o", directory.resolve("all.journal").toString(), export.toString())) {
            assertEquals(0, made.awaitExit(), made::toString);
        }
    }

    private static void assertLines(List<JsonObject> events) {
        assertEquals(IntStream.range(0, LINES).boxed().toList(), events.stream().map(StoreSendersTest::number)
                .toList());
        long now = System.currentTimeMillis();
        var wrong = new ArrayList<JsonObject>();
        for (int i = 0; i < LINES; i++) {
            var event = events.get(i);
            boolean isNow = Math.abs(now - Gateway.number(event, "timestamp")) < 300_000;
            if (level(event) != LEVELS.get(i % LEVELS.size()) || !isNow) wrong.add(event);
        }
        assertEquals(List.of(), wrong);
    }

    /// Checks the field that every line has beside its text.
    private static void assertFields(List<JsonObject> events) {
        assertEquals(IntStream.range(0, LINES).boxed().toList(),
                events.stream().map(event -> (int) Gateway.number(data(event), "n")).toList());
    }

    private static int number(JsonObject event) {
        var number = NUMBER.matcher(data(event).toString());
        return number.find() ? Integer.parseInt(number.group(1)) : -1;
    }

    private static Level level(JsonObject event) {
        return Level.ofData(data(event).toString().getBytes(UTF_8)).orElse(null);
    }

    private static JsonObject data(JsonObject event) {
        return (JsonObject) event.get("data");
    }
}
