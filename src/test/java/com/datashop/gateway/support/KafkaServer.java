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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A real Kafka on ports of the loopback, with all its files in a directory of its own.
///
/// Beside its own port there is a [Cable] to it: who comes by the cable is told the cable's port as the broker's
/// address, so that all of its connections lead through it.
public final class KafkaServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(100);
    /// Whatever it is, as long as it does not change.
    private static final String CLUSTER = "TestTestTestTestTestTe";
    private static final List<String> SMALL = List.of(Jvm.QUICK, "-Xmx256m", "-XX:+UseSerialGC");
    private static final List<String> SHIPPED = List.of("-Xmx1g", "-Xms1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35");
    private static final AtomicInteger TOPICS = new AtomicInteger();

    private final Path directory;
    private final int node;
    private final String voters;
    private final List<String> options;
    private final List<String> jvm;
    private final int port;
    private final int controller;
    private final int cabled;
    private final int cablePort;
    private Cable cable;
    private Child child;

    private KafkaServer(int node, int controller, String voters, List<String> options, List<String> jvm) {
        this.jvm = jvm;
        this.node = node;
        this.controller = controller;
        this.voters = voters;
        this.options = options;
        port = Ports.free();
        cabled = Ports.free();
        cable = new Cable(cabled);
        cablePort = cable.port();
        try {
            directory = Files.createTempDirectory("kafka");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Starts one, and waits until it answers.
    ///
    /// @param options lines of its configuration
    public static KafkaServer start(String... options) {
        return cluster(1, options).getFirst();
    }

    /// Starts one with the JVM's options that Kafka's own script gives it, and its default threads: for measurements.
    public static KafkaServer asShipped() {
        return cluster(1, List.of("num.network.threads=3", "num.io.threads=8"), SHIPPED).getFirst();
    }

    /// Starts several that are one cluster.
    public static List<KafkaServer> cluster(int nodes, String... options) {
        return cluster(nodes, List.of(options), SMALL);
    }

    private static List<KafkaServer> cluster(int nodes, List<String> options, List<String> jvm) {
        var controllers = new ArrayList<Integer>();
        var voters = new ArrayList<String>();
        for (int i = 1; i <= nodes; i++) {
            controllers.add(Ports.free());
            voters.add(i + "@127.0.0.1:" + controllers.getLast());
        }
        var servers = new ArrayList<KafkaServer>();
        for (int i = 1; i <= nodes; i++) {
            servers.add(new KafkaServer(i, controllers.get(i - 1), String.join(",", voters), options, jvm));
            servers.getLast().launch();
        }
        try {
            for (var server : servers) server.await();
            return servers;
        } catch (AssertionError failed) {
            for (var server : servers) server.close(); // nobody else knows of them
            throw failed;
        }
    }

    /// One that all tests of this process share, each with a topic of its own. It ends with the process.
    public static KafkaServer shared() {
        return Shared.SERVER;
    }

    /// A name that no other test uses.
    public static String topic() {
        return "logs-" + ProcessHandle.current().pid() + "-" + TOPICS.incrementAndGet();
    }

    public int port() {
        return port;
    }

    /// The way to it that a test can cut. When one test has closed it, the next gets another on the same port.
    public Cable cable() {
        if (cable.isClosed()) cable = new Cable(cabled, cablePort);
        return cable;
    }

    /// The port that the cable leads to, which asks nobody who he is.
    public int openPort() {
        return cabled;
    }

    /// The URL that has a gateway use it.
    public String url(String topic) {
        return "kafka://127.0.0.1:" + port + "/" + topic;
    }

    /// The URL that has a gateway use it by way of the cable.
    public String cabledUrl(String topic) {
        return "kafka://127.0.0.1:" + cablePort + "/" + topic;
    }

    /// Where its files are.
    public Path directory() {
        return directory;
    }

    /// Where it keeps the topic's one partition.
    public Path partition(String topic) {
        return data().resolve(topic + "-0");
    }

    /// Ends it at once, as a crash does.
    public void kill() {
        child.signal("KILL");
        child.awaitExit();
    }

    /// Stops and continues it: between them it takes connections, and does nothing.
    public void signal(String name) {
        child.signal(name);
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /// Starts it again, on the same ports, with what it has kept.
    public void restart() {
        launch();
        await();
    }

    /// Forgets all that it has kept; it must not run.
    public void forget() {
        Directories.delete(data());
    }

    private Path data() {
        return directory.resolve("data");
    }

    /// The directories that it keeps topics in.
    private List<Path> logs() {
        return options.stream().filter(option -> option.startsWith("log.dirs=")).findFirst()
                .map(option -> option.substring(option.indexOf('=') + 1).replace("@DATA@", data().toString()))
                .map(paths -> Arrays.stream(paths.split(",")).map(Path::of).toList()).orElse(List.of(data()));
    }

    private void launch() {
        launch("-XX:AOTCache=" + Classes.CACHE);
    }

    private void launch(String classes) {
        try {
            Files.createDirectories(data());
            for (var log : logs()) {
                var meta = log.resolve("meta.properties");
                if (!Files.exists(meta))
                    Files.writeString(meta, "version=1\ncluster.id=" + CLUSTER + "\nnode.id=" + node + "\n");
            }
            var lines = new ArrayList<>(List.of("process.roles=broker,controller", "node.id=" + node,
                    "controller.quorum.voters=" + voters,
                    "listeners=PLAIN://127.0.0.1:" + port + ",CABLE://127.0.0.1:" + cabled + ",CONTROLLER://127.0.0.1:"
                            + controller,
                    "advertised.listeners=PLAIN://127.0.0.1:" + port + ",CABLE://127.0.0.1:" + cablePort,
                    "listener.security.protocol.map=PLAIN:PLAINTEXT,CABLE:PLAINTEXT,CONTROLLER:PLAINTEXT",
                    "inter.broker.listener.name=PLAIN", "controller.listener.names=CONTROLLER", "log.dirs=" + data(),
                    "num.network.threads=2", "num.io.threads=4", "num.partitions=1",
                            "log.retention.check.interval.ms=500",
                    "log.initial.task.delay.ms=500", "offsets.topic.replication.factor=1",
                            "offsets.topic.num.partitions=1",
                    "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1",
                    "transaction.state.log.num.partitions=1", "group.initial.rebalance.delay.ms=0",
                    "auto.create.topics.enable=false", "broker.session.timeout.ms=6000"));
            for (var setting : options) {
                lines.removeIf(line -> line.startsWith(setting.substring(0, setting.indexOf('=') + 1)));
                lines.add(setting.replace("@PORT@", String.valueOf(port)).replace("@DATA@", data().toString())
                        .replace("@CONTROLLER@", String.valueOf(controller)));
            }
            var properties = directory.resolve("server.properties");
            Files.write(properties, lines);
            var command = new ArrayList<>(List.of(Jvm.JAVA.toString()));
            command.addAll(jvm);
            command.addAll(List.of(classes, "-cp", Packages.kafka(), "kafka.Kafka", properties.toString()));
            child = Child.start(command.toArray(String[]::new));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void await() {
        Await.until(() -> "Kafka to listen: " + child, START, () -> listens() || !child.isAlive());
        if (!child.isAlive()) throw new AssertionError("Kafka does not start: " + child);
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
        if (child.isAlive()) child.signal("KILL"); // it has nothing to say, and takes seconds to say it
        child.close();
        cable.close();
        Directories.delete(directory);
    }

    /// The classes that a Kafka has loaded and linked when it listens, kept by a first one.
    ///
    /// Only with G1 the JVM keeps their objects as well, which it can read with the serial collector, too.
    private static final class Classes {
        private static final List<String> COLLECTED_BY_G1 = List.of(Jvm.QUICK, "-Xmx256m", "-XX:+UseG1GC");
        private static final Path CACHE = cache();

        private static Path cache() {
            var file = Path.of("target", "clients", "kafka.aot").toAbsolutePath();
            var from = Packages.kafka() + System.getProperty("java.vm.version");
            Once.make(file, file.resolveSibling("kafka.aot.made"), from, () -> {
                int controller = Ports.free();
                try (var first = new KafkaServer(1, controller, "1@127.0.0.1:" + controller, List.of(),
                        COLLECTED_BY_G1)) {
                    first.launch("-XX:AOTCacheOutput=" + file);
                    first.await();
                    first.child.signal("TERM");
                    first.child.awaitExit(START);
                }
            });
            return file;
        }
    }

    private static final class Shared {
        private static final KafkaServer SERVER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
        }
    }
}
