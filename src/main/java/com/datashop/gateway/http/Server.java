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

/// The JDK's HTTP server with the router in front of the handlers: every request gets its own virtual thread, and exactly one reply.
///
/// ```
///   exchange ─▶ framing ─▶ CORS ─▶ Router ─▶ Handler ─▶ Reply ─▶ write, read on what is left of the body, close
///                  └──────────────────┴─────────┴─▶ Problem, or a fault, as problem+json
/// ```
public final class Server implements AutoCloseable {
    /// A burst of reconnects waits here instead of being refused; the JDK's own default is 50.
    private static final int BACKLOG = 4096;
    /// A reply that is under way needs no more, and a body that is still to come is not worth more.
    private static final Duration MAX_GRACE = Duration.ofSeconds(2);
    private static final Duration CLOSING_POLL = Duration.ofMillis(5);
    /// What a write must bring forward within its time.
    private static final int SLICE_BYTES = 64 << 10;
    /// A smaller body is part of what its connection is counted with.
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
    private final ExecutorService executor = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
    private final Heads heads;

    /// Binds the address, and answers from [#start] on.
    ///
    /// @param bodies the bounds on requests' bodies
    /// @param heap what heads and replies share with all else that clients make this node hold
    /// @param writeTimeout how long a write may make no progress
    /// @throws IOException when it can not be bound
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
        heads = new Heads(heap, executor, stats);
        server.setExecutor(heads);
    }

    public void start() {
        server.start();
    }

    /// The port that is bound.
    public int port() {
        return server.getAddress().getPort();
    }

    /// Takes no more requests, lets those under way finish within the grace, and closes the port and all connections.
    ///
    /// The waiting is done here and not by the JDK's server: that counts a stream of HTTP/1.0 as under way for ever. Until it is over,
    /// requests are answered.
    public void close(Duration grace) {
        long end = System.nanoTime() + Math.clamp(grace.toNanos(), 0, MAX_GRACE.toNanos());
        while (underWay.get() > 0 && System.nanoTime() < end && !Thread.currentThread().isInterrupted()) LockSupport.parkNanos(CLOSING_POLL.toNanos());
        server.stop(0);
        executor.shutdownNow();
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /// @throws IOException when the connection broke, and out of here: the JDK's server then forgets it. After a close instead, it would keep every
    ///         connection whose client left before its answer was written, up to the limit on connections, for ever.
    private void handle(HttpExchange exchange) throws IOException {
        underWay.incrementAndGet();
        try {
            answer(exchange);
        } finally {
            underWay.decrementAndGet();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        var request = new Request(exchange, bodies, watchdog, (late, problem, received) -> answerLate(exchange, late, problem, received));
        cors.apply(exchange.getRequestHeaders().getFirst("Origin"), exchange.getResponseHeaders());
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer"); // a stream's address may hold an access_token
        var reply = reply(request);
        // No switch: for one on types the JVM makes a class at run time, and a process' first reply waits for it.
        if (reply instanceof Reply.Whole whole) writeCounted(exchange, request, whole);
        else if (reply instanceof Reply.Pieces pieces) write(exchange, request, pieces);
        else begin(exchange, request, (Reply.Stream) reply);
    }

    private Reply reply(Request request) throws IOException {
        try {
            letIn(request);
            request.checkFraming();
            if (request.method().equals("OPTIONS"))
                return Reply.empty(cors.preflight(router.allowed(request),
                        request.lines("Access-Control-Request-Headers")));
            return router.route(request).handle(request);
        } catch (Problem problem) {
            stats.countRefused(problem.refusal());
            return problem.reply();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException(stopping);
        } catch (IOException broken) {
            throw broken;
        } catch (Throwable fault) { // an Error too: the JDK's server would keep the connection for ever
            log(fault, request);
            return new Problem(Refusal.FAULT, "a fault of the gateway, which is in its log")
                    .with("Connection", "close").reply();
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

    /// Counts what the heap holds of the reply while the client does not read. A GET may be refused. Any other request
    /// has done its work, so it gets its answer.
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
            // Only its end tells such a client where the body ends.
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

    /// A fault in the middle of it cuts the connection, so that nobody takes what has come for the whole.
    private void writePieces(GuardedOutput out, Request request, Reply.Pieces reply) throws IOException {
        try {
            reply.source().writeTo(out);
        } catch (RuntimeException | Error fault) {
            log(fault, request);
            throw new IOException("a fault in mid-reply", fault);
        }
    }

    /// Answers while the thread of the request still waits for its body. It closes nothing: that would wait for the body as well.
    private void answerLate(HttpExchange exchange, Request request, Problem problem, long received) {
        stats.countRefused(problem.refusal());
        LOG.log(INFO, "event=slow-body path=" + request.path() + " bytes=" + received + " seconds=" + bodies.time().toSeconds());
        try (var guard = watchdog.guard()) {
            var reply = problem.reply();
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.getResponseHeaders().set("Content-Type", reply.contentType());
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

    private void write(HttpExchange exchange, Request request, Reply.Whole reply, Watchdog.Guard guard) throws IOException {
        var headers = exchange.getResponseHeaders();
        reply.headers().forEach(headers::set);
        if (reply.contentType() != null) headers.set("Content-Type", reply.contentType());
        boolean head = request.method().equals("HEAD");
        if (head && reply.status() != 304) headers.set("Content-Length", String.valueOf(reply.body().length)); // RFC 9110, 8.6: of a 304 it would be the 200's
        if (head || reply.body().length == 0) {
            request.drain(guard); // before: the JDK's server closes the exchange with such a head
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

    /// A stream goes on in a thread of its own: what is kept of it while it waits are the few frames of its loop, and not all those of a request. With its thread ends its
    /// connection: that is the one way which leaves nothing behind in the JDK server's sets.
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
            headers.clear(); // they are written, and would be kept as long as the stream lasts
            executor.execute(new Streaming(exchange, request, reply, ended));
            begun = true;
        } finally {
            if (!begun) reply.release().run();
        }
        if (!request.isHttp10()) return;
        heads.release(); // the stream's place counts its head
        awaitEnd(ended); // its stream is not framed: closing it leaks the connection
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

    /// Does what blocks while the client does not read: nothing but the watchdog's interrupt frees it from that.
    private void bounded(Watchdog.Guard guard, Write write) throws IOException {
        guard.arm(writeTimeout);
        write.run();
        guard.disarm();
    }

    /// What runs on a stream's own thread: a class and no lambda, which would be one more frame to keep.
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
                Thread.currentThread().interrupt(); // so that it is cut, and not ended as if it were whole
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

    /// Leaves the JDK's server by the door that closes the connection whatever state it is in.
    private static final class StreamEnded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StreamEnded() {
            super(null, null, false, false);
        }
    }
}
