package com.datashop.gateway.hub;

import static java.lang.System.Logger.Level.DEBUG;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.history.History;
import com.datashop.gateway.hub.rest.Pacer;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.Tail;
import com.datashop.gateway.replay.Search;
import com.datashop.gateway.time.Watchdog;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Takes each event from the log into history, and offers it to every subscriber of its channel.
///
/// ```
///   log ──▶ accept ──┬─▶ history.append
///                    ├─▶ Subscriber.match   of the channel, and of each pattern that matches it
///                    └─▶ newest = its id    last: each event up to `newest` is in history and in all of its queues
/// ```
///
/// One lock holds this together. Under the lock nothing is scanned, written or waited for.
public final class Hub implements Tail, AutoCloseable {
    /// The events of a batch that are accepted before the lock is released, so that others can join or leave.
    private static final int EVENTS_A_LOCK = 64;
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final System.Logger LOG = System.getLogger(Hub.class.getName());

    private final History history;
    private final EventLog log;
    private final Timeline timeline;
    private final Ages ages;
    private final EventId origin;
    private final Watchdog watchdog;
    private final HeapBudget heap;
    private final Duration heartbeat;
    private final Lifetime lifetime;
    private final Duration writeTimeout;
    private final Ledger ledger = new Ledger();
    private final SharedFilters filters = new SharedFilters(ledger.looks);
    private final Pacer pacer = new Pacer();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();
    private final ConcurrentHashMap<String, Followers> channels = new ConcurrentHashMap<>();
    private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
    private final AtomicLong joined = new AtomicLong();
    private int patterns;
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
        timeline = new Timeline(history, log.archive());
        origin = log.origin();
        newest = log.warmFrom();
        ages = new Ages(newest, () -> EventId.min(log.archive().floor(), history.oldest().orElse(EventId.MAX)));
        this.watchdog = watchdog;
        this.heap = heap;
        this.heartbeat = heartbeat;
        lifetime = new Lifetime(maxAge);
        this.writeTimeout = writeTimeout;
    }

    @Override
    public long accept(List<Event> events) {
        long delivered = 0;
        for (int from = 0; from < events.size(); from += EVENTS_A_LOCK) {
            lock.lock();
            try {
                int to = Math.min(from + EVENTS_A_LOCK, events.size());
                for (var event : events.subList(from, to)) delivered += distribute(event);
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
            history.lose(newest, upTo);
            ages.lose(upTo);
            for (var subscriber : subscribers) subscriber.lapse(upTo);
            newest = upTo; // Last, as with an event: a live subscriber with an empty queue believes it is there.
        } finally {
            lock.unlock();
        }
    }

    /// Makes the streams that follow the channel read on from history, where they find the hole.
    @Override
    public void lost(Channel channel, EventId id) {
        lock.lock();
        try {
            history.lose(channel, newest, id);
            ages.lose(id);
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
        return new Delivery(subscription, joined);
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
            while (!subscribers.isEmpty() && nanoseconds > 0) nanoseconds = left.awaitNanos(nanoseconds);
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

    /// Its past, in pages.
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

    Pacer pacer() {
        return pacer;
    }

    /// Ends the pacer. The streams have ended before.
    @Override
    public void close() {
        pacer.close();
    }

    /// The place where the subscription begins; empty when the client's place was never issued.
    ///
    /// @param search the search for the place, which has ended
    Optional<EventId> place(Subscription subscription, EventId joinedAt, Search search) {
        return subscription.start().place(joinedAt, search.place(),
                place -> !origin.isAfter(place) && !place.isAfter(joinedAt) && timeline.issued(place));
    }

    /// Begins to look for the place where the subscription begins.
    Search search(Subscription subscription) {
        return subscription.start().search(timeline, subscription.channels(), subscription.filter());
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

    /// The place right before the oldest event in history that the subscription may get.
    EventId beginning(Subscription subscription, EventId joinedAt) {
        return timeline.beginning(subscription.channels()).map(place -> EventId.min(place, joinedAt)).orElse(joinedAt);
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

    /// The time that is left, but not more than can be counted in nanoseconds.
    private static Duration left(Instant expiry) {
        var left = Duration.between(Instant.now(), expiry);
        return left.compareTo(LONGEST) > 0 ? LONGEST : left;
    }

    /// Puts the event into history and offers it to the subscribers of its channel; how many matched it.
    private int distribute(Event event) {
        var channel = history.append(event);
        ages.add(event);
        int delivered = 0;
        if (patterns == 0) {
            delivered = offer(channel.text(), event);
        } else {
            for (var key : channel.keys()) delivered += offer(key, event);
        }
        newest = event.id();
        ledger.matched.add(delivered);
        return delivered;
    }

    private int offer(String key, Event event) {
        var followers = channels.get(key);
        if (followers == null) return 0;
        int delivered = 0;
        long restUntil = event.orderedAt();
        for (var subscriber : followers) {
            boolean wasLive = subscriber.isLive();
            if (subscriber.match(event)) delivered++;
            if (wasLive && !subscriber.isLive()) ledger.overflows.increment();
            long until = subscriber.parking().restsUntil(restUntil);
            if (until - restUntil > 0) restUntil = until;
        }
        if (restUntil != event.orderedAt()) pacer.watch(followers, restUntil);
        return delivered;
    }

    private Subscriber join(Subscription subscription) {
        String connectionId = UUID.randomUUID().toString();
        joined.incrementAndGet();
        lock.lock();
        try {
            var subscriber = new Subscriber(connectionId, Thread.currentThread(), subscription, newest, heap);
            if (subscription.namedAfter(newest).isPresent()) subscriber.waitForPlace();
            subscribers.add(subscriber);
            for (var pattern : subscription.channels().patterns()) {
                channels.computeIfAbsent(pattern.text(), _ -> new Followers()).add(subscriber);
                if (!pattern.isExact()) patterns++;
            }
            if (ending != null) subscriber.end(ending);
            return subscriber;
        } finally {
            lock.unlock();
        }
    }

    private void leave(Subscriber subscriber) {
        lock.lock();
        try {
            for (var pattern : subscriber.subscription().channels().patterns()) {
                channels.computeIfPresent(pattern.text(), (_, followers) -> {
                    followers.remove(subscriber);
                    return followers.isEmpty() ? null : followers;
                });
                if (!pattern.isExact()) patterns--;
            }
            subscribers.remove(subscriber);
            subscriber.release();
            ledger.undelivered.add(subscriber.unsettled());
            if (subscribers.isEmpty()) left.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Joins, feeds and leaves, all in one frame.
    ///
    /// A stream that waits keeps its stack, as large as it was when the stream waited first. So there are few frames.
    private final class Delivery implements Consumer<OutputStream> {
        private final Subscription subscription;
        private final Consumer<Subscriber> joined;

        Delivery(Subscription subscription, Consumer<Subscriber> joined) {
            this.subscription = subscription;
            this.joined = joined;
        }

        @Override
        public void accept(OutputStream out) {
            var subscriber = join(subscription);
            joined.accept(subscriber);
            var end = End.FAILED;
            var filter = filters.join(subscription.filter());
            try (var guard = watchdog.guard(subscriber)) {
                long now = System.nanoTime();
                long agedAt = lifetime.endsAt(now, ThreadLocalRandom.current());
                long expiresAt = now + left(subscription.expiry()).toNanos();
                var outlet = new Outlet(out, guard, writeTimeout, heartbeat, expiresAt, agedAt, ledger.bytes);
                try {
                    var portions = new Portions(timeline.reader(subscription.channels()), heap);
                    end = new Feed(Hub.this, subscriber, filter, portions, outlet, ledger).run();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    end = why(outlet, guard);
                } catch (Portions.Forgotten overtaken) {
                    Thread.currentThread().interrupt(); // So the connection is cut, and not ended as if it were whole.
                    end = End.EVENT_FORGOTTEN;
                } catch (IOException broken) { // By the client, the watchdog, or the end of the right to read.
                    end = why(outlet, guard);
                }
            } finally {
                leave(subscriber);
                filters.leave(filter);
                ledger.ends.of(end).increment();
                log(end);
            }
        }

        private static void log(End end) {
            LOG.log(DEBUG, () -> "event=stream-end reason=" + end);
        }

        private static End why(Outlet outlet, Watchdog.Guard guard) {
            outlet.clock().read(); // It was last read before the write that broke.
            if (outlet.isExpired()) return End.EXPIRED;
            if (outlet.isAged()) return End.MAX_AGE;
            if (guard.fired()) return End.WRITE_TIMEOUT;
            return Thread.currentThread().isInterrupted() ? End.SHUTDOWN_TIMEOUT : End.CLIENT_GONE;
        }
    }
}
