package com.datashop.gateway.log.shared.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.EntryCheck;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Turns events into entries of a stream, and back.
///
/// Each event is one entry with the fields `c` channel, `t` timestamp, `d` data, and `p` batch. Other fields are
/// ignored, because a later version may have more. `p` is the token of the batch, a colon, and the number of its events
/// that follow, in base 36.
///
/// An entry with the field `gap` is not an event. It marks a place where the log begins, or where the log has lost the
/// entries before. An object of this type belongs to one thread.
final class EntryCodec {
    /// The field of an entry that marks a gap.
    static final String GAP = "gap";
    /// The value of a gap at the beginning of the stream: no entries before it, or all are lost.
    static final String BEGIN = "begin";
    static final String LOST = "lost";
    private static final int RADIX = Character.MAX_RADIX;
    private static final byte[] C = {'c'};
    private static final byte[] T = {'t'};
    private static final byte[] D = {'d'};
    private static final byte[] P = {'p'};

    private final EntryCheck check = new EntryCheck();

    /// Encodes a batch into the request: an `XADD` for each event.
    ///
    /// @param most about how many entries the stream may have
    static RedisCommand encode(RedisCommand request, String stream, long most, List<Draft> batch, String token) {
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

    /// Decodes an item; empty when it is of a channel that is not wanted.
    Optional<Entry> decode(Item item, Predicate<Channel> wanted) {
        var id = item.id();
        if (item.isGap()) return Optional.of(new Entry.Hole(id));
        long timestamp = EntryCheck.timestamp(item.timestamp());
        var channel = check.channel(item.channel());
        if (!item.isWhole() || timestamp < 0 || channel.isEmpty()) return Optional.of(new Entry.Foreign(id));
        if (!wanted.test(channel.get())) return Optional.empty();
        String batch = item.token() == null ? "" : item.token();
        String token = batch.substring(0, Math.max(0, batch.lastIndexOf(':')));
        boolean last = batch.endsWith(":0");
        return Optional.of(item.isTooLarge() ? new Entry.TooLarge(id, channel.get(), token, last)
                : EntryCheck.entry(id, channel.get(), timestamp, item.data(), token, last));
    }
}
