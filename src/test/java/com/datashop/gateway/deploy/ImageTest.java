package com.datashop.gateway.deploy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Checkout;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Measured;
import com.datashop.gateway.support.Ports;
import com.datashop.gateway.support.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The container without Docker: the folder that `scripts/image` makes, run as the Dockerfile says.
class ImageTest {
    private static final long MIB = 1 << 20;
    private static final long SMALL = 512 * MIB;
    private static final int STARTS = 3;
    /// So many that the collector has had to clear the whole heap more than once (measured: the last time in the
    /// fourth).
    private static final int ROUNDS = 5;
    private static final String[] PRODUCTION =
            {"SERVICE_TOKENS=l5-etl-token=etl", "STREAM_AUTH=none", "DATA_DIR=/data"};

    @TempDir
    private Path volume;

    @Test
    void itHoldsTheGatewayARuntimeAndTheLibraryOfC() throws IOException {
        Set<String> top;
        try (var files = Files.list(Container.image())) {
            top = files.map(file -> file.getFileName().toString())
                    .filter(name -> !Set.of("proc", "sys", "dev", "data").contains(name)).collect(Collectors.toSet());
        }
        assertTrue(top.containsAll(Set.of("etc", "gateway", "java", "lib")), top::toString);
        assertTrue(Set.of("etc", "gateway", "java", "lib", "lib64").containsAll(top),
                () -> "and nothing else, no shell above all: " + top);
        try (var memory = new Memory(SMALL); var list = Container.launch(memory, volume, List.of("serve", "--help"))) {
            assertEquals(0, list.awaitExit(), list::toString);
            assertTrue(list.out().contains("java -jar gateway.jar"), list::toString);
        }
    }

    @Test
    void itHasTheCommandsToo() {
        try (var memory = new Memory(SMALL); var gateway = Gateway.start()) {
            var to = new String[] {"LOGS_URL=http://127.0.0.1:" + gateway.port(), "LOGS_TOKEN=" + Gateway.TOKEN,
                "JWT_SECRET=a-secret-of-thirty-two-bytes-or-more"};
            run(memory, List.of("publish", "--service", "etl", "--workspace", "w", "größer"), to);
            assertTrue(run(memory, List.of("tail", "logs:etl:w", "--no-follow"), to).endsWith("  größer\n"));
            assertEquals(3, run(memory, List.of("token", "--user", "ann", "--workspace", "w"), to).split("[.]").length);
            assertTrue(run(memory, List.of("--version"), to).startsWith("Logs SSE Gateway "));
            run(memory, List.of("health"), "HOST=127.0.0.1", "PORT=" + gateway.port());
        }
    }

    /// The output of a command in the image, which must end well.
    private String run(Memory memory, List<String> arguments, String... settings) {
        try (var command = Container.launch(memory, volume, arguments, settings)) {
            assertEquals(0, command.awaitExit(), command::toString);
            return command.out();
        }
    }

    @Test
    void itIsMadeOfWhatTheDockerfileCopiesByTheScriptThatTheDockerfileRuns() throws IOException {
        var docker = Files.readString(Path.of("Dockerfile"));
        var copied = docker.lines().filter(line -> line.startsWith("COPY ") && !line.contains("--from"))
                .map(line -> line.split(" ")[1]).toList();
        var sent = Files.readString(Path.of(".dockerignore")).lines().filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1)).toList();
        assertEquals(sent, copied, "nothing is copied that is not sent, and nothing else is sent");
        var here = new ArrayList<>(Checkout.SOURCES);
        here.remove("Dockerfile");
        assertEquals(copied, here, "and the image of these tests is made of the same");
        assertTrue(docker.contains("RUN scripts/image /image ")
                && docker.contains("COPY --from=build /image /\n"), docker);
    }

    @Test
    void theScriptLeavesAloneAFolderThatIsNoImage(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("letter"), "dear");
        try (var script = Child.startIn(Checkout.built().root(),
                Map.of("PATH", System.getenv("PATH"), "JAVA_HOME", System.getProperty("java.home")),
                List.of("scripts/image", folder.toString()))) {
            assertEquals(1, script.awaitExit(), script::toString);
            assertEquals(folder + " is there and is no image: name a new or empty folder.\n", script.err());
            assertEquals("dear", Files.readString(file));
        }
    }

    @Test
    void aCacheThatDoesNotFitChangesNothing() throws IOException {
        var checkout = Checkout.built();
        var cache = checkout.resolve("target/gateway.aot");
        var without = checkout.run(Map.of(), "scripts/run", "--version");
        Files.writeString(cache, "made for another machine");
        try {
            assertEquals(without, checkout.run(Map.of(), "scripts/run", "--version"));
            var told = assertThrows(AssertionError.class,
                    () -> checkout.run(Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on"), "scripts/run", "--version"));
            assertTrue(told.getMessage().contains("AOT"), told::getMessage);
        } finally {
            Files.delete(cache);
        }
    }

    @Test
    void withNothingButTheOriginalsSettingsItSaysInOneLineWhatToAdd() {
        try (var memory = new Memory(SMALL);
                var container = Container.launch(memory, volume, List.of(), "PORT=8080",
                        "ALLOWED_ORIGINS=https://app.example.com", "LOG_LEVEL=info")) {
            assertEquals(2, container.awaitExit(), container::toString);
            assertEquals("", container.out());
            assertEquals(1, container.err().lines().count(), container::toString);
            for (var word : List.of("NODE_ENV=production", "SERVICE_TOKENS=token=service", "STREAM_AUTH=jwt",
                    "JWT_SECRET", "STREAM_AUTH=proxy", "PROXY_SECRET", "STREAM_AUTH=none"))
                assertTrue(container.err().contains(word), container::toString);
        }
    }

    @Test
    void aSecretThatIsNotAsciiIsTheSameInside() throws IOException {
        assertEquals("UTF-8", System.getProperty("sun.jnu.encoding"),
                "scripts/test sets a locale in which these tests can hand over an é");
        try (var memory = new Memory(SMALL);
                var container = Container.start(memory, volume, "SERVICE_TOKENS=café=etl", "STREAM_AUTH=none")) {
            for (var token : List.of("café", "cafè", "caf??")) {
                var body = Gateway.entry("w", "1");
                var request =
                        "POST /api/logs/publish HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Type: "
                        + "application/json\r\nX-Service-Token: "
                        + token + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
                assertEquals(token.equals("café") ? 200 : 401, Wire.exchange(container.port(), request)
                        .status(), token);
            }
        }
    }

    @Test
    void itRunsAsNobodyOnAReadOnlyRootStopsWholeOnSigtermAndGoesOnFromItsVolume() throws Exception {
        String kept;
        try (var memory = new Memory(SMALL)) {
            try (var container = Container.start(memory, volume, PRODUCTION);
                    var follower = container.client().follow("logs:etl:w:*")) {
                assertEquals("connection", follower.next().event());
                assertEquals("65532\t65532\t65532\t65532", container.status("Uid"));
                assertEquals("65532\t65532\t65532\t65532", container.status("Gid"));
                assertTrue(List.of("", "65532").contains(container.status("Groups")), container.status("Groups"));
                assertTrue(List.of(container.rootMount().split(" ")[5].split(",")).contains("ro"),
                        container.rootMount());
                try (var health = container.health("PORT=" + container.port(), "HOST=127.0.0.1")) {
                    assertEquals(0, health.awaitExit(), health::toString);
                    assertEquals("healthy\n", health.out());
                }
                try (var health = container.health("PORT=1")) {
                    assertEquals(1, health.awaitExit(), health::toString);
                    assertTrue(health.err().startsWith("gateway: not healthy: 127.0.0.1:1: "), health::toString);
                }
                kept = container.client().publish("w/r", "1");
                assertEquals(kept, follower.nextLog().id());
                container.stop();
                assertEquals(Follower.End.COMPLETE, follower.awaitEnd());
                assertEquals("shutdown", follower.messages().getLast().event());
                assertEquals(143, container.awaitExit(), container::toString);
                assertTrue(container.err().lines().allMatch(line -> line.contains(" level=info ")), container.err());
            }
            // By a name: the C library of the image finds it.
            try (var again = Container.start(memory, volume, PRODUCTION[0], PRODUCTION[1], PRODUCTION[2],
                    "HOST=localhost"); var follower = again.client().follow("logs:etl:w:*&tail=1")) {
                assertEquals(kept, follower.nextLog().id());
            }
        }
    }

    @Test
    void theClassCacheIsUsedByTheCollectorsThatTheJvmChoosesFromAndWithAnotherTheGatewayStartsAllTheSame() {
        try (var memory = new Memory(SMALL)) {
            // AOTMode=on ends a JVM that can not use its cache.
            assertEquals(0, version(memory, "-XX:AOTMode=on"));
            assertEquals(0, version(memory, "-XX:AOTMode=on -XX:+UseG1GC"));
            assertEquals(1, version(memory, "-XX:AOTMode=on -XX:+UseZGC"));
            assertEquals(0, version(memory, "-XX:+UseZGC"));
        }
    }

    /// How long each takes is noted, with the making of the container: the class cache is there for it.
    @Test
    void startedAgainAndAgainItBringsAStreamsFirstByte() throws Exception {
        var times = new ArrayList<Long>();
        try (var memory = new Memory(SMALL)) {
            for (int i = 0; i < STARTS; i++) {
                int port = Ports.free();
                long begin = System.nanoTime();
                try (var container = Container.launch(memory, volume, List.of(), "PORT=" + port, "HOST=127.0.0.1",
                        PRODUCTION[0], PRODUCTION[1]);
                        var socket = connected(port, container)) {
                    socket.getOutputStream()
                            .write("GET /api/logs/stream?channels=logs:etl:w HTTP/1.1\r\nHost: gateway\r\n\r\n"
                            .getBytes(US_ASCII));
                    assertEquals('H', socket.getInputStream().read());
                    times.add((System.nanoTime() - begin) / 1_000_000);
                }
            }
        }
        times.sort(null);
        Measured.note("image: ms until the first byte of a stream, the best of " + STARTS, times.getFirst());
        Measured.note("image: ms until the first byte of a stream, the median of " + STARTS, times.get(STARTS / 2));
    }

    private static Socket connected(int port, Container container) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            var socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return socket;
            } catch (IOException notYet) {
                socket.close();
                if (System.nanoTime() > end) throw new AssertionError("nobody listens: " + container, notYet);
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private int version(Memory memory, String options) {
        try (var container = Container.launch(memory, volume, List.of("--version"), "JDK_JAVA_OPTIONS=" + options)) {
            int code = container.awaitExit();
            assertEquals(code == 0, container.out().contains("Logs SSE Gateway "), container::toString);
            return code;
        }
    }

    @Test
    void in512MegabytesStreamsAreRefusedBeforeMemoryRunsOut() throws Exception {
        try (var memory = new Memory(SMALL);
                var container = Container.start(memory, volume, "NODE_ENV=development", "HISTORY_EVENTS=100000");
                var streams = new IdleStreams(container.port(), "logs:etl:w:r")) {
            assertTrue(streams.openUntilRefused(20_000).startsWith("HTTP/1.1 503 "), "the node is full");
            assertTrue(streams.count() >= 8000, "streams: " + streams.count());
            assertEquals(streams.count(), container.client().connections());
            int events = 30;
            // History fills, too, with what no one follows; then all streams have some at once, again and again, and a
            // health check comes in between.
            for (int i = 0; i < 40; i++)
                container.client().publishAll("elsewhere", Collections.nCopies(200, "\"" + "x".repeat(4000) + "\""));
            for (int i = 0; i < ROUNDS; i++) {
                publishToAll(container, events);
                streams.awaitEvents(events);
            }
            publishToAll(container, events);
            try (var health = container.health("PORT=" + container.port(), "HOST=127.0.0.1")) {
                streams.awaitEvents(events);
                assertEquals(0, health.awaitExit(), health::toString);
            }
            assertEquals(streams.count(), container.client().connections(), "nobody was lost");
            assertEquals(0, memory.killed());
            assertTrue(memory.peak() < SMALL, "at its limit: " + memory.peak());
            Measured.note("image: streams in 512 MiB", streams.count());
            Measured.note("image: MiB at most then", memory.peak() / MIB);
            assertEquals("", container.err());
        }
    }

    private static void publishToAll(Container container, int events) {
        for (int i = 0; i < events; i++) container.client().publish("w/r", "\"" + "x".repeat(1000) + "\"");
    }
}
