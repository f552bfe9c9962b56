package com.datashop.gateway.http.api;

import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.http.Handler;
import com.datashop.gateway.http.Holding;
import com.datashop.gateway.http.JsonPieces;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Query;
import com.datashop.gateway.http.Refusal;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.http.Stats;
import com.datashop.gateway.http.access.AdminAccess;
import com.datashop.gateway.hub.Hub;
import com.datashop.gateway.hub.Subscriber;
import java.io.IOException;

/// `GET /admin/logs/stats`: who follows which channels, and the state of this node.
///
/// With `summary=true` it shows only the state.
public final class AdminStats implements Handler {
    /// The heap for each subscriber of a channel while the channel is written: a slot in an array, and one in its copy.
    private static final int REFERENCE_BYTES = 16;

    private final Hub hub;
    private final Stats stats;
    private final Vitals vitals;
    private final AdminAccess access;
    private final HeapBudget heap;

    public AdminStats(Hub hub, Stats stats, Vitals vitals, AdminAccess access, HeapBudget heap) {
        this.hub = hub;
        this.stats = stats;
        this.vitals = vitals;
        this.access = access;
        this.heap = heap;
    }

    @Override
    public Reply handle(Request request) throws Problem {
        access.check(request);
        boolean summary = isSummary(request.query());
        var holding = new Holding(heap);
        holding.add((long) REFERENCE_BYTES * hub.subscribers().size());
        return Reply.Pieces.json(pieces -> write(pieces, summary), holding);
    }

    private void write(JsonPieces pieces, boolean summary) throws IOException {
        var body = pieces.json().beginObject();
        body.member("totalConnections", hub.subscribers().size()).member("totalChannels", hub.channels().size());
        if (!summary) writeChannels(pieces);
        stats.writeTo(body);
        vitals.writeTo(body);
        body.endObject();
    }

    private static boolean isSummary(Query query) throws Problem {
        String text = query.one("summary");
        return switch (text == null ? "false" : text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Problem(Refusal.BAD_PARAMETER, "summary must be true or false");
        };
    }

    private void writeChannels(JsonPieces pieces) throws IOException {
        var body = pieces.json().name("channels").beginArray();
        for (var channel : hub.channels().entrySet()) {
            // Read once, so that the count is that of the list.
            var subscribers = channel.getValue().toArray(Subscriber[]::new);
            if (subscribers.length == 0) continue; // The last one has just left.
            body.beginObject().member("channel", channel.getKey()).member("subscriberCount", subscribers.length);
            body.name("connections").beginArray();
            for (var subscriber : subscribers) {
                body.beginObject().member("connectionId", subscriber.connectionId())
                        .member("userId", subscriber.subscription().userId())
                        .member("connectedAt", subscriber.connectedAt().toEpochMilli())
                        .member("logsSent", subscriber.logsSent()).endObject();
                pieces.sendFull();
            }
            body.endArray().endObject();
            pieces.sendFull();
        }
        body.endArray();
    }
}
