package com.datashop.gateway.http;

import com.datashop.gateway.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A gateway in a process of its own: what the JDK's server reads once for a process can be set, and its heap can be looked into.
final class GatewayProcess implements AutoCloseable {
    private static final Pattern PORT = Pattern.compile("Logs SSE Gateway \\S+ on port ([0-9]+) .*");
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");

    private final Process process;
    private final int port;
    private final List<String> faults = new ArrayList<>();

    /// @param settings environment variables, as `HEARTBEAT_SECONDS=1`
    GatewayProcess(String... settings) {
        try {
            String classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
            var command = new ProcessBuilder(JAVA.resolve("java").toString(), "-Xmx256m", "-cp", classes, Main.class.getName());
            command.redirectErrorStream(true);
            command.environment().putAll(Map.of("PORT", "0", "HOST", "127.0.0.1", "SHUTDOWN_SECONDS", "1"));
            for (var setting : settings) command.environment().put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
            process = command.start();
            var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = out.readLine();
            var banner = PORT.matcher(String.valueOf(line));
            if (!banner.matches()) throw new AssertionError("it began with " + line);
            port = Integer.parseInt(banner.group(1));
            Thread.ofVirtual().name("gateway-output").start(() -> out.lines().filter(printed -> printed.contains("level=error")).forEach(this::note));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (URISyntaxException itIsAnUri) {
            throw new IllegalStateException(itIsAnUri);
        }
    }

    int port() {
        return port;
    }

    /// The lines that it has logged as errors.
    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    private synchronized void note(String line) {
        faults.add(line);
    }

    /// How many live objects of this class it holds, after a full collection.
    long instances(String className) {
        try {
            var jcmd = new ProcessBuilder(JAVA.resolve("jcmd").toString(), String.valueOf(process.pid()), "GC.class_histogram").redirectErrorStream(true).start();
            try (var lines = jcmd.inputReader().lines()) {
                var table = lines.toList();
                if (table.size() < 50) throw new AssertionError("jcmd said " + table);
                return table.stream().map(line -> line.strip().split("\\s+")).filter(words -> words.length > 3 && words[3].equals(className))
                        .mapToLong(words -> Long.parseLong(words[1])).sum();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("SIGTERM did not end it");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }
}
