package com.datashop.gateway.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Jar;
import com.datashop.gateway.support.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `publish` as a shell runs it.
class PublishCommandTest {
    private static final String PUBLISH = "gateway publish --service etl --workspace w --resource r ";
    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    @Test
    void itsArgumentsAreOneEntry() {
        try (var gateway = Gateway.start(); var follower = gateway.follow("logs:etl:w:r")) {
            shell(gateway, PUBLISH + "--level warn load \"is done\" -- --not-an-option", 0,
                    "gateway: 1 entry published\n");
            assertEquals("{\"level\":\"warn\",\"message\":\"load is done --not-an-option\"}",
                    data(follower.nextLog().data()));
        }
    }

    @Test
    void anObjectIsTheDataAndAnyOtherLineIsTheMessage() {
        try (var gateway = Gateway.start(); var follower = gateway.follow("logs:etl:w:r")) {
            shell(gateway, "printf '%s\\r\\n' '{\"a\": 1.0}' 'plain \"text\" \\ tab\t.' '' '{broken' '[1]' | "
                    + PUBLISH, 0, "gateway: 4 entries published\n");
            assertEquals(List.of("{\"a\":1.0}", "{\"message\":\"plain \\\"text\\\" \\\\ tab\\t.\"}",
                    "{\"message\":\"{broken\"}", "{\"message\":\"[1]\"}"),
                    follower.logs(4).stream().map(log -> data(log.data())).toList());
        }
    }

    @Test
    void withNdjsonALineThatIsNoJsonIsNamedAndTheOthersArePublished() {
        try (var gateway = Gateway.start(); var follower = gateway.follow("logs:etl:w:r")) {
            shell(gateway, "printf '1\\nnope\\n\"two\"\\n' | " + PUBLISH + "--ndjson -", 1,
                    "gateway: not published: line 2: is not JSON: nope\ngateway: 2 entries published, 1 not\n");
            assertEquals(List.of("1", "\"two\""), follower.logs(2).stream().map(log -> data(log.data())).toList());
        }
    }

    @Test
    void anEntryThatIsTooLargeIsNamedAndTheOthersArePublished() {
        try (var gateway = Gateway.start("MAX_BODY_BYTES=1000"); var follower = gateway.follow("logs:etl:w:r")) {
            var large = "x".repeat(2000);
            try (var shell = Jar.shell(Jar.to(gateway.port()), "(seq 1 30; echo " + large + "; seq 31 60) | "
                    + PUBLISH)) {
                assertEquals(1, shell.awaitExit(), shell::toString);
                assertTrue(shell.err().contains("60 entries published, 1 not"), shell::toString);
            }
            var expected = IntStream.rangeClosed(1, 60).mapToObj(n -> "{\"message\":\"" + n + "\"}").toList();
            assertEquals(expected, follower.logs(60).stream().map(log -> data(log.data())).toList());
        }
    }

    @Test
    void teePrintsWhatPasses() {
        try (var gateway = Gateway.start();
                var shell = Jar.shell(Jar.to(gateway.port()), "printf 'a\\nb' | " + PUBLISH + "--tee")) {
            assertEquals(0, shell.awaitExit(), shell::toString);
            assertEquals("a\nb", shell.out());
        }
    }

    @Test
    void everyLineArrivesInOrderThoughTheGatewayIsKilledMeanwhile() throws IOException {
        int lines = 50_000;
        var log = directory.resolve("log");
        var gateway = GatewayProcess.start("DATA_DIR=" + log, "HISTORY_EVENTS=100000");
        int port = gateway.port();
        var pause = directory.resolve("go-on");
        try (var shell = Jar.shell(Jar.to(port), "(seq 1 25000; until [ -e " + pause
                + " ]; do sleep 0.05; done; seq 25001 " + lines + ") | " + PUBLISH)) {
            var first = gateway;
            Await.until(() -> "the first half: " + shell, LONG, () -> published(first) >= 25_000);
            gateway.signal("KILL");
            gateway.awaitExit();
            gateway.close();
            Files.createFile(pause);
            Await.until(() -> "the publisher to notice: " + shell, LONG, () -> shell.err().contains("trying again"));
            gateway = GatewayProcess.start("PORT=" + port, "DATA_DIR=" + log, "HISTORY_EVENTS=100000");
            assertEquals(0, shell.awaitExit(LONG), shell::toString);
            assertTrue(shell.err().endsWith("gateway: " + lines + " entries published\n"), shell::toString);
            try (var follower = gateway.client().follow("logs:etl:w:r&since=0")) {
                var expected = IntStream.rangeClosed(1, lines).mapToObj(n -> "{\"message\":\"" + n + "\"}").toList();
                assertEquals(expected, follower.logs(lines).stream().map(event -> data(event.data())).toList());
            }
        } finally {
            gateway.close();
        }
    }

    @Test
    void unpublishedLinesAreSpooledAndCanBePublishedLater() throws IOException {
        var spool = directory.resolve("spool");
        try (var shell = Jar.shell(Map.of("LOGS_URL", "http://127.0.0.1:1"), "seq 1 20000 | " + PUBLISH
                + "--timeout 1s --spool " + spool)) {
            assertEquals(1, shell.awaitExit(LONG), shell::toString);
            assertTrue(shell.err().contains("0 entries published, 20000 not"), shell::toString);
        }
        assertEquals(20_000, Files.readAllLines(spool).size());
        try (var gateway = Gateway.start(); var follower = gateway.follow("logs:etl:w:r")) {
            var body = Files.readAllLines(spool).stream().limit(1000).collect(Collectors.joining("\n"));
            var reply = gateway.post("/api/logs/publish", body, "Content-Type: application/x-ndjson",
                    "X-Service-Token: " + Gateway.TOKEN);
            assertEquals(200, reply.statusCode(), reply.body());
            assertEquals("{\"message\":\"1\"}", data(follower.nextLog().data()));
        }
    }

    /// The reader of the input waits while the gateway is away: with 64 MB of heap it could not hold what the input
    /// brings.
    @Test
    void aGatewayThatIsAwayHoldsTheInputBack() throws IOException {
        var count = directory.resolve("count");
        try (var shell = Jar.shell(Map.of("LOGS_URL", "http://127.0.0.1:1"),
                "yes 0123456789012345678901234567890123456789 | head -c 500000000 | tee >(wc -c >" + count + ") | "
                + PUBLISH + "--timeout 3s")) {
            assertEquals(1, shell.awaitExit(LONG), shell::toString);
            assertTrue(shell.err().contains("gives up"), shell::toString);
        }
        Await.until("the bytes to be counted", () -> text(count).strip().matches("[0-9]+"));
        assertTrue(Long.parseLong(text(count).strip()) < 50_000_000, "it read on: " + text(count));
    }

    @Test
    void aMillionLinesPassThePipe() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=10")) {
            long began = System.nanoTime();
            shell(gateway, "seq 1 1000000 | " + PUBLISH, 0, "gateway: 1000000 entries published\n");
            Measured.note("publish: lines a second through the pipe",
                    1_000_000L * 1_000_000_000 / (System.nanoTime() - began));
            assertEquals(1_000_000, Gateway.number((JsonObject) Gateway.json(gateway.get("/health")).get("stats"),
                    "logsPublished"));
        }
    }

    private static void shell(Gateway gateway, String line, int exit, String err) {
        try (var shell = Jar.shell(new HashMap<>(Jar.to(gateway.port())), line)) {
            assertEquals(exit, shell.awaitExit(LONG), shell::toString);
            assertEquals(err, shell.err());
        }
    }

    private static long published(GatewayProcess gateway) {
        return Gateway.number((JsonObject) Gateway.json(gateway.client().get("/health")).get("stats"), "logsPublished");
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException unreadable) {
            return "";
        }
    }

    private static String data(String envelope) {
        return Gateway.object(envelope).get("data").toString();
    }
}
