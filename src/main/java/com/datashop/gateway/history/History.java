package com.datashop.gateway.history;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.history.ChannelHistory.Held;
import com.datashop.gateway.replay.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Memory's part of the past: the newest events of every channel, in the one order of the log.
///
/// Each channel has a bound, and all channels together have one. A channel over its own bound loses its oldest event.
/// When the total is spent, the oldest event of any channel goes. So a noisy channel evicts events of a quiet one only
/// then, and only by age. The id of an evicted event stays for a while ([EvictedIds]), within a sixteenth of the bound,
/// so that a gap can be counted.
///
/// One thread at a time appends: the log's. Readers do not wait for that. They hold the lock of one
/// channel at a time while they copy some references. Their caller tells them how far the log has come.
public final class History {
    /// The part of the bound that ids of evicted events may take.
    private static final int EVICTED_SHARE = 16;
    /// The most holes of the log itself that are kept one by one. They are rare. Beyond this, the two oldest become
    /// one.
    private static final int MAX_HOLES = 16;
    /// The number of events that a search looks at before it yields. It copies as many references under a channel's
    /// lock.
    private static final int CHUNK = 256;

    private final int maxEventsPerChannel;
    private final long maxBytes;
    private final ConcurrentHashMap<String, ChannelHistory> channels = new ConcurrentHashMap<>();
    /// The channel of each run of evicted ids, oldest run first.
    private final ArrayDeque<ChannelHistory> evictedRuns = new ArrayDeque<>();
    private Held oldest;
    private Held newest;
    // One thread writes these, the one that appends. All threads read them.
    private volatile long eventBytes;
    private volatile long evictedBytes;
    private volatile int events;
    private volatile int generation;
    private volatile EventId forgotten;
    private volatile List<Hole> holes = List.of();

    /// @param forgotten the place up to which this node knows nothing
    public History(int maxEventsPerChannel, long maxBytes, EventId forgotten) {
        this.maxEventsPerChannel = maxEventsPerChannel;
        this.maxBytes = maxBytes;
        this.forgotten = forgotten;
    }

    /// Adds the event, which comes after all others, and forgets events that have no room any more.
    ///
    /// @return the event as it is held: all events of a channel share the object of the channel
    public Event append(Event event) {
        var channel = channels.get(event.channel().text());
        if (channel == null) channel = open(event.channel());
        var held = new Held(event.sharing(channel.channel()), channel);
        link(held);
        int count = channel.add(held);
        if (count == 1) {
            eventBytes += ChannelHistory.OVERHEAD_BYTES;
            evictedBytes -= ChannelHistory.OVERHEAD_BYTES;
        }
        if (count > maxEventsPerChannel) evict(channel);
        while (bytes() > maxBytes && oldest != null) evict(oldest.channel);
        while (evictedBytes > maxBytes / EVICTED_SHARE && !evictedRuns.isEmpty()) forgetRun();
        return held.event;
    }

    /// Adds a hole of any number of events, which the log itself has lost. It comes right after the newest event.
    ///
    /// @param from the place that the log had come to
    public void addHole(EventId from, EventId upTo) {
        add(new Hole(null, new Step.Lost(from, upTo, Step.Lost.UNKNOWN)));
    }

    /// Adds a hole of one event of this channel, which this node can not hold. It comes right after the newest event.
    ///
    /// @param from the place that the log had come to
    /// @param id the id of that event
    public void addHole(Channel channel, EventId from, EventId id) {
        add(new Hole(channel, new Step.Lost(from, id, 1)));
    }

    private void add(Hole hole) {
        var all = new ArrayList<>(holes);
        all.add(hole);
        if (all.size() > MAX_HOLES) all.addFirst(all.removeFirst().joined(all.removeFirst()));
        holes = List.copyOf(all);
    }

    /// The holes of the log itself that concern the set's channels, since this node follows the log, in order.
    public List<Step.Lost> holes(ChannelSet set) {
        return holes.stream().filter(hole -> hole.channel == null || set.matches(hole.channel)).map(Hole::lost)
                .toList();
    }

    /// A reader of the set's channels that reads memory alone. (`hub.Timeline` reads the archive too.)
    public HistoryReader reader(ChannelSet set) {
        return new HistoryReader(this, set);
    }

    /// The newest events of the set that are not after the place, newest first.
    ///
    /// There are some hundreds, or one for each channel. The list is empty when there are none.
    public List<Event> newestUpTo(ChannelSet set, EventId place) {
        var channels = matching(set);
        int max = Math.max(CHUNK, channels.size());
        int chunk = max / Math.max(1, channels.size()) + 1;
        var queue = new PriorityQueue<Backwards>();
        for (var channel : channels) {
            var run = new Backwards(channel, place, chunk);
            if (run.peek() != null) queue.add(run);
        }
        var events = new ArrayList<Event>();
        while (!queue.isEmpty() && events.size() < max) {
            var run = queue.remove();
            events.add(run.take());
            if (run.peek() != null) queue.add(run);
        }
        return events;
    }

    /// The place right before the oldest event of the set with at least this timestamp; empty when there is none.
    ///
    /// It may look at every event that is held, and yields meanwhile.
    ///
    /// @param milliseconds the least timestamp, since 1970
    public Optional<EventId> since(ChannelSet set, long milliseconds) {
        EventId oldest = null;
        for (var channel : matching(set)) {
            var found = channel.firstSince(milliseconds, CHUNK);
            if (found != null && (oldest == null || oldest.isAfter(found))) oldest = found;
        }
        return Optional.ofNullable(oldest).map(EventId::previous);
    }

    /// The place right before the oldest event of the set that is held; empty when none is.
    public Optional<EventId> beginning(ChannelSet set) {
        return matching(set).stream().map(ChannelHistory::oldest).filter(Objects::nonNull)
                .min(EventId::compareTo).map(EventId::previous);
    }

    /// The oldest event of all channels. Only the thread that appends may ask.
    public Optional<EventId> oldest() {
        return Optional.ofNullable(oldest).map(held -> held.event.id());
    }

    /// The channels that have events here. A channel that comes or goes during the call may be among them or not.
    public Iterable<Channel> held() {
        var held = channels.values().stream().filter(channel -> channel.size() > 0).map(ChannelHistory::channel);
        return held::iterator;
    }

    /// The summary of the channel; empty when nothing of it is held.
    public Optional<ChannelSummary> summary(String channel) {
        return Optional.ofNullable(channels.get(channel)).map(ChannelHistory::summary);
    }

    /// The activity of each channel that has events here, or had some not long ago.
    public Stream<ChannelActivity> activity() {
        long now = System.nanoTime();
        return channels.values().stream().map(channel -> channel.activity(now));
    }

    /// The activity of the channel; empty when nothing of it is held.
    public Optional<ChannelActivity> activity(String channel) {
        return Optional.ofNullable(channels.get(channel)).map(held -> held.activity(System.nanoTime()));
    }

    /// Notes that the start is over. The events so far were read back, so they do not count in the rates.
    public void warmed() {
        channels.values().forEach(ChannelHistory::resetRate);
    }

    /// The number of events held.
    public int events() {
        return events;
    }

    /// The heap that is held, in bytes: by events, by the ids of evicted events, and by each channel.
    public long bytes() {
        return eventBytes + evictedBytes;
    }

    /// The bound on [#bytes()].
    public long maxBytes() {
        return maxBytes;
    }

    /// The bound on the events of one channel.
    public int maxEventsPerChannel() {
        return maxEventsPerChannel;
    }

    /// A number that changes when a channel comes or goes.
    int generation() {
        return generation;
    }

    /// The place up to which events may be gone without a trace, among them those of channels that are not here.
    EventId forgotten() {
        return forgotten;
    }

    Collection<ChannelHistory> matching(ChannelSet set) {
        if (!set.isExact())
            return channels.values().stream().filter(channel -> set.matches(channel.channel())).toList();
        return set.patterns().stream().map(pattern -> channels.get(pattern.text())).filter(Objects::nonNull).toList();
    }

    private ChannelHistory open(Channel channel) {
        var opened = new ChannelHistory(channel, forgotten);
        channels.put(channel.text(), opened);
        generation++;
        evictedBytes += ChannelHistory.OVERHEAD_BYTES;
        return opened;
    }

    private void evict(ChannelHistory channel) {
        var eviction = channel.evict();
        unlink(eviction.held());
        evictedBytes += eviction.bytes();
        if (eviction.newRun()) evictedRuns.add(channel);
        if (eviction.left() == 0) {
            eventBytes -= ChannelHistory.OVERHEAD_BYTES;
            evictedBytes += ChannelHistory.OVERHEAD_BYTES;
        }
    }

    /// Forgets the oldest run of evicted ids, and its channel when nothing else of it is left.
    private void forgetRun() {
        var channel = evictedRuns.remove();
        evictedBytes -= channel.forgetRun();
        if (!channel.isBlank()) return;
        forgotten = EventId.max(forgotten, channel.lastId());
        channels.remove(channel.channel().text());
        generation++;
        evictedBytes -= ChannelHistory.OVERHEAD_BYTES;
    }

    private void link(Held held) {
        held.older = newest;
        if (newest == null) oldest = held;
        else newest.newer = held;
        newest = held;
        eventBytes += held.bytes();
        events++;
    }

    private void unlink(Held held) {
        if (held.older == null) oldest = held.newer;
        else held.older.newer = held.newer;
        if (held.newer == null) newest = held.older;
        else held.newer.older = held.older;
        eventBytes -= held.bytes();
        events--;
    }

    /// A hole of the log itself, since this node follows it.
    ///
    /// @param channel the channel of the lost events; null when it may be any
    private record Hole(Channel channel, Step.Lost lost) {
        /// The two holes as one. When their channels differ, the numbers are given up.
        Hole joined(Hole next) {
            boolean same = channel != null && channel.equals(next.channel);
            long count = same ? lost.count() + next.lost.count() : Step.Lost.UNKNOWN;
            return new Hole(same ? channel : null, new Step.Lost(lost.from(), next.lost.to(), count));
        }
    }

    /// The events of one channel from the newest back, a chunk at a time.
    private static final class Backwards implements Comparable<Backwards> {
        private final ChannelHistory channel;
        private final int chunk;
        private List<Event> events;
        private int next;

        Backwards(ChannelHistory channel, EventId place, int chunk) {
            this.channel = channel;
            this.chunk = chunk;
            events = channel.newestUpTo(place, chunk);
        }

        /// The newest event that is not taken yet, or null.
        Event peek() {
            return next < events.size() ? events.get(next) : null;
        }

        Event take() {
            var event = events.get(next++);
            if (next == events.size() && next == chunk) {
                events = channel.newestUpTo(event.id().previous(), chunk);
                next = 0;
            }
            return event;
        }

        @Override
        public int compareTo(Backwards other) {
            return other.peek().id().compareTo(peek().id());
        }
    }
}
