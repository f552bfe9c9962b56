package com.datashop.gateway.hub;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.history.History;
import com.datashop.gateway.hub.rest.Pacer;
import com.datashop.gateway.hub.rest.Turnstile;
import com.datashop.gateway.hub.rest.Walker;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.Tail;
import com.datashop.gateway.time.Watchdog;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Takes each event from the log into history, and offers it to every subscriber of its channel.
///
/// ```
///   log ──▶ deliver ─┬─▶ History.append               each event up to `newest` is in history
///                    └─▶ Backlog
///                          │ walk: the log's thread, or the Walker for a crowd
///                          ▼
///                        Subscriber.match             each event up to `offered` is in all of its queues, too
///                        of the channel, and of each pattern that matches it
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
    private final Walker walker = new Walker(this::walk);
    private final Backlog backlog = new Backlog();
    private final AtomicLong joined = new AtomicLong();
    private final ConnectionIds connectionIds = new ConnectionIds();

    // The order, and who is there. Only the holder of the lock changes these.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();
    private final Audience audience = new Audience();
    private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
    /// The reason why every stream ends; null while the hub runs.
    private End ending;
    private volatile EventId offered;
    /// Never behind `offered`. The log's thread sets it, with the lock or without.
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
        offered = newest;
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
        if (delivered.length == 0) return delivered;
        var held = new ArrayList<Event>(delivered.length);
        for (var event : events) held.add(remember(event));
        newest = held.getLast().id(); // Before they are offered: for whoever joins now, they are past.
        boolean crowded = audience.count(held, delivered) > Followers.CROWD || !backlog.isEmpty();
        boolean later = crowded && audience.countOnce(held, delivered);
        backlog.add(held, later ? null : delivered);
        if (later && !backlog.isFull()) walker.ask();
        else walk();
        return delivered;
    }

    /// Makes every stream read on from history, where it finds the hole.
    @Override
    public void lost(EventId upTo) {
        lock.lock();
        try {
            walkAtOnce();
            history.addHole(newest, upTo);
            ages.addHole(upTo);
            for (var subscriber : subscribers) subscriber.lapse(upTo);
            newest = upTo;
            offered = upTo; // Last, as with an event: a live subscriber with an empty queue takes it for its position.
        } finally {
            lock.unlock();
        }
    }

    /// Makes the streams that follow the channel read on from history, where they find the hole.
    @Override
    public void missed(Channel channel, EventId id) {
        lock.lock();
        try {
            walkAtOnce();
            history.addHole(channel, newest, id);
            ages.addHole(id);
            int missed = 0;
            for (var followers : audience.of(channel))
                for (var subscriber : followers) if (subscriber.miss(id)) missed++;
            ledger.matched.add(missed);
            newest = id;
            offered = id;
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
            walkAtOnce();
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

    /// The newest place in the log that this node has seen. Every event up to it is in history.
    public EventId newest() {
        return newest;
    }

    /// The place up to which each event is in history and in all of its queues.
    EventId offered() {
        return offered;
    }

    /// The streams that are open now.
    public Collection<Subscriber> subscribers() {
        return subscribers;
    }

    /// The channels and patterns that have subscribers now, with these subscribers.
    public Map<String, Set<Subscriber>> channels() {
        return audience.channels();
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

    /// Ends the threads of the hub. The streams have ended before.
    @Override
    public void close() {
        walker.close();
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
        String connectionId = connectionIds.of(joined.incrementAndGet());
        lock.lock();
        try {
            var subscriber = new Subscriber(connectionId, Thread.currentThread(), subscription, newest, heap,
                    turnstile);
            if (subscription.namedAfter(newest).isPresent()) subscriber.waitForPlace();
            subscribers.add(subscriber);
            audience.add(subscriber);
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
            audience.remove(subscriber);
            subscribers.remove(subscriber);
            subscriber.giveBackAll();
            ledger.undelivered.add(subscriber.unsettled());
            if (subscribers.isEmpty()) emptied.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Offers the events that wait now. It releases the lock now and then, so that others can join or leave.
    private void walk() {
        long upTo = backlog.added();
        for (boolean done = false; !done; ) {
            lock.lock();
            try {
                offer(backlog.take(EVENTS_A_LOCK));
                done = backlog.hasTaken(upTo); // with the lock: whoever has taken them has offered them
            } finally {
                lock.unlock();
            }
        }
    }

    /// Offers all events that wait, without releasing the lock.
    private void walkAtOnce() {
        while (!backlog.isEmpty()) offer(backlog.take(EVENTS_A_LOCK));
    }

    private void offer(List<Backlog.Entry> entries) {
        long now = System.nanoTime();
        for (int from = 0; from < entries.size(); ) from = distribute(entries, from, now);
    }

    /// Offers the next events of one channel in one walk over its subscribers.
    ///
    /// A walk over 10,000 subscribers finds none of them in the cache. So events that come together share it.
    ///
    /// @param now the clock's time
    /// @return the place of the first event of another channel, or the end
    private int distribute(List<Backlog.Entry> entries, int from, long now) {
        var channel = entries.get(from).event().channel();
        int to = from + 1;
        while (to < entries.size() && entries.get(to).event().channel().equals(channel)) to++;
        var run = new Event[to - from];
        for (int i = 0; i < run.length; i++) run[i] = entries.get(from + i).event();
        var matched = new int[run.length];
        for (var followers : audience.of(channel)) offer(followers, run, now, matched);
        offered = run[run.length - 1].id();
        for (int i = 0; i < run.length; i++) {
            ledger.matched.add(matched[i]);
            entries.get(from + i).count(matched[i]);
        }
        return to;
    }

    /// Offers the events to the followers of a channel or pattern, and counts those whom they match.
    private void offer(Followers followers, Event[] run, long now, int[] matched) {
        long restUntil = now;
        for (int at = 0; at < followers.size(); at++) {
            var subscriber = followers.get(at);
            boolean wasLive = subscriber.isLive();
            for (int i = 0; i < run.length; i++) if (subscriber.match(run[i], now)) matched[i]++;
            if (wasLive && !subscriber.isLive()) ledger.overflows.increment();
            long until = subscriber.parking().restsUntil(now);
            if (until - restUntil > 0) restUntil = until;
        }
        if (restUntil != now) pacer.setDeadline(followers, restUntil);
    }

    /// Puts the event into history, and returns it as it is held there.
    private Event remember(Event event) {
        ages.add(event);
        return history.append(event);
    }
}
