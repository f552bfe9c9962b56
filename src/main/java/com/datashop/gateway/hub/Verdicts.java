package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.metrics.Counter;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Remembers what shared filters found about the newest events, for the streams that come to them later.
///
/// ```
///   event 41, filter 7 ──▶ slot: yes        a newer event of the same slot takes the slot,
///   event 42, filter 7 ──▶ slot: no         and each stream looks at an older one itself
/// ```
///
/// It holds at most [#SLOTS] verdicts of some 64 bytes, whatever the number of filters and streams, and no event.
final class Verdicts {
    /// With one filter, a stream may be this many events behind the first one, four times the length of its queue.
    private static final int SLOTS = 1 << 12;
    private static final long SPREAD = 0x9E3779B1L;

    private final AtomicReferenceArray<Verdict> slots = new AtomicReferenceArray<>(SLOTS);
    private final Counter looks;

    Verdicts(Counter looks) {
        this.looks = looks;
    }

    /// Counts how often a filter has looked at the data of an event.
    Counter looks() {
        return looks;
    }

    /// Whether the filter accepts the event. Only the first caller looks.
    boolean of(Event event, SharedFilter filter) {
        var id = event.id();
        int slot = (int) (id.major() * SPREAD + id.minor() + filter.number() * SPREAD * SPREAD) & SLOTS - 1;
        var known = slots.get(slot);
        if (known != null && known.isOf(id, filter)) return known.answer(event, filter);
        if (known != null && known.id.isAfter(id)) return filter.look(event);
        var fresh = new Verdict(id, filter.number());
        var there = slots.compareAndExchange(slot, known, fresh);
        if (there == known) return fresh.answer(event, filter);
        return there.isOf(id, filter) ? there.answer(event, filter) : filter.look(event);
    }

    /// The answer of one filter about one event.
    private static final class Verdict {
        private final EventId id;
        private final long filter;
        private volatile Answer answer = Answer.UNKNOWN;

        private enum Answer { UNKNOWN, YES, NO }

        Verdict(EventId id, long filter) {
            this.id = id;
            this.filter = filter;
        }

        /// Whether it is about this event and filter.
        ///
        /// It compares the id objects: all copies of an event in memory share one. An event that was read again from
        /// the archive has an equal id, and counts as another.
        boolean isOf(EventId id, SharedFilter filter) {
            return this.id == id && this.filter == filter.number();
        }

        /// Looks at the event, unless that was done. A second caller waits for the first one, which does nothing else.
        boolean answer(Event event, SharedFilter filter) {
            var known = answer;
            if (known == Answer.UNKNOWN) known = look(event, filter);
            return known == Answer.YES;
        }

        private synchronized Answer look(Event event, SharedFilter filter) {
            if (answer == Answer.UNKNOWN) answer = filter.look(event) ? Answer.YES : Answer.NO;
            return answer;
        }
    }
}
