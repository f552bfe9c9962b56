package com.datashop.gateway.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Jar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The lines of `publish` when it ends early, its input or its output fails, or a line is no entry.
class PublishEndsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Map<String, String> NOWHERE = Map.of("LOGS_URL", "http://127.0.0.1:1");
    private static Gateway gateway;

    @TempDir
    private Path directory;

    @BeforeAll
    static void open() {
        gateway = Gateway.start("HISTORY_EVENTS=200000");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    @Test
    void aSignalKeepsWhatCanNotBePublishedAnyMore() throws IOException {
        for (var signal : List.of("INT", "TERM")) {
            var spool = directory.resolve("spool" + signal);
            try (var publish = direct(NOWHERE, "--resource r --spool " + spool, "seq 1 1000; printf begun; ")) {
                Await.until(() -> "a failed try: " + publish, PATIENCE, () -> publish.err().contains("trying again"));
                publish.signal(signal);
                assertEquals(signal.equals("INT") ? 130 : 143, publish.awaitExit(), publish::toString);
                assertTrue(publish.err().endsWith("gateway: 0 entries published, 1001 not\n"), publish::toString);
            }
            var kept = Files.readAllLines(spool);
            assertEquals(1001, kept.size());
            assertTrue(kept.getLast().endsWith("{\"message\":\"begun\"}}"), kept::getLast);
        }
    }

    /// So many lines wait for the gateway that the reader of the input is held back.
    @Test
    void aSignalCountsTheLinesThatWaitForRoom() {
        try (var publish = direct(NOWHERE, "--resource r", "yes 0123456789")) {
            Await.until(() -> "a failed try: " + publish, PATIENCE, () -> publish.err().contains("trying again"));
            publish.signal("INT");
            assertEquals(130, publish.awaitExit(), publish::toString);
            assertTrue(publish.err().matches("(?s).*gateway: 0 entries published, [0-9]{5,} not\n"), publish::toString);
        }
    }

    /// The JVM reads the names of hosts from a pipe to which nobody writes. No interrupt ends that wait.
    @Test
    void aSignalEndsItThoughANameServerDoesNotAnswer() throws IOException {
        var names = directory.resolve("names");
        var variables = Map.of("LOGS_URL", "http://gateway.example", "JDK_JAVA_OPTIONS",
                "-Djdk.net.hosts.file=" + names);
        try (var made = Child.start("mkfifo", names.toString())) {
            assertEquals(0, made.awaitExit(), made::toString);
        }
        try (var publish = direct(variables, "--tee --spool " + directory.resolve("spool"), "echo a; ")) {
            Await.until(() -> "the copy: " + publish, PATIENCE, () -> publish.out().equals("a\n"));
            publish.signal("INT");
            assertEquals(130, publish.awaitExit(), publish::toString);
            assertTrue(publish.err().endsWith("gateway: 0 entries published, 1 not\n"), publish::toString);
            assertEquals(1, Files.readAllLines(directory.resolve("spool")).size());
        }
    }

    @Test
    void aSignalLetsTheGatewayHaveWhatWasRead() {
        try (var publish = direct(Jar.to(gateway.port()), "--resource signal", "seq 1 3; printf begun; ")) {
            Await.until(() -> "three lines: " + publish, PATIENCE, () -> events("signal").size() == 3);
            publish.signal("INT");
            assertEquals(130, publish.awaitExit(), publish::toString);
            assertEquals("gateway: 4 entries published\n", publish.err());
            assertEquals("{\"message\":\"begun\"}", events("signal").getLast());
        }
    }

    @Test
    void aCopyThatNobodyReadsKeepsNoLineFromBeingPublished() {
        try (var shell = shell("set -o pipefail; seq 1 100000 | PUBLISH --resource tee --tee | head -n 1")) {
            assertEquals(0, shell.awaitExit(), shell::toString);
            assertEquals("1\n", shell.out());
            assertEquals("gateway: 100000 entries published\n", shell.err());
        }
    }

    @Test
    void aCopyThatFailsIsTold() {
        try (var shell = shell("seq 1 3 | PUBLISH --resource tee --tee >/dev/full")) {
            assertEquals(1, shell.awaitExit(), shell::toString);
            assertEquals("gateway: --tee: can not write to standard output: No space left on device\n"
                    + "gateway: 3 entries published\n", shell.err());
        }
    }

    @Test
    void theCopyPassesOnThoughTheGatewayRefusesTheToken() {
        var variables = new HashMap<>(Jar.to(gateway.port()));
        variables.put("LOGS_TOKEN", "nobody-knows-this");
        var expected = IntStream.rangeClosed(1, 200_000).mapToObj(n -> n + "\n").toList();
        try (var shell = shell(variables, "seq 1 200000 | PUBLISH --resource r --tee")) {
            assertEquals(3, shell.awaitExit(), shell::toString);
            assertEquals(String.join("", expected), shell.out());
            assertTrue(shell.err().contains("gateway: 0 entries published, 200000 not\n"), shell.err());
            assertFalse(shell.err().contains("nobody-knows-this"), shell.err());
        }
    }

    @Test
    void anInputThatCanNotBeReadIsTold() {
        try (var shell = shell("PUBLISH --resource r </")) {
            assertEquals(1, shell.awaitExit(), shell::toString);
            assertEquals("gateway: can not read the input: Is a directory\ngateway: 0 entries published\n",
                    shell.err());
        }
    }

    @Test
    void aClosedInputIsAWrongCall() {
        try (var shell = shell("PUBLISH --resource r <&-")) {
            assertEquals(2, shell.awaitExit(), shell::toString);
            assertEquals("gateway: standard input is closed: give a MESSAGE\n", shell.err());
        }
    }

    @Test
    void bytesThatAreNoTextBecomeTextAndAByteOrderMarkIsNone() {
        try (var shell = shell("printf '\\357\\273\\277{\"a\":1}\\r\\na\\000b\\n\\377\\n \\n\\r\\n\\n"
                + "{\"b\":\"\\377\"}\\nlast' | PUBLISH --resource bytes")) {
            assertEquals(0, shell.awaitExit(), shell::toString);
            assertEquals("gateway: 6 entries published\n", shell.err());
            assertEquals(List.of("{\"a\":1}", "{\"message\":\"a\\u0000b\"}", "{\"message\":\"\ufffd\"}",
                    "{\"message\":\" \"}", "{\"message\":\"{\\\"b\\\":\\\"\ufffd\\\"}\"}", "{\"message\":\"last\"}"),
                    events("bytes"));
        }
    }

    @Test
    void aRefusedLineIsNamedByItsNumber() {
        try (var shell = shell("printf '1\\n\\n  \\nnope \\033[2J\\n[2]\\n{\"a\":}\\n'"
                + " | PUBLISH --resource named --ndjson")) {
            assertEquals(1, shell.awaitExit(), shell::toString);
            assertEquals("gateway: not published: line 4: is not JSON: nope \u241B[2J\n"
                    + "gateway: not published: line 6: is not JSON: {\"a\":}\n"
                    + "gateway: 2 entries published, 2 not\n", shell.err());
            assertEquals(List.of("1", "[2]"), events("named"));
        }
    }

    /// One is larger than the gateway takes, of one the gateway does not even read all, and one is too large for us.
    @Test
    void aLineThatIsTooLongIsNamedAndTheOthersArePublished() throws IOException {
        var spool = directory.resolve("spool");
        try (var shell = shell("(echo first; for n in 1500000 7000000 20000000; do head -c $n /dev/zero | tr '\\0' x;"
                + " echo; done; printf last) | PUBLISH --resource giant --spool " + spool)) {
            assertEquals(1, shell.awaitExit(), shell::toString);
            assertTrue(shell.err().endsWith("gateway: 2 entries published, 3 not\n"), shell.err());
            for (int line = 2; line <= 4; line++)
                assertTrue(shell.err().contains("gateway: not published: line " + line + ": "), shell.err());
            assertEquals(List.of("{\"message\":\"first\"}", "{\"message\":\"last\"}"), events("giant"));
            assertEquals(2, Files.readAllLines(spool).size(), "the longest can not be kept");
        }
    }

    @Test
    void aRenewedTokenIsReadFromItsFile() throws IOException {
        var file = Files.writeString(directory.resolve("token"), "expired");
        var variables = Map.of("LOGS_URL", "http://127.0.0.1:" + gateway.port());
        try (var shell = shell(variables, "echo a | PUBLISH --resource renewed --token-file " + file)) {
            Await.until(() -> "the refusal: " + shell, PATIENCE, () -> shell.err().contains("401"));
            Files.writeString(file, Gateway.TOKEN + "\n");
            assertEquals(0, shell.awaitExit(), shell::toString);
            assertTrue(shell.err().endsWith("; trying again\ngateway: 1 entry published\n"), shell::toString);
            assertEquals(List.of("{\"message\":\"a\"}"), events("renewed"));
        }
    }

    @Test
    void lettersArriveInAPosixLocaleToo() {
        var variables = new HashMap<>(Jar.to(gateway.port()));
        for (var locale : List.of("C", "C.UTF-8")) {
            variables.put("LC_ALL", locale);
            try (var shell = shell(variables, "PUBLISH --resource letters größer 日本 🎉; echo größer | PUBLISH"
                    + " --resource letters; gateway tail logs:etl:w:letters --no-follow --q 日本")) {
                assertEquals(0, shell.awaitExit(), shell::toString);
                assertTrue(shell.out().endsWith("  größer 日本 🎉\n"), shell::toString);
            }
        }
        assertEquals(List.of("{\"message\":\"größer 日本 🎉\"}", "{\"message\":\"größer\"}"),
                events("letters").subList(0, 2));
        assertEquals(4, events("letters").size());
    }

    @Test
    void aSpoolKeepsWhatItHeldAndIsThereOnlyWhenItIsNeeded() throws IOException {
        var unneeded = directory.resolve("unneeded");
        var old = Files.writeString(directory.resolve("old"), "{\"before\":1}");
        try (var shell = shell("echo a | PUBLISH --resource r --spool " + unneeded + "; echo a | PUBLISH --resource r"
                + " --spool " + old + " --url http://127.0.0.1:1 --timeout 1s")) {
            assertEquals(1, shell.awaitExit(), shell::toString);
        }
        assertFalse(Files.exists(unneeded));
        assertEquals(List.of("{\"before\":1}", "{\"service\":\"etl\",\"workspace_id\":\"w\",\"resource_id\":\"r\","
                + "\"logData\":{\"message\":\"a\"}}"), Files.readAllLines(old));
    }

    @Test
    void aSpoolThatIsFullIsTold() {
        try (var shell = shell(NOWHERE, "seq 1 5000 | PUBLISH --timeout 1s --spool /dev/full")) {
            assertEquals(1, shell.awaitExit(), shell::toString);
            assertTrue(shell.err().matches("(?s).*gateway: 0 entries published, 5000 not\ngateway: --spool: can not "
                    + "write: /dev/full: No space left on device; [0-9]+ entries are lost\n"), shell.err());
        }
    }

    @Test
    void theProgressIsForATerminalAlone() {
        var slowly = "(for n in 1 2 3 4 5 6 7 8; do echo $n; sleep 0.15; done) | PUBLISH --resource progress";
        try (var quiet = shell(slowly); var terminal = shell("export -f publish; script -qec \"bash -c '"
                + slowly.replace("$n", "\\$n").replace("PUBLISH", "publish") + "'\" /dev/null")) {
            assertEquals(0, quiet.awaitExit(), quiet::toString);
            assertEquals("gateway: 8 entries published\n", quiet.err());
            assertEquals(0, terminal.awaitExit(), terminal::toString);
            assertTrue(terminal.out().matches("(?s)(\r[1-8] published)+\r\ngateway: 8 entries published\r\n"),
                    terminal::toString);
        }
    }

    /// The data of all events of this resource.
    private static List<String> events(String resource) {
        var page = Gateway.json(gateway.get("/api/logs/events?since=0&channels=logs:etl:w:" + resource));
        return ((com.datashop.gateway.json.JsonArray) page.get("events")).elements().stream()
                .map(event -> ((JsonObject) event).get("data").toString()).toList();
    }

    private static Child shell(String line) {
        return shell(Jar.to(gateway.port()), line);
    }

    private static Child shell(Map<String, String> variables, String line) {
        return Jar.shell(variables, "publish() { gateway publish --service etl --workspace w \"$@\"; }; "
                + line.replace("PUBLISH", "publish"));
    }

    /// Starts it so that signals reach it, and its input stays open behind what this command prints.
    private static Child direct(Map<String, String> variables, String options, String input) {
        return Jar.shell(variables, "exec " + String.join(" ", Jar.COMMAND) + " publish --service etl --workspace w "
                + options + " < <(" + input + "exec sleep 60 2>/dev/null)");
    }
}
