package com.datashop.gateway.http;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.event.Channel;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.history.History;
import com.datashop.gateway.hub.Hub;
import com.datashop.gateway.json.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `GET /api/logs/channels`: the channels that have events in history, or a subscriber, and that the caller may read.
///
/// Of the reply only the names are held, in order, until it is written: what is to be said of each is looked up when its turn comes.
public final class Channels implements Handler {
    /// What a name is held with beside its characters: the text and its place in the list, which is sorted.
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
        for (var name : hub.channels().keySet()) if (name.indexOf('*') < 0) add(new Channel(name), grant, holding, names);
        for (var channel : history.held()) add(channel, grant, holding, names);
        names.sort(null);
        return new Reply.Pieces("application/json", Map.of("Cache-Control", "no-store"), out -> write(names, new JsonPieces(out)), holding::release);
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
            if (!name.equals(last)) write(name, pieces.json()); // one that has both, events and subscribers, is there twice
            last = name;
            pieces.rest();
        }
        pieces.json().endArray().endObject();
        pieces.end();
    }

    private void write(String name, JsonWriter json) {
        var summary = history.summary(name).filter(held -> held.events() > 0);
        if (summary.isPresent())
            json.beginObject().member("channel", name).member("lastId", summary.get().lastId().toString()).member("lastTimestamp", summary.get().lastTimestamp())
                    .member("events", summary.get().events()).endObject();
        else if (hub.channels().containsKey(name)) // else it has gone since the list was made
            json.beginObject().member("channel", name).name("lastId").nullValue().name("lastTimestamp").nullValue().member("events", 0).endObject();
    }
}
