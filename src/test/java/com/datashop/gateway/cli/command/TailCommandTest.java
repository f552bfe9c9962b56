package com.datashop.gateway.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Jar;
import com.datashop.gateway.support.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `tail` as a shell runs it.
class TailCommandTest {
    private static final Duration RECONNECT = Duration.ofSeconds(40);

    @TempDir
    private Path directory;

    @Test
    void itPrintsTimeLevelChannelMessageAndTheOtherMembers() {
        try (var gateway = Gateway.start(); var tail = follow(gateway, "logs:etl:w:*")) {
            gateway.publish("w/r",
                    "{\"level\":\"warning\",\"message\":\"disk almost full\",\"used\":0.97,\"host\":\"db "
                    + "1\",\"tags\":{\"a\":1}}");
            gateway.publish("w/r", "\"plain text\"");
            awaitLines(tail, 2);
            var lines = tail.out().lines().toList();
            assertTrue(lines.get(0)
                    .matches(
                    "[0-9:.]{12} WARN  logs:etl:w:r  disk almost full used=0\\.97 host=\"db 1\" tags=\\{\"a\":1}"),
                    lines.get(0));
            assertTrue(lines.get(1).matches("[0-9:.]{12} -     logs:etl:w:r  plain text"), lines.get(1));
            assertEquals("", tail.err());
        }
    }

    @Test
    void nothingInALogCanSteerTheTerminal() {
        try (var gateway = Gateway.start(); var tail = follow(gateway, "logs:etl:w:*")) {
            gateway.publish("w/r",
                    "{\"message\":\"a\\u001b[2J\\u001b]0;title\\u0007b\\u009bc\\u202ed\\u0000\\u007fe\\rf\\u001b[31mre"
                    + "d\",\"\\u001b[1m\":\"\\u001b[5n\\nx\"}");
            awaitLines(tail, 1);
            assertTrue(tail.out().chars().allMatch(c -> c == '\n' || c >= ' ' && c != 0x7F && (c < 0x80 || c >= 0xA0)
                    && c != 0x202E), tail.out());
            assertTrue(tail.out().contains("a\u241B[2J\u241B]0;title\u2407b\uFFFDc\uFFFDd\u2400\u2421efred"),
                    tail.out());
        }
    }

    @Test
    void coloursAreForATerminalAlone() {
        try (var gateway = Gateway.start()) {
            String id = gateway.publish("w/r", "{\"level\":\"error\",\"message\":\"\\u001b[32mgreen\\u001b[2J\"}");
            for (var noColour : List.of("", "1")) {
                var variables = new HashMap<>(Jar.to(gateway.port()));
                variables.put("NO_COLOR", noColour);
                variables.put("TERM", "xterm");
                try (var tail = Jar.shell(variables,
                        "script -qec \"bash -c 'gateway tail logs:etl:w:r --tail 1'\" /dev/null")) {
                    Await.until(() -> "a line: " + tail, RECONNECT, () -> tail.out().contains("green"));
                    assertEquals(noColour.isEmpty(), tail.out().contains("\u001b[31mERROR"), tail.out());
                    assertEquals(noColour.isEmpty(), tail.out().contains("\u001b[32mgreen"), tail.out());
                    assertFalse(tail.out().contains("\u001b[2J"), tail.out());
                }
            }
            assertFalse(id.isEmpty());
        }
    }

    @Test
    void nothingIsLostOrDoubledThroughAStopAndAKill() {
        var published = new ArrayList<String>();
        var gateway = start(0);
        int port = gateway.port();
        try (var tail = Jar.start(Jar.to(port), "tail", "logs:etl:w:r", "--json")) {
            awaitConnections(gateway, 1);
            for (int i = 0; i < 20; i++) published.add(gateway.client().publish("w/r", String.valueOf(i)));
            for (var signal : List.of("TERM", "KILL")) {
                gateway.signal(signal);
                gateway.awaitExit();
                gateway.close();
                gateway = start(port);
                for (int i = 0; i < 20; i++) published.add(gateway.client().publish("w/r", String.valueOf(i)));
            }
            Await.until(() -> "all lines: " + tail, RECONNECT, () -> ids(tail).contains(published.getLast()));
            assertEquals(published, ids(tail));
            assertTrue(tail.err().contains("trying again"), tail.err());
            assertTrue(tail.err().contains("gateway: connected to http://127.0.0.1:" + port), tail.err());
        } finally {
            gateway.close();
        }
    }

    /// A gateway that keeps its log in memory has forgotten the ids of its last life.
    @Test
    void aGapIsToldOnStandardError() {
        var gateway = GatewayProcess.start("SHUTDOWN_SECONDS=1");
        int port = gateway.port();
        try (var tail = Jar.start(Jar.to(port), "tail", "logs:etl:w:r", "--json")) {
            awaitConnections(gateway, 1);
            gateway.client().publish("w/r", "1");
            awaitLines(tail, 1);
            gateway.signal("KILL");
            gateway.awaitExit();
            gateway.close();
            gateway = GatewayProcess.start("PORT=" + port, "SHUTDOWN_SECONDS=1");
            Await.until(() -> "the gap: " + tail, RECONNECT, () -> tail.err()
                    .contains("gap: an unknown number of events are missing (unknown-id), up to "));
        } finally {
            gateway.close();
        }
    }

    @Test
    void filtersReachTheGateway() {
        try (var gateway = Gateway.start();
                var tail = follow(gateway, "logs:etl:w:*", "--level", "warn", "--q", "disk")) {
            gateway.publish("w/r", "{\"level\":\"info\",\"message\":\"disk\"}");
            gateway.publish("w/r", "{\"level\":\"error\",\"message\":\"other\"}");
            gateway.publish("w/r", "{\"level\":\"error\",\"message\":\"disk is full\"}");
            awaitLines(tail, 1);
            assertTrue(tail.out().contains("disk is full"), tail.out());
            assertEquals(1, tail.out().lines().count());
        }
    }

    @Test
    void aClosedPipeEndsItQuietly() {
        try (var gateway = Gateway.start()) {
            try (var pipe = Jar.shell(Jar.to(gateway.port()),
                    "set -o pipefail; gateway tail logs:etl:w:r | head -n 1")) {
                awaitConnections(gateway, 1);
                gateway.publish("w/r", "1");
                Await.until(() -> "one line: " + pipe, RECONNECT, () -> pipe.out().lines().count() == 1);
                Await.until(() -> "the end of the pipe: " + pipe, RECONNECT, () -> {
                    if (pipe.isAlive()) gateway.publish("w/r", "2");
                    return !pipe.isAlive();
                });
                assertEquals(0, pipe.awaitExit(), pipe::toString);
                assertEquals("", pipe.err());
            }
        }
    }

    @Test
    void anInterruptEndsItAsASignalDoes() {
        try (var gateway = Gateway.start(); var tail = follow(gateway, "logs:etl:w:r")) {
            tail.signal("INT");
            assertEquals(130, tail.awaitExit());
            assertEquals("", tail.err());
        }
    }

    @Test
    void aRenewedTokenIsReadFromItsFile() throws IOException {
        var file = Files.writeString(directory.resolve("token"), Tokens.reader(-27, "w") + "\n");
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET);
                var tail = Jar.start(Map.of("LOGS_URL", "http://127.0.0.1:" + gateway.port()), "tail", "logs:etl:w:r",
                        "--token-file", file.toString(), "--json")) {
            awaitConnections(gateway, 1);
            String before = gateway.publish("w/r", "1");
            Await.until(() -> "the token to expire: " + tail, RECONNECT, () -> tail.err().contains("expired"));
            String meanwhile = gateway.publish("w/r", "2");
            Files.writeString(file, Tokens.reader(60, "w") + "\n");
            Await.until(() -> "what came meanwhile: " + tail, RECONNECT, () -> ids(tail).contains(meanwhile));
            assertEquals(List.of(before, meanwhile), ids(tail));
        }
    }

    @Test
    void withoutFollowingItPrintsThePastAcrossPagesAndEnds() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=5000")) {
            var data = IntStream.range(0, 2500).mapToObj(i -> "{\"n\":" + i + ",\"half\":" + i / 1250 + "}").toList();
            gateway.publishAll("w/r", data.subList(0, 1250));
            gateway.publishAll("w/r", data.subList(1250, 2500));
            assertEquals(data, past(gateway));
            assertEquals(data, past(gateway, "--since", "1h"));
            assertEquals(data.subList(200, 2500), past(gateway, "--tail", "2300"));
            assertEquals(data.subList(2497, 2500), past(gateway, "--tail", "3"));
            assertEquals(data, past(gateway, "--tail", "999999999"));
            assertEquals(List.of(), past(gateway, "--tail", "0"));
            assertEquals(data.subList(50, 1250), past(gateway, "--where", "half=0", "--tail", "1200"));
            assertEquals(data.subList(1250, 2500), past(gateway, "--where", "half=1", "--since", "1h"));
            assertEquals(data.subList(42, 43), past(gateway, "--q", "\"n\":42,"));
        }
    }

    @Test
    void withoutFollowingItTellsGapsAndRefusals() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=10")) {
            gateway.publish("w/old", "0");
            for (int i = 0; i < 30; i++) gateway.publish("w/r", String.valueOf(i));
            try (var tail = Jar.start(Jar.to(gateway.port()), "tail", "logs:etl:w:*", "--no-follow", "--json")) {
                assertEquals(0, tail.awaitExit(), tail::toString);
                assertEquals(11, ids(tail).size());
                assertTrue(tail.err().contains("gap: 20 events are missing (evicted), up to "), tail.err());
            }
        }
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET);
                var tail = Jar.start(Jar.to(gateway.port()), "tail", "logs:etl:w:*", "--no-follow")) {
            assertEquals(3, tail.awaitExit(), tail::toString);
        }
    }

    /// The data of the events that `tail --no-follow` prints.
    private static List<String> past(Gateway gateway, String... more) {
        var arguments = new ArrayList<>(List.of("tail", "logs:etl:w:*", "--no-follow", "--json"));
        arguments.addAll(List.of(more));
        try (var tail = Jar.start(Jar.to(gateway.port()), arguments.toArray(String[]::new))) {
            assertEquals(0, tail.awaitExit(), tail::toString);
            assertEquals("", tail.err());
            return tail.out().lines().map(line -> Gateway.object(line).get("data").toString()).toList();
        }
    }

    private Child follow(Gateway gateway, String channel, String... more) {
        var arguments = new ArrayList<>(List.of("tail", channel));
        arguments.addAll(List.of(more));
        var tail = Jar.start(Jar.to(gateway.port()), arguments.toArray(String[]::new));
        awaitConnections(gateway, 1);
        return tail;
    }

    private GatewayProcess start(int port) {
        return GatewayProcess.start("PORT=" + port, "DATA_DIR=" + directory.resolve("log"), "SHUTDOWN_SECONDS=2");
    }

    private static void awaitConnections(Gateway gateway, long count) {
        Await.until("the stream to be open", RECONNECT, () -> gateway.client().connections() == count);
    }

    private static void awaitConnections(GatewayProcess gateway, long count) {
        Await.until("the stream to be open", RECONNECT, () -> gateway.client().connections() == count);
    }

    private static void awaitLines(Child tail, int lines) {
        Await.until(() -> lines + " lines: " + tail, RECONNECT, () -> tail.out().lines().count() >= lines && tail.out()
                .endsWith("\n"));
    }

    private static List<String> ids(Child tail) {
        return tail.out().lines().filter(line -> line.endsWith("}"))
                .map(line -> Gateway.string(Gateway.object(line), "id")).toList();
    }
}
