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

/// How events are entries of a stream: one each, with the fields `c` channel, `t` timestamp, `d` data, `p` batch. It
/// belongs to one thread. Fields of other names mean nothing to it: a later version may have more.
///
/// The batch is its token, a colon, and in base 36 how many events of it follow. An entry with the field `gap` is no event: it marks a place where the log has lost what was
/// before, or where it begins.
final class Entries {
    /// The field of an entry that marks a gap.
    static final String GAP = "gap";
    /// What it says of the entries before it: there were none, or they are lost.
    static final String BEGIN = "begin";
    static final String LOST = "lost";
    /// The last millisecond that RFC 3339 can write, of the year 9999.
    private static final long MAX_TIMESTAMP = 253_402_300_799_999L;
    private static final int MAX_DIGITS = 15;
    private static final int MAX_CHANNELS = 10_000;
    private static final int RADIX = Character.MAX_RADIX;
    private static final byte[] C = {'c'};
    private static final byte[] T = {'t'};
    private static final byte[] D = {'d'};
    private static final byte[] P = {'p'};

    private final Map<String, Channel> channels = new HashMap<>();

    /// Adds the batch to what is asked: an `XADD` for each event.
    ///
    /// @param most how many entries the stream is to have, about
    static RedisCommand add(RedisCommand request, String stream, long most, List<Draft> batch, String token) {
        byte[] key = stream.getBytes(UTF_8);
        byte[] length = Long.toString(most).getBytes(UTF_8);
        int left = batch.size();
        for (var draft : batch) {
            request.begin(14).word("XADD").word(key).word("MAXLEN").word("~").word(length).word("*")
                    .word(C).word(draft.channel().text()).word(T).word(Long.toString(draft.timestamp())).word(D).word(draft.data())
                    .word(P).word(token + ":" + Long.toString(--left, RADIX));
        }
        return request;
    }

    /// Whether the field that marks a gap has a value that it can have.
    static boolean isMark(String value) {
        return BEGIN.equals(value) || LOST.equals(value);
    }

    /// What the item is to a node that reads the log.
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

    /// The channel of an event that is too large for this node; empty when it is not, or is none that a gateway can
    /// have written.
    Optional<Channel> tooLarge(Item item) {
        return item.isTooLarge() && item.isWhole() && timestamp(item) >= 0 ? channel(item) : Optional.empty();
    }

    /// The event that is in it; empty when there is none that a gateway can have written. Anyone may write to the
    /// stream, and what a publish would be refused for would break the streams that it is sent to: so it is checked in
    /// the same way.
    Optional<Draft> draft(Item item) {
        if (item.data() == null || !item.isWhole()) return Optional.empty();
        long timestamp = timestamp(item);
        if (timestamp < 0) return Optional.empty();
        return channel(item).flatMap(channel -> json(item.data()).map(data -> new Draft(channel, timestamp, data)));
    }

    /// The value in the data, compact, as a publish has it: one pass, and no copy of what is compact already.
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

    /// Milliseconds since 1970; -1 when it has none that a gateway can have written.
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
