package com.datashop.gateway.hub;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/// Lets a subscriber that has just written rest for a moment, so that what comes meanwhile leaves with its next write.
///
/// ```
///             few events in the last write
///           ┌─▶ RESTING ── the first event after 7 to 19 ms (the hub); after 21 to 24 ms, if something is queued (the pacer) ─┐
///   WRITING ┤                                                                                                                ├─▶ awake: drains its queue
///           └─▶ RESTING ── after 15 to 18 ms (the pacer) ────────────────────────────────────────────────────────────────────┘
///             many
/// ```
///
/// A write to a socket costs more than all else that is done for an event, and what a write costs hardly grows with what is in it: under load a subscriber that
/// rests takes many events in one. It is a bound on the rate of writes and not a delay of events: the first after a pause leaves at once, and no event waits longer than
/// the rest of one rest.
///
/// Where a write takes but a few events, an event ends the rest, and need not wait itself: at 100 events a second half of them leave at once, in writes of two (measured against rests that
/// only time ends: a median of 5 ms and not 9, 1.9 events to a write and not 1.6). From when on it does, differs from rest to rest, so that not all of a channel's subscribers come to write with
/// every second event, and none with the others. Where events are many, to end rests would be work for the publisher's thread, and no gain.
///
/// Resting costs no timer: those that are to wake in the same tick are a list, and one thread walks the lists. That is a thread of the system's, for it has to wake
/// the others when they keep all carriers busy. When a rest has ended before, its place in the list is walked over.
final class Pacer implements AutoCloseable {
    private static final long TICK_NANOS = 3_000_000;
    /// How many ticks a rest lasts that time ends, and the one that has begun.
    private static final int REST_TICKS = 5;
    /// The same, of one that an event is to end.
    private static final int LONG_REST_TICKS = 7;
    /// From when on an event ends it, at the latest.
    private static final long PATIENCE_NANOS = 19_000_000;
    /// How much sooner that may be.
    private static final long SPREAD_NANOS = 12_000_000;
    /// So many events a write are few.
    private static final int FEW = 2;
    /// Spreads what it multiplies over 64 bits.
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
    /// A pacer that comes late finds its lists where they are, and none is taken for a later one's unless it is this late.
    private static final int TICKS = 64;
    /// How soon after one write another shows a subscriber to be busy.
    static final long BUSY_NANOS = 32_000_000;

    private final AtomicReferenceArray<Rest> lists = new AtomicReferenceArray<>(TICKS);
    private final Thread thread = Thread.ofPlatform().name("pacer").daemon().unstarted(this::run);
    private volatile boolean idle;

    Pacer() {
        thread.start();
    }

    /// Begins the subscriber's rest: what it takes next, it takes when that has ended. To be called by its own thread.
    ///
    /// @param now by [System#nanoTime()]
    /// @param events how many its last write took
    void rest(Subscriber subscriber, long now, int events) {
        boolean few = events <= FEW;
        long tick = tick(now) + 1 + (few ? LONG_REST_TICKS : REST_TICKS);
        subscriber.beginRest(few ? now + PATIENCE_NANOS - Long.remainderUnsigned(now * GOLDEN_RATIO, SPREAD_NANOS) : now + Watchdog.Alarm.NEVER, tick);
        int list = list(tick);
        Rest first;
        do first = lists.get(list); while (!lists.compareAndSet(list, first, new Rest(subscriber, tick, first)));
        if (idle) LockSupport.unpark(thread);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        long tick = tick(System.nanoTime());
        int quiet = 0;
        while (!Thread.currentThread().isInterrupted()) {
            long now = tick(System.nanoTime());
            for (tick = Math.max(tick, now - TICKS + 1); tick <= now; tick++) quiet = wake(list(tick)) ? 0 : quiet + 1;
            if (quiet < TICKS) {
                LockSupport.parkNanos(this, tick * TICK_NANOS - System.nanoTime());
            } else {
                idle = true;
                if (isEmpty()) LockSupport.park(this);
                idle = false;
                quiet = 0;
            }
        }
    }

    /// The tick that has begun. The JVM may count nanoseconds from any moment, past or to come.
    private static long tick(long nanoTime) {
        return Math.floorDiv(nanoTime, TICK_NANOS);
    }

    private static int list(long tick) {
        return Math.floorMod(tick, TICKS);
    }

    private boolean wake(int list) {
        var first = lists.getAndSet(list, null);
        for (var rest = first; rest != null; rest = rest.next()) rest.subscriber().endRest(rest.tick());
        return first != null;
    }

    private boolean isEmpty() {
        for (int i = 0; i < TICKS; i++) if (lists.get(i) != null) return false;
        return true;
    }

    /// One rest, and those that end with it.
    private record Rest(Subscriber subscriber, long tick, Rest next) { }
}
