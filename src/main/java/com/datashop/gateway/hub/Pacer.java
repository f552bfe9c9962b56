package com.datashop.gateway.hub;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/// Lets a subscriber that has just written rest for a moment, so that what comes meanwhile leaves with its next write.
///
/// ```
///             few events in the last write
///           ┌─▶ RESTING ── the first event after 7 to 19 ms (the hub); without one, what came before it is looked after (the pacer) ─┐
///   WRITING ┤                                                                                                                       ├─▶ awake: drains its queue
///           └─▶ RESTING ── after 15 to 18 ms (the pacer) ───────────────────────────────────────────────────────────────────────────┘
///             many
/// ```
///
/// A write to a socket costs more than all else that is done for an event, and what a write costs hardly grows with what is in it: under load a subscriber that
/// rests takes many events in one. It is a bound on the rate of writes and not a delay of events: the first after a pause leaves at once.
///
/// Where a write takes but a few events, an event ends the rest, and need not wait itself: at 100 events a second half of them leave at once, in writes of two (measured against rests that
/// only time ends: 1.9 events to a write and not 1.6). From when on it does, differs from rest to rest, so that not all of a channel's subscribers come to write with
/// every second event, and none with the others. Where events are many, to end rests would be work for the publisher's thread, and no gain.
///
/// An event that comes too soon to end a rest is looked after by one watch for all of its channel that rest: when the longest of those rests is over, and no other event has come to the channel, they are
/// woken for it. So it waits for no more than two long rests and a tick, 41 ms; where events go on coming, the next one wakes them before.
///
/// Resting costs no timer: what is to be done in the same tick is a list, and one thread walks the lists. That is a thread of the system's, for it has to wake
/// the others when they keep all carriers busy. What was settled before is walked over.
final class Pacer implements AutoCloseable {
    private static final long TICK_NANOS = 3_000_000;
    /// How long a rest lasts that time ends, and up to a tick more.
    private static final long REST_NANOS = 15_000_000;
    /// The same, of one that the first event after this ends, at the most.
    private static final long LONG_REST_NANOS = 19_000_000;
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

    private final AtomicReferenceArray<Due> lists = new AtomicReferenceArray<>(TICKS);
    private final Thread thread = Thread.ofPlatform().name("pacer").daemon().unstarted(this::run);
    /// The last tick whose list was taken, or is about to be.
    private volatile long walked = tick(System.nanoTime());
    private volatile boolean idle;

    Pacer() {
        thread.start();
    }

    /// Begins the subscriber's rest: what it takes next, it takes when that has ended. To be called by its own thread.
    ///
    /// @param now by [System#nanoTime()]
    /// @param events how many its last write took
    void rest(Subscriber subscriber, long now, int events) {
        if (events <= FEW) {
            long endsBy = now + LONG_REST_NANOS - Long.remainderUnsigned(now * GOLDEN_RATIO, SPREAD_NANOS);
            subscriber.beginRest(endsBy, true);
            if (!subscriber.isEmpty()) at(endsBy, new Rest(subscriber, endsBy)); // it came before the rest had begun, and nobody has seen it wait
        } else {
            long endsBy = now + REST_NANOS;
            subscriber.beginRest(endsBy, false);
            at(endsBy, new Rest(subscriber, endsBy));
        }
    }

    /// An event has come to these, and to some while they rested: when the last of those rests should have ended, and no other event has come to them, they are woken for it.
    ///
    /// @param endsBy by [System#nanoTime()]
    void watch(Followers followers, long endsBy) {
        if (followers.watchUntil(endsBy)) at(endsBy, new Watch(followers, endsBy));
    }

    /// To be done in the first tick that begins when this time has come: at once, when that has begun. What is done twice is harmless.
    private void at(long time, Due due) {
        long tick = tick(time) + 1;
        int list = list(tick);
        do due.next = lists.get(list); while (!lists.compareAndSet(list, due.next, due));
        if (walked - tick >= 0) due.come();
        else if (idle) LockSupport.unpark(thread);
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
            for (tick = Math.max(tick, now - TICKS + 1); tick <= now; tick++) {
                walked = tick;
                quiet = wake(list(tick)) ? 0 : quiet + 1;
            }
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
        for (var due = first; due != null; due = due.next) due.come();
        return first != null;
    }

    private boolean isEmpty() {
        for (int i = 0; i < TICKS; i++) if (lists.get(i) != null) return false;
        return true;
    }

    /// What is to be done in some tick, and what else is.
    private abstract static class Due {
        private Due next;

        abstract void come();
    }

    /// The end of one subscriber's rest.
    private static final class Rest extends Due {
        private final Subscriber subscriber;
        private final long endsBy;

        Rest(Subscriber subscriber, long endsBy) {
            this.subscriber = subscriber;
            this.endsBy = endsBy;
        }

        @Override
        void come() {
            subscriber.endRest(endsBy);
        }
    }

    /// The end of the rests in which an event has come to a channel's followers.
    private static final class Watch extends Due {
        private final Followers followers;
        private final long endsBy;

        Watch(Followers followers, long endsBy) {
            this.followers = followers;
            this.endsBy = endsBy;
        }

        @Override
        void come() {
            followers.endRests(endsBy);
        }
    }
}
