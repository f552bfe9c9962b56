package com.datashop.gateway.log.shared;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.event.InvalidChannelException;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Checks entries of the log like publishes, because others may write to the log too.
///
/// An entry that would be refused as a publish could break the streams that it is sent to. An object of this type
/// belongs to one thread.
public final class EntryCheck {
    /// The last millisecond of the year 9999. RFC 3339 can not write a later one.
    private static final long MAX_TIMESTAMP = 253_402_300_799_999L;
    private static final int MAX_DIGITS = 15;
    /// The bound on the channels that are remembered. With the longest names they take some 10 MB.
    private static final int MAX_CHANNELS = 10_000;
    private static final int SHARE_OF_HEAP = 16;
    private static final int LARGEST_SHARE_OF_HEAP = 8;

    private final Map<String, Channel> channels = new HashMap<>();

    /// The most data of one event that a node takes, in bytes. A larger event is an [Entry.TooLarge].
    ///
    /// The data of an event is in memory three times while its frame is made, and several threads make frames. So a
    /// node takes a sixteenth of its heap. It always takes events as large as a publish to it may be, up to an eighth.
    ///
    /// @param bodyBytes the largest publish to this node
    public static long largest(long bodyBytes) {
        long heap = Runtime.getRuntime().maxMemory();
        return Math.clamp(bodyBytes, heap / SHARE_OF_HEAP, heap / LARGEST_SHARE_OF_HEAP);
    }

    /// The channel with this name; empty when no channel can have it, or there is no name.
    public Optional<Channel> channel(String name) {
        if (name == null) return Optional.empty();
        var known = channels.get(name);
        if (known != null) return Optional.of(known);
        if (!isChannel(name)) return Optional.empty();
        if (channels.size() >= MAX_CHANNELS) channels.clear();
        var channel = new Channel(name);
        channels.put(name, channel);
        return Optional.of(channel);
    }

    /// Milliseconds since 1970, from decimal digits; -1 when no event can have this timestamp, or there is none.
    public static long timestamp(String text) {
        if (text == null || text.isEmpty() || text.length() > MAX_DIGITS) return -1;
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') return -1;
            number = number * 10 + (digit - '0');
        }
        return number <= MAX_TIMESTAMP ? number : -1;
    }

    /// The event with this data, or a foreign entry when the data is not JSON or the timestamp is impossible.
    ///
    /// @param data null when there is none
    /// @param token the token of its batch, as in [Entry.Stored]
    public static Entry entry(EventId id, Channel channel, long timestamp, byte[] data, String token, boolean last) {
        if (data == null || timestamp < 0 || timestamp > MAX_TIMESTAMP) return new Entry.Foreign(id);
        return compact(data).<Entry>map(json ->
                        new Entry.Stored(Event.of(id, new Draft(channel, timestamp, json)), token, last))
                .orElseGet(() -> new Entry.Foreign(id));
    }

    /// The value without white space, like that of a publish; empty when it is not JSON.
    ///
    /// One pass checks it, and data without white space is not copied.
    private static Optional<byte[]> compact(byte[] data) {
        try {
            var in = new JsonScanner(data);
            byte[] compact = in.compact(JsonValue.MAX_DEPTH);
            in.end();
            return Optional.of(compact);
        } catch (JsonException foreign) {
            return Optional.empty();
        }
    }

    private static boolean isChannel(String name) {
        try {
            return ChannelPattern.parse(name).isExact();
        } catch (InvalidChannelException foreign) {
            return false;
        }
    }
}
