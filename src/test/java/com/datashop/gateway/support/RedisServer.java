package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A real Redis on a port of the loopback, with all its files in a directory of its own.
public final class RedisServer implements AutoCloseable {
    /// Somebody else may take the port between its being found free and its being bound.
    private static final int TRIES = 3;

    private final Path directory;
    private final List<String> options;
    private final int port;
    private Child child;

    private RedisServer(Path directory, int port, List<String> options) {
        this.directory = directory;
        this.port = port;
        this.options = options;
    }

    /// Starts one that keeps nothing on disk unless it is told to, and waits until it answers.
    ///
    /// @param options as on its command line, as `--appendonly`, `yes`
    public static RedisServer start(String... options) {
        for (int i = 1; ; i++) {
            try {
                var redis = new RedisServer(Files.createTempDirectory("redis"), Ports.free(), List.of(options));
                if (redis.tryRestart()) return redis;
                redis.close();
                if (i == TRIES) throw new AssertionError("redis-server does not start: " + redis.child);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    public int port() {
        return port;
    }

    /// The URL that has a gateway use it.
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /// Where its files are.
    public Path directory() {
        return directory;
    }

    /// The answer of `redis-cli` to a command.
    public String ask(String... command) {
        var words = new ArrayList<>(List.of(Tool.path("redis-cli").toString(), "-h", "127.0.0.1", "-p",
                String.valueOf(port)));
        words.addAll(List.of(command));
        try (var client = Child.start(words.toArray(String[]::new))) {
            client.awaitExit();
            return client.out().strip();
        }
    }

    /// Ends it at once, as a crash does.
    public void kill() {
        child.close();
    }

    /// Stops and continues it: between them it takes connections, and does nothing.
    public void signal(String name) {
        child.signal(name);
    }

    /// Starts it again, on the same port, with what it has kept.
    public void restart() {
        if (!tryRestart()) throw new AssertionError("redis-server does not start again: " + child);
    }

    private boolean tryRestart() {
        var command = new ArrayList<>(List.of(Tool.path("redis-server").toString(), "--port", String.valueOf(port),
                "--bind", "127.0.0.1", "--dir", directory.toString(),
                "--save", "", "--appendonly", "no", "--enable-debug-command", "yes"));
        command.addAll(options);
        child = Child.start(command.toArray(String[]::new));
        Await.until(() -> "Redis to listen: " + child, Duration.ofSeconds(10), () -> listens() || !child.isAlive());
        return child.isAlive();
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        child.close();
        Directories.delete(directory);
    }
}
