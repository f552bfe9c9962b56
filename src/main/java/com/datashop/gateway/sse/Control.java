package com.datashop.gateway.sse;

import com.datashop.gateway.json.JsonWriter;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/// The gateway's own messages.
///
/// They are named events, so that `onmessage` gets logs and nothing else. The data repeats the name as `type`.
public final class Control {
    /// A client that lost its connection waits a random time in this range, so that a thousand do not come at once.
    private static final int RETRY_MIN = 1000;
    private static final int RETRY_MAX = 4000;
    private static final int SHORT_RETRY_MIN = 100;
    private static final int SHORT_RETRY_MAX = 500;

    private Control() { }

    /// Tells the client how long to wait before it connects again.
    public static Frame retry() {
        return Frame.retry(ThreadLocalRandom.current().nextInt(RETRY_MIN, RETRY_MAX + 1));
    }

    /// Tells the client, whose stream was too old, to connect again soon: nothing is wrong with the gateway.
    public static Frame shortRetry() {
        return Frame.retry(ThreadLocalRandom.current().nextInt(SHORT_RETRY_MIN, SHORT_RETRY_MAX + 1));
    }

    /// Tells the client that the stream is open, and where it begins.
    ///
    /// @param channels the channels and patterns that the client follows
    /// @param denied those that it may not read
    /// @param position the place right before the first event that will follow; null when the client's was unknown
    public static Frame connection(
            List<String> channels, List<String> denied, String userId, String connectionId, String position) {
        var data = typed("connection").member("status", "connected");
        names(data.name("channels"), channels);
        if (!denied.isEmpty()) names(data.name("denied"), denied);
        data.member("userId", userId).member("connectionId", connectionId)
                .member("timestamp", System.currentTimeMillis());
        return frame("connection", position, data);
    }

    /// Tells the client that events are missing.
    ///
    /// @param from the place before the hole, or null when it is not known
    /// @param to the place after which no event is missing
    /// @param lost how many events are missing; empty when that is not known
    public static Frame gap(String reason, String from, String to, OptionalLong lost) {
        var data = typed("gap").member("reason", reason).name("lost");
        if (lost.isPresent()) data.value(lost.getAsLong());
        else data.nullValue();
        data.member("from", from).member("to", to);
        return frame("gap", null, data);
    }

    /// Tells the client how far the log has come for it.
    public static Frame cursor(String position) {
        return frame("cursor", position, typed("cursor"));
    }

    /// Tells the client that the stream ends, although nothing is wrong with the client.
    ///
    /// @param reason `stop` when the gateway stops, `age` when only this stream ends
    public static Frame shutdown(String reason) {
        return frame("shutdown", null, typed("shutdown").member("reason", reason));
    }

    /// Tells the client that its right to read has ended.
    public static Frame expired() {
        return frame("expired", null, typed("expired"));
    }

    /// Refuses an `EventSource`, which would never come back after an HTTP status that says the same.
    ///
    /// @param retryAfter seconds
    public static Frame refused(int status, String reason, long retryAfter) {
        var data = typed("refused").member("status", status).member("reason", reason).member("retryAfter", retryAfter);
        return frame("refused", null, data);
    }

    private static JsonWriter typed(String type) {
        return new JsonWriter().beginObject().member("type", type);
    }

    private static Frame frame(String event, String id, JsonWriter data) {
        return Frame.control(event, id, data.endObject().toString());
    }

    private static void names(JsonWriter out, List<String> names) {
        out.beginArray();
        for (var name : names) out.value(name);
        out.endArray();
    }
}
