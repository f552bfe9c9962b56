package com.datashop.gateway.log.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.InvalidChannelException;
import com.datashop.gateway.log.broker.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How events are entries of a stream: one each, with the fields `c` channel, `t` timestamp, `d` data, `p` batch. It belongs to one thread.
///
/// The batch is its token, a colon, and in base 36 how many events of it follow. An entry with the field `gap` is no event: it marks a place where the log has lost what was
/// before, or where it begins.
final class Entries {
    /// The field of an entry that marks a gap.
    static final String GAP = "gap";
    private static final int MAX_CHANNELS = 10_000;
    private static final int RADIX = Character.MAX_RADIX;
    private static final byte[] C = {'c'};
    private static final byte[] T = {'t'};
    private static final byte[] D = {'d'};
    private static final byte[] P = {'p'};
    private static final Channel NONE = new Channel("");

    private final Map<String, Channel> channels = new HashMap<>();

    /// Adds the batch to what is asked: an `XADD` for each event.
    ///
    /// @param most how many entries the stream is to have, about
    static Request add(Request request, String stream, long most, List<Draft> batch, String token) {
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

    /// What the item is to a node that reads the log.
    Entry entry(Item item) {
        if (item.isGap()) return new Entry.Hole(item.id());
        var draft = draft(item);
        if (draft.isEmpty()) return new Entry.Foreign(item.id());
        String batch = item.token() == null ? "" : item.token();
        int colon = batch.lastIndexOf(':');
        return new Entry.Stored(Event.of(item.id(), draft.get()), batch.substring(0, Math.max(0, colon)), batch.endsWith(":0"));
    }

    /// The event that is in it; empty when there is none that a gateway can have written.
    Optional<Draft> draft(Item item) {
        if (item.channel() == null || item.timestamp() == null || item.data() == null || !isOneLine(item.data())) return Optional.empty();
        var channel = channel(item.channel());
        if (channel == NONE) return Optional.empty();
        try {
            return Optional.of(new Draft(channel, Long.parseLong(item.timestamp()), item.data()));
        } catch (NumberFormatException foreign) {
            return Optional.empty();
        }
    }

    private Channel channel(String name) {
        var known = channels.get(name);
        if (known != null) return known;
        if (channels.size() >= MAX_CHANNELS) channels.clear();
        var channel = isChannel(name) ? new Channel(name) : NONE;
        channels.put(name, channel);
        return channel;
    }

    private static boolean isChannel(String name) {
        try {
            return ChannelPattern.parse(name).isExact();
        } catch (InvalidChannelException foreign) {
            return false;
        }
    }

    /// Compact JSON has no control character; a line feed would be the end of a frame.
    private static boolean isOneLine(byte[] data) {
        for (byte b : data) if (b >= 0 && b < ' ') return false;
        return data.length > 0;
    }
}
