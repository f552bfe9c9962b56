package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.event.EventId;
import java.io.IOException;
import java.util.Map;

/// The contents of the stream, as Redis reports them.
///
/// @param last the newest id that the stream has given; zero when there is no stream
/// @param first the id of the oldest entry; null when there are no entries
/// @param beginsWithGap whether the oldest entry marks a gap; then nothing was dropped since
record Extent(long entries, EventId last, EventId first, boolean beginsWithGap) {
    /// The extent when there is no stream.
    static final Extent NONE = new Extent(0, EventId.ZERO, null, false);

    /// Asks Redis for it.
    static Extent of(Connection connection, String stream) throws IOException {
        var reply = connection.ask(RedisCommand.of("XINFO", "STREAM", stream));
        if (reply instanceof RedisReply.Failure failure && failure.message().startsWith("ERR no such key")) return NONE;
        if (!(Connection.checked(reply) instanceof RedisReply.Many many))
            throw Connection.notRedis();
        var members = many.members();
        EventId first = null;
        boolean gap = false;
        if (members.get("first-entry") instanceof RedisReply.Many entry) {
            first = id(entry.replies().getFirst());
            gap = entry.replies().getLast() instanceof RedisReply.Many(var fields) && fields.size() == 2
                    && fields.getFirst().toString().equals(EntryCodec.GAP)
                    && EntryCodec.isMark(fields.getLast().toString());
        }
        return new Extent(number(members, "length"), id(members.get("last-generated-id")), first, gap);
    }

    /// The place below which the stream has nothing. All entries below one that marks a gap are known to be gone.
    EventId floor() {
        if (first == null) return last;
        return beginsWithGap ? first : first.previous();
    }

    private static long number(Map<String, RedisReply> members, String name) throws IOException {
        if (!(members.get(name) instanceof RedisReply.Number(long value)))
            throw Connection.notRedis();
        return value;
    }

    private static EventId id(RedisReply text) throws IOException {
        return EventId.parse(String.valueOf(text)).orElseThrow(() -> Connection.notRedis());
    }
}
