package com.datashop.gateway.hub;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.history.History;
import com.datashop.gateway.hub.rest.Pacer;
import com.datashop.gateway.hub.rest.Turnstile;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.Tail;
import com.datashop.gateway.time.Watchdog;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Takes each event from the log into history, and offers it to every subscriber of its channel.
///
/// ```
///   log ──▶ deliver ─┬─▶ history.append
///                    ├─▶ Subscriber.match   of the channel, and of each pattern that matches it
///                    └─▶ newest = its id    last: each event up to `newest` is in history and in all of its queues
/// ```
///
/// One lock holds this together. Under the lock nothing is scanned, written or waited for.
public final class Hub implements Tail, AutoCloseable {
    /// The most events that are handed out before the lock is released, so that others can join or leave.
    private static final int EVENTS_A_LOCK = 64;

    // The past.
    private final EventLog log;
    private final History history;
    private final Ages ages;
    private final Timeline timeline;

    // Shared by all streams.
    private final HeapBudget heap;
    private final TimeLimits limits;
    private final Ledger ledger = new Ledger();
    private final SharedFilters filters = new SharedFilters(ledger.looks);
    private final Pacer pacer = new Pacer();
    private final Turnstile turnstile = new Turnstile();
    private final AtomicLong joined = new AtomicLong();

    // The order, and who is there. Only the holder of the lock changes these.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();
    private final ConcurrentHashMap<String, Followers> channels = new ConcurrentHashMap<>();
    private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
    /// The patterns with a star that are followed, counted for each subscriber. While there are none, only the channel
    /// itself is looked up.
    private int wildcards;
    /// The reason why every stream ends; null while the hub runs.
    private End ending;
    private volatile EventId newest;

    /// @param log the log that calls this hub, and keeps the past that history forgets
    /// @param heap the budget for everything that clients make this node hold
    /// @param heartbeat the longest silence on a stream
    /// @param maxAge how long a stream lasts, 20 % more or less; zero for no limit
    /// @param writeTimeout how long a write may make no progress
    public Hub(
            History history, EventLog log, Watchdog watchdog, HeapBudget heap, Duration heartbeat, Duration maxAge,
            Duration writeTimeout) {
        this.history = history;
        this.log = log;
        timeline = new Timeline(history, log.archive(), log.origin());
        newest = log.warmFrom();
        ages = new Ages(newest, () -> EventId.min(log.archive().floor(), history.oldest().orElse(EventId.MAX)));
        this.heap = heap;
        limits = new TimeLimits(watchdog, heartbeat, new Lifetime(maxAge), writeTimeout);
    }

    @Override
    public long accept(List<Event> events) {
        return Tail.sum(deliver(events), 0, events.size());
    }

    @Override
    public int[] deliver(List<Event> events) {
        var delivered = new int[events.size()];
        for (int from = 0; from < delivered.length; ) {
            lock.lock();
            try {
                int end = Math.min(from + EVENTS_A_LOCK, delivered.length);
                while (from < end) from = distribute(events, from, end, delivered);
            } finally {
                lock.unlock();
            }
        }
        return delivered;
    }

    /// Makes every stream read on from history, where it finds the hole.
    @Override
    public void lost(EventId upTo) {
        lock.lock();
        try {
            history.addHole(newest, upTo);
            ages.addHole(upTo);
            for (var subscriber : subscribers) subscriber.lapse(upTo);
            newest = upTo; // Last, as with an event: a live subscriber with an empty queue takes it for its position.
        } finally {
            lock.unlock();
        }
    }

    /// Makes the streams that follow the channel read on from history, where they find the hole.
    @Override
    public void missed(Channel channel, EventId id) {
        lock.lock();
        try {
            history.addHole(channel, newest, id);
            ages.addHole(id);
            int missed = 0;
            for (var key : channel.keys()) {
                var followers = channels.get(key);
                if (followers != null) for (var subscriber : followers) if (subscriber.miss(id)) missed++;
            }
            ledger.matched.add(missed);
            newest = id;
        } finally {
            lock.unlock();
        }
    }

    /// Returns a stream to one client. It runs on the thread that gives it the output, until the stream ends.
    ///
    /// @param joined gets the subscriber when the stream begins
    public Consumer<OutputStream> stream(Subscription subscription, Consumer<Subscriber> joined) {
        return new StreamTask(this, limits, subscription, joined);
    }

    /// Asks every stream to send the events that are left, and to end. Streams that join later end as well.
    public void end(End why) {
        lock.lock();
        try {
            ending = why;
            for (var subscriber : subscribers) subscriber.end(why);
        } finally {
            lock.unlock();
        }
    }

    /// Interrupts every stream, whatever it is doing.
    public void interrupt() {
        for (var subscriber : subscribers) subscriber.interrupt();
    }

    /// Waits until no stream is left; false when there are some after this time.
    public boolean awaitEmpty(Duration wait) throws InterruptedException {
        lock.lock();
        try {
            long nanoseconds = wait.toNanos();
            while (!subscribers.isEmpty() && nanoseconds > 0) nanoseconds = emptied.awaitNanos(nanoseconds);
            return subscribers.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /// The newest place in the log that this node has seen. Every event up to it is in history and in all of its
    /// queues.
    public EventId newest() {
        return newest;
    }

    /// The streams that are open now.
    public Collection<Subscriber> subscribers() {
        return subscribers;
    }

    /// The channels and patterns that have subscribers now, with these subscribers.
    public Map<String, Set<Subscriber>> channels() {
        return Collections.unmodifiableMap(channels);
    }

    /// The past, in pages.
    public Past past(Effort effort) {
        return new Past(this, timeline, ages, log, heap, effort);
    }

    /// The counts of what became of the events.
    public Ledger ledger() {
        return ledger;
    }

    /// The number of streams since the start, open or ended.
    public long joined() {
        return joined.get();
    }

    /// Ends the pacer and the turnstile. The streams have ended before.
    @Override
    public void close() {
        pacer.close();
        turnstile.close();
    }

    /// Lets subscribers rest between writes.
    Pacer pacer() {
        return pacer;
    }

    /// The filters of the open streams.
    SharedFilters filters() {
        return filters;
    }

    /// Reads the past of these channels for one subscriber.
    Portions portions(ChannelSet channels) {
        return new Portions(timeline.reader(channels), heap);
    }

    /// All of the past that this node can replay.
    Timeline timeline() {
        return timeline;
    }

    /// Waits until this node has reached the client's place, within a bound.
    ///
    /// The place can be ahead of this node when the client comes from another node.
    void reach(Subscriber subscriber) throws InterruptedException {
        var ahead = subscriber.subscription().namedAfter(subscriber.joinedAt());
        if (ahead.isEmpty()) return;
        log.catchUp(ahead.get());
        lock.lock();
        try {
            subscriber.rejoin(newest); // The events that came meanwhile are replay: its thread counts them as matched.
        } finally {
            lock.unlock();
        }
    }

    /// Makes the subscriber live if no event was matched after `position`; false when it must read on.
    boolean goLive(Subscriber subscriber, EventId position) {
        lock.lock();
        try {
            if (!subscriber.goLive(position)) return false;
            // It lost these events so long ago that the gap could not say how many. The number of matches can.
            long uncounted = subscriber.unsettled();
            subscriber.settle(uncounted);
            ledger.lost.add(uncounted);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Adds a subscriber for the calling thread. It matches every event from now on, and reads history first.
    Subscriber join(Subscription subscription) {
        String connectionId = UUID.randomUUID().toString();
        joined.incrementAndGet();
        lock.lock();
        try {
            var subscriber = new Subscriber(connectionId, Thread.currentThread(), subscription, newest, heap,
                    turnstile);
            if (subscription.namedAfter(newest).isPresent()) subscriber.waitForPlace();
            subscribers.add(subscriber);
            for (var pattern : subscription.channels().patterns()) {
                channels.computeIfAbsent(pattern.text(), _ -> new Followers()).add(subscriber);
                if (!pattern.isExact()) wildcards++;
            }
            if (ending != null) subscriber.end(ending);
            return subscriber;
        } finally {
            lock.unlock();
        }
    }

    /// Removes a subscriber whose stream has ended.
    void leave(Subscriber subscriber) {
        lock.lock();
        try {
            for (var pattern : subscriber.subscription().channels().patterns()) {
                channels.computeIfPresent(pattern.text(), (_, followers) -> {
                    followers.remove(subscriber);
                    return followers.isEmpty() ? null : followers;
                });
                if (!pattern.isExact()) wildcards--;
            }
            subscribers.remove(subscriber);
            subscriber.giveBackAll();
            ledger.undelivered.add(subscriber.unsettled());
            if (subscribers.isEmpty()) emptied.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Puts the next events of one channel into history, and offers them in one walk over its subscribers.
    ///
    /// A walk over 10,000 subscribers finds none of them in the cache. So events that come together share it.
    ///
    /// @param delivered gets the number of subscribers that each event matched
    /// @return the place of the first event of another channel, or the end
    private int distribute(List<Event> events, int from, int end, int[] delivered) {
        var channel = remember(events.get(from));
        int to = from + 1;
        for (; to < end && events.get(to).channel().equals(channel); to++) remember(events.get(to));
        var run = events.subList(from, to);
        if (wildcards == 0) offer(channel.text(), run, delivered, from);
        else for (var key : channel.keys()) offer(key, run, delivered, from);
        newest = run.getLast().id();
        for (int i = from; i < to; i++) ledger.matched.add(delivered[i]);
        return to;
    }

    /// Puts the event into history, and returns its channel.
    private Channel remember(Event event) {
        ages.add(event);
        return history.append(event);
    }

    /// Offers the events to the followers of a channel or pattern.
    ///
    /// @param first the index in `delivered` of the first of these events
    private void offer(String key, List<Event> run, int[] delivered, int first) {
        var followers = channels.get(key);
        if (followers == null) return;
        long orderedAt = run.getLast().orderedAt();
        long restUntil = orderedAt;
        for (int at = 0; at < followers.size(); at++) {
            var subscriber = followers.get(at);
            boolean wasLive = subscriber.isLive();
            for (int i = 0; i < run.size(); i++) if (subscriber.match(run.get(i))) delivered[first + i]++;
            if (wasLive && !subscriber.isLive()) ledger.overflows.increment();
            long until = subscriber.parking().restsUntil(orderedAt);
            if (until - restUntil > 0) restUntil = until;
        }
        if (restUntil != orderedAt) pacer.setDeadline(followers, restUntil);
    }
}
