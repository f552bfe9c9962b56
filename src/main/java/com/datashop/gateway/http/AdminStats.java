package com.datashop.gateway.http;

import com.datashop.gateway.hub.Hub;
import com.datashop.gateway.json.JsonWriter;

/// `GET /admin/logs/stats`: who follows what.
public final class AdminStats implements Handler {
    private final Hub hub;
    private final Stats stats;
    private final AdminAccess access;

    public AdminStats(Hub hub, Stats stats, AdminAccess access) {
        this.hub = hub;
        this.stats = stats;
        this.access = access;
    }

    @Override
    public Reply handle(Request request) throws Problem {
        access.check(request);
        var body = new JsonWriter().beginObject().member("totalConnections", hub.subscribers().size())
                .member("totalChannels", hub.channels().size()).name("channels").beginArray();
        hub.channels().forEach((channel, subscribers) -> {
            body.beginObject().member("channel", channel).member("subscriberCount", subscribers.size()).name("connections").beginArray();
            for (var subscriber : subscribers)
                body.beginObject().member("connectionId", subscriber.connectionId()).member("userId", subscriber.subscription().userId())
                        .member("connectedAt", subscriber.connectedAt().toEpochMilli()).member("logsSent", subscriber.logsSent()).endObject();
            body.endArray().endObject();
        });
        body.endArray();
        stats.writeTo(body);
        return Reply.json(200, body.endObject());
    }
}
