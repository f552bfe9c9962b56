package com.datashop.gateway.http;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.heap.HeapBudget.Use;
import com.datashop.gateway.time.Watchdog;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// The JDK's HTTP server with the router: each request gets its own virtual thread and exactly one reply.
///
/// ```
///   exchange ─▶ framing ─▶ CORS ─▶ Router ─▶ Handler ─▶ Reply ─▶ write, read on what is left of the body, close
///                  └──────────────────┴─────────┴─▶ Problem, or a fault, as problem+json
/// ```
public final class Server implements AutoCloseable {
    /// The most connections that wait to be accepted, so that a burst is not refused. The JDK's default is 50.
    private static final int BACKLOG = 4096;
    /// The longest wait for requests at the end. A reply takes no longer, and a body that has not come by then is not
    /// worth more.
    private static final Duration MAX_GRACE = Duration.ofSeconds(2);
    private static final Duration CLOSING_POLL = Duration.ofMillis(5);
    /// The bytes that must get through within the time for a write.
    private static final int SLICE_BYTES = 64 << 10;
    /// The bytes of a body that the cost of its connection includes.
    private static final int SMALL_BYTES = 4 << 10;
    private static final System.Logger LOG = System.getLogger(Server.class.getName());

    private final Router router;
    private final Cors cors;
    private final Stats stats;
    private final Bodies bodies;
    private final HeapBudget heap;
    private final Watchdog watchdog;
    private final Duration writeTimeout;
    private final AtomicInteger underWay = new AtomicInteger();
    private final HttpServer server;
    private final ExecutorService executor =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
    private final Heads heads;

    /// Binds the address. The server answers from [#start] on.
    ///
    /// @param bodies the bounds on requests' bodies
    /// @param heap the budget that heads and replies share with everything else that clients make this node hold
    /// @param writeTimeout how long a write may make no progress
    /// @throws IOException when the address cannot be bound
    public Server(InetSocketAddress address, Router router, Cors cors, Stats stats, Bodies bodies, HeapBudget heap,
            Watchdog watchdog, Duration writeTimeout) throws IOException {
        this.router = router;
        this.cors = cors;
        this.stats = stats;
        this.bodies = bodies;
        this.heap = heap;
        this.watchdog = watchdog;
        this.writeTimeout = writeTimeout;
        server = HttpServer.create(address, BACKLOG);
        server.createContext("/", this::handle);
        heads = new Heads(heap, executor, stats, watchdog, bodies.time().plus(Bodies.grace(bodies.time())));
        server.setExecutor(heads);
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
    /// @throws IOException when the connection broke. The exception must leave this method, because only then does the
    /// JDK's server forget the connection. After a close it would keep every connection whose client left before
    ///         its answer was written, up to the limit on connections, for ever.
    private void handle(HttpExchange exchange) throws IOException {
        underWay.incrementAndGet();
        try {
            answer(exchange);
        } finally {
            underWay.decrementAndGet();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        var request = new Request(exchange, bodies, watchdog, router::refusal,
                (late, problem, received) -> answerLate(exchange, late, problem, received));
        cors.apply(exchange.getRequestHeaders().getFirst("Origin"), exchange.getResponseHeaders());
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        // A stream's address may hold an access_token.
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        reply(request).writeBy(new Answer(exchange, request));
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
            log(fault, request);
            return request.refusal(new Problem(Refusal.FAULT, "a fault of the gateway, which is in its log")
                    .with("Connection", "close"));
        }
    }

    private void letIn(Request request) throws Problem, IOException {
        try {
            heads.arrived(request.headLength());
        } catch (Problem full) {
            request.leaveBody();
            throw full;
        }
    }

    /// Writes the reply, and counts the heap that it takes until the client has read it.
    ///
    /// When there is no room, it refuses a GET. Any other request has done its work, so it gets its answer.
    private void writeCounted(HttpExchange exchange, Request request, Reply.Whole reply) throws IOException {
        int bytes = reply.body().length;
        if (bytes <= SMALL_BYTES || reply.isShared()) {
            write(exchange, request, reply);
            return;
        }
        if (!heap.take(Use.REPLIES, bytes)) {
            if (request.method().equals("GET")) {
                var refused = Holding.refused();
                stats.countRefused(refused.refusal());
                write(exchange, request, refused.reply());
                return;
            }
            heap.charge(Use.REPLIES, bytes);
        }
        try {
            write(exchange, request, reply);
        } finally {
            heap.give(Use.REPLIES, bytes);
        }
    }

    private void write(HttpExchange exchange, Request request, Reply.Pieces reply) throws IOException {
        try (var guard = watchdog.guard()) {
            var headers = exchange.getResponseHeaders();
            reply.headers().forEach(headers::set);
            headers.set("Content-Type", reply.contentType());
            // Only the end of the connection tells such a client where the body ends.
            if (request.isHttp10()) headers.set("Connection", "close");
            if (request.method().equals("HEAD")) {
                request.drain(guard);
                bounded(guard, () -> exchange.sendResponseHeaders(reply.status(), -1));
                bounded(guard, exchange::close);
                return;
            }
            exchange.sendResponseHeaders(reply.status(), 0);
            writePieces(new GuardedOutput(exchange.getResponseBody(), guard, writeTimeout), request, reply);
            if (request.isHttp10()) throw new StreamEnded();
            request.drain(guard);
            bounded(guard, exchange::close);
        } finally {
            reply.release().run();
        }
    }

    /// Writes the pieces. A fault in the middle cuts the connection, so that no client takes a part for the whole.
    private void writePieces(GuardedOutput out, Request request, Reply.Pieces reply) throws IOException {
        try {
            reply.source().writeTo(out);
        } catch (RuntimeException | Error fault) {
            log(fault, request);
            throw new IOException("a fault in mid-reply", fault);
        }
    }

    /// Answers while the thread of the request still waits for its body.
    ///
    /// It closes nothing, because a close would wait for the body as well.
    private void answerLate(HttpExchange exchange, Request request, Problem problem, long received) {
        stats.countRefused(problem.refusal());
        LOG.log(INFO, "event=slow-body path=" + request.path() + " bytes=" + received + " seconds="
                + bodies.time().toSeconds());
        try (var guard = watchdog.guard()) {
            var reply = request.refusal(problem);
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            if (reply.contentType() != null) exchange.getResponseHeaders().set("Content-Type", reply.contentType());
            guard.arm(writeTimeout);
            exchange.sendResponseHeaders(reply.status(), reply.body().length);
            exchange.getResponseBody().write(reply.body());
            exchange.getResponseBody().flush();
            guard.disarm();
        } catch (IOException gone) {
            LOG.log(DEBUG, "event=slow-body-gone path=" + request.path());
        }
    }

    private void write(HttpExchange exchange, Request request, Reply.Whole reply) throws IOException {
        try (var guard = watchdog.guard()) {
            write(exchange, request, reply, guard);
        }
    }

    private void write(HttpExchange exchange, Request request, Reply.Whole reply, Watchdog.Guard guard)
            throws IOException {
        var headers = exchange.getResponseHeaders();
        reply.headers().forEach(headers::set);
        if (reply.contentType() != null) headers.set("Content-Type", reply.contentType());
        boolean head = request.method().equals("HEAD");
        // RFC 9110, 8.6: in a 304 this would be the length of the 200.
        if (head && reply.status() != 304) headers.set("Content-Length", String.valueOf(reply.body().length));
        if (head || reply.body().length == 0) {
            request.drain(guard); // First: the JDK's server closes the exchange with such a head.
            bounded(guard, () -> exchange.sendResponseHeaders(reply.status(), -1));
        } else {
            exchange.sendResponseHeaders(reply.status(), reply.body().length);
            var out = exchange.getResponseBody();
            for (int at = 0; at < reply.body().length; at += SLICE_BYTES) {
                int from = at;
                bounded(guard, () -> {
                    out.write(reply.body(), from, Math.min(SLICE_BYTES, reply.body().length - from));
                    out.flush();
                });
            }
            request.drain(guard);
        }
        bounded(guard, exchange::close);
    }

    /// Begins a stream on a thread of its own, and waits for its end.
    ///
    /// So a waiting stream keeps only the few stack frames of its loop, and not all those of a request. Its connection
    /// ends together with its thread. Only this way leaves nothing behind in the sets of the JDK's server.
    private void begin(HttpExchange exchange, Request request, Reply.Stream reply) throws IOException {
        var ended = new CountDownLatch(1);
        boolean begun = false;
        try {
            var headers = exchange.getResponseHeaders();
            reply.headers().forEach(headers::set);
            headers.set("Connection", "close");
            if (request.method().equals("HEAD")) {
                writeHead(exchange, reply);
                return;
            }
            exchange.sendResponseHeaders(reply.status(), 0);
            headers.clear(); // They are written, and would take heap until the stream ends.
            executor.execute(new Streaming(exchange, request, reply, ended));
            begun = true;
        } finally {
            if (!begun) reply.release().run();
        }
        if (!request.isHttp10()) return;
        heads.release(); // The stream's seat counts its head.
        awaitEnd(ended); // The stream is not framed, and closing it would leak the connection.
    }

    private void writeHead(HttpExchange exchange, Reply.Stream reply) throws IOException {
        try (var guard = watchdog.guard()) {
            bounded(guard, () -> exchange.sendResponseHeaders(reply.status(), -1));
            bounded(guard, exchange::close);
        }
    }

    private static void awaitEnd(CountDownLatch ended) {
        try {
            ended.await();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        throw new StreamEnded();
    }

    private void log(Throwable fault, Request request) {
        LOG.log(ERROR, "event=fault method=" + request.method() + " path=" + request.path(), fault);
        stats.countRefused(Refusal.FAULT);
    }

    /// Runs a write, which blocks while the client does not read. Only the watchdog's interrupt can free it.
    private void bounded(Watchdog.Guard guard, Write write) throws IOException {
        guard.arm(writeTimeout);
        write.run();
        guard.disarm();
    }

    /// The answer to a request, whatever its kind.
    private final class Answer implements Reply.Writer {
        private final HttpExchange exchange;
        private final Request request;

        Answer(HttpExchange exchange, Request request) {
            this.exchange = exchange;
            this.request = request;
        }

        @Override
        public void whole(Reply.Whole reply) throws IOException {
            writeCounted(exchange, request, reply);
        }

        @Override
        public void pieces(Reply.Pieces reply) throws IOException {
            write(exchange, request, reply);
        }

        @Override
        public void stream(Reply.Stream reply) throws IOException {
            begin(exchange, request, reply);
        }
    }

    /// Runs on a stream's own thread. It is a class, because a lambda would be one more frame to keep.
    private final class Streaming implements Runnable {
        private final HttpExchange exchange;
        private final Request request;
        private final Reply.Stream reply;
        private final CountDownLatch ended;

        Streaming(HttpExchange exchange, Request request, Reply.Stream reply, CountDownLatch ended) {
            this.exchange = exchange;
            this.request = request;
            this.reply = reply;
            this.ended = ended;
        }

        @Override
        public void run() {
            underWay.incrementAndGet();
            try {
                reply.source().accept(exchange.getResponseBody());
            } catch (Throwable fault) {
                log(fault, request);
                Thread.currentThread().interrupt(); // So the connection is cut, and not ended as if it were whole.
            } finally {
                reply.release().run();
                underWay.decrementAndGet();
                ended.countDown();
            }
            if (request.isHttp10()) return;
            try (var guard = watchdog.guard()) {
                guard.arm(writeTimeout);
                exchange.close();
            }
        }
    }

    @FunctionalInterface
    private interface Write {
        void run() throws IOException;
    }

    /// Leaves the JDK's server with an exception. The server then closes the connection in any state.
    private static final class StreamEnded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StreamEnded() {
            super(null, null, false, false);
        }
    }
}
