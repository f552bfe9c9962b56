package com.datashop.gateway.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A server that gives prepared answers, one after the other: a proxy whose gateway is away, or no gateway at all.
public final class Stranger implements AutoCloseable {
    private static final String PAGE = "<html>The application is starting.</html>";

    private static final int OPEN = 0;

    /// An answer.
    ///
    /// @param status 0 for a 200 that does not end
    public record Answer(int status, Map<String, String> head, String body) {
        public static Answer page(int status) {
            return new Answer(status, Map.of("Content-Type", "text/html"), PAGE);
        }

        public static Answer json(int status, String body) {
            return new Answer(status, Map.of("Content-Type", "application/json"), body);
        }

        /// A stream that stays open.
        public static Answer openStream(String body) {
            return new Answer(OPEN, Map.of("Content-Type", "text/event-stream"), body);
        }

        public static Answer stream(String body) {
            return new Answer(200, Map.of("Content-Type", "text/event-stream"), body);
        }

        /// A gateway's answer to a batch that it has published.
        public static Answer published() {
            return json(200, "{\"success\":true}");
        }
    }

    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Answer> answers;
    private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
    private final List<String> cursors = Collections.synchronizedList(new ArrayList<>());

    /// @param answers the last one is given again and again
    public Stranger(Answer... answers) {
        this.answers = new ArrayList<>(Arrays.asList(answers));
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /// The variables that lead a command here.
    public Map<String, String> variables() {
        return Map.of("LOGS_URL", "http://127.0.0.1:" + server.getAddress().getPort(), "LOGS_TOKEN", "t");
    }

    /// The bodies of the requests so far.
    public List<String> bodies() {
        return List.copyOf(bodies);
    }

    /// The `Last-Event-ID` of each request so far; empty where there was none.
    public List<String> cursors() {
        return List.copyOf(cursors);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            var cursor = exchange.getRequestHeaders().getFirst("Last-Event-ID");
            cursors.add(cursor == null ? "" : cursor);
            var answer = next();
            answer.head().forEach(exchange.getResponseHeaders()::set);
            var body = answer.body().getBytes(UTF_8);
            if (answer.status() == OPEN) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(body);
                exchange.getResponseBody().flush();
                closed.await();
            } else {
                exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer next() {
        synchronized (answers) {
            return answers.size() == 1 ? answers.getFirst() : answers.removeFirst();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.close();
    }
}
