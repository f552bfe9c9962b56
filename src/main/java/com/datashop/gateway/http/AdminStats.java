package com.datashop.gateway.http;

import com.datashop.gateway.hub.Hub;
import com.datashop.gateway.json.JsonWriter;

/// `GET /admin/logs/stats`: who follows what, and how this node does; with `summary=true` only the latter, however many follow.
public final class AdminStats implements Handler {
    private final Hub hub;
    private final Stats stats;
    private final Vitals vitals;
    private final AdminAccess access;

    public AdminStats(Hub hub, Stats stats, Vitals vitals, AdminAccess access) {
        this.hub = hub;
        this.stats = stats;
        this.vitals = vitals;
        this.access = access;
    }

    @Override
    public Reply handle(Request request) throws Problem {
        access.check(request);
        boolean summary = isSummary(request.query());
        var body = new JsonWriter().beginObject().member("totalConnections", hub.subscribers().size()).member("totalChannels", hub.channels().size());
        if (!summary) writeChannels(body);
        stats.writeTo(body);
        vitals.writeTo(body);
        return Reply.json(200, body.endObject());
    }

    private static boolean isSummary(Query query) throws Problem {
        String text = query.one("summary");
        return switch (text == null ? "false" : text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Problem(Refusal.BAD_PARAMETER, "summary must be true or false");
        };
    }

    private void writeChannels(JsonWriter body) {
        body.name("channels").beginArray();
        hub.channels().forEach((channel, subscribers) -> {
            body.beginObject().member("channel", channel).member("subscriberCount", subscribers.size()).name("connections").beginArray();
            for (var subscriber : subscribers)
                body.beginObject().member("connectionId", subscriber.connectionId()).member("userId", subscriber.subscription().userId())
                        .member("connectedAt", subscriber.connectedAt().toEpochMilli()).member("logsSent", subscriber.logsSent()).endObject();
            body.endArray().endObject();
        });
        body.endArray();
    }
}
