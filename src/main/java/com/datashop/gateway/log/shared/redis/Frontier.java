package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.event.EventId;
import java.util.Optional;

/// How far the stream has come, as it was a moment ago, and how far this node has read it.
///
/// ```
///   0-0 ───────── read ──────── last ──────────────────────── LAST ─────── 18446744073709551615-18446744073709551615
///       handed over    to be read    ids that are still to come    reserve: nothing is handed over from here
/// ```
///
/// Redis gives ids upwards only, and none after the last one. A foreign entry may have an id near it, or the last one
/// itself: then Redis refuses every entry that comes. Only an operator can end that, by deleting the stream or setting
/// its last id back. Then the log goes on behind a gap, with ids above all that clients have seen. So there must be ids
/// left for that: the last ones are never read.
///
/// The reader writes it; anyone reads it.
final class Frontier {
    /// Ids that are kept for the time after.
    private static final long RESERVE = 1L << 32;
    /// The last id that a node hands over.
    static final EventId LAST = new EventId(-1L, -1L - RESERVE);
    /// What to tell of a stream that can take nothing more.
    static final String USED_UP = "the stream has used up its ids, since somebody has added an entry with one of the"
            + " last: delete the stream, or that entry, and set the stream's last id back (XSETID)";

    private volatile EventId read = EventId.ZERO;
    private volatile EventId last = EventId.ZERO;

    /// Whether no node hands over what has this id.
    static boolean isBeyond(EventId id) {
        return id.isAfter(LAST);
    }

    /// The place, unless it is among those that no node reads: then the one before everything.
    static EventId usable(EventId place) {
        return isBeyond(place) ? EventId.ZERO : place;
    }

    /// A place above both that no node can have come to; empty when there is none left.
    ///
    /// @param milliseconds how far ahead of this node another may be
    static Optional<EventId> above(EventId one, EventId other, long milliseconds) {
        var newest = EventId.max(EventId.max(one, other), new EventId(System.currentTimeMillis(), 0));
        if (!LAST.isAfter(newest)) return Optional.empty();
        long major = newest.major() + milliseconds;
        if (Long.compareUnsigned(major, newest.major()) > 0) return Optional.of(new EventId(major, 0));
        if (newest.major() != LAST.major()) return Optional.of(new EventId(LAST.major(), 0));
        long left = LAST.minor() - newest.minor();
        return Optional.of(new EventId(newest.major(), newest.minor() + Math.max(1, left >>> 1)));
    }

    /// Takes note of how far the stream has come.
    void last(EventId id) {
        last = id;
    }

    /// Takes note of how far it is read.
    void read(EventId place) {
        read = place;
    }

    /// How far this node has read it.
    EventId read() {
        return read;
    }

    /// Whether nothing can be stored that would be read.
    boolean isUsedUp() {
        return isBeyond(last);
    }
}
