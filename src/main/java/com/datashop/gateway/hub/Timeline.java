package com.datashop.gateway.hub;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.history.History;
import com.datashop.gateway.history.HistoryReader;
import com.datashop.gateway.replay.Archive;
import com.datashop.gateway.replay.Reader;
import com.datashop.gateway.replay.Search;
import com.datashop.gateway.replay.Slice;
import com.datashop.gateway.replay.Step;
import com.datashop.gateway.replay.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Reads everything that this node can replay: from memory, and where memory has holes, from the log's archive.
///
/// ```
///            archive's floor                      memory is complete from here on
///   ───────────────┼──────────────────────────────────────┼─────────────────────▶ newest
///      memory,     │              archive                 │        memory
///    and its holes │                                      │
/// ```
///
/// The right border is different for each set of channels, and moves to the right while memory forgets. So a reader
/// looks it up after it has read memory. If memory lacked events, it reads them again from the archive.
public final class Timeline {
    private final History history;
    private final Archive archive;
    private final EventId origin;
    private final Turns turns = Turns.ofProcessors();

    /// @param origin the place before the first event that the log ever held
    public Timeline(History history, Archive archive, EventId origin) {
        this.history = history;
        this.archive = archive;
        this.origin = origin;
    }

    /// A reader of the channels that the set names.
    public Reader reader(ChannelSet set) {
        return new MixedReader(set, history.reader(set), archive.reader(set));
    }

    /// Whether the log may have issued this id when `newest` was its newest place. The origin counts as issued.
    boolean issued(EventId id, EventId newest) {
        return !origin.isAfter(id) && !id.isAfter(newest) && archive.issued(id);
    }

    /// Looks for the newest `n` events that are in the set and accepted.
    public Search newest(ChannelSet set, Predicate<Event> accepted, long n) {
        return newest(set, accepted, n, EventId.MAX);
    }

    /// Looks for the newest `n` of those that are not after `upTo`.
    Search newest(ChannelSet set, Predicate<Event> accepted, long n, EventId upTo) {
        return new NewestSearch(history, archive, turns, set, accepted, n, upTo);
    }

    /// Looks for a place right before the oldest event in the set whose timestamp is at least `milliseconds`.
    public Search since(ChannelSet set, long milliseconds) {
        var held = history.since(set, milliseconds);
        if (held.isPresent() && archive.floor().isAfter(held.get())) return Search.ended(held.get());
        var kept = archive.since(set, milliseconds, history.reader(set).completeAfter());
        return held.isEmpty() ? kept : new OlderOf(kept, held.get());
    }

    /// The place up to which events in the archive may be older than `milliseconds`; see [Archive#olderUpTo].
    EventId olderUpTo(long milliseconds, EventId upTo) {
        return archive.olderUpTo(milliseconds, upTo);
    }

    /// The place right before the oldest event in the set, or before that; empty when nothing is held.
    public Optional<EventId> beginning(ChannelSet set) {
        var floor = archive.floor();
        var held = history.beginning(set);
        return floor.equals(EventId.MAX) ? held
                : Optional.of(held.map(place -> EventId.min(place, floor)).orElse(floor));
    }

    /// The same place, but not after `upTo`; `upTo` when nothing is held.
    EventId beginning(ChannelSet set, EventId upTo) {
        return beginning(set).map(place -> EventId.min(place, upTo)).orElse(upTo);
    }

    /// Adds the holes of the log itself to a slice from memory, which does not know them. The archive does.
    private Slice withHoles(ChannelSet set, Slice slice, EventId after) {
        var holes = history.holes(set).stream().filter(hole -> hole.to().isAfter(after)
                && !hole.to().isAfter(slice.end())).toList();
        if (holes.isEmpty()) return slice;
        var steps = new ArrayList<Step>(slice.steps());
        for (var hole : holes.reversed()) {
            int at = 0;
            while (at < steps.size() && !isEventAfter(hole.from(), steps.get(at))) at++;
            boolean within = hole.count() > 1 && after.isAfter(hole.from()); // The client may know of some of them.
            long count = within ? Step.Lost.UNKNOWN : hole.count();
            steps.add(at, new Step.Lost(EventId.max(after, hole.from()), hole.to(), count));
        }
        return new Slice(steps, slice.end(), slice.complete());
    }

    private static boolean isEventAfter(EventId place, Step step) {
        return !step.isHole() && step.event().id().isAfter(place);
    }

    /// Reads on, as far as a border. The slice is complete only if the border is as far as the caller asked to read.
    private static Slice readToBorder(Reader reader, EventId after, EventId border, EventId upTo)
            throws InterruptedException {
        var slice = reader.next(after, border);
        return new Slice(slice.steps(), slice.end(), slice.complete() && border.equals(upTo));
    }

    /// Reads memory and the archive as one past.
    private final class MixedReader implements Reader {
        private final ChannelSet set;
        private final HistoryReader memory;
        private final Reader older;
        private long bytes;

        MixedReader(ChannelSet set, HistoryReader memory, Reader older) {
            this.set = set;
            this.memory = memory;
            this.older = older;
        }

        @Override
        public Slice next(EventId after, EventId upTo) throws InterruptedException {
            if (!upTo.isAfter(after)) return new Slice(List.of(), after, true);
            var floor = archive.floor();
            if (floor.isAfter(after)) {
                var held = readToBorder(memory, after, EventId.min(floor, upTo), upTo);
                return counted(withHoles(set, held, after));
            }
            if (!memory.completeAfter().isAfter(after)) {
                var slice = memory.next(after, upTo);
                if (slice.isWhole()) return counted(withHoles(set, slice, after));
            }
            return readToBorder(older, after, EventId.min(memory.completeAfter(), upTo), upTo);
        }

        @Override
        public long bytes() {
            return bytes + older.bytes();
        }

        private Slice counted(Slice slice) {
            for (var step : slice.steps()) if (!step.isHole()) bytes += step.event().frame().length();
            return slice;
        }
    }

    /// A search of the archive that also knows a place in memory. It finds the older one of the two places.
    private record OlderOf(Search kept, EventId held) implements Search {
        @Override
        public boolean step() throws InterruptedException {
            return kept.step();
        }

        @Override
        public long found() {
            return Math.max(1, kept.found());
        }

        @Override
        public EventId place() {
            return kept.place() == null ? held : EventId.min(kept.place(), held);
        }

        @Override
        public EventId reached() {
            return kept.reached();
        }

        @Override
        public long bytes() {
            return kept.bytes();
        }
    }
}
