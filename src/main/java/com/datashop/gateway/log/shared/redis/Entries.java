package com.datashop.gateway.log.shared.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.InvalidChannelException;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.log.shared.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Turns events into entries of a stream, and back.
///
/// Each event is one entry with the fields `c` channel, `t` timestamp, `d` data, and `p` batch. Other fields are
/// ignored, because a later version may have more. `p` is the token of the batch, a colon, and the number of its events
/// that follow, in base 36. An entry with the field `gap` is not an event: it marks a place where the log has lost what
/// was before, or where the log begins. An object of this type belongs to one thread.
final class Entries {
    /// The field of an entry that marks a gap.
    static final String GAP = "gap";
    /// The value of a gap at the beginning of the stream: no entries before it, or all are lost.
    static final String BEGIN = "begin";
    static final String LOST = "lost";
    /// The last millisecond of the year 9999. RFC 3339 can not write a later one.
    private static final long MAX_TIMESTAMP = 253_402_300_799_999L;
    private static final int MAX_DIGITS = 15;
    private static final int MAX_CHANNELS = 10_000;
    private static final int RADIX = Character.MAX_RADIX;
    private static final byte[] C = {'c'};
    private static final byte[] T = {'t'};
    private static final byte[] D = {'d'};
    private static final byte[] P = {'p'};

    private final Map<String, Channel> channels = new HashMap<>();

    /// Adds a batch to the request: an `XADD` for each event.
    ///
    /// @param most about how many entries the stream may have
    static RedisCommand add(RedisCommand request, String stream, long most, List<Draft> batch, String token) {
        byte[] key = stream.getBytes(UTF_8);
        byte[] length = Long.toString(most).getBytes(UTF_8);
        int left = batch.size();
        for (var draft : batch) {
            request.begin(14).word("XADD").word(key).word("MAXLEN").word("~").word(length).word("*")
                    .word(C).word(draft.channel().text())
                    .word(T).word(Long.toString(draft.timestamp()))
                    .word(D).word(draft.data())
                    .word(P).word(token + ":" + Long.toString(--left, RADIX));
        }
        return request;
    }

    /// Whether the field that marks a gap may have this value.
    static boolean isMark(String value) {
        return BEGIN.equals(value) || LOST.equals(value);
    }

    /// The entry of the shared log that this item is.
    Entry entry(Item item) {
        if (item.isGap()) return new Entry.Hole(item.id());
        String batch = item.token() == null ? "" : item.token();
        String token = batch.substring(0, Math.max(0, batch.lastIndexOf(':')));
        boolean last = batch.endsWith(":0");
        var large = tooLarge(item);
        if (large.isPresent()) return new Entry.TooLarge(item.id(), large.get(), token, last);
        return draft(item).<Entry>map(draft -> new Entry.Stored(Event.of(item.id(), draft), token, last))
                .orElseGet(() -> new Entry.Foreign(item.id()));
    }

    /// The channel of an event that is too large for this node. Empty when it is not too large, or not a gateway's.
    Optional<Channel> tooLarge(Item item) {
        return item.isTooLarge() && item.isWhole() && timestamp(item) >= 0 ? channel(item) : Optional.empty();
    }

    /// The event in this item. Empty when no gateway can have written it.
    ///
    /// Anyone may write to the stream. A value that would be refused as a publish would break the streams that it is
    /// sent to. So it is checked in the same way.
    Optional<Draft> draft(Item item) {
        if (item.data() == null || !item.isWhole()) return Optional.empty();
        long timestamp = timestamp(item);
        if (timestamp < 0) return Optional.empty();
        return channel(item).flatMap(channel -> json(item.data()).map(data -> new Draft(channel, timestamp, data)));
    }

    /// The value in the data, compact, as a publish has it. One pass checks it, and compact data is not copied.
    private static Optional<byte[]> json(byte[] data) {
        try {
            var in = new JsonScanner(data);
            byte[] compact = in.compact(JsonValue.MAX_DEPTH);
            in.end();
            return Optional.of(compact);
        } catch (JsonException foreign) {
            return Optional.empty();
        }
    }

    /// Milliseconds since 1970; -1 when no gateway can have written the field.
    private static long timestamp(Item item) {
        String text = item.timestamp();
        if (text == null || text.isEmpty() || text.length() > MAX_DIGITS) return -1;
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') return -1;
            number = number * 10 + (digit - '0');
        }
        return number <= MAX_TIMESTAMP ? number : -1;
    }

    private Optional<Channel> channel(Item item) {
        String name = item.channel();
        if (name == null) return Optional.empty();
        var known = channels.get(name);
        if (known != null) return Optional.of(known);
        if (!isChannel(name)) return Optional.empty();
        if (channels.size() >= MAX_CHANNELS) channels.clear();
        var channel = new Channel(name);
        channels.put(name, channel);
        return Optional.of(channel);
    }

    private static boolean isChannel(String name) {
        try {
            return ChannelPattern.parse(name).isExact();
        } catch (InvalidChannelException foreign) {
            return false;
        }
    }
}
