package com.datashop.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.cli.config.Command;
import com.datashop.gateway.cli.config.Option;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Jar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The promises of the documents, held against the gateway.
class DocsTest {
    /// These languages show something, and nobody can run them.
    private static final Set<String> NOT_RUN = Set.of("", "json");
    /// A test claims a block when it takes that block from the documents.
    private static final Pattern CLAIM = Pattern.compile(
            "Docs\\.block\\(\\s*\"([a-z-]*)\",\\s*\"((?:[^\"\\\\]|\\\\.)+)\"");
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Pattern ON_PORT = Pattern.compile("on port ([0-9]+) ");
    private static final Duration START = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void theTableOfOptionsIsTheOneInTheCode() {
        var rows = Docs.text("configuration.md").lines()
                .filter(line -> line.matches("\\| `[A-Z][A-Z_]+` \\|.*")).toList();
        assertEquals(Option.of(Command.SERVE).stream().map(DocsTest::row).toList(), rows);
    }

    @Test
    void theTableOfTheJdksServerNamesThePropertiesThatTheStartSets() {
        var documented = new TreeMap<String, String>();
        var row = Pattern.compile("\\| `((?:sun\\.net|jdk)\\.httpserver\\.\\w+)` \\| `?([^|`]*)`? \\|.*");
        for (var line : Docs.text("configuration.md").lines().toList()) {
            var property = row.matcher(line);
            if (property.matches()) documented.put(property.group(1), property.group(2));
        }
        try (var gateway = Gateway.start()) {
            var set = new TreeSet<>(System.getProperties().stringPropertyNames());
            set.removeIf(name -> !name.matches("(sun\\.net|jdk)\\.httpserver\\..*"));
            assertEquals(set, documented.keySet());
            assertEquals(200, gateway.get("/health").statusCode());
        }
        documented.remove("jdk.httpserver.maxConnections"); // It depends on the machine.
        documented.forEach((name, value) -> assertEquals(value, System.getProperty(name), name));
    }

    @Test
    void theReadmesTableOfEndpointsNamesThoseThatTheGatewayHas() throws IOException {
        var documented = new TreeSet<String>();
        var row = Pattern.compile("\\| `([A-Z]+)` \\| `(/[^`]*)` \\|.*");
        for (var line : Docs.lines(Docs.README)) {
            var endpoint = row.matcher(line.text());
            if (endpoint.matches()) documented.add(endpoint.group(1) + " " + endpoint.group(2));
        }
        try (var gateway = Gateway.start()) {
            var index = new TreeSet<>(Set.of("GET /"));
            var names = Pattern.compile("\"((?:GET|POST) /[^\"?]*)").matcher(gateway.get("/").body());
            while (names.find()) index.add(names.group(1));
            assertTrue(index.size() > 9, index::toString);
            assertEquals(index, documented);
            for (var endpoint : documented) {
                if (!endpoint.startsWith("GET ")) continue;
                assertTrue(Set.of(200, 400).contains(gateway.get(endpoint.substring(4)).statusCode()), endpoint);
            }
        }
    }

    @Test
    void theCurlCommandsWorkWordForWord() throws Exception {
        var commands = Docs.blocks().stream().filter(DocsTest::isCurl).toList();
        assertTrue(commands.size() >= 4, commands::toString);
        try (var gateway = Gateway.start()) {
            var output = new StringBuilder();
            for (var block : commands) output.append(run(block.text(), gateway.port()));
            assertTrue(output.indexOf("event: connection") >= 0, output.toString());
            assertTrue(output.indexOf("\"message\":\"3 rows skipped\"") >= 0, output.toString());
            assertTrue(output.indexOf("\"published\":2") >= 0, output.toString());
            assertTrue(output.indexOf("\"message\":\"a line of my own\"") >= 0, output.toString());
            assertTrue(output.indexOf("\"error\"") < 0, output.toString());
            assertTrue(gateway.get("/health").body().contains("\"logsPublished\":8"), gateway.get("/health").body());
        }
    }

    @Test
    void theCommandForProductionStartsAGatewayThatAsksForTokens() {
        try (var shell = start(Docs.block("sh", "NODE_ENV=production"))) {
            var client = new Client(port(shell));
            assertTrue(shell.out().contains("(production)"), shell::toString);
            assertEquals(401, client.tryPublish("w/r", "1").statusCode(), "the built-in tokens are off");
            assertEquals(401, client.get(Client.stream("logs:etl:w:r")).statusCode(), "readers need a JWT");
        }
    }

    @Test
    void theCommandForALogOnDiskKeepsItThere() throws IOException {
        var command = Docs.block("sh", "DATA_DIR=/var/lib/logs-sse-gateway");
        try (var shell = start(command.replace("/var/lib/logs-sse-gateway", directory.resolve("log").toString()))) {
            var client = new Client(port(shell));
            Await.until("the gateway to be healthy", START, () -> client.get("/health").statusCode() == 200);
            client.publish("w/r", "1");
            try (var files = Files.list(directory.resolve("log"))) {
                var names = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
                assertTrue(names.containsAll(Set.of("0000000000000001.log", "owner")), names::toString);
            }
        }
    }

    @Test
    void theTwoCommandsOfTheReadmeAreScriptsThatRun() {
        var scripts = Docs.block("sh", "scripts/test").lines().map(line -> line.split(" ")[0]).toList();
        assertEquals(List.of("scripts/run", "scripts/test"), scripts);
        for (var script : scripts) assertTrue(Files.isExecutable(Path.of(script)), script);
    }

    @Test
    void everyBlockOfCodeIsClaimedByExactlyOneTest() throws IOException {
        var claims = claims();
        assertTrue(claims.size() > 10, claims::toString);
        var unclaimed = new ArrayList<Docs.Block>();
        var contested = new ArrayList<Docs.Block>();
        for (var block : Docs.blocks()) {
            long tests = claims.stream().filter(claim -> block.is(claim.get(0), claim.get(1))).count();
            if (isCurl(block)) tests++;
            if (tests == 0 && !NOT_RUN.contains(block.language())) unclaimed.add(block);
            if (tests > 1) contested.add(block);
        }
        assertEquals(List.of(), unclaimed, "no test runs these");
        assertEquals(List.of(), contested, "several tests claim these: a mark must name one block");
    }

    @Test
    void everyBlockOfJsonIsJson() throws JsonException {
        var blocks = Docs.blocks().stream().filter(block -> block.language().equals("json")).toList();
        assertTrue(blocks.size() > 0);
        for (var block : blocks) JsonValue.parse(block.text());
    }

    /// The language and the mark of each block that a test takes.
    private static Set<List<String>> claims() throws IOException {
        try (var files = Files.walk(TESTS)) {
            var sources = files.filter(file -> file.toString().endsWith(".java")).toList();
            var claims = new java.util.HashSet<List<String>>();
            for (var source : sources) {
                var calls = CLAIM.matcher(Files.readString(source));
                while (calls.find()) claims.add(List.of(calls.group(1), calls.group(2).translateEscapes()));
            }
            return claims;
        }
    }

    private static boolean isCurl(Docs.Block block) {
        return block.is("sh", "curl ") && !block.is("sh", "split ");
    }

    /// Starts what the block starts, as classes in place of the jar and on any free port.
    private static Child start(String block) {
        String jar = "java -jar target/gateway.jar";
        assertTrue(block.contains(jar), block);
        var environment = new HashMap<>(System.getenv());
        environment.put("PORT", "0");
        environment.put("HOST", "127.0.0.1");
        var script = block.replace(jar, String.join(" ", Jar.command("-Xmx256m")));
        return Child.start(environment, List.of("bash", "-c", script));
    }

    private static int port(Child shell) {
        var port = new int[1];
        Await.until(() -> "the banner of " + shell, START, () -> {
            var banner = ON_PORT.matcher(shell.out());
            if (banner.find()) port[0] = Integer.parseInt(banner.group(1));
            return port[0] > 0;
        });
        return port[0];
    }

    /// Runs the block in a shell; a stream that nothing ends is ended after two seconds.
    private static String run(String block, int port) throws IOException, InterruptedException {
        String script = block.replace("localhost:3002", "127.0.0.1:" + port)
                .replace("curl -N ", "curl -sSN --max-time 2 ");
        var process = new ProcessBuilder("bash", "-c", "set -o pipefail\n" + script).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        int code = process.exitValue();
        assertTrue(List.of(0, 28).contains(code), script + " ended with " + code + ": " + output); // 28: --max-time
        return output;
    }

    private static String row(Option option) {
        String otherwise = option.otherwise().isEmpty() ? "" : option.otherwise() + " ";
        return "| `" + option.name() + "` | " + otherwise + "| " + option.meaning() + " |";
    }
}
