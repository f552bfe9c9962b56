package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// A real RabbitMQ on ports of the loopback, with all its files in a directory of its own.
///
/// The system's service is not used. It takes some seconds to start. So the tests of a process share one, each with a
/// stream of its own.
public final class RabbitServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /// Where Debian has the programs themselves: those on the PATH change the user first.
    private static final Path PROGRAMS = Path.of("/usr/lib/rabbitmq/bin");
    /// The kernel gives ports above these to connections that go out. So no connection takes a port of ours while
    /// RabbitMQ is killed and started again.
    private static final int LEAST_PORT = 10_000;
    private static final int MOST_PORT = 32_000;
    private static final int TRIES = 100;
    /// Its schedulers do not spin while they wait, since the tests need the processors too.
    private static final String ERLANG = "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none "
            + "+sbwtdcpu none +sbwtdio none";
    private static final AtomicInteger STREAMS = new AtomicInteger();
    private static final AtomicInteger ASKED = new AtomicInteger();
    private static RabbitServer shared;

    private final Path directory;
    private final int port = steadyPort();
    private final int securePort = steadyPort();
    private final int distributionPort = steadyPort();
    private final int namesPort = steadyPort();
    private final Certificates certificates;
    private final Child names;
    private Child child;

    private RabbitServer() {
        try {
            directory = Files.createTempDirectory("rabbitmq");
            certificates = new Certificates(directory);
            Files.writeString(directory.resolve("rabbitmq.conf"), String.join("\n",
                    "listeners.tcp.1 = 127.0.0.1:" + port,
                    "listeners.ssl.1 = 127.0.0.1:" + securePort,
                    "ssl_options.cacertfile = " + certificates.authority(),
                    "ssl_options.certfile = " + certificates.certificate(Certificates.SERVER),
                    "ssl_options.keyfile = " + certificates.key(Certificates.SERVER),
                    "ssl_options.verify = verify_peer",
                    "ssl_options.fail_if_no_peer_cert = false",
                    "ssl_cert_login_from = common_name",
                    "auth_mechanisms.1 = PLAIN",
                    "auth_mechanisms.2 = EXTERNAL",
                    // A JVM that starts on a busy machine takes longer than RabbitMQ's 5 s for its first handshake.
                    "ssl_handshake_timeout = 30000",
                    "handshake_timeout = 30000",
                    "log.console = false",
                    "log.file.level = warning",
                    "vm_memory_high_watermark.absolute = 1GB",
                    "disk_free_limit.absolute = 1MB", ""));
            Files.writeString(directory.resolve("plugins"), "[rabbitmq_auth_mechanism_ssl].\n");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        // Erlang would start one by itself, which would stay.
        names = Child.start(environment(), List.of(Tool.path("epmd").toString()));
        restart();
    }

    /// Starts one, and waits until it answers.
    public static RabbitServer start() {
        Tool.path("rabbitmq-server");
        return new RabbitServer();
    }

    /// The one that the tests of this process share; it runs, whatever a test has done to it.
    public static synchronized RabbitServer shared() {
        if (shared == null) {
            shared = start();
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

    /// The port that speaks TLS.
    public int securePort() {
        return securePort;
    }

    /// The authority that its certificate is from, and a client's.
    public Certificates certificates() {
        return certificates;
    }

    /// The URL that has a gateway use it, with this stream.
    public String url(String stream) {
        return "amqp://127.0.0.1:" + port + "?stream=" + stream;
    }

    /// Runs a command of `rabbitmqctl`, and returns its output. It takes seconds.
    public String ask(String... command) {
        var words = new ArrayList<>(List.of(program("rabbitmqctl"), "--quiet"));
        words.addAll(List.of(command));
        try (var client = Child.start(environment(), words)) {
            int code = client.awaitExit(PATIENCE);
            if (code != 0) throw new AssertionError("rabbitmqctl ended with " + code + ": " + client);
            return client.out().strip();
        }
    }

    /// Evaluates Erlang in it, ended by a full stop, and returns the value. It is ten times as fast as [#ask].
    public String eval(String expressions) {
        var environment = environment();
        environment.put("EXPRESSIONS", expressions);
        String program = "{ok, T, _} = erl_scan:string(os:getenv(\"EXPRESSIONS\")), "
                + "{ok, E} = erl_parse:parse_exprs(T), "
                + "{value, V, _} = rpc:call('" + node() + "', erl_eval, exprs, [E, []]), "
                + "io:format(\"~p\", [V]), halt(0, [{flush, true}]).";
        try (var client = Child.start(environment, List.of(Tool.path("erl").toString(), "-noinput", "-hidden", "-sname",
                "asks" + ASKED.incrementAndGet() + "-" + port + "@localhost", "-kernel", "inet_dist_use_interface",
                "{127,0,0,1}", "-eval", program))) {
            int code = client.awaitExit(PATIENCE);
            if (code != 0) throw new AssertionError("erl ended with " + code + ": " + client);
            return client.out().strip();
        }
    }

    /// Makes it write its tables to the disk.
    ///
    /// RabbitMQ writes the table that says which streams it has some seconds after a stream was made. A RabbitMQ that
    /// is killed before that does not find the stream again, see shared-logs.md. The messages need no saving.
    public void save() {
        eval("lists:foreach(fun dets:sync/1, dets:all()), mnesia:dump_log().");
    }

    /// Ends it at once, as a crash does.
    public void kill() {
        ProcessHandle.of(child.pid()).stream().flatMap(ProcessHandle::descendants)
                .forEach(ProcessHandle::destroyForcibly);
        child.close();
    }

    /// Deletes all that it has stored. It must not run.
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
        environment.put("RABBITMQ_NODENAME", node());
        environment.put("RABBITMQ_CONF_ENV_FILE", "/dev/null");
        environment.put("RABBITMQ_CONFIG_FILE", directory.resolve("rabbitmq.conf").toString());
        environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", directory.resolve("plugins").toString());
        environment.put("RABBITMQ_MNESIA_BASE", directory.resolve("mnesia").toString());
        environment.put("RABBITMQ_LOG_BASE", directory.resolve("log").toString());
        environment.put("RABBITMQ_DIST_PORT", String.valueOf(distributionPort));
        environment.put("RABBITMQ_CTL_DIST_PORT_MIN", "1024");
        environment.put("RABBITMQ_CTL_DIST_PORT_MAX", "65535");
        environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", ERLANG);
        environment.put("ERL_EPMD_PORT", String.valueOf(namesPort));
        environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
        return environment;
    }

    private String node() {
        return "test" + port + "@localhost";
    }

    private static int steadyPort() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(LEAST_PORT, MOST_PORT);
            try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (IOException taken) {
                // another one
            }
        }
        throw new AssertionError("no free port from " + LEAST_PORT + " to " + MOST_PORT);
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
