package com.datashop.gateway.hub;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.history.History;
import com.datashop.gateway.replay.Archive;
import com.datashop.gateway.replay.Search;
import com.datashop.gateway.replay.Turns;
import java.util.function.Predicate;

/// Looks backwards for the newest events of a set of channels, in everything that this node can replay.
///
/// ```
///   MEMORY ── where memory has a hole ──▶ ARCHIVE ── its floor ──▶ BELOW: events that only memory still has ──▶ OVER
/// ```
///
/// It only counts events and keeps its place. So it holds no more for a million events than for one.
final class NewestSearch implements Search {
    /// The bytes of frames after which a step ends. A filter takes some milliseconds for them.
    private static final long STEP_BYTES = 1 << 20;

    private final History history;
    private final Archive archive;
    private final Turns.Turn turn;
    private final ChannelSet set;
    private final Predicate<Event> accepted;
    private final long wanted;
    private Zone zone = Zone.MEMORY;
    /// The place after which it has looked at everything.
    private EventId reached;
    private Search older;
    private long found;
    private long bytes;
    private EventId place;

    private enum Zone { MEMORY, ARCHIVE, BELOW, OVER }

    /// @param wanted how many events to look for
    /// @param upTo events after this place are not looked for
    NewestSearch(History history, Archive archive, Turns turns, ChannelSet set, Predicate<Event> accepted,
            long wanted, EventId upTo) {
        this.history = history;
        this.archive = archive;
        turn = turns.turn();
        this.set = set;
        this.accepted = accepted;
        this.wanted = wanted;
        reached = upTo;
        if (wanted <= 0) zone = Zone.OVER;
    }

    @Override
    public boolean step() throws InterruptedException {
        switch (zone) {
            case MEMORY, BELOW -> {
                if (!turn.begin()) return false;
                try {
                    searchMemory();
                } finally {
                    turn.end();
                }
            }
            case ARCHIVE -> searchArchive();
            case OVER -> { }
        }
        return zone == Zone.OVER;
    }

    @Override
    public long found() {
        return found + (older == null ? 0 : older.found());
    }

    @Override
    public EventId place() {
        return older == null || older.place() == null ? place : older.place();
    }

    @Override
    public EventId reached() {
        return older == null ? reached : older.reached();
    }

    @Override
    public long bytes() {
        return bytes + (older == null ? 0 : older.bytes());
    }

    /// Looks at a piece of memory, as far as memory is complete or the archive has nothing.
    private void searchMemory() {
        var events = history.newestUpTo(set, reached);
        // After the events were read: an event that was evicted meanwhile is a hole.
        var complete = zone == Zone.BELOW ? EventId.ZERO : history.reader(set).completeAfter();
        boolean archived = complete.isAfter(archive.floor());
        long until = bytes + STEP_BYTES;
        for (var event : events) {
            if (archived && !event.id().isAfter(complete)) break;
            if (bytes >= until) return;
            bytes += event.frame().length();
            reached = event.id().previous();
            if (!accepted.test(event)) continue;
            found++;
            place = reached;
            if (found() >= wanted) {
                zone = Zone.OVER;
                return;
            }
        }
        if (archived) {
            if (!events.isEmpty() && events.getLast().id().isAfter(complete)) return;
            older = archive.newest(set, accepted, wanted - found, EventId.min(reached, complete));
            zone = Zone.ARCHIVE;
        } else if (events.isEmpty()) {
            // Memory lacks nothing after this place, and the archive has nothing before it.
            reached = EventId.min(reached, complete);
            zone = Zone.OVER;
        }
    }

    /// Takes one step of the search of the archive. When that is over, goes on with memory below the archive's floor.
    private void searchArchive() throws InterruptedException {
        if (!older.step()) return;
        found += older.found();
        bytes += older.bytes();
        if (older.place() != null) place = older.place();
        var floor = archive.floor();
        // An archive that ends before its floor could not look at all of it. Then nothing below is searched.
        zone = found >= wanted || older.reached().isAfter(floor) ? Zone.OVER : Zone.BELOW;
        reached = zone == Zone.OVER ? older.reached() : EventId.min(older.reached(), floor);
        older = null;
    }
}
