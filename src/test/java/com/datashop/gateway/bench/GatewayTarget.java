package com.datashop.gateway.bench;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Client;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The gateway as it is shipped: `java -jar target/gateway.jar` with its defaults, in a process of its own, on the
/// loopback.
final class GatewayTarget implements Target {
    private static final Path BIN = Path.of(System.getProperty("java.home"), "bin");
    private static final Pattern ON_PORT = Pattern.compile("on port ([0-9]+) ");
    private static final Pattern USED = Pattern.compile("used ([0-9]+)K");
    private static final Pattern STREAMS = Pattern.compile("\"connections\":([0-9]+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Child child;
    private final int port;

    private GatewayTarget(Child child, int port) {
        this.child = child;
        this.port = port;
    }

    /// Starts one and waits until it is healthy.
    ///
    /// @param args arguments of this start alone
    static GatewayTarget start(Setup setup, String... args) {
        var child = launch(setup, args);
        try {
            Await.until(() -> "the banner of " + child, PATIENCE, () -> ON_PORT.matcher(child.out()).find()
                    || !child.isAlive());
            var banner = ON_PORT.matcher(child.out());
            if (!banner.find()) throw new IllegalStateException("the gateway does not start: " + child.err());
            var gateway = new GatewayTarget(child, Integer.parseInt(banner.group(1)));
            Await.until("the gateway to be healthy", PATIENCE, () -> gateway.client().get("/health")
                    .statusCode() == 200);
            return gateway;
        } catch (RuntimeException | AssertionError failed) {
            child.close();
            throw failed;
        }
    }

    /// Starts one and waits for nothing.
    static Child launch(Setup setup, String... args) {
        var command = new ArrayList<>(setup.wrapper());
        command.add(BIN.resolve("java").toString());
        command.addAll(setup.jvm());
        command.addAll(setup.gateway());
        command.addAll(List.of("--host", "127.0.0.1"));
        if (!List.of(args).contains("--port")) command.addAll(List.of("--port", "0"));
        command.addAll(List.of(args));
        command.addAll(setup.gatewayArgs());
        return Child.start(Map.of("PATH", System.getenv("PATH")), command);
    }

    Client client() {
        return new Client(port);
    }

    /// The heap that is in use after a full collection, in bytes.
    long heapInUse() {
        jcmd("GC.run");
        var used = USED.matcher(jcmd("GC.heap_info"));
        if (!used.find()) throw new IllegalStateException("jcmd GC.heap_info says nothing of what is used");
        return Long.parseLong(used.group(1)) << 10;
    }

    /// How many streams it has.
    int streams() {
        var count = STREAMS.matcher(client().get("/health").body());
        if (!count.find()) throw new IllegalStateException("/health does not say how many streams there are");
        return Integer.parseInt(count.group(1));
    }

    /// Sends it a signal.
    void signal(String name) {
        child.signal(name);
    }

    void awaitExit() {
        child.awaitExit();
    }

    @Override
    public int streamPort() {
        return port;
    }

    @Override
    public String subscription(String channel, String lastEventId) {
        return "GET " + Client.stream("logs:etl:bench:" + channel)
                + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                + (lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n") + "\r\n";
    }

    @Override
    public Publication publication(String[] channels, String data, int[] lanes) {
        var body = new StringBuilder();
        for (var channel : channels)
            body.append(body.isEmpty() ? "" : "\n")
                    .append("{\"service\":\"etl\",\"workspace_id\":\"bench\",\"resource_id\":\"").append(channel)
                    .append("\",\"logData\":").append(data).append('}');
        var type = channels.length == 1 ? "application/json" : "application/x-ndjson";
        return new Publication(Publication.post("/api/logs/publish", type, "X-Service-Token: l5-etl-token\r\n",
                body.toString()), lanes);
    }

    @Override
    public boolean takesBatches() {
        return true;
    }

    @Override
    public String health() {
        return "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    @Override
    public Cost cost() {
        return Processes.of(child);
    }

    @Override
    public double pauseSeconds() {
        var line = Pattern.compile("(?m)^jvm_gc_pause_seconds_total ([0-9.eE+-]+)$")
                .matcher(client().get("/metrics").body());
        return line.find() ? Double.parseDouble(line.group(1)) : Double.NaN;
    }

    @Override
    public void close() {
        child.close();
    }

    private String jcmd(String command) {
        try (var jcmd = Child.start(BIN.resolve("jcmd").toString(), String.valueOf(child.pid()), command)) {
            jcmd.awaitExit();
            return jcmd.out();
        }
    }
}
