package com.datashop.gateway.http;

import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.heap.HeapBudget.Use;
import com.datashop.gateway.time.Watchdog;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// Writes replies through the JDK's server, bounded in heap and in time, and ends their connections without a leak.
///
/// ```
///   Whole ──▶ count its heap ──▶ write in slices ──▶ drain the body ──▶ close
///   Pieces ──▶ write as the client reads ──▶ drain the body ──▶ close
///   Stream ──▶ write the head ──▶ a thread of its own runs it ──▶ close
/// ```
final class ReplyWriter {
    /// The bytes that must get through within the time for a write.
    private static final int SLICE_BYTES = 64 << 10;
    /// The bytes of a body that the cost of its connection includes.
    private static final int SMALL_BYTES = 4 << 10;

    private final HeapBudget heap;
    private final Heads heads;
    private final Stats stats;
    private final Watchdog watchdog;
    private final Duration writeTimeout;
    private final Executor streams;
    private final AtomicInteger underWay;

    /// @param writeTimeout how long a write may make no progress
    /// @param streams runs each stream on a thread of its own
    /// @param underWay counts the streams too
    ReplyWriter(HeapBudget heap, Heads heads, Stats stats, Watchdog watchdog, Duration writeTimeout, Executor streams,
            AtomicInteger underWay) {
        this.heap = heap;
        this.heads = heads;
        this.stats = stats;
        this.watchdog = watchdog;
        this.writeTimeout = writeTimeout;
        this.streams = streams;
        this.underWay = underWay;
    }

    /// Writes a reply of any kind. It returns when the reply is over; for most streams, when their thread has begun.
    void write(HttpExchange exchange, Request request, Reply reply) throws IOException {
        reply.writeBy(new ExchangeWriter(exchange, request));
    }

    /// Writes a reply while the thread of the request still waits for its body.
    ///
    /// It closes nothing, because a close would wait for the body as well.
    void writeLate(HttpExchange exchange, Reply.Whole reply) throws IOException {
        try (var guard = watchdog.guard()) {
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            if (reply.contentType() != null) exchange.getResponseHeaders().set("Content-Type", reply.contentType());
            guard.arm(writeTimeout);
            exchange.sendResponseHeaders(reply.status(), reply.body().length);
            exchange.getResponseBody().write(reply.body());
            exchange.getResponseBody().flush();
            guard.disarm();
        }
    }

    /// Writes the reply, and counts the heap that it takes until the client has read it.
    ///
    /// When there is no room, it refuses a GET. Any other request has done its work already, so it gets its answer.
    private void writeCounted(HttpExchange exchange, Request request, Reply.Whole reply) throws IOException {
        int bytes = reply.body().length;
        if (bytes <= SMALL_BYTES || reply.isShared()) {
            writeWhole(exchange, request, reply);
            return;
        }
        if (!heap.take(Use.REPLIES, bytes)) {
            if (request.method().equals("GET")) {
                var refused = Holding.refused();
                stats.countRefused(refused.refusal());
                writeWhole(exchange, request, refused.reply());
                return;
            }
            heap.charge(Use.REPLIES, bytes);
        }
        try {
            writeWhole(exchange, request, reply);
        } finally {
            heap.give(Use.REPLIES, bytes);
        }
    }

    private void writePieces(HttpExchange exchange, Request request, Reply.Pieces reply) throws IOException {
        try (var guard = watchdog.guard()) {
            var headers = exchange.getResponseHeaders();
            reply.headers().forEach(headers::set);
            headers.set("Content-Type", reply.contentType());
            // A client of HTTP/1.0 knows no chunks: only the end of the connection tells it where the body ends.
            if (request.isHttp10()) headers.set("Connection", "close");
            if (request.method().equals("HEAD")) {
                request.drain(guard);
                bounded(guard, () -> exchange.sendResponseHeaders(reply.status(), -1));
                bounded(guard, exchange::close);
                return;
            }
            exchange.sendResponseHeaders(reply.status(), 0);
            writeSource(new GuardedOutput(exchange.getResponseBody(), guard, writeTimeout), request, reply);
            if (request.isHttp10()) throw new StreamEnded();
            request.drain(guard);
            bounded(guard, exchange::close);
        } finally {
            reply.release().run();
        }
    }

    /// Writes the pieces. A fault in the middle cuts the connection, so that no client takes a part for the whole.
    private void writeSource(GuardedOutput out, Request request, Reply.Pieces reply) throws IOException {
        try {
            reply.source().writeTo(out);
        } catch (RuntimeException | Error fault) {
            stats.logFault(fault, request);
            throw new IOException("a fault in mid-reply", fault);
        }
    }

    private void writeWhole(HttpExchange exchange, Request request, Reply.Whole reply) throws IOException {
        try (var guard = watchdog.guard()) {
            writeWhole(exchange, request, reply, guard);
        }
    }

    private void writeWhole(HttpExchange exchange, Request request, Reply.Whole reply, Watchdog.Guard guard)
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

    /// Begins a stream on a thread of its own. With HTTP/1.0 it waits for the end of the stream.
    ///
    /// A waiting stream then keeps only the few stack frames of its loop, not all those of a request. Its connection
    /// ends together with its thread. Any other way leaves something behind in the sets of the JDK's server.
    private void beginStream(HttpExchange exchange, Request request, Reply.Stream reply) throws IOException {
        var ended = new CountDownLatch(1);
        boolean begun = false;
        try {
            var headers = exchange.getResponseHeaders();
            reply.headers().forEach(headers::set);
            headers.set("Connection", "close");
            if (request.method().equals("HEAD")) {
                writeStreamHead(exchange, reply);
                return;
            }
            exchange.sendResponseHeaders(reply.status(), 0);
            headers.clear(); // They are written, and would take heap until the stream ends.
            streams.execute(new Streaming(exchange, request, reply, ended));
            begun = true;
        } finally {
            if (!begun) reply.release().run();
        }
        if (!request.isHttp10()) return;
        heads.release(); // The stream's seat counts its head.
        awaitEnd(ended); // The stream is not framed, and closing it would leak the connection.
    }

    private void writeStreamHead(HttpExchange exchange, Reply.Stream reply) throws IOException {
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

    /// Runs a write, which blocks while the client does not read. Only the watchdog's interrupt can free it.
    private void bounded(Watchdog.Guard guard, Write write) throws IOException {
        guard.arm(writeTimeout);
        write.run();
        guard.disarm();
    }

    /// Writes the answer to one request, whatever its kind.
    private final class ExchangeWriter implements Reply.Writer {
        private final HttpExchange exchange;
        private final Request request;

        ExchangeWriter(HttpExchange exchange, Request request) {
            this.exchange = exchange;
            this.request = request;
        }

        @Override
        public void whole(Reply.Whole reply) throws IOException {
            writeCounted(exchange, request, reply);
        }

        @Override
        public void pieces(Reply.Pieces reply) throws IOException {
            writePieces(exchange, request, reply);
        }

        @Override
        public void stream(Reply.Stream reply) throws IOException {
            beginStream(exchange, request, reply);
        }
    }

    /// Runs on a stream's own thread. It is a class, because a lambda would keep one more stack frame.
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
                stats.logFault(fault, request);
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

    /// Leaves the handler of the JDK's server with an exception. The server then closes the connection in any state.
    private static final class StreamEnded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StreamEnded() {
            super(null, null, false, false);
        }
    }
}
