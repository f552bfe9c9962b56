package com.datashop.gateway.history;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The memory of one channel: its newest events, and before them the ids of evicted events.
///
/// ```
///   forgotten  evicted ids            held events (a ring)
///   ──────┤ ○ ○ ○ ○ ○ ○ ○ ○ ○ │ ● ● ● ● ● ● ● ● ●│ lastId
///   unknown     counted               replayed
/// ```
///
/// Its lock is held to add, to evict, and to copy references. Nothing is decoded, encoded or sent under it.
final class ChannelHistory {
    /// The bytes of an empty one: this object, the channel's name and keys, and its places in the map, ring and queue.
    static final int OVERHEAD_BYTES = 1024;
    private static final int FIRST_RING = 4;

    private final Channel channel;
    private Held[] ring = new Held[FIRST_RING];
    private int head;
    private int size;
    private final Rate rate = new Rate();
    private final ArrayDeque<EvictedIds> evicted = new ArrayDeque<>(1);
    private EventId forgotten;
    private volatile EventId lastId;
    private volatile long lastTimestamp;

    /// @param forgotten the place up to which nothing is known of the channel
    ChannelHistory(Channel channel, EventId forgotten) {
        this.channel = channel;
        this.forgotten = forgotten;
        lastId = forgotten;
    }

    Channel channel() {
        return channel;
    }

    /// The newest id that the channel ever had here, or `forgotten`. A reader that has seen it has nothing to read.
    EventId lastId() {
        return lastId;
    }

    /// Adds the newest event, and returns how many are held now.
    synchronized int add(Held held) {
        if (size == ring.length) resize(size * 2);
        ring[head + size & ring.length - 1] = held;
        lastTimestamp = held.event.timestamp();
        lastId = held.event.id();
        rate.count(held.event.orderedAt());
        return ++size;
    }

    /// Forgets the oldest event, but keeps its id.
    synchronized Eviction evict() {
        var held = ring[head];
        ring[head] = null;
        head = head + 1 & ring.length - 1;
        if (--size <= ring.length / 4 && ring.length > FIRST_RING) resize(ring.length / 2);
        var id = held.event.id();
        var run = evicted.peekLast(); // a run of ids
        if (run != null && !run.isFull()) {
            int before = run.bytes();
            run.add(id);
            return new Eviction(held, size, false, run.bytes() - before);
        }
        run = new EvictedIds(id);
        evicted.add(run);
        return new Eviction(held, size, true, run.bytes());
    }

    /// Forgets the oldest run of evicted ids, which are then not counted any more. It returns the bytes that they held.
    synchronized int forgetRun() {
        var run = evicted.remove();
        forgotten = run.last();
        return run.bytes();
    }

    /// The place after which no event of the channel is missing.
    synchronized EventId completeAfter() {
        return evicted.isEmpty() ? forgotten : evicted.peekLast().last();
    }

    synchronized int size() {
        return size;
    }

    /// Whether it holds nothing any more, not even an id.
    synchronized boolean isBlank() {
        return size == 0 && evicted.isEmpty();
    }

    /// At most `max` events that are not after the place, newest first.
    synchronized List<Event> newestUpTo(EventId place, int max) {
        int to = firstAfter(place);
        var events = new ArrayList<Event>(Math.min(to, max));
        for (int i = to - 1; i >= Math.max(0, to - max); i--) events.add(at(i).event);
        return events;
    }

    /// The id of the oldest event held, or null.
    synchronized EventId oldest() {
        return size == 0 ? null : at(0).event.id();
    }

    /// The id of the first event whose timestamp is at least `milliseconds`, or null. It yields after each chunk.
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
        return new ChannelActivity(channel, size, rate.perMinute(nanoTime));
    }

    /// Begins to measure the rate again.
    synchronized void resetRate() {
        rate.reset();
    }

    /// At most `max` events after `after` and up to `upTo`, and all evicted ids after `after`.
    synchronized ChannelSlice read(EventId after, EventId upTo, int max) {
        int from = firstAfter(after);
        int count = Math.min(firstAfter(upTo) - from, max);
        var events = new Event[Math.max(count, 0)];
        for (int i = 0; i < events.length; i++) events[i] = at(from + i).event;
        var gone = evicted.isEmpty() || !evicted.peekLast().last().isAfter(after)
                ? List.<EvictedIds.View>of()
                : evicted.stream().filter(run -> run.last().isAfter(after)).map(EvictedIds::view).toList();
        return new ChannelSlice(events, gone, forgotten);
    }

    /// Moves the events to another ring.
    ///
    /// The ring shrinks when three quarters are empty, so that a channel that was once busy does not hold bytes that
    /// nobody counts. It does not shrink sooner, so that no sequence of additions and evictions costs more than a few
    /// moves each.
    private void resize(int length) {
        var moved = new Held[length];
        for (int i = 0; i < size; i++) moved[i] = at(i);
        ring = moved;
        head = 0;
    }

    private Held at(int i) {
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

    /// The result of an eviction.
    ///
    /// @param left the number of events that the channel still holds
    /// @param newRun whether the id began a new run of evicted ids
    /// @param bytes the bytes by which the channel's evicted ids grew
    record Eviction(Held held, int left, boolean newRun, int bytes) { }

    /// An event that is held, in its channel's ring and in the one list through all channels, oldest first.
    static final class Held {
        /// The bytes of this object (32), and of its slot in a ring that may be half empty (8).
        static final int OVERHEAD_BYTES = 40;

        final Event event;
        final ChannelHistory channel;
        Held older;
        Held newer;

        Held(Event event, ChannelHistory channel) {
            this.event = event;
            this.channel = channel;
        }

        int bytes() {
            return OVERHEAD_BYTES + event.bytes();
        }
    }

    /// One channel's part of a slice: its events, and the evicted ids among which the reader looks for holes.
    static final class ChannelSlice {
        final List<EvictedIds.View> gone;
        final EventId forgotten;
        private final Event[] events;
        private int next;

        private ChannelSlice(Event[] events, List<EvictedIds.View> gone, EventId forgotten) {
            this.events = events;
            this.gone = gone;
            this.forgotten = forgotten;
        }

        /// The oldest event that is not taken yet, or null.
        Event peek() {
            return next < events.length ? events[next] : null;
        }

        void take() {
            next++;
        }
    }
}
