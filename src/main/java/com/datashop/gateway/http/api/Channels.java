package com.datashop.gateway.http.api;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.event.Channel;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.history.ChannelSummary;
import com.datashop.gateway.history.History;
import com.datashop.gateway.http.Handler;
import com.datashop.gateway.http.Holding;
import com.datashop.gateway.http.JsonPieces;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.http.access.Readers;
import com.datashop.gateway.hub.Hub;
import com.datashop.gateway.json.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `GET /api/logs/channels`: the channels with events in history, or a subscriber, that the caller may read.
///
/// The reply holds only the names, in order. It looks up the rest when it writes a channel.
public final class Channels implements Handler {
    /// The heap for a name beside its characters: the text object and its slot in the sorted list.
    private static final int NAME_BYTES = 72;

    private final History history;
    private final Hub hub;
    private final Readers readers;
    private final HeapBudget heap;

    public Channels(History history, Hub hub, Readers readers, HeapBudget heap) {
        this.history = history;
        this.hub = hub;
        this.readers = readers;
        this.heap = heap;
    }

    @Override
    public Reply handle(Request request) throws Problem {
        var grant = readers.session(request).grant();
        var holding = new Holding(heap);
        var names = new ArrayList<String>();
        for (var name : hub.channels().keySet())
            if (name.indexOf('*') < 0) add(new Channel(name), grant, holding, names);
        for (var channel : history.held()) add(channel, grant, holding, names);
        names.sort(null);
        return Reply.Pieces.json(pieces -> write(names, pieces), holding);
    }

    private static void add(Channel channel, Grant grant, Holding holding, List<String> names) throws Problem {
        if (!grant.covers(channel.service(), channel.workspace())) return;
        holding.add(NAME_BYTES + channel.text().length());
        names.add(channel.text());
    }

    private void write(List<String> names, JsonPieces pieces) throws IOException {
        pieces.json().beginObject().name("channels").beginArray();
        String last = null;
        for (var name : names) {
            // A channel with both events and subscribers is in the list twice.
            if (!name.equals(last)) write(name, pieces.json());
            last = name;
            pieces.sendFull();
        }
        pieces.json().endArray().endObject();
    }

    private void write(String name, JsonWriter json) {
        var held = history.summary(name).filter(summary -> summary.events() > 0);
        if (held.isEmpty() && !hub.channels().containsKey(name)) return; // It has gone since the list was made.
        json.beginObject().member("channel", name);
        if (held.isEmpty()) json.name("lastId").nullValue().name("lastTimestamp").nullValue();
        else json.member("lastId", held.get().lastId().toString()).member("lastTimestamp", held.get().lastTimestamp());
        json.member("events", held.map(ChannelSummary::events).orElse(0)).endObject();
    }
}
