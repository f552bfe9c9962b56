package com.datashop.gateway.log.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.EventId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Entries of the stream that came with one reply.
///
/// @param received how many did; those that were more than wanted at once are not among the items
/// @param bytes what is in the items
record Page(List<Item> items, int received, long bytes) {
    private static final Page NONE = new Page(List.of(), 0, 0);
    /// What an entry takes beside its fields, in bytes: nobody is to get a million empty ones.
    private static final int ENTRY_BYTES = 64;

    /// The reply to `XREAD` for one stream.
    static Page ofRead(Connection in, long budget) throws IOException {
        if (in.beginMany() < 0) return NONE;
        in.beginMany();
        in.text();
        return ofRange(in, budget);
    }

    /// The reply to `XRANGE` or `XREVRANGE`. Beyond the budget, the rest is read and dropped: the size of what it asks for is only guessed by the one who asks.
    static Page ofRange(Connection in, long budget) throws IOException {
        int received = in.beginMany();
        var items = new ArrayList<Item>(Math.max(0, Math.min(received, 1024)));
        long bytes = 0;
        for (int i = 0; i < received; i++) {
            boolean wanted = bytes < budget;
            in.beginMany();
            var id = EventId.parse(new String(in.text(), US_ASCII)).orElseThrow(() -> new IOException("what answers is no Redis"));
            int fields = in.beginMany() / 2;
            String channel = null;
            String timestamp = null;
            String token = null;
            byte[] data = null;
            boolean gap = false;
            bytes += wanted ? ENTRY_BYTES : 0;
            for (int f = 0; f < fields; f++) {
                byte[] name = in.text();
                byte[] value = in.text();
                if (!wanted) continue;
                bytes += value.length;
                if (name.length == 1) {
                    switch (name[0]) {
                        case 'c' -> channel = new String(value, UTF_8);
                        case 't' -> timestamp = new String(value, US_ASCII);
                        case 'd' -> data = value;
                        case 'p' -> token = new String(value, US_ASCII);
                        default -> { }
                    }
                } else {
                    gap |= new String(name, US_ASCII).equals(Entries.GAP);
                }
            }
            if (wanted) items.add(new Item(id, channel, timestamp, data, token, gap));
        }
        return new Page(items, Math.max(received, 0), bytes);
    }

    /// Whether there was more than was wanted at once.
    boolean isCut() {
        return items.size() < received;
    }
}
