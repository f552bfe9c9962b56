package com.datashop.gateway.http;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.time.Watchdog;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// The JDK's HTTP server with the router: each request gets its own virtual thread and exactly one reply.
///
/// ```
///   exchange ─▶ framing ─▶ CORS ─▶ Router ─▶ Handler ─▶ Reply ─▶ ReplyWriter: write, drain the body, close
///                  └──────────────────┴─────────┴─▶ Problem, or a fault, as problem+json
/// ```
public final class Server implements AutoCloseable {
    /// The most connections that wait to be accepted, so that a burst is not refused. The JDK's default is 50.
    private static final int BACKLOG = 4096;
    /// The longest wait for requests when the gateway ends. Replies take less, and slow bodies are not worth more.
    private static final Duration MAX_GRACE = Duration.ofSeconds(2);
    private static final Duration CLOSING_POLL = Duration.ofMillis(5);
    private static final System.Logger LOG = System.getLogger(Server.class.getName());

    private final Router router;
    private final Cors cors;
    private final Stats stats;
    private final BodyBounds bounds;
    private final Watchdog watchdog;
    private final AtomicInteger underWay = new AtomicInteger();
    private final HttpServer server;
    private final ExecutorService executor =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
    private final Heads heads;
    private final ReplyWriter replies;

    /// Binds the address. The server answers from [#start] on.
    ///
    /// @param bounds the bounds on requests' bodies
    /// @param heap the budget that heads and replies share with everything else that clients make this node hold
    /// @param writeTimeout how long a write may make no progress
    /// @throws IOException when the address cannot be bound
    public Server(InetSocketAddress address, Router router, Cors cors, Stats stats, BodyBounds bounds, HeapBudget heap,
            Watchdog watchdog, Duration writeTimeout) throws IOException {
        this.router = router;
        this.cors = cors;
        this.stats = stats;
        this.bounds = bounds;
        this.watchdog = watchdog;
        server = HttpServer.create(address, BACKLOG);
        server.createContext("/", this::handle);
        heads = new Heads(heap, executor, stats, watchdog, bounds.time().plus(BodyBounds.grace(bounds.time())));
        server.setExecutor(heads);
        replies = new ReplyWriter(heap, heads, stats, watchdog, writeTimeout, executor, underWay);
    }

    public void start() {
        server.start();
    }

    /// The port that is bound.
    public int port() {
        return server.getAddress().getPort();
    }

    /// Waits within the grace for the requests under way, and closes the port and all connections.
    ///
    /// The JDK's server cannot do the waiting: for it a stream of HTTP/1.0 never ends. Requests that come during the
    /// wait are answered.
    public void close(Duration grace) {
        long end = System.nanoTime() + Math.clamp(grace.toNanos(), 0, MAX_GRACE.toNanos());
        while (underWay.get() > 0 && System.nanoTime() < end && !Thread.currentThread().isInterrupted())
            LockSupport.parkNanos(CLOSING_POLL.toNanos());
        server.stop(0);
        heads.close();
        executor.shutdownNow();
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /// Answers one request.
    ///
    /// @throws IOException when the connection broke. The exception must leave this method: only then does the JDK's
    /// server forget the connection. If this method closed the exchange instead, the server would keep, for ever, each
    /// connection whose client left before its answer was written.
    private void handle(HttpExchange exchange) throws IOException {
        underWay.incrementAndGet();
        try {
            answer(exchange);
        } finally {
            underWay.decrementAndGet();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        var request = new Request(exchange, bounds, watchdog, router::refusal,
                (late, problem, received) -> answerLate(exchange, late, problem, received));
        cors.apply(exchange.getRequestHeaders().getFirst("Origin"), exchange.getResponseHeaders());
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        // A stream's address may hold an access_token.
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        replies.write(exchange, request, reply(request));
    }

    private Reply reply(Request request) throws IOException {
        try {
            letIn(request);
            request.checkFraming();
            if (request.method().equals("OPTIONS") && (request.isPreflight() || !router.answersOptions(request)))
                return Reply.empty(cors.preflight(router.allowed(request),
                        request.lines("Access-Control-Request-Headers")));
            return router.route(request).handle(request);
        } catch (Problem problem) {
            stats.countRefused(problem.refusal());
            return request.refusal(problem);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException(stopping);
        } catch (IOException broken) {
            throw broken;
        } catch (Throwable fault) { // Errors too: the JDK's server would keep the connection for ever.
            stats.logFault(fault, request);
            return request.refusal(new Problem(Refusal.FAULT, "a fault of the gateway, which is in its log")
                    .with("Connection", "close"));
        }
    }

    /// Counts the head of the request, which has arrived.
    ///
    /// @throws Problem when the heap has no room for the head
    private void letIn(Request request) throws Problem, IOException {
        try {
            heads.arrived(request.headLength());
        } catch (Problem full) {
            request.leaveBody();
            throw full;
        }
    }

    /// Answers while the thread of the request still waits for its body.
    private void answerLate(HttpExchange exchange, Request request, Problem problem, long received) {
        stats.countRefused(problem.refusal());
        LOG.log(INFO, "event=slow-body path=" + request.path() + " bytes=" + received + " seconds="
                + bounds.time().toSeconds());
        try {
            replies.writeLate(exchange, request.refusal(problem));
        } catch (IOException gone) {
            LOG.log(DEBUG, "event=slow-body-gone path=" + request.path());
        }
    }
}
