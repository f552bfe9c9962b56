package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Knows the oldest timestamp of each piece of the log that came since this node started.
///
/// ```
///   from ── piece: 1,024 events ── piece ── piece ── the open piece ──▶ newest
/// ```
///
/// A place in the log says nothing about a timestamp, because publishers may give an entry any. So a page that ends at
/// a time (`until`) would have to look at everything that is newer. With this it begins at the newest piece that may
/// have events for it.
///
/// One thread at a time adds: the log's. Others ask without a lock.
final class Ages {
    private static final int FIRST_EVENTS = 1 << 10;
    /// The most pieces, of some 60 bytes each. Beyond this, two become one, and new ones are twice as long.
    private static final int MOST_PIECES = 1 << 10;

    private final Supplier<EventId> floor;
    private volatile Closed closed;
    private volatile long openOldest = Long.MAX_VALUE;
    private EventId last;
    private int eventsAPiece = FIRST_EVENTS;
    private int events;

    /// @param from the place after which everything is added
    /// @param floor tells the place below which nobody can read any more
    Ages(EventId from, Supplier<EventId> floor) {
        this.floor = floor;
        closed = new Closed(from, List.of());
        last = from;
    }

    /// Adds the event that is the next one of the log.
    void add(Event event) {
        add(event.id(), event.timestamp());
    }

    /// Notes that the log up to this place has events that this node does not know.
    void addHole(EventId upTo) {
        add(upTo, Long.MIN_VALUE);
    }

    /// The place up to which events may be older than `milliseconds`. All later ones, up to `upTo`, are not.
    ///
    /// @param upTo a place that the log had reached before this call
    EventId olderUpTo(long milliseconds, EventId upTo) {
        long oldest = openOldest; // First: a piece that is closed meanwhile is then among the pieces.
        var known = closed;
        if (upTo.isAfter(known.end()) && oldest < milliseconds) return upTo;
        for (int i = known.pieces.size() - 1; i >= 0 && upTo.isAfter(known.from); i--) {
            var piece = known.pieces.get(i);
            boolean beyond = i > 0 && !upTo.isAfter(known.pieces.get(i - 1).last);
            if (!beyond && piece.oldest < milliseconds) return EventId.min(upTo, piece.last);
        }
        return EventId.min(upTo, known.from);
    }

    private void add(EventId id, long timestamp) {
        if (timestamp < openOldest) openOldest = timestamp;
        last = id;
        if (++events >= eventsAPiece) close();
    }

    private void close() {
        var pieces = new ArrayList<>(closed.pieces);
        pieces.add(new Piece(last, openOldest));
        closed = pieces.size() < MOST_PIECES ? new Closed(closed.from, pieces) : shorter(pieces);
        openOldest = Long.MAX_VALUE; // Last, see above.
        events = 0;
    }

    /// Forgets the pieces that nobody can read any more, and joins the others in pairs if they are still many.
    private Closed shorter(List<Piece> pieces) {
        var gone = floor.get();
        var from = closed.from;
        int first = 0;
        for (; first < pieces.size() && !pieces.get(first).last.isAfter(gone); first++) from = pieces.get(first).last;
        var kept = pieces.subList(first, pieces.size());
        if (kept.size() <= MOST_PIECES / 2) return new Closed(from, List.copyOf(kept));
        eventsAPiece = (int) Math.min(2L * eventsAPiece, Integer.MAX_VALUE);
        var joined = new ArrayList<Piece>();
        for (int i = 0; i < kept.size(); i += 2) {
            var second = kept.get(Math.min(i + 1, kept.size() - 1));
            joined.add(new Piece(second.last, Math.min(kept.get(i).oldest, second.oldest)));
        }
        return new Closed(from, joined);
    }

    /// A run of events.
    ///
    /// @param last the id of its last event
    /// @param oldest the oldest timestamp, in milliseconds since 1970
    private record Piece(EventId last, long oldest) { }

    /// The pieces that nothing is added to any more.
    ///
    /// @param from the place before the first one
    private record Closed(EventId from, List<Piece> pieces) {
        EventId end() {
            return pieces.isEmpty() ? from : pieces.getLast().last;
        }
    }
}
