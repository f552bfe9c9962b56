package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/// The floor of the design that the gateway has: the JDK's server, a virtual thread and a queue for each stream, and
/// nothing else.
///
/// No history, no checks, no limits, no heartbeats; a client that does not read is not noticed. Under load a stream is
/// woken for every second event: more to a write can not be had at 100 events a second with a median under 10 ms. What
/// is left over when no more come, a clock brings.
final class BareServer {
    private static final int EVENTS_A_WRITE = 2;
    /// So long after its last write a stream is woken by the first event.
    private static final long BUSY_NANOS = 32_000_000;
    private static final long CLOCK_NANOS = 30_000_000;
    private static final byte[] OK = "{\"success\":true}".getBytes(US_ASCII);

    private final Map<String, List<Stream>> channels = new ConcurrentHashMap<>();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private long events;
    private volatile long publishedAt = System.nanoTime();

    private BareServer() { }

    /// Runs until it is killed, and says on which port.
    public static void main(String[] args) throws IOException {
        var bare = new BareServer();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
        server.setExecutor(bare.executor);
        server.createContext("/sub", bare::follow);
        server.createContext("/pub", bare::publish);
        server.start();
        System.out.println("on port " + server.getAddress().getPort());
        bare.clock();
    }

    private void follow(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        executor.execute(() -> {
            try (exchange) {
                new Stream().run(channels.computeIfAbsent(exchange.getRequestURI().getQuery(),
                        _ -> new CopyOnWriteArrayList<>()), exchange);
            } catch (IOException gone) {
                // as clients do
            }
        });
    }

    private void publish(HttpExchange exchange) throws IOException {
        var data = new String(exchange.getRequestBody().readAllBytes(), US_ASCII);
        var channel = exchange.getRequestURI().getQuery();
        long now = System.nanoTime();
        synchronized (this) {
            var id = "1795513339422-" + ++events;
            var frame = ("id: " + id + "\ndata: {\"channel\":\"logs:etl:bench:" + channel + "\",\"id\":\"" + id
                    + "\",\"timestamp\":1795513339422,\"data\":" + data + "}\n\n").getBytes(US_ASCII);
            for (var stream : channels.getOrDefault(channel, List.of())) stream.offer(frame, now);
        }
        publishedAt = now;
        exchange.sendResponseHeaders(200, OK.length);
        exchange.getResponseBody().write(OK);
        exchange.close();
    }

    private void clock() {
        while (true) {
            LockSupport.parkNanos(CLOCK_NANOS);
            if (System.nanoTime() - publishedAt > CLOCK_NANOS)
                channels.values().forEach(streams -> streams.forEach(Stream::wake));
        }
    }

    private static final class Stream {
        private final BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>(1024);
        private final Thread thread = Thread.currentThread();
        private volatile boolean waiting;
        private volatile long wroteAt = System.nanoTime() - BUSY_NANOS;

        void run(List<Stream> followers, HttpExchange exchange) throws IOException {
            var out = exchange.getResponseBody();
            out.write(": hello\n\n".getBytes(US_ASCII));
            out.flush();
            followers.add(this);
            try {
                var taken = new ArrayList<byte[]>();
                while (true) {
                    waiting = true;
                    while (waiting) LockSupport.park();
                    queue.drainTo(taken);
                    for (var frame : taken) out.write(frame);
                    out.flush();
                    wroteAt = System.nanoTime();
                    taken.clear();
                }
            } finally {
                followers.remove(this);
            }
        }

        void offer(byte[] frame, long now) {
            queue.offer(frame);
            if (now - wroteAt > BUSY_NANOS || queue.size() >= EVENTS_A_WRITE) wake();
        }

        void wake() {
            if (!waiting || queue.isEmpty()) return;
            waiting = false;
            LockSupport.unpark(thread);
        }
    }
}
