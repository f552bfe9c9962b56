package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.EventId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Remembers roughly which channels a segment has, and how new the events of its parts are.
///
/// The channels are a Bloom filter with every channel and every pattern that matches it. So a reader that follows a
/// quiet channel reads only the segments that may have something for it. With 500 channels, one in 200 segments is
/// read in vain. Beyond [#MAX_CHANNELS], every segment is read. An [Index] gives the exact answer, once there is one.
///
/// One thread adds, and then sets the segment's mark, which is volatile. Other threads read the mark before they ask.
final class Contents {
    private static final int BITS = 1 << 16;
    private static final int HASHES = 3;
    private static final int MAX_CHANNELS = 4096;
    /// The events of one part. A search by time reads at most this many before it comes to the first that it wants.
    private static final int EVENTS_A_PART = 1024;

    private volatile long[] bits = new long[BITS / Long.SIZE];
    private Set<String> seen = new HashSet<>();
    /// Whether every channel may be in it: it has too many, or a hole.
    private boolean anyChannel;
    private boolean holed;
    private long newestTimestamp = Long.MIN_VALUE;
    private int events;
    private volatile List<Part> parts = List.of();

    void add(EventId id, String channel, long timestamp) {
        newestTimestamp = Math.max(newestTimestamp, timestamp);
        if (++events % EVENTS_A_PART == 0)
            parts = Stream.concat(parts.stream(), Stream.of(new Part(id, newestTimestamp))).toList();
        if (anyChannel || seen == null || !seen.add(channel)) return;
        if (seen.size() > MAX_CHANNELS) {
            anyChannel = true;
            seen = null;
            return;
        }
        for (var key : new Channel(channel).keys()) for (int i = 0; i < HASHES; i++) set(bit(key, i));
    }

    /// Notes a hole. The lost events may have been of any channel.
    void noteHole() {
        holed = true;
        anyChannel = true;
        seen = null;
    }

    /// Frees the memory that only adding needs. Nothing more is added.
    void seal() {
        seen = null;
    }

    /// Forgets the channels. An index knows them better.
    void forgetChannels() {
        bits = null;
    }

    /// Whether there is a hole in it.
    boolean hasHole() {
        return holed;
    }

    /// Whether it may have an event of the set.
    boolean mayHold(ChannelSet set) {
        long[] known = bits;
        return anyChannel || known == null
                || set.patterns().stream().map(ChannelPattern::text).anyMatch(key -> mayHold(known, key));
    }

    /// The newest timestamp of its events, in milliseconds since 1970.
    long newestTimestamp() {
        return newestTimestamp;
    }

    /// The place up to which every event is older; `base` when even the first event may not be older.
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

    /// Picks the bit from the 64 bits of the key's hash (the finaliser of MurmurHash3), 16 bits for each.
    private static int bit(String key, int i) {
        long hash = key.hashCode() * 0x9E3779B97F4A7C15L + key.length();
        hash = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ hash >>> 33) * 0xC4CEB9FE1A85EC53L;
        return (int) (hash >>> 16 * i) & BITS - 1;
    }

    /// A part of the segment: its end, and the newest timestamp from the segment's first event up to there.
    ///
    /// Timestamps are milliseconds since 1970.
    private record Part(EventId last, long newestTimestamp) { }
}
