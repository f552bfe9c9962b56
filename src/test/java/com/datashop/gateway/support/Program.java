package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/// The gateway as tests start it: a jar of the classes that are tested, with a cache of what the JVM makes of them.
///
/// The cache is that of `scripts/train` (JEP 483). A first gateway makes it, once for all tests that see the same
/// classes. With it a start takes half of the processor time. A JVM that can not use the cache starts all the same.
final class Program {
    private static final Duration TRAINING = Duration.ofSeconds(60);
    private static final Pattern ON_PORT = Pattern.compile("on port ([0-9]+) (?s:.*)/admin/logs/stats\n");
    /// The last words of a command line that begins with `java` and its options.
    static final List<String> WORDS = words();

    private Program() { }

    private static List<String> words() {
        var classes = Path.of("target", "classes");
        var jar = Path.of("target", "program", "gateway.jar").toAbsolutePath();
        var cache = jar.resolveSibling("gateway.aot");
        var from = fingerprint(classes) + System.getProperty("java.vm.version") + Jvm.JAVA;
        Once.make(jar.getParent(), jar.resolveSibling("made-from"), from, () -> {
            Files.createDirectories(jar.getParent());
            var made = ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, "--create",
                    "--no-compress", "--file", jar.toString(), "-C", classes.toString(), ".");
            if (made != 0) throw new IOException("no jar: " + made);
            train(jar, cache);
        });
        return List.of("-XX:AOTCache=" + cache, "-cp", jar.toString(), "com.datashop.gateway.cli.Main");
    }

    /// Which files there are, how large they are and when they were written.
    private static String fingerprint(Path directory) {
        try (var files = Files.walk(directory)) {
            return Integer.toHexString(files.sorted().map(file -> file + " " + file.toFile().length() + " "
                    + file.toFile().lastModified()).collect(Collectors.joining("\n")).hashCode()) + " ";
        } catch (IOException unread) {
            throw new UncheckedIOException(unread);
        }
    }

    /// Makes a first gateway do what most tests ask for.
    private static void train(Path jar, Path cache) throws IOException {
        Files.deleteIfExists(cache);
        try (var directory = TemporaryDirectory.create("training");
                var first = Child.start(Map.of("PORT", "0", "HOST", "127.0.0.1", "DATA_DIR", directory.path() + "/log"),
                Jvm.command("-Xmx512m", "-XX:AOTCacheOutput=" + cache, "-cp", jar.toString(),
                        "com.datashop.gateway.cli.Main"))) {
            Await.until(() -> "the gateway to train: " + first, TRAINING,
                    () -> ON_PORT.matcher(first.out()).find() || !first.isAlive());
            var port = ON_PORT.matcher(first.out());
            if (!port.find()) throw new AssertionError("does not start: " + first);
            var client = new Client(Integer.parseInt(port.group(1)));
            try (var follower = client.follow("logs:etl:w:*&tail=10")) {
                client.publish("w/r", "\"one\"");
                client.publishAll("w/r", List.of("\"two\"", "\"three\""));
                follower.logs(3);
                client.connections();
            }
            first.signal("TERM");
            first.awaitExit(TRAINING);
            if (!Files.exists(cache)) throw new AssertionError("no cache: " + first);
        }
    }
}
