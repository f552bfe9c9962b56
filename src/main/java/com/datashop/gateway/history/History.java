package com.datashop.gateway.history;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.history.ChannelHistory.Entry;
import com.datashop.gateway.hub.Timeline;
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

/// What this node can replay: the most recent events of every channel, bounded for each channel and in all, in the one order of the log.
///
/// A channel over its own bound loses its oldest event; over the bound of all, the oldest event of any channel goes. So a noisy channel
/// evicts a quiet one only when the total is spent, and then by age alone. Of an evicted event its id stays for a while
/// ([EvictedIds]), within a sixteenth of the bound, so that a gap can be counted.
///
/// One thread at a time appends (the hub, under its lock). Readers take no part in that: they hold one channel's lock at a time,
/// for the time it takes to copy some references, and are told by their caller how far the log has come.
public final class History {
    /// The part of the bound that ids of evicted events may take.
    private static final int EVICTED_SHARE = 16;
    /// The log has holes of its own once in a long while; of more than this the older ones become one.
    private static final int MAX_HOLES = 16;
    /// A search copies so many references under a channel's lock, and looks at so many events before it gives way.
    private static final int CHUNK = 256;

    private final int maxEventsPerChannel;
    private final long maxBytes;
    private final ConcurrentHashMap<String, ChannelHistory> channels = new ConcurrentHashMap<>();
    private final ArrayDeque<ChannelHistory> runs = new ArrayDeque<>();
    private Entry oldest;
    private Entry newest;
    // Written by the one thread that appends, read by all.
    private volatile long eventBytes;
    private volatile long evictedBytes;
    private volatile int events;
    private volatile int generation;
    private volatile EventId forgotten;
    private volatile List<Hole> holes = List.of();

    /// @param floor the place below which this node knows nothing
    public History(int maxEventsPerChannel, long maxBytes, EventId floor) {
        this.maxEventsPerChannel = maxEventsPerChannel;
        this.maxBytes = maxBytes;
        forgotten = floor;
    }

    /// Remembers the event, which comes after all before it, and forgets what has no room any more.
    ///
    /// @return its channel, the same for all events of the channel
    public Channel append(Event event) {
        var channel = channels.get(event.channel().text());
        if (channel == null) channel = open(event.channel());
        var entry = new Entry(event.sharing(channel.channel()), channel);
        link(entry);
        int held = channel.add(entry);
        if (held == 1) {
            eventBytes += ChannelHistory.OVERHEAD_BYTES;
            evictedBytes -= ChannelHistory.OVERHEAD_BYTES;
        }
        if (held > maxEventsPerChannel) evict(channel);
        while (bytes() > maxBytes && oldest != null) evict(oldest.channel);
        while (evictedBytes > maxBytes / EVICTED_SHARE && !runs.isEmpty()) forgetRun();
        return channel.channel();
    }

    /// Takes note that the log itself has lost something after the newest event, up to a place that is before all that come.
    ///
    /// @param from the place that the log had come to
    public void lose(EventId from, EventId upTo) {
        lose(new Hole(null, new Step.Lost(from, upTo, Step.Lost.UNKNOWN)));
    }

    /// Takes note that the log has an event of this channel, right after the newest, that this node can not hold.
    ///
    /// @param from the place that the log had come to
    /// @param id the event's
    public void lose(Channel channel, EventId from, EventId id) {
        lose(new Hole(channel, new Step.Lost(from, id, 1)));
    }

    private void lose(Hole hole) {
        var all = new ArrayList<>(holes);
        all.add(hole);
        if (all.size() > MAX_HOLES) all.addFirst(all.removeFirst().joined(all.removeFirst()));
        holes = List.copyOf(all);
    }

    /// Where the log itself has lost something of the set's channels since this node follows it, in order.
    public List<Step.Lost> holes(ChannelSet set) {
        return holes.stream().filter(hole -> hole.channel == null || set.matches(hole.channel)).map(Hole::lost)
                .toList();
    }

    /// A reader of the channels that the set names, of what is in memory alone: see [Timeline].
    public HistoryReader reader(ChannelSet set) {
        return new HistoryReader(this, set);
    }

    /// The newest events of the set that are not after the place, newest first: a piece of some hundreds, or one for each
    /// channel; none when there are none.
    public List<Event> upTo(ChannelSet set, EventId place) {
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

    /// The place right before the oldest event in the set whose timestamp is at least `milliseconds`; empty when there is none.
    ///
    /// It may look at all that is held, and gives way meanwhile.
    public Optional<EventId> since(ChannelSet set, long milliseconds) {
        EventId oldest = null;
        for (var channel : matching(set)) {
            var found = channel.firstSince(milliseconds, CHUNK);
            if (found != null && (oldest == null || oldest.isAfter(found))) oldest = found;
        }
        return Optional.ofNullable(oldest).map(EventId::previous);
    }

    /// The place right before the oldest event in the set; empty when there is none.
    public Optional<EventId> beginning(ChannelSet set) {
        return matching(set).stream().map(ChannelHistory::oldest).filter(Objects::nonNull).min(EventId::compareTo).map(EventId::previous);
    }

    /// The channels of which events are held. A channel that comes or goes meanwhile may be among them or not.
    public Iterable<Channel> held() {
        var held = channels.values().stream().filter(channel -> channel.size() > 0).map(ChannelHistory::channel);
        return held::iterator;
    }

    /// What is held of the channel; empty when nothing is.
    public Optional<ChannelSummary> summary(String channel) {
        return Optional.ofNullable(channels.get(channel)).map(ChannelHistory::summary);
    }

    /// How busy each channel is of which events are held, or were not long ago.
    public Stream<ChannelActivity> activity() {
        long now = System.nanoTime();
        return channels.values().stream().map(channel -> channel.activity(now));
    }

    /// How busy the channel is; empty when nothing of it is held.
    public Optional<ChannelActivity> activity(String channel) {
        return Optional.ofNullable(channels.get(channel)).map(held -> held.activity(System.nanoTime()));
    }

    /// The log is read back: what was remembered so far did not happen of late.
    public void warmed() {
        channels.values().forEach(ChannelHistory::resetPace);
    }

    /// How many events are held.
    public int events() {
        return events;
    }

    /// The heap that is held, in bytes: events, what is kept of evicted ones, and what each channel costs.
    public long bytes() {
        return eventBytes + evictedBytes;
    }

    /// The bound on that.
    public long maxBytes() {
        return maxBytes;
    }

    /// The bound on the events of one channel.
    public int maxEventsPerChannel() {
        return maxEventsPerChannel;
    }

    /// Changes whenever a channel comes or goes.
    int generation() {
        return generation;
    }

    /// The newest place of which no trace may be left: a channel that is not here may have had events up to it.
    EventId forgotten() {
        return forgotten;
    }

    Collection<ChannelHistory> matching(ChannelSet set) {
        if (!set.isExact()) return channels.values().stream().filter(channel -> set.matches(channel.channel())).toList();
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
        unlink(eviction.entry());
        evictedBytes += eviction.bytes();
        if (eviction.newRun()) runs.add(channel);
        if (eviction.left() == 0) {
            eventBytes -= ChannelHistory.OVERHEAD_BYTES;
            evictedBytes += ChannelHistory.OVERHEAD_BYTES;
        }
    }

    /// Forgets the oldest evicted ids, and their channel when nothing else is left of it.
    private void forgetRun() {
        var channel = runs.remove();
        evictedBytes -= channel.forgetRun();
        if (!channel.isBlank()) return;
        forgotten = EventId.max(forgotten, channel.lastId());
        channels.remove(channel.channel().text());
        generation++;
        evictedBytes -= ChannelHistory.OVERHEAD_BYTES;
    }

    private void link(Entry entry) {
        entry.older = newest;
        if (newest == null) oldest = entry;
        else newest.newer = entry;
        newest = entry;
        eventBytes += entry.bytes();
        events++;
    }

    private void unlink(Entry entry) {
        if (entry.older == null) oldest = entry.newer;
        else entry.older.newer = entry.newer;
        if (entry.newer == null) newest = entry.older;
        else entry.newer.older = entry.older;
        eventBytes -= entry.bytes();
        events--;
    }

    /// What the log has lost since this node follows it.
    ///
    /// @param channel of which; null when it may be any
    private record Hole(Channel channel, Step.Lost lost) {
        /// The two as one: of different channels, nobody knows how many of which.
        Hole joined(Hole next) {
            boolean same = channel != null && channel.equals(next.channel);
            long count = same ? lost.count() + next.lost.count() : Step.Lost.UNKNOWN;
            return new Hole(same ? channel : null, new Step.Lost(lost.from(), next.lost.to(), count));
        }
    }

    /// One channel's events from the newest back, some at a time.
    private static final class Backwards implements Comparable<Backwards> {
        private final ChannelHistory channel;
        private final int chunk;
        private List<Event> events;
        private int next;

        Backwards(ChannelHistory channel, EventId place, int chunk) {
            this.channel = channel;
            this.chunk = chunk;
            events = channel.upTo(place, chunk);
        }

        /// The newest that was not taken yet, or null.
        Event peek() {
            return next < events.size() ? events.get(next) : null;
        }

        Event take() {
            var event = events.get(next++);
            if (next == events.size() && next == chunk) {
                events = channel.upTo(event.id().previous(), chunk);
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
