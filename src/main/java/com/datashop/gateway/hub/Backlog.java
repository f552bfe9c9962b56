package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The newest events, which are in history and were not yet offered to their subscribers.
///
/// The log's thread adds, and whoever has the hub's lock takes. So nothing is offered out of order, whoever walks.
final class Backlog {
    /// The most events that wait for the walker. So a walk takes not much longer than one for a few events.
    private static final int MOST_EVENTS = 256;
    /// The most bytes that wait for the walker, since history may forget an event that still waits here.
    private static final long MOST_BYTES = 1 << 20;

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long bytes;
    private long added;
    private long taken;

    /// Adds the events, in the order of the log.
    ///
    /// @param counts gets the number of subscribers that each event was offered to; null when nobody asks
    synchronized void add(List<Event> events, int[] counts) {
        for (int i = 0; i < events.size(); i++) {
            entries.add(new Entry(events.get(i), counts, i));
            bytes += Allowance.cost(events.get(i));
        }
        added += events.size();
    }

    /// Takes the oldest events, at most this number.
    synchronized List<Entry> take(int most) {
        var some = new ArrayList<Entry>(Math.min(most, entries.size()));
        while (some.size() < most && !entries.isEmpty()) {
            var entry = entries.poll();
            bytes -= Allowance.cost(entry.event);
            some.add(entry);
        }
        taken += some.size();
        return some;
    }

    /// Whether no event waits.
    synchronized boolean isEmpty() {
        return entries.isEmpty();
    }

    /// Whether more waits than may wait for the walker.
    synchronized boolean isFull() {
        return entries.size() > MOST_EVENTS || bytes > MOST_BYTES;
    }

    /// The number of events that were ever added.
    synchronized long added() {
        return added;
    }

    /// Whether the first events have all been taken.
    ///
    /// @param events their number, as [#added] gave it
    synchronized boolean hasTaken(long events) {
        return taken >= events;
    }

    /// One event that waits.
    ///
    /// @param counts gets the number of subscribers, at this index; null when nobody asks
    record Entry(Event event, int[] counts, int index) {
        void count(int subscribers) {
            if (counts != null) counts[index] = subscribers;
        }
    }
}
