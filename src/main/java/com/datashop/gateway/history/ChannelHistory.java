package com.datashop.gateway.history;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// What is remembered of one channel: its newest events, and behind them the ids of those that are gone.
///
/// ```
///   floor      evicted ids            held events (a ring)
///   ──────┤ ○ ○ ○ ○ ○ ○ ○ ○ ○ │ ● ● ● ● ● ● ● ● ●│ lastId
///   unknown     counted               replayed
/// ```
///
/// Its lock is held to add, to evict and to copy references out: never while anything is decoded, encoded or sent.
final class ChannelHistory {
    /// This object, its name with the patterns that match it, its place in the map, and its empty ring and queue, in bytes.
    static final int OVERHEAD_BYTES = 1024;
    private static final int FIRST_RING = 4;

    private final Channel channel;
    private Entry[] ring = new Entry[FIRST_RING];
    private int head;
    private int size;
    private final Rate pace = new Rate();
    private final ArrayDeque<EvictedIds> evicted = new ArrayDeque<>(1);
    private EventId floor;
    private volatile EventId lastId;
    private volatile long lastTimestamp;

    /// @param floor the place below which nothing is known of the channel
    ChannelHistory(Channel channel, EventId floor) {
        this.channel = channel;
        this.floor = floor;
        lastId = floor;
    }

    Channel channel() {
        return channel;
    }

    /// The newest id that the channel ever had here, or the floor: a reader that has seen it has nothing to read.
    EventId lastId() {
        return lastId;
    }

    /// Adds the newest event and returns how many are held now.
    synchronized int add(Entry entry) {
        if (size == ring.length) resize(size * 2);
        ring[head + size & ring.length - 1] = entry;
        lastTimestamp = entry.event.timestamp();
        lastId = entry.event.id();
        pace.count(entry.event.orderedAt());
        return ++size;
    }

    /// Forgets the oldest event but for its id.
    synchronized Eviction evict() {
        var entry = ring[head];
        ring[head] = null;
        head = head + 1 & ring.length - 1;
        if (--size <= ring.length / 4 && ring.length > FIRST_RING) resize(ring.length / 2);
        var id = entry.event.id();
        var run = evicted.peekLast();
        if (run != null && !run.isFull()) {
            int before = run.bytes();
            run.add(id);
            return new Eviction(entry, size, false, run.bytes() - before);
        }
        run = new EvictedIds(id);
        evicted.add(run);
        return new Eviction(entry, size, true, run.bytes());
    }

    /// Forgets the oldest run of evicted ids, which are no longer counted, and returns the bytes that it held.
    synchronized int forgetRun() {
        var run = evicted.remove();
        floor = run.last();
        return run.bytes();
    }

    /// The place after which nothing that the channel had is missing.
    synchronized EventId completeAfter() {
        return evicted.isEmpty() ? floor : evicted.peekLast().last();
    }

    synchronized int size() {
        return size;
    }

    /// Whether nothing is left, not even an id.
    synchronized boolean isBlank() {
        return size == 0 && evicted.isEmpty();
    }

    /// The newest events that are not after the place, newest first: at most `max`.
    synchronized List<Event> upTo(EventId place, int max) {
        int to = firstAfter(place);
        var events = new ArrayList<Event>(Math.min(to, max));
        for (int i = to - 1; i >= Math.max(0, to - max); i--) events.add(at(i).event);
        return events;
    }

    /// The id of the oldest event held, or null.
    synchronized EventId oldest() {
        return size == 0 ? null : at(0).event.id();
    }

    /// The id of the first event that is no older than that, or null; gives way after each chunk.
    EventId firstSince(long milliseconds, int chunk) {
        for (var after = EventId.ZERO; ; ) {
            var events = read(after, lastId, chunk).events;
            for (var event : events) if (event.timestamp() >= milliseconds) return event.id();
            if (events.length == 0) return null;
            after = events[events.length - 1].id();
            Thread.yield();
        }
    }

    synchronized ChannelSummary summary() {
        return new ChannelSummary(channel, lastId, lastTimestamp, size);
    }

    synchronized ChannelActivity activity(long nanoTime) {
        return new ChannelActivity(channel, size, pace.perMinute(nanoTime));
    }

    /// Has the pace begin again.
    synchronized void resetPace() {
        pace.reset();
    }

    /// What there is after `after` and up to `upTo`: at most `max` events, and all the evicted ids.
    synchronized Run read(EventId after, EventId upTo, int max) {
        int from = firstAfter(after);
        int count = Math.min(firstAfter(upTo) - from, max);
        var events = new Event[Math.max(count, 0)];
        for (int i = 0; i < events.length; i++) events[i] = at(from + i).event;
        var gone = evicted.isEmpty() || !evicted.peekLast().last().isAfter(after)
                ? List.<EvictedIds.View>of()
                : evicted.stream().filter(run -> run.last().isAfter(after)).map(EvictedIds::view).toList();
        return new Run(events, gone, floor);
    }

    /// Moves the events to another ring. It shrinks when three quarters are empty, so that a channel which was busy once does not hold
    /// what nobody counts; and not before, so that no run of additions and evictions costs more than a few moves each.
    private void resize(int length) {
        var moved = new Entry[length];
        for (int i = 0; i < size; i++) moved[i] = at(i);
        ring = moved;
        head = 0;
    }

    private Entry at(int i) {
        return ring[head + i & ring.length - 1];
    }

    /// The index of the first held event after the place, by binary search.
    private int firstAfter(EventId place) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = low + high >>> 1;
            if (at(middle).event.id().isAfter(place)) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    /// What an eviction did.
    ///
    /// @param left how many events the channel still holds
    /// @param newRun whether the id began a new run of evicted ids
    /// @param bytes by how much the channel's evicted ids grew
    record Eviction(Entry entry, int left, boolean newRun, int bytes) { }

    /// An event's place in its channel's ring and in the one list, oldest first, that runs through all channels.
    static final class Entry {
        /// This object (32) and its slot in a ring that may be half empty (8), in bytes.
        static final int OVERHEAD_BYTES = 40;

        final Event event;
        final ChannelHistory channel;
        Entry older;
        Entry newer;

        Entry(Event event, ChannelHistory channel) {
            this.event = event;
            this.channel = channel;
        }

        int bytes() {
            return OVERHEAD_BYTES + event.bytes();
        }
    }

    /// One channel's part of a slice.
    static final class Run {
        final List<EvictedIds.View> gone;
        final EventId floor;
        private final Event[] events;
        private int next;

        private Run(Event[] events, List<EvictedIds.View> gone, EventId floor) {
            this.events = events;
            this.gone = gone;
            this.floor = floor;
        }

        /// The oldest event not taken yet, or null.
        Event peek() {
            return next < events.length ? events[next] : null;
        }

        void take() {
            next++;
        }
    }
}
