package com.datashop.gateway.client;

import com.datashop.gateway.client.LogListener.State;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.sse.EventReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;

/// Follows channels. Whenever a stream ends, it goes on after the last event that it has seen.
///
/// ```
///            connection            broken, shut down, refused for now
///   TRYING ─────────────▶ READING ───────────────────────────────────▶ WAITING ──▶ TRYING with Last-Event-ID
///      │ 400, 401, 403, 404
///      ▼
///   refused: RefusedException
/// ```
///
/// It runs on its caller's thread, until the thread is interrupted or the gateway refuses the request for good.
public final class LogReader {
    /// The longest silence of a stream. A gateway sends something every 15 s, and proxies pass it on.
    private static final Duration SILENCE = Duration.ofSeconds(60);
    /// The time for the owner of an expired token to write a new one into its file.
    private static final Duration RENEWAL = Duration.ofSeconds(60);
    private static final Duration RENEWAL_PAUSE = Duration.ofSeconds(1);
    /// The most bytes of one message.
    private static final int MAX_MESSAGE = 64 << 20;

    private final Endpoint endpoint;
    private final LogQuery query;
    private final LogListener listener;
    private final Retry retry = new Retry();
    private String cursor;
    private boolean connected;
    private long refusedSince;

    public LogReader(Endpoint endpoint, LogQuery query, LogListener listener) {
        this.endpoint = endpoint;
        this.query = query;
        this.listener = listener;
    }

    /// Reads until the gateway refuses the request for good.
    ///
    /// @throws RefusedException when the gateway refuses the request and would refuse it again
    /// @throws InterruptedException when the thread was interrupted
    public void run() throws RefusedException, InterruptedException {
        while (true) {
            Duration wait;
            try {
                wait = stream();
            } catch (IOException broken) {
                wait = retry.next();
                listener.state(State.LOST, Failure.reason(broken));
            }
            if (Thread.interrupted()) throw new InterruptedException();
            Thread.sleep(wait);
        }
    }

    /// Opens one stream and reads it to its end. It returns how long to wait before the next one.
    private Duration stream() throws IOException, RefusedException {
        String parameters = cursor == null ? query.textWithBegin() : query.text();
        var token = endpoint.token().read();
        var connection = endpoint.open("/api/logs/stream?" + parameters, token, SILENCE);
        connection.setRequestProperty("Accept", "text/event-stream");
        if (cursor != null) connection.setRequestProperty("Last-Event-ID", cursor);
        try {
            int status = connection.getResponseCode();
            if (status != 200) return refused(HttpAnswer.of(connection, token));
            if (String.valueOf(connection.getContentType()).startsWith("text/event-stream")) return read(connection);
            return foreign(new RefusedException(status, "is no gateway: it answers " + connection.getContentType()));
        } finally {
            connection.disconnect();
        }
    }

    private Duration refused(HttpAnswer answer) throws RefusedException {
        if (answer.isForNow()) {
            listener.state(State.REFUSED, answer.detail());
            return retry.next(answer.retryAfter());
        }
        if (answer.status() == 401 && connected && endpoint.token().mayChange()) {
            long now = System.nanoTime();
            if (refusedSince == 0) {
                refusedSince = now;
                listener.state(State.EXPIRED, answer.detail());
            }
            if (now - refusedSince < RENEWAL.toNanos()) return RENEWAL_PAUSE;
        }
        if (answer.isOfGateway() || answer.status() == 403) throw answer.refusal();
        return foreign(answer.refusal());
    }

    /// Comes back later when a gateway has answered here before. Then a proxy answers while the gateway is away.
    private Duration foreign(RefusedException refusal) throws RefusedException {
        if (!connected) throw refusal;
        listener.state(State.LOST, refusal.getMessage());
        return retry.next();
    }

    private Duration read(HttpURLConnection connection) throws IOException {
        try (var in = connection.getInputStream()) {
            var reader = new EventReader(new Announced(in, listener), MAX_MESSAGE);
            for (var message = reader.next(); message != null; message = reader.next()) {
                if (!message.id().isEmpty()) cursor = message.id();
                var wait = take(message, reader);
                if (wait.isPresent()) return wait.get();
            }
        }
        listener.state(State.LOST, "the stream ended");
        return retry.next();
    }

    /// Tells the listener of a message. It returns how long to wait when the message ends the stream.
    private Optional<Duration> take(EventReader.Message message, EventReader reader) throws IOException {
        if (message.event().equals("message")) {
            listener.event(message.data());
            return Optional.empty();
        }
        var data = object(message.data());
        return switch (message.event()) {
            case "connection" -> {
                connected = true;
                refusedSince = 0;
                retry.reset();
                listener.state(State.CONNECTED, denied(data));
                yield Optional.empty();
            }
            case "gap" -> {
                listener.gap(data);
                yield Optional.empty();
            }
            case "shutdown" -> {
                boolean ofAge = data.get("reason") instanceof JsonString(var reason) && reason.equals("age");
                listener.state(ofAge ? State.RENEWING : State.LOST, "the gateway ends the stream");
                yield Optional.of(ofAge ? asked(reader) : retry.next());
            }
            case "expired" -> {
                listener.state(State.EXPIRED, "the token has expired");
                yield Optional.of(Duration.ZERO);
            }
            case "refused" -> {
                listener.state(State.REFUSED, data.get("reason") instanceof JsonString(var reason) ? reason
                        : "not now");
                yield Optional.of(asked(reader));
            }
            default -> Optional.empty(); // A cursor, or a message that a newer gateway may add.
        };
    }

    private static String denied(JsonObject connection) {
        return connection.get("denied") == null ? ""
                : "without " + connection.get("denied") + ", which may not be read";
    }

    private static JsonObject object(String text) throws IOException {
        try {
            if (JsonValue.parse(text) instanceof JsonObject object) return object;
        } catch (JsonException invalid) {
            // Refused below.
        }
        throw new IOException("the stream has a control message that is no JSON object");
    }

    /// The wait that the stream asks for, or our own when it asks for none.
    private Duration asked(EventReader reader) {
        return retry.next(reader.retry() > 0 ? Optional.of(Duration.ofMillis(reader.retry())) : Optional.empty());
    }

    /// Tells the listener before each wait for the network.
    private static final class Announced extends FilterInputStream {
        private final LogListener listener;

        Announced(InputStream in, LogListener listener) {
            super(in);
            this.listener = listener;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            listener.pause();
            return super.read(bytes, from, length);
        }
    }
}
