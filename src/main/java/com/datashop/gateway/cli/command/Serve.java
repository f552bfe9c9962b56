package com.datashop.gateway.cli.command;

import com.datashop.gateway.cli.config.Config;
import com.datashop.gateway.cli.config.Version;
import com.datashop.gateway.cli.jvm.JdkServer;
import com.datashop.gateway.cli.jvm.LogLines;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.history.History;
import com.datashop.gateway.http.BodyBounds;
import com.datashop.gateway.http.Router;
import com.datashop.gateway.http.Router.Route;
import com.datashop.gateway.http.Server;
import com.datashop.gateway.http.Stats;
import com.datashop.gateway.http.Status;
import com.datashop.gateway.http.access.AdminAccess;
import com.datashop.gateway.http.access.ConnectionLimits;
import com.datashop.gateway.http.access.Entrance;
import com.datashop.gateway.http.access.Publishers;
import com.datashop.gateway.http.api.AdminStats;
import com.datashop.gateway.http.api.Channels;
import com.datashop.gateway.http.api.Dialects;
import com.datashop.gateway.http.api.Events;
import com.datashop.gateway.http.api.Health;
import com.datashop.gateway.http.api.Metrics;
import com.datashop.gateway.http.api.Publish;
import com.datashop.gateway.http.api.Stream;
import com.datashop.gateway.http.api.TestLogs;
import com.datashop.gateway.http.api.Vitals;
import com.datashop.gateway.http.pages.Pages;
import com.datashop.gateway.http.pages.RootPage;
import com.datashop.gateway.hub.Effort;
import com.datashop.gateway.hub.End;
import com.datashop.gateway.hub.Hub;
import com.datashop.gateway.ingest.BodyRoom;
import com.datashop.gateway.ingest.Intake;
import com.datashop.gateway.ingest.PublishRate;
import com.datashop.gateway.ingest.Traffic;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.memory.MemoryLog;
import com.datashop.gateway.metrics.Gauge;
import com.datashop.gateway.metrics.GaugeFamily;
import com.datashop.gateway.metrics.JvmMetrics;
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.time.Watchdog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/// A running gateway. It wires the parts together, and is the only place that names their implementations.
///
/// ```
/// STARTING ──▶ HEALTHY ──close──▶ DRAINING: the log takes nothing more, streams get the events that are left ──▶ gone
/// ```
public final class Serve implements AutoCloseable {
    /// The time, at the end of a drain, in which streams that did not keep up are ended.
    private static final Duration LAST_CALL = Duration.ofMillis(500);

    /// A single body may always take the heap divided by this, because streams and history leave a quarter free.
    private static final int SHARE_OF_ONE_BODY = 4;

    private final Config config;
    private final EventLog log;
    private final History history;
    private final Hub hub;
    private final Stats stats;
    private final Watchdog watchdog;
    private final List<Route> routes;
    private final Server server;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Serve(Config config) throws IOException {
        this.config = config;
        var limits = config.limits();
        var heap = new HeapBudget(limits.connectionBytes());
        JdkServer.configure(heap, limits.bytesAConnection());
        long now = System.currentTimeMillis();
        log = log(config, now);
        watchdog = new Watchdog();
        history = new History(config.historyEvents(), config.historyBytes(), log.warmFrom());
        hub = new Hub(history, log, watchdog, heap, config.heartbeat(), config.maxAge(), config.writeTimeout());
        stats = new Stats(hub, log, now);
        var connections = new ConnectionLimits(limits.connections(), heap, limits.bytesAConnection(),
                limits.connectionsPerAddress(),
                limits.connectionsPerUser(), limits.waiting());
        var entrance = new Entrance(connections, config.readers(), stats, config.proxies(), config.shutdown());
        var traffic = new Traffic();
        var vitals = new Vitals(hub, history, log, stats, connections, traffic, Version.text());
        var intake =
                new Intake(config.serviceTokens(), new PublishRate(limits.publishRate()), log, stats::countPublished);
        var publishers = new Publishers(intake);
        var bounds = new BodyBounds(limits.bodyBytes(), config.requestTimeout(),
                new BodyRoom(heap, Runtime.getRuntime().maxMemory() / SHARE_OF_ONE_BODY));
        var health = new Health(hub, stats);
        var admin = new AdminAccess(config.adminToken(), config.production());
        var registry = registry(history, heap);
        traffic.declare(registry);
        var routes = new ArrayList<>(Pages.routes(config.pages()));
        routes.addAll(List.of(
                new Route("GET", "/", new RootPage(Version.text(), config.production(), config.pages())),
                new Route("GET", "/health", health::ready),
                new Route("GET", "/health/live", health::live),
                new Route("GET", "/api/logs/stream",
                        new Stream(hub, config.readers(), stats, entrance, limits.channelsPerStream())),
                new Route("GET", "/api/logs/events", new Events(hub.past(Effort.OF_A_PAGE), config.readers(), entrance,
                        limits.channelsPerStream())),
                new Route("POST", "/api/logs/publish", new Publish(publishers, intake)),
                new Route("GET", "/api/logs/channels", new Channels(history, hub, config.readers(), heap)),
                new Route("POST", "/test/logs", new TestLogs(publishers, !config.production(), intake)),
                new Route("GET", "/admin/logs/stats", new AdminStats(hub, stats, vitals, admin, heap)),
                new Route("GET", "/metrics", new Metrics(registry, admin))));
        var dialects = new Dialects(publishers, intake, traffic, stats, limits.bodyBytes(),
                hub.past(Effort.OF_A_PAGE), log.isShared());
        routes.addAll(dialects.routes());
        this.routes = List.copyOf(routes);
        try {
            server = new Server(new InetSocketAddress(config.host(), config.port()),
                    new Router(routes, dialects.regions()), config.cors(), stats, bounds, heap, watchdog,
                    config.writeTimeout());
        } catch (IOException notBound) {
            log.close();
            hub.close();
            watchdog.close();
            config.readers().close();
            throw notBound;
        }
    }

    private static EventLog log(Config config, long now) throws IOException {
        if (config.log().isEmpty()) return new MemoryLog(now);
        return config.log().get().open(now, config.historyBytes(), config.limits().bodyBytes());
    }

    private Registry registry(History history, HeapBudget heap) {
        var registry = new Registry();
        stats.declare(registry);
        hub.ledger().declare(registry);
        log.declare(registry);
        registry.declare("gateway_connections", "Streams that are open.", new Gauge(() -> hub.subscribers().size()));
        registry.declare("gateway_channels", "Channels and patterns that have a subscriber.",
                new Gauge(() -> hub.channels().size()));
        registry.declare("gateway_subscriptions", "Channels and patterns of all streams, counted for each one.",
                new Gauge(() -> hub.channels().values().stream().mapToInt(Set::size).sum()));
        registry.declare("gateway_history_events", "Events that can be replayed.", new Gauge(history::events));
        registry.declare("gateway_history_bytes", "Heap that history holds.", new Gauge(history::bytes));
        registry.declare("gateway_heap_budget_bytes", "Heap that clients make this node hold, beside history, by use.",
                new GaugeFamily<>("use", HeapBudget.Use.class, heap::taken));
        registry.declare("gateway_heap_budget_max_bytes", "The most of it that a use may take.",
                new GaugeFamily<>("use", HeapBudget.Use.class, heap::most));
        JvmMetrics.declare(registry, Version.text());
        return registry;
    }

    /// Starts a gateway. It answers at once, and is healthy when it has read back the log.
    ///
    /// @throws IOException when its address cannot be bound, or its log cannot be opened
    public static Serve start(Config config) throws IOException {
        LogLines.threshold(config.logLevel());
        var serve = new Serve(config);
        WarmUp.run(config.warmUpStreams()); // Clients that connect meanwhile wait: the port is bound.
        return begun(serve);
    }

    /// Starts a gateway for this process alone. It leaves the level of log lines to the gateway that clients see.
    static Serve unseen(Config config) throws IOException {
        return begun(new Serve(config));
    }

    private static Serve begun(Serve serve) throws IOException {
        serve.server.start();
        try {
            serve.log.follow(serve.hub);
        } catch (InterruptedException stopped) {
            serve.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the log was read back", stopped);
        }
        serve.history.warmed();
        serve.stats.become(Status.HEALTHY);
        return serve;
    }

    /// All paths and methods that are answered.
    public List<Route> routes() {
        return routes;
    }

    /// The port that is bound.
    public int port() {
        return server.port();
    }

    /// Drains and stops within `SHUTDOWN_SECONDS`.
    ///
    /// The gateway accepts nothing more, sends all accepted events to the clients that read, and tells every stream
    /// that it ends.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) return;
        var end = Instant.now().plus(config.shutdown());
        stats.become(Status.DRAINING);
        try {
            log.drain(left(end).minus(LAST_CALL));
            hub.end(End.SHUTDOWN);
            if (!hub.awaitEmpty(left(end).minus(LAST_CALL))) {
                hub.interrupt();
                hub.awaitEmpty(left(end));
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        log.close();
        server.close(left(end));
        hub.close();
        watchdog.close();
        config.readers().close();
    }

    private static Duration left(Instant end) {
        return Duration.between(Instant.now(), end);
    }
}
