package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;

/// A server of one channel that does wrong on purpose, and in pieces of any size: what the generator's checker is
/// checked with.
///
/// Events are counted from 0 in the order in which they come; each is sent to all subscribers before its publish is
/// answered.
final class FaultyServer implements Target {
    /// A fault that the server makes with an event.
    enum Wrong {
        /// It is not sent.
        DROP,
        /// It is sent twice.
        DOUBLE,
        /// It is sent after the next one.
        LATE,
        /// It is not sent, and the subscribers are told.
        GAP,
        /// It is sent without its stamp.
        STRANGE,
        /// It is sent, and its publish answered, only after a while.
        STALL,
        /// It is sent, and then the streams end.
        END
    }

    static final Duration STALL = Duration.ofMillis(600);

    private final Map<Integer, Wrong> wrongs;
    private final Random random;
    private final HttpServer server;
    private final List<OutputStream> streams = new ArrayList<>();
    private int events;
    private byte[] held;

    /// @param wrongs by event
    /// @param seed of how what is sent is cut into pieces
    FaultyServer(Map<Integer, Wrong> wrongs, long seed) {
        this.wrongs = wrongs;
        random = new Random(seed);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.createContext("/stream", this::stream);
        server.createContext("/publish", this::publish);
        server.createContext("/refuse", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    @Override
    public int streamPort() {
        return server.getAddress().getPort();
    }

    @Override
    public String subscription(String channel, String lastEventId) {
        return "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    @Override
    public Publication publication(String[] channels, String data, int[] lanes) {
        return new Publication(Publication.post("/publish", "application/json", "", data), lanes);
    }

    @Override
    public Cost cost() {
        return new Processes(ProcessHandle.current().pid());
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        var out = exchange.getResponseBody();
        out.write(":hello\n\nretry: 1000\n\nevent: connection\nid: 0\ndata: {\"type\":\"connection\"}\n\n"
                .getBytes(UTF_8));
        out.flush();
        streams.add(out);
    }

    private synchronized void publish(HttpExchange exchange) throws IOException {
        try (exchange) {
            var data = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            send(events, ("id: " + ++events + "\ndata: " + data + "\n\n").getBytes(UTF_8));
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(UTF_8));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(int event, byte[] frame) throws IOException, InterruptedException {
        var late = held;
        held = null;
        switch (wrongs.get(event)) {
            case null -> write(frame);
            case DROP -> { }
            case DOUBLE -> {
                write(frame);
                write(frame);
            }
            case LATE -> held = frame;
            case GAP ->
                    write(
                    ("event: gap\ndata: "
                    + "{\"type\":\"gap\",\"reason\":\"evicted\",\"lost\":1,\"from\":null,\"to\":\"1-1\"}\n\n")
                    .getBytes(UTF_8));
            case STRANGE -> write("data: something else\n\n".getBytes(UTF_8));
            case STALL -> {
                Thread.sleep(STALL);
                write(frame);
            }
            case END -> {
                write(frame);
                for (var stream : streams) stream.close();
                streams.clear();
            }
        }
        if (late != null) write(late);
    }

    private void write(byte[] frame) throws IOException {
        for (var stream : streams) {
            for (int from = 0; from < frame.length; ) {
                int length = Math.min(frame.length - from, 1 + random.nextInt(frame.length));
                stream.write(frame, from, length);
                stream.flush();
                from += length;
            }
        }
    }
}
