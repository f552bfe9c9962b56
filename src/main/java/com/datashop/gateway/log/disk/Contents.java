package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.EventId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What is known of a segment without reading it: roughly which channels are in it, and up to what time it and each of its parts go.
///
/// A Bloom filter of the channels and of every pattern that matches them, so that one who follows a quiet channel reads only the segments that have something
/// for it. With 500 channels one in 200 segments is read in vain; beyond [#MAX_CHANNELS] every one is read. Once the segment has
/// an [Index], that says it exactly.
///
/// One thread adds, and then publishes how far the segment goes (a volatile write); others ask after they have read that.
final class Contents {
    private static final int BITS = 1 << 16;
    private static final int HASHES = 3;
    private static final int MAX_CHANNELS = 4096;
    /// So a search by time reads on for this many events at the most before it comes to the first that is meant.
    private static final int EVENTS_A_PART = 1024;

    private volatile long[] bits = new long[BITS / Long.SIZE];
    private Set<String> seen = new HashSet<>();
    private boolean unknowable;
    private boolean holed;
    private long newestTimestamp = Long.MIN_VALUE;
    private int events;
    private volatile List<Part> parts = List.of();

    void add(EventId id, String channel, long timestamp) {
        newestTimestamp = Math.max(newestTimestamp, timestamp);
        if (++events % EVENTS_A_PART == 0) parts = Stream.concat(parts.stream(), Stream.of(new Part(id, newestTimestamp))).toList();
        if (unknowable || seen == null || !seen.add(channel)) return;
        if (seen.size() > MAX_CHANNELS) {
            unknowable = true;
            seen = null;
            return;
        }
        for (var key : new Channel(channel).keys()) for (int i = 0; i < HASHES; i++) set(bit(key, i));
    }

    /// It has a hole: anything may have been in it.
    void damage() {
        holed = true;
        unknowable = true;
        seen = null;
    }

    /// Nothing more is added: forgets what only adding needs.
    void seal() {
        seen = null;
    }

    /// An index knows better which channels are in it.
    void forgetChannels() {
        bits = null;
    }

    /// Whether there is a hole in it.
    boolean isDamaged() {
        return holed;
    }

    /// Whether an event of the set may be in it.
    boolean mayHold(ChannelSet set) {
        long[] known = bits;
        return unknowable || known == null
                || set.patterns().stream().map(ChannelPattern::text).anyMatch(key -> mayHold(known, key));
    }

    /// The newest timestamp of its events, in milliseconds since 1970.
    long newestTimestamp() {
        return newestTimestamp;
    }

    /// The place up to which every event is older than that; `base` when not even the first is known to be.
    EventId olderUpTo(long milliseconds, EventId base) {
        var place = base;
        for (var part : parts) {
            if (part.newestTimestamp() >= milliseconds) return place;
            place = part.last();
        }
        return place;
    }

    private static boolean mayHold(long[] bits, String key) {
        for (int i = 0; i < HASHES; i++) if ((bits[bit(key, i) >>> 6] & 1L << bit(key, i)) == 0) return false;
        return true;
    }

    private void set(int bit) {
        bits[bit >>> 6] |= 1L << bit;
    }

    /// Of the 64 bits that the key's hash is spread over (the finaliser of MurmurHash3), 16 for each.
    private static int bit(String key, int i) {
        long hash = key.hashCode() * 0x9E3779B97F4A7C15L + key.length();
        hash = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ hash >>> 33) * 0xC4CEB9FE1A85EC53L;
        return (int) (hash >>> 16 * i) & BITS - 1;
    }

    /// A part of the segment: where it ends, and the newest timestamp of all events from the segment's first up to there, in milliseconds since 1970.
    private record Part(EventId last, long newestTimestamp) { }
}
