package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.event.EventId;
import java.util.Optional;

/// How far the stream has come, and how far this node has read it. Both may be a moment old.
///
/// ```
///   0-0 ───────── read ──────── last ──────────────────────── LAST ─────── 18446744073709551615-18446744073709551615
///       handed over    to be read    ids that are still to come    reserve: nothing is handed over from here
/// ```
///
/// Redis only gives rising ids, and none after the last possible one. Somebody else may add an entry with an id near
/// that one, or with that id itself. Then Redis refuses every new entry. Only an operator can end that: by deleting the
/// stream, or by setting its last id back. The log then goes on after a gap, with ids above all that clients have seen.
/// Some ids must be left for that, so a node never reads the last ones.
///
/// The reader writes it. Any thread reads it.
final class Frontier {
    /// The number of ids that are kept for that case.
    private static final long RESERVE = 1L << 32;
    /// The last id that a node hands over.
    static final EventId LAST = new EventId(-1L, -1L - RESERVE);
    /// The message when the stream can take nothing more.
    static final String USED_UP = "the stream has used up its ids, since somebody has added an entry with one of the"
            + " last: delete the stream, or that entry, and set the stream's last id back (XSETID)";

    private volatile EventId read = EventId.ZERO;
    private volatile EventId last = EventId.ZERO;

    /// Whether the id is in the reserve. No node hands over an event with such an id.
    static boolean isBeyond(EventId id) {
        return id.isAfter(LAST);
    }

    /// The place; a place in the reserve, which no node reads, becomes the place before everything.
    static EventId usable(EventId place) {
        return isBeyond(place) ? EventId.ZERO : place;
    }

    /// A place above both that no node can have reached; empty when none is left.
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

    /// Notes how far the stream has come.
    void last(EventId id) {
        last = id;
    }

    /// Notes how far this node has read.
    void read(EventId place) {
        read = place;
    }

    /// How far this node has read.
    EventId read() {
        return read;
    }

    /// Whether every new entry would be in the reserve, so that no node would read it.
    boolean isUsedUp() {
        return isBeyond(last);
    }
}
