package com.datashop.gateway.http;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.history.ChannelSummary;
import com.datashop.gateway.history.History;
import com.datashop.gateway.hub.Hub;
import com.datashop.gateway.json.JsonWriter;
import java.util.TreeMap;

/// `GET /api/logs/channels`: the channels that have events in history, or a subscriber, and that the caller may read.
public final class Channels implements Handler {
    private final History history;
    private final Hub hub;
    private final Readers readers;

    public Channels(History history, Hub hub, Readers readers) {
        this.history = history;
        this.hub = hub;
        this.readers = readers;
    }

    @Override
    public Reply handle(Request request) throws Problem {
        var grant = readers.session(request).grant();
        var channels = new TreeMap<String, ChannelSummary>();
        for (var name : hub.channels().keySet())
            if (name.indexOf('*') < 0) channels.put(name, new ChannelSummary(new Channel(name), EventId.ZERO, 0, 0));
        for (var summary : history.channels()) channels.put(summary.channel().text(), summary);
        var body = new JsonWriter().beginObject().name("channels").beginArray();
        for (var summary : channels.values()) {
            if (!grant.covers(summary.channel().service(), summary.channel().workspace())) continue;
            body.beginObject().member("channel", summary.channel().text());
            if (summary.events() == 0) body.name("lastId").nullValue().name("lastTimestamp").nullValue();
            else body.member("lastId", summary.lastId().toString()).member("lastTimestamp", summary.lastTimestamp());
            body.member("events", summary.events()).endObject();
        }
        return Reply.json(200, body.endArray().endObject());
    }
}
