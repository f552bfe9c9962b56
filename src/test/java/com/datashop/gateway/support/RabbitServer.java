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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A real RabbitMQ on ports of the loopback, with all its files in a directory of its own, and none of the system's service.
///
/// It takes some ten seconds to start, so the tests of a process share one, each with a stream of its own.
public final class RabbitServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /// Where Debian has the programs themselves: those on the PATH change the user first.
    private static final Path PROGRAMS = Path.of("/usr/lib/rabbitmq/bin");
    private static final AtomicInteger STREAMS = new AtomicInteger();
    private static RabbitServer shared;

    private final Path directory;
    private final int port = RedisServer.freePort();
    private final int distributionPort = RedisServer.freePort();
    private final int namesPort = RedisServer.freePort();
    private final Child names;
    private Child child;

    private RabbitServer() {
        try {
            directory = Files.createTempDirectory("rabbitmq");
            Files.writeString(directory.resolve("rabbitmq.conf"), String.join("\n",
                    "listeners.tcp.1 = 127.0.0.1:" + port,
                    "log.console = false",
                    "log.file.level = warning",
                    "vm_memory_high_watermark.absolute = 1GB",
                    "disk_free_limit.absolute = 1MB", ""));
            Files.writeString(directory.resolve("plugins"), "[].\n");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        // Erlang would start one by itself, which would stay.
        names = Child.start(environment(), List.of(Tool.path("epmd").toString()));
        restart();
    }

    /// The one that the tests of this process share; it runs, whatever a test has done to it.
    public static synchronized RabbitServer shared() {
        Tool.path("rabbitmq-server");
        if (shared == null) {
            shared = new RabbitServer();
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
        }
        if (!shared.child.isAlive()) shared.restart();
        return shared;
    }

    /// A name that no other test gives its stream.
    public static String freeStream() {
        return "logs-" + STREAMS.incrementAndGet();
    }

    public int port() {
        return port;
    }

    /// What a gateway is told to use it, with this stream.
    public String url(String stream) {
        return "amqp://127.0.0.1:" + port + "?stream=" + stream;
    }

    /// What `rabbitmqctl` says to a command. It takes seconds.
    public String ask(String... command) {
        var words = new ArrayList<>(List.of(program("rabbitmqctl"), "--quiet"));
        words.addAll(List.of(command));
        try (var client = Child.start(environment(), words)) {
            int code = client.awaitExit(PATIENCE);
            if (code != 0) throw new AssertionError("rabbitmqctl ended with " + code + ": " + client);
            return client.out().strip();
        }
    }

    /// Has it write its tables to the disk. RabbitMQ saves the tables of its streams some seconds later: one that is killed
    /// before knows the name of its first stream, and finds it no more (seen with 3.10.8).
    public void save() {
        ask("eval", "lists:foreach(fun(T) -> dets:sync(T) end, dets:all()), mnesia:dump_log().");
    }

    /// Ends it at once, as a crash does.
    public void kill() {
        ProcessHandle.of(child.pid()).stream().flatMap(ProcessHandle::descendants)
                .forEach(ProcessHandle::destroyForcibly);
        child.close();
    }

    /// Has it forget all that it has stored, while it does not run.
    public void forget() {
        Directories.delete(directory.resolve("mnesia"));
    }

    /// Starts it again, on the same port, with what it has kept.
    public void restart() {
        child = Child.start(environment(), List.of(program("rabbitmq-server")));
        Await.until(() -> "RabbitMQ to listen: " + child, PATIENCE, () -> listens() || !child.isAlive());
        if (!child.isAlive()) throw new AssertionError("rabbitmq-server does not start: " + child);
    }

    @Override
    public void close() {
        kill();
        names.close();
        Directories.delete(directory);
    }

    private Map<String, String> environment() {
        var environment = new HashMap<String, String>();
        environment.put("PATH", System.getenv("PATH"));
        environment.put("LANG", "C.UTF-8");
        environment.put("HOME", directory.toString());
        environment.put("RABBITMQ_NODENAME", "test" + port + "@localhost");
        environment.put("RABBITMQ_CONF_ENV_FILE", "/dev/null");
        environment.put("RABBITMQ_CONFIG_FILE", directory.resolve("rabbitmq.conf").toString());
        environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", directory.resolve("plugins").toString());
        environment.put("RABBITMQ_MNESIA_BASE", directory.resolve("mnesia").toString());
        environment.put("RABBITMQ_LOG_BASE", directory.resolve("log").toString());
        environment.put("RABBITMQ_DIST_PORT", String.valueOf(distributionPort));
        environment.put("RABBITMQ_CTL_DIST_PORT_MIN", "1024");
        environment.put("RABBITMQ_CTL_DIST_PORT_MAX", "65535");
        environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}");
        environment.put("ERL_EPMD_PORT", String.valueOf(namesPort));
        environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
        return environment;
    }

    private static String program(String name) {
        var program = PROGRAMS.resolve(name);
        return (Files.isExecutable(program) ? program : Tool.path(name)).toString();
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }
}
