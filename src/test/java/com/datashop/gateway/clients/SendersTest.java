package com.datashop.gateway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

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
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real senders of the protocols that the gateway takes: of 1,000 lines each arrives once and in order, with level,
/// time and fields, though the gateway is restarted meanwhile.
class SendersTest {
    private static final int LINES = 1000;
    private static final int BEFORE_THE_RESTART = 300;
    private static final long START = 1_763_877_600_000L;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<String> LEVELS = List.of("info", "warn", "error");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"json", "protobuf"})
    void openTelemetryOfNode(String encoding) throws IOException {
        var node = List.of(Tool.path("node").toString(), copy("otel.mjs").toString(), encoding, String.valueOf(START));
        var events = events(port -> start(node, openTelemetry(port)));
        for (int i = 0; i < LINES; i++) {
            assertRecord(i, events.get(i));
            assertEquals("[\"a\",\"b\"]", data(events.get(i)).get("list").toString());
            assertEquals("{\"deep\":{\"x\":null}}", data(events.get(i)).get("map").toString());
            assertEquals("\"AP8=\"", data(events.get(i)).get("raw").toString());
        }
    }

    @Test
    void anExporterThatIsOverItsRateComesBackWhenItIsTold() throws IOException {
        var node = List.of(Tool.path("node").toString(), copy("otel.mjs").toString(), "json", String.valueOf(START));
        try (var gateway = GatewayProcess.start("PUBLISH_RATE=150", "HISTORY_EVENTS=5000");
                var child = start(node, openTelemetry(gateway.port()))) {
            assertEquals(0, child.awaitExit(PATIENCE), child::toString);
            try (var follower = gateway.client().follow("logs:etl:workspace123&since=0")) {
                var logs = follower.logs(LINES);
                for (int i = 0; i < LINES; i++) assertRecord(i, Gateway.object(logs.get(i).data()));
            }
            assertEquals(LINES, published(gateway), "and no line twice");
            var metrics = gateway.client().get("/metrics").body();
            assertFalse(metrics.contains("dialect=\"otlp\",outcome=\"limited\"} 0\n"), metrics);
        }
    }

    @Test
    void openTelemetryOfJava() throws IOException {
        var java = Jvm.command("-Xmx256m");
        java.addAll(Packages.program("OtelProgram", Packages.classPath()));
        java.add(String.valueOf(START));
        var events = events(port -> start(java, openTelemetry(port)));
        for (int i = 0; i < LINES; i++) assertRecord(i, events.get(i));
    }

    @Test
    void splunkLogging() throws IOException {
        String script = copy("splunk.cjs").toString();
        var events = events(port -> start(List.of(Tool.path("node").toString(), script, "http://127.0.0.1:" + port
                + "/services/collector/event/1.0?workspace_id=workspace123", Gateway.TOKEN, String.valueOf(START)),
                Map.of()));
        for (int i = 0; i < LINES; i++) {
            assertEquals(START + i, Gateway.number(events.get(i), "timestamp"));
            assertEquals("{\"message\":{\"text\":\"line " + i + " \\\"é\\\"\\t\\\\\",\"n\":" + i + "},\"severity\":\""
                    + LEVELS.get(i % LEVELS.size())
                    + "\",\"host\":\"db1\",\"source\":\"loader\",\"sourcetype\":\"app\","
                    + "\"index\":\"main\"}", data(events.get(i)).toString());
        }
    }

    /// Starts a sender to the gateway on this port.
    private interface Sender {
        Child start(int port);
    }

    private List<JsonObject> events(Sender sender) {
        var gateway = gateway(0);
        int port = gateway.port();
        try (var child = sender.start(port)) {
            var first = gateway;
            Await.until(() -> "some lines: " + child, PATIENCE, () -> published(first) >= BEFORE_THE_RESTART);
            gateway.signal("TERM");
            gateway.awaitExit();
            gateway.close();
            gateway = gateway(port);
            assertEquals(0, child.awaitExit(PATIENCE), child::toString);
            try (var follower = gateway.client().follow("logs:etl:workspace123&since=0")) {
                gateway.client().publish("workspace123", "\"the end\"");
                var logs = follower.logs(LINES + 1);
                assertEquals("\"the end\"", Gateway.object(logs.getLast().data()).get("data").toString(),
                        "and no line twice");
                return logs.stream().limit(LINES).map(log -> Gateway.object(log.data())).toList();
            }
        } finally {
            gateway.close();
        }
    }

    private GatewayProcess gateway(int port) {
        return GatewayProcess.start("PORT=" + port, "DATA_DIR=" + directory, "HISTORY_EVENTS=5000");
    }

    private static long published(GatewayProcess gateway) {
        var stats = (JsonObject) Gateway.json(gateway.client().get("/health")).get("stats");
        return Gateway.number(stats, "logsPublished");
    }

    /// How the documents have it, in environment variables.
    private static Map<String, String> openTelemetry(int port) {
        var environment = new HashMap<String, String>();
        for (var line : Docs.block("sh", "OTEL_EXPORTER_OTLP_ENDPOINT", port).lines().toList()) {
            var pair = line.replaceFirst("^export ", "").split("=", 2);
            environment.put(pair[0], pair[1].replace("\"", ""));
        }
        return environment;
    }

    private Child start(List<String> command, Map<String, String> more) {
        var environment = new HashMap<>(System.getenv());
        environment.putAll(more);
        return Child.startIn(directory, environment, command);
    }

    private static void assertRecord(int i, JsonObject event) {
        var data = data(event);
        assertEquals(START + i, Gateway.number(event, "timestamp"));
        assertEquals("line " + i + " \"é\"\t\\", Gateway.string(data, "message"));
        assertEquals(LEVELS.get(i % LEVELS.size()), Gateway.string(data, "level").toLowerCase(Locale.ROOT));
        assertEquals(i, Gateway.number(data, "n"));
        assertEquals(i / 8.0, Double.parseDouble(data.get("share").toString()));
        assertEquals(String.valueOf(i % 2 == 0), data.get("even").toString());
        assertEquals("etl", Gateway.string((JsonObject) data.get("resource"), "service.name"));
        assertEquals("loader", Gateway.string(data, "scope"));
    }

    private static JsonObject data(JsonObject event) {
        return (JsonObject) event.get("data");
    }

    private static Path copy(String name) throws IOException {
        return Files.copy(Packages.source(name), Packages.npm().resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
}
