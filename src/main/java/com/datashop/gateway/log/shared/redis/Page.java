package com.datashop.gateway.log.shared.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.EventId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The entries of the stream that came in one reply.
///
/// Others write to the stream too: an entry may be as large as Redis allows, and have a million fields. So a string is
/// kept only when its length is one that the field may have. Other strings are read in small pieces and dropped.
///
/// @param received the number of entries in the reply; those beyond the budget are not among the items
/// @param bytes the bytes of the items' fields, kept or not
record Page(List<Item> items, int received, long bytes) {
    private static final Page NONE = new Page(List.of(), 0, 0);
    /// The bytes of an entry beside its fields. With them, a million empty entries do not fit into a page.
    private static final int ENTRY_BYTES = 64;
    private static final int MAX_NAME = EntryCodec.GAP.length();
    private static final int MAX_CHANNEL = 512;
    private static final int MAX_TIMESTAMP = 20;
    private static final int MAX_TOKEN = 64;

    /// Reads the reply to `XREAD` for one stream.
    ///
    /// @param budget after this many bytes, no further entry is kept
    /// @param largest the most bytes of data that are kept of one entry
    static Page ofRead(Connection in, long budget, long largest) throws IOException {
        if (in.beginMany() < 0) return NONE;
        in.beginMany();
        in.skip(in.beginText());
        return ofRange(in, budget, largest);
    }

    /// Reads the reply to `XRANGE` or `XREVRANGE`. It drops the entries beyond the budget.
    ///
    /// The caller can only guess the size of the reply when it asks.
    static Page ofRange(Connection in, long budget, long largest) throws IOException {
        int received = in.beginMany();
        var items = new ArrayList<Item>(Math.max(0, Math.min(received, 1024)));
        long bytes = 0;
        for (int i = 0; i < received; i++) {
            if (bytes >= budget) {
                in.drop();
                continue;
            }
            long before = in.received();
            items.add(item(in, largest));
            bytes += ENTRY_BYTES + in.received() - before;
        }
        return new Page(items, Math.max(received, 0), bytes);
    }

    /// Whether entries were dropped because they were beyond the budget.
    boolean isCut() {
        return items.size() < received;
    }

    /// The page with only the items that a node hands over.
    Page usable() {
        if (items.isEmpty() || !Frontier.isBeyond(items.getLast().id())) return this;
        var usable = items.stream().takeWhile(item -> !Frontier.isBeyond(item.id())).toList();
        return new Page(usable, usable.size(), bytes);
    }

    private static Item item(Connection in, long largest) throws IOException {
        in.beginMany();
        var id = EventId.parse(String.valueOf(text(in, Connection.ID_BYTES)))
                .orElseThrow(() -> Connection.notRedis());
        int fields = Math.max(0, in.beginMany()) / 2;
        var fieldsOf = new Fields();
        for (int f = 0; f < fields; f++) fieldsOf.read(in, largest);
        return fieldsOf.item(id, fields);
    }

    /// The next string; null when it is longer than `most`.
    private static String text(Connection in, int most) throws IOException {
        byte[] bytes = bytes(in, most, in.beginText());
        return bytes == null ? null : new String(bytes, UTF_8);
    }

    private static byte[] bytes(Connection in, long most, long length) throws IOException {
        if (length <= most) return in.take((int) length);
        in.skip(length);
        return null;
    }

    /// Reads the fields of an entry, one after the other.
    private static final class Fields {
        private String channel;
        private String timestamp;
        private String token;
        private byte[] data;
        private long dataBytes;
        private boolean gap;
        private int seen;
        private boolean whole = true;

        void read(Connection in, long largest) throws IOException {
            byte[] name = bytes(in, MAX_NAME, in.beginText());
            switch (name == null ? "" : new String(name, US_ASCII)) {
                case "c" -> channel = once(1, text(in, MAX_CHANNEL));
                case "t" -> timestamp = once(2, text(in, MAX_TIMESTAMP));
                case "p" -> token = once(4, text(in, MAX_TOKEN));
                case "d" -> {
                    dataBytes = in.beginText();
                    data = bytes(in, largest, dataBytes);
                    once(8, "");
                }
                case EntryCodec.GAP -> gap = EntryCodec.isMark(text(in, MAX_NAME + MAX_NAME));
                default -> in.skip(in.beginText());
            }
        }

        Item item(EventId id, int fields) {
            return new Item(id, channel, timestamp, data, dataBytes, token, gap && fields == 1, whole);
        }

        private String once(int bit, String value) {
            whole &= (seen & bit) == 0 && value != null;
            seen |= bit;
            return value;
        }
    }
}
