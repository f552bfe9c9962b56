package com.datashop.gateway.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Jar;
import com.datashop.gateway.support.Stranger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The output of `tail` on a terminal, in a pipe, and where nothing more can be written.
class TailOutputTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static Gateway gateway;

    @BeforeAll
    static void open() {
        gateway = Gateway.start();
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    /// The characters that steer a terminal or turn text around: C0, DEL, C1, and the marks of direction.
    private static String steering() {
        var text = new StringBuilder();
        for (int c = 0; c < 0x20; c++) text.append((char) c).append('a');
        for (int c = 0x7F; c < 0xA0; c++) text.append((char) c).append('b');
        text.append("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206f\ufff9");
        text.append("\u001b]8;;http://evil\u0007link\u001b]8;;\u0007\u001b[2J\u001b[?1049h\u001bP$q\u001b\\\u001b(0");
        return text.toString();
    }

    private static boolean steers(int c) {
        return c < ' ' && c != '\n' && c != '\r' || c >= 0x7F && c < 0xA0 || c == 0x061C || c == 0x200E || c == 0x200F
                || c >= 0x2028 && c <= 0x202E || c >= 0x2066 && c <= 0x206F || c == 0xFFF9;
    }

    @Test
    void noPartOfAnEventCanSteerTheTerminal() {
        String bad = new JsonString(steering()).toString();
        // Everything that JSON lets stand as it is comes as it is.
        String raw = "\"" + steering().replaceAll("[\\x00-\\x1f\"\\\\]", "") + "\"";
        for (var data : List.of(bad, raw, "{\"message\":" + bad + "}", "{" + bad + ":1}", "{\"a\":" + bad + "}",
                "{\"a\":[{" + raw + ":" + raw + "}]}", "{\"level\":" + raw + ",\"message\":" + raw + "}",
                "{\"level\":" + bad + ",\"time\":" + bad + "}"))
            gateway.publish("steer/r", data);
        for (var options : List.of("", "--json")) {
            try (var tail = terminal("NO_COLOR=1", "tail logs:etl:steer:r --no-follow " + options)) {
                assertEquals(0, tail.awaitExit(), tail::toString);
                assertEquals(List.of(), tail.out().codePoints().filter(TailOutputTest::steers)
                        .mapToObj(Integer::toHexString).toList(), options);
                assertTrue(tail.out().contains("link"), tail::toString);
            }
        }
        try (var pipe = Jar.start(Jar.to(gateway.port()), "tail", "logs:etl:steer:r", "--no-follow", "--json");
                var onTerminal = terminal("NO_COLOR=1", "tail logs:etl:steer:r --no-follow --json")) {
            assertEquals(0, pipe.awaitExit(), pipe::toString);
            assertEquals(0, onTerminal.awaitExit(), onTerminal::toString);
            assertTrue(pipe.out().contains(raw), "a pipe gets the bytes that the gateway sends");
            assertEquals(pipe.out().lines().map(Gateway::object).toList(),
                    onTerminal.out().lines().map(Gateway::object).toList(), "and a terminal the same values");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"COLUMNS=60", "STTY=60", "COLUMNS=60 STTY=100"})
    void membersAreCutWhereTheRowEnds(String width) {
        gateway.publish("wide/r", "{\"message\":\"日本語 🎉 e\u0301\",\"first\":\"値\",\"second\":\"" + "x".repeat(90)
                + "\"}");
        try (var tail = terminal(width + " NO_COLOR=1", "tail logs:etl:wide:r --no-follow")) {
            assertEquals(0, tail.awaitExit(), tail::toString);
            var line = tail.out().lines().toList().getLast();
            assertTrue(line.matches("[0-9:.]{12} -     logs:etl:wide:r  日本語 🎉 e\u0301 first=値 se…"), line);
        }
    }

    @Test
    void aTerminalWithoutASizeHasEightyColumnsAndAPipeHasNoEnd() {
        String x = "x".repeat(90);
        gateway.publish("unsized/r", "{\"message\":\"m\",\"a\":\"" + x + "\"}");
        try (var tail = terminal("NO_COLOR=1", "tail logs:etl:unsized:r --no-follow");
                var pipe = Jar.start(Jar.to(gateway.port()), "tail", "logs:etl:unsized:r", "--no-follow")) {
            assertEquals(0, tail.awaitExit(), tail::toString);
            assertEquals(80, tail.out().lines().toList().getLast().length(), tail::toString);
            assertEquals(0, pipe.awaitExit(), pipe::toString);
            assertTrue(pipe.out().endsWith("  m a=" + x + "\n"), pipe::toString);
        }
    }

    @Test
    void aResizedTerminalHasItsNewWidth(@TempDir Path directory) throws IOException {
        var go = directory.resolve("go");
        try (var tail = Jar.shell(Jar.to(gateway.port()), "script -qec \"bash -c 'stty cols 100; (until [ -e " + go
                + " ]; do sleep 0.05; done; stty cols 60 </dev/tty) & NO_COLOR=1 gateway tail logs:etl:resized:r'\" "
                + "/dev/null")) {
            awaitLine(tail, 100);
            Files.createFile(go);
            awaitLine(tail, 60);
        }
    }

    /// Publishes until a line of so many columns is printed.
    private static void awaitLine(Child tail, int columns) {
        Await.until(() -> columns + " columns: " + tail, PATIENCE, () -> {
            gateway.publish("resized/r", "{\"message\":\"m\",\"a\":\"" + "x".repeat(200) + "\"}");
            return tail.out().lines().anyMatch(line -> line.length() == columns && line.endsWith("x…"));
        });
    }

    @Test
    void aLongMessageIsWholeAndItsMembersFollowOnTheLastRow() {
        String x = "x".repeat(100);
        gateway.publish("long/r", "{\"message\":\"" + x + "\",\"a\":1}");
        gateway.publish("long/r", "{\"message\":\"" + x.substring(36) + "\",\"a\":1}");
        try (var tail = terminal("COLUMNS=80 NO_COLOR=1", "tail logs:etl:long:r --no-follow")) {
            assertEquals(0, tail.awaitExit(), tail::toString);
            var lines = tail.out().lines().toList();
            assertTrue(lines.get(0).endsWith("  " + x + " a=1"), tail::toString);
            assertTrue(lines.get(1).endsWith("  " + x.substring(36) + " a=1"), tail::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NO_COLOR=", "NO_COLOR=0", "TERM=dumb", "TERM=xterm"})
    void coloursAreForATerminalThatWantsThem(String variable) {
        gateway.publish("colour/r", "{\"level\":\"error\",\"message\":\"\\u001b[32mgreen\"}");
        boolean wanted = !variable.equals("NO_COLOR=0") && !variable.equals("TERM=dumb");
        try (var tail = terminal(variable, "tail logs:etl:colour:r --no-follow")) {
            assertEquals(0, tail.awaitExit(), tail::toString);
            assertEquals(wanted, tail.out().contains("\u001b[31mERROR\u001b[0m"), tail::toString);
            assertEquals(wanted, tail.out().contains("\u001b[32mgreen\u001b[0m"), tail::toString);
            assertEquals(wanted, tail.out().indexOf('\u001b') >= 0, tail::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tail logs:etl:full:r --no-follow", "tail logs:etl:full:r --tail 1", "--version", "--help",
        "tail --help", "token --user ann --workspace w"})
    void anOutputThatIsFullIsTold(String arguments) {
        gateway.publish("full/r", "1");
        var variables = new HashMap<>(Jar.to(gateway.port()));
        variables.put("JWT_SECRET", "a-secret-of-thirty-two-bytes-or-more");
        try (var shell = Jar.shell(variables, "gateway " + arguments + " >/dev/full")) {
            assertEquals(1, shell.awaitExit(), shell::toString);
            assertEquals("gateway: can not write to standard output: No space left on device\n", shell.err());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--json", "--no-follow"})
    void aClosedPipeEndsItQuietlyThoughNothingMoreComes(String options) {
        for (int i = 0; i < 3; i++) gateway.publish("closed/r", "1");
        try (var shell = Jar.shell(Jar.to(gateway.port()), "set -o pipefail; gateway tail logs:etl:closed:r --since 1h "
                + options + " | head -n 1")) {
            assertEquals(0, shell.awaitExit(), shell::toString);
            assertEquals(1, shell.out().lines().count(), shell::toString);
            assertEquals("", shell.err());
        }
    }

    @Test
    void channelsPatternsAndEveryFilterReachTheGateway() {
        for (var path : List.of("f1/a", "f1/b", "f2/b", "f2/c"))
            for (var data : List.of("{\"level\":\"warn\",\"message\":\"disk Full\",\"h\":{\"n\":\"db 1=\"}}",
                    "{\"level\":\"info\",\"message\":\"disk full\",\"h\":{\"n\":\"db 1=\"}}",
                    "{\"level\":\"warn\",\"message\":\"disk full of noise\",\"h\":{\"n\":\"db 1=\"}}",
                    "{\"level\":\"warn\",\"message\":\"disk full\",\"h\":{\"n\":\"db\"}}",
                    "{\"level\":\"warn\",\"message\":\"full\",\"h\":{\"n\":\"db 1=\"}}")) gateway.publish(path, data);
        var filter = List.of("--level=WARNING", "--q", "disk", "--q=FULL", "--not", "noise", "--where", "h.n=db 1=");
        for (var begin : List.of(List.of("--no-follow"), List.of("--since", "1h"), List.of("--tail=2"))) {
            var arguments = new ArrayList<>(List.of("tail", "logs:etl:f1:a", "logs:etl:*:b,logs:etl:f1:a"));
            arguments.addAll(filter);
            arguments.addAll(begin);
            var expected = begin.contains("--tail=2") ? List.of("f1:b", "f2:b") : List.of("f1:a", "f1:b", "f2:b");
            try (var tail = Jar.start(Jar.to(gateway.port()), arguments.toArray(String[]::new))) {
                Await.until(() -> expected + ": " + tail, PATIENCE,
                        () -> tail.out().lines().count() == expected.size() && tail.out().endsWith("\n"));
                assertEquals(expected.stream().map(channel -> " WARN  logs:etl:" + channel
                        + "  disk Full h={\"n\":\"db 1=\"}").toList(),
                        tail.out().lines().map(line -> line.substring(12)).toList());
            }
        }
    }

    @Test
    void anEventIsPrintedThoughAnotherMessageFollowsInTheSamePacket() {
        var events = "event: connection\nid: 1-1\ndata: {\"type\":\"connection\"}\n\n"
                + "id: 1-2\ndata: {\"channel\":\"logs:etl:w\",\"id\":\"1-2\",\"timestamp\":1,\"data\":\"now\"}\n\n"
                + "event: cursor\nid: 1-3\ndata: {\"type\":\"cursor\"}\n\n:ping\nid: 1-4\ndata: begun";
        try (var stranger = new Stranger(Stranger.Answer.openStream(events));
                var tail = Jar.start(stranger.variables(), "tail", "logs:etl:w")) {
            Await.until(() -> "the event: " + tail, PATIENCE, () -> tail.out().contains("now"));
        }
    }

    /// Runs the gateway's jar on a terminal of its own.
    ///
    /// @param settings variables, and `STTY` for the columns of the terminal
    private static Child terminal(String settings, String arguments) {
        var variables = new HashMap<>(Jar.to(gateway.port()));
        String size = "";
        for (var setting : settings.isEmpty() ? new String[0] : settings.split(" ")) {
            var parts = setting.split("=", 2);
            if (parts[0].equals("STTY")) size = "stty cols " + parts[1] + "; ";
            else variables.put(parts[0], parts[1]);
        }
        return Jar.shell(variables, "script -qec \"bash -c '" + size + "gateway " + arguments + "'\" /dev/null");
    }
}
