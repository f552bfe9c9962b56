package com.datashop.gateway.hub;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/// Lets a subscriber that has just written rest for a moment, so that what comes meanwhile leaves with its next write.
///
/// ```
///   WRITING ──rest──▶ RESTING ──14 to 16 ms (the pacer's thread)──▶ awake: drains its queue, and waits for the next event when there is none
/// ```
///
/// A write to a socket costs more than all else that is done for an event, and what a write costs hardly grows with what is in it: under load a subscriber that
/// rests takes many events in one. It is a bound on the rate of writes and not a delay of events: the first after a pause leaves at once, and no event waits longer than
/// the rest of one rest.
///
/// Resting costs no timer: those that are to wake in the same tick are a list, and one thread walks the lists. That is a thread of the system's, for it has to wake
/// the others when they keep all carriers busy. A rest ends early when much has come meanwhile; its place in the list is then walked over.
final class Pacer implements AutoCloseable {
    private static final long TICK_NANOS = 2_000_000;
    /// How many ticks a rest lasts, and the one that has begun.
    private static final int REST_TICKS = 8;
    /// How long a rest is at the most.
    static final long REST_NANOS = REST_TICKS * TICK_NANOS;
    /// A pacer that comes late finds its lists where they are, and none is taken for a later one's unless it is this late.
    private static final int TICKS = 64;

    private final AtomicReferenceArray<Rest> lists = new AtomicReferenceArray<>(TICKS);
    private final Thread thread = Thread.ofPlatform().name("pacer").daemon().unstarted(this::run);
    private volatile boolean idle;

    Pacer() {
        thread.start();
    }

    /// Has the calling thread, which is the subscriber's, rest.
    ///
    /// @throws InterruptedException when it was interrupted meanwhile
    void rest(Subscriber subscriber) throws InterruptedException {
        subscriber.beginRest();
        int list = list(now() + REST_TICKS);
        Rest first;
        do first = lists.get(list); while (!lists.compareAndSet(list, first, new Rest(subscriber, first)));
        if (idle) LockSupport.unpark(thread);
        subscriber.awaitRest();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        long tick = now();
        int quiet = 0;
        while (!Thread.currentThread().isInterrupted()) {
            long now = now();
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
    private static long now() {
        return Math.floorDiv(System.nanoTime(), TICK_NANOS);
    }

    private static int list(long tick) {
        return Math.floorMod(tick, TICKS);
    }

    private boolean wake(int list) {
        var first = lists.getAndSet(list, null);
        for (var rest = first; rest != null; rest = rest.next()) rest.subscriber().endRest();
        return first != null;
    }

    private boolean isEmpty() {
        for (int i = 0; i < TICKS; i++) if (lists.get(i) != null) return false;
        return true;
    }

    /// One rest, and those that end with it.
    private record Rest(Subscriber subscriber, Rest next) { }
}
