package com.datashop.gateway.hub;

import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.replay.Step;
import com.datashop.gateway.sse.Frame;
import java.util.Collection;
import java.util.concurrent.ThreadLocalRandom;

/// The messages of the gateway's own: named, so that `onmessage` gets logs and nothing else, and with their name as `type`.
public final class Control {
    /// A client that lost its connection comes back after so many milliseconds, at random: so a thousand do not come at once.
    private static final int RETRY_MIN = 1000;
    private static final int RETRY_MAX = 4000;
    private static final int SHORT_RETRY_MIN = 100;
    private static final int SHORT_RETRY_MAX = 500;

    private Control() { }

    static Frame retry() {
        return Frame.retry(ThreadLocalRandom.current().nextInt(RETRY_MIN, RETRY_MAX + 1));
    }

    /// @param position the place right before the first event that will follow; null when the client's was unknown
    static Frame connection(Subscriber subscriber, EventId position) {
        var subscription = subscriber.subscription();
        var data = typed("connection").member("status", "connected");
        names(data.name("channels"), subscription.channels().patterns());
        if (!subscription.denied().isEmpty()) names(data.name("denied"), subscription.denied());
        data.member("userId", subscription.userId()).member("connectionId", subscriber.connectionId())
                .member("timestamp", System.currentTimeMillis());
        return frame("connection", position, data);
    }

    /// @param from the place before the hole, or null when it is not known
    /// @param lost how many events, or [Step.Lost#UNKNOWN]
    static Frame gap(Gap reason, EventId from, EventId to, long lost) {
        var data = typed("gap").member("reason", reason.wireName()).name("lost");
        if (lost == Step.Lost.UNKNOWN) data.nullValue();
        else data.value(lost);
        data.member("from", from == null ? null : from.toString()).member("to", to.toString());
        return frame("gap", null, data);
    }

    static Frame cursor(EventId position) {
        return frame("cursor", position, typed("cursor"));
    }

    /// The wait before a client resumes whose stream was too old: a moment, for nothing is wrong with the gateway.
    static Frame shortRetry() {
        return Frame.retry(ThreadLocalRandom.current().nextInt(SHORT_RETRY_MIN, SHORT_RETRY_MAX + 1));
    }

    /// Tells that the stream ends while nothing is wrong with the client.
    ///
    /// @param reason `stop` when the gateway stops, `age` when only this stream ends
    static Frame shutdown(String reason) {
        return frame("shutdown", null, typed("shutdown").member("reason", reason));
    }

    static Frame expired() {
        return frame("expired", null, typed("expired"));
    }

    /// What an `EventSource` is told in place of a status that it would never come back from.
    ///
    /// @param retryAfter seconds
    public static Frame refused(int status, String reason, long retryAfter) {
        return frame("refused", null, typed("refused").member("status", status).member("reason", reason).member("retryAfter", retryAfter));
    }

    private static JsonWriter typed(String type) {
        return new JsonWriter().beginObject().member("type", type);
    }

    private static Frame frame(String event, EventId id, JsonWriter data) {
        return Frame.control(event, id == null ? null : id.toString(), data.endObject().toString());
    }

    private static void names(JsonWriter out, Collection<ChannelPattern> patterns) {
        out.beginArray();
        for (var pattern : patterns) out.value(pattern.text());
        out.endArray();
    }
}
