package com.datashop.gateway.client;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonNumber;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Publishes entries in batches, one batch after the other, and tries again until the gateway has taken them.
///
/// ```
///   batch ──▶ POST ──┬─ 200: published, but for the entries that it lists as rejected
///                    ├─ 400, 413 of one entry: rejected; of several: in halves
///                    ├─ 401, 403: refused for good
///                    └─ broken, 408, 429, 5xx: again, after a wait
/// ```
///
/// An entry may be published twice when its answer was lost. A gateway that dies between storing and answering leaves
/// no other choice to a publisher that must lose nothing.
public final class LogPublisher {
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final Duration RENEWAL = Duration.ofSeconds(60);

    /// Receives news of entries that were not published at once.
    public interface Listener {
        /// Receives an entry that the gateway refuses.
        ///
        /// @param entry the entry's line
        void rejected(byte[] entry, String detail);

        /// Learns that the gateway cannot be reached, or asks to wait. The publisher tries again.
        void waiting(String detail);
    }

    private final Endpoint endpoint;
    private final Listener listener;
    private final Optional<Duration> timeout;
    private final Retry retry = new Retry();

    /// @param timeout how long the publisher tries one batch; empty for ever
    public LogPublisher(Endpoint endpoint, Optional<Duration> timeout, Listener listener) {
        this.endpoint = endpoint;
        this.timeout = timeout;
        this.listener = listener;
    }

    /// Publishes the batch, and returns how many of its entries were published. The listener gets the rejected ones.
    ///
    /// @param entries JSON objects, each in one line without a line end
    /// @throws RefusedException when the gateway refuses the token
    /// @throws UnpublishedException when the time was over before the gateway took all of them
    /// @throws InterruptedException when the thread was interrupted; whether the batch was published is then unknown
    public int publish(List<byte[]> entries) throws RefusedException, UnpublishedException, InterruptedException {
        long began = System.nanoTime();
        retry.reset();
        while (true) {
            String why;
            var wait = Optional.<Duration>empty();
            try {
                var answer = post(entries);
                if (answer.status() == 200) return entries.size() - rejected(entries, answer);
                if (answer.status() == 400 || answer.status() == 413) return inParts(entries, answer);
                if (isFinal(answer.status(), System.nanoTime() - began)) throw refusal(answer);
                why = answer.detail();
                wait = answer.retryAfter();
            } catch (IOException broken) {
                why = LogReader.reason(broken);
            }
            var pause = wait.orElseGet(retry::next);
            if (pause.compareTo(LONGEST_WAIT) > 0) pause = LONGEST_WAIT;
            if (timeout.isPresent() && System.nanoTime() - began + pause.toNanos() >= timeout.get().toNanos())
                throw new UnpublishedException(entries, why);
            listener.waiting(why);
            Thread.sleep(pause);
        }
    }

    /// Whether another try is useless. A token in a file gets a moment in which its owner may renew it.
    private boolean isFinal(int status, long waited) {
        if (status == 401 && endpoint.token().mayChange()) return waited > RENEWAL.toNanos();
        return status < 500 && status != 408 && status != 429;
    }

    private static RefusedException refusal(HttpAnswer answer) {
        int status = answer.status();
        return new RefusedException(status, status / 100 == 3
                ? "redirects to another address, where the token is not sent" : answer.detail());
    }

    private HttpAnswer post(List<byte[]> entries) throws IOException {
        var connection = endpoint.open("/api/logs/publish?partial=true", endpoint.token().read(), SILENCE);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/x-ndjson");
        connection.setDoOutput(true);
        var body = body(entries);
        connection.setFixedLengthStreamingMode(body.length);
        try (var out = connection.getOutputStream()) {
            out.write(body);
        }
        return HttpAnswer.of(connection);
    }

    /// The entries in one array. Each write of its own would take a lock, and the connection's buffer is small.
    private static byte[] body(List<byte[]> entries) {
        int length = 0;
        for (var entry : entries) length = Math.addExact(length, entry.length + 1);
        var body = new byte[length];
        int at = 0;
        for (var entry : entries) {
            System.arraycopy(entry, 0, body, at, entry.length);
            at += entry.length;
            body[at++] = '\n';
        }
        return body;
    }

    /// Publishes a refused batch in halves. The reason may lie in one entry, or in all of them together.
    private int inParts(List<byte[]> entries, HttpAnswer answer) throws RefusedException, UnpublishedException,
            InterruptedException {
        if (answer.status() == 400 && rejected(entries, answer) > 0) return 0;
        if (entries.size() == 1) {
            listener.rejected(entries.getFirst(), answer.detail());
            return 0;
        }
        int half = entries.size() / 2;
        int published = publish(entries.subList(0, half));
        try {
            return published + publish(entries.subList(half, entries.size()));
        } catch (UnpublishedException rest) {
            throw rest.after(published);
        }
    }

    /// Tells the listener the rejected entries that the answer lists, and returns their number.
    private int rejected(List<byte[]> entries, HttpAnswer answer) {
        var indexes = new ArrayList<Integer>();
        try {
            if (JsonValue.parse(answer.body()) instanceof JsonObject reply
                    && reply.get("rejected") instanceof JsonArray(var list))
                for (var one : list)
                    if (one instanceof JsonObject each && each.get("index") instanceof JsonNumber number) {
                        int index = Integer.parseInt(number.text());
                        if (index < 0 || index >= entries.size()) continue;
                        indexes.add(index);
                        listener.rejected(entries.get(index), each.get("detail") instanceof JsonString(var detail)
                                ? detail : "refused");
                    }
        } catch (JsonException | NumberFormatException foreign) {
            // A 200 without a list is still a 200.
        }
        return indexes.size();
    }
}
