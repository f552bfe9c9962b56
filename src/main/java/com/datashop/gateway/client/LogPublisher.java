package com.datashop.gateway.client;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonBoolean;
import com.datashop.gateway.json.JsonNumber;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

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
    private static final Duration RENEWAL = Duration.ofSeconds(60);
    private static final Duration LEAST_PATIENCE = Duration.ofMillis(50);
    /// The bytes of one write. Each write that ends shows that the gateway reads.
    private static final int SLICE = 64 << 10;
    /// How often the connection may break under an entry that is larger than any gateway takes by default.
    ///
    /// A gateway reads 4 MiB of a body that it refuses. With a larger one, the client sees only a broken connection.
    private static final int BREAKS_OF_A_GIANT = 3;
    private static final int GIANT_BYTES = 1 << 20;

    /// Learns what becomes of the entries.
    public interface Listener {
        /// Learns that this number of entries was published.
        void published(int entries);

        /// Receives an entry that the gateway refuses.
        void rejected(EntryLine entry, String detail);

        /// Learns that the gateway cannot be reached, or asks to wait. The publisher tries again.
        void waiting(String detail);
    }

    private final Endpoint endpoint;
    private final Listener listener;
    private final Optional<Duration> timeout;
    private final Retry retry = new Retry();
    /// Whether a gateway has answered. Then any other answer comes from a proxy before it.
    private boolean met;

    /// @param timeout how long the publisher tries to get anything taken; empty for ever
    public LogPublisher(Endpoint endpoint, Optional<Duration> timeout, Listener listener) {
        this.endpoint = endpoint;
        this.timeout = timeout;
        this.listener = listener;
    }

    /// Publishes the batch. The listener learns of each entry whether it was published or rejected.
    ///
    /// @throws UnpublishedException with the entries of which it learned nothing: the gateway refused the token, the
    ///     time was over, or the thread was interrupted
    public void publish(List<EntryLine> entries) throws UnpublishedException {
        var parts = new ArrayDeque<List<EntryLine>>();
        parts.push(entries);
        while (!parts.isEmpty()) {
            var part = parts.peek();
            try {
                var answer = send(part);
                parts.pop();
                take(part, answer, parts);
            } catch (RefusedException refused) {
                throw unpublished(parts, refused.getMessage(), refused);
            } catch (IOException timeIsOver) {
                throw unpublished(parts, timeIsOver.getMessage(), null);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw unpublished(parts, "stopped", null);
            }
        }
    }

    private static UnpublishedException unpublished(Iterable<List<EntryLine>> parts, String why,
            RefusedException cause) {
        var rest = new ArrayList<EntryLine>();
        for (var part : parts) rest.addAll(part);
        return new UnpublishedException(rest, why, cause);
    }

    /// Sends the part until the gateway has answered 200, 400 or 413.
    ///
    /// @throws IOException when the time is over; the message says what was wrong last
    private HttpAnswer send(List<EntryLine> part) throws RefusedException, IOException, InterruptedException {
        long began = System.nanoTime();
        retry.reset();
        int breaks = 0;
        while (true) {
            String why;
            var wait = Optional.<Duration>empty();
            try {
                var answer = post(part, patience(began));
                met |= answer.isOfGateway();
                if (isDone(answer)) return answer;
                if (isFinal(answer, System.nanoTime() - began)) throw answer.refusal();
                why = answer.detail();
                wait = answer.retryAfter();
            } catch (IOException broken) {
                if (Thread.interrupted()) throw new InterruptedException(); // It is an interrupt that broke it.
                why = Failure.reason(broken);
                if (!(broken instanceof NotReached) && isGiant(part) && ++breaks == BREAKS_OF_A_GIANT)
                    return tooLarge(why);
            }
            var pause = retry.next(wait);
            if (timeout.isPresent() && System.nanoTime() - began + pause.toNanos() >= timeout.get().toNanos())
                throw new IOException(why);
            listener.waiting(why);
            Thread.sleep(pause);
        }
    }

    private static boolean isDone(HttpAnswer answer) {
        return switch (answer.status()) {
            case 200 -> answer.object().isPresent() && answer.object().get().get("success") == JsonBoolean.TRUE;
            case 400 -> answer.isOfGateway();
            case 413 -> true; // A proxy may have a lower limit than the gateway.
            default -> false;
        };
    }

    /// Whether another try is useless. A token in a file gets a moment in which its owner may renew it.
    private boolean isFinal(HttpAnswer answer, long waited) {
        if (answer.isForNow()) return false;
        if (answer.status() == 401 && endpoint.token().mayChange()) return waited > RENEWAL.toNanos();
        if (answer.status() == 401 || answer.status() == 403) return true;
        return answer.isOfGateway() || !met;
    }

    private static boolean isGiant(List<EntryLine> part) {
        return part.size() == 1 && part.getFirst().length() > GIANT_BYTES;
    }

    private static HttpAnswer tooLarge(String why) {
        return new HttpAnswer(413, "{\"detail\":" + new JsonString("too large for the gateway: " + why) + "}",
                Optional.empty());
    }

    /// How long the next try may take without progress: until the time is over, and at most a minute.
    private Duration patience(long began) {
        if (timeout.isEmpty()) return SILENCE;
        var left = timeout.get().minusNanos(System.nanoTime() - began);
        if (left.compareTo(LEAST_PATIENCE) < 0) return LEAST_PATIENCE;
        return left.compareTo(SILENCE) < 0 ? left : SILENCE;
    }

    private HttpAnswer post(List<EntryLine> part, Duration patience) throws IOException {
        var token = endpoint.token().read();
        var connection = endpoint.open("/api/logs/publish?partial=true", token, patience);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/x-ndjson");
        connection.setDoOutput(true);
        var body = body(part);
        connection.setFixedLengthStreamingMode(body.length);
        try (var stall = Stall.watch(connection, patience); var out = output(connection)) {
            for (int at = 0; at < body.length; at += SLICE) {
                out.write(body, at, Math.min(SLICE, body.length - at));
                stall.progress();
            }
        }
        return HttpAnswer.of(connection, token);
    }

    private static OutputStream output(HttpURLConnection connection) throws IOException {
        try {
            return connection.getOutputStream();
        } catch (IOException unreachable) {
            throw new NotReached(unreachable);
        }
    }

    /// Nobody answers at the address, so that the gateway has seen nothing of the request.
    private static final class NotReached extends IOException {
        private static final long serialVersionUID = 1L;

        NotReached(IOException cause) {
            super(Failure.reason(cause), cause);
        }
    }

    /// The entries in one array. A write for each entry would take a lock, and the connection's buffer is small.
    private static byte[] body(List<EntryLine> part) {
        int length = 0;
        for (var entry : part) length = Math.addExact(length, entry.length() + 1);
        var body = new byte[length];
        int at = 0;
        for (var entry : part) {
            System.arraycopy(entry.bytes(), 0, body, at, entry.length());
            at += entry.length();
            body[at++] = '\n';
        }
        return body;
    }

    /// Tells the listener what the answer says, or puts the part back in halves.
    private void take(List<EntryLine> part, HttpAnswer answer, ArrayDeque<List<EntryLine>> parts) {
        var rejected = rejected(part, answer);
        if (answer.status() == 200 || rejected.size() == part.size()) {
            rejected.forEach((index, detail) -> listener.rejected(part.get(index), detail));
            if (rejected.size() < part.size()) listener.published(part.size() - rejected.size());
        } else if (part.size() == 1) {
            listener.rejected(part.getFirst(), answer.detail());
        } else { // The reason may lie in one entry, or in all of them together.
            int half = part.size() / 2;
            parts.push(part.subList(half, part.size()));
            parts.push(part.subList(0, half));
        }
    }

    /// The entries that the answer lists as rejected: their indexes, and why.
    private static TreeMap<Integer, String> rejected(List<EntryLine> part, HttpAnswer answer) {
        var rejected = new TreeMap<Integer, String>();
        if (answer.object().isEmpty() || !(answer.object().get().get("rejected") instanceof JsonArray(var list)))
            return rejected;
        for (var one : list)
            if (one instanceof JsonObject each && each.get("index") instanceof JsonNumber number
                    && number.text().matches("[0-9]{1,9}") && Integer.parseInt(number.text()) < part.size())
                rejected.put(Integer.parseInt(number.text()),
                        each.get("detail") instanceof JsonString(var detail) ? detail : "refused");
        return rejected;
    }
}
