package com.datashop.gateway.hub;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/// Lets a subscriber that has just written rest for a moment, so that what comes meanwhile leaves with its next write.
///
/// ```
///             few events in the last write
///           ┌─▶ RESTING ── the first event after 9 to 17 ms (the hub); without one, what came before it is looked after (the pacer) ─┐
///   WRITING ┤                                                                                                                       ├─▶ awake: drains its queue
///           └─▶ RESTING ── after 15 to 18 ms (the pacer) ───────────────────────────────────────────────────────────────────────────┘
///             many
/// ```
///
/// A write to a socket costs more than all else that is done for an event, and what a write costs hardly grows with what is in it: under load a subscriber that
/// rests takes many events in one. It is a bound on the rate of writes and not a delay of events: the first after a pause leaves at once.
///
/// Where a write takes but a few events, an event ends the rest, and need not wait itself: at 100 events a second half of them leave at once, in writes of two. Rests are as long as makes it
/// two there and not one or three, for each write less is a delivery that costs less (measured, events to a write: 1.97; with rests of 7 to 19 ms 1.87, with rests that only time ends 1.6).
/// From when on an event ends it differs from rest to rest, so that not all of a channel's subscribers come to write with every second event, and none with the others. Where events are many, to end
/// rests would be work for the publisher's thread, and no gain.
///
/// An event that comes too soon to end a rest is looked after by one watch for all of its channel that rest: when the longest of those rests is over, and for 10 ms more no other event has come to the
/// channel, they are woken for it. So it waits for no more than two long rests, these 10 ms and a tick, 47 ms; where events go on coming, the next one wakes them before (measured at 90 events a second:
/// without the 10 ms 1.3 events to a write, for the watch was there before the next event; with them 1.9).
///
/// Resting costs no timer: what is to be done in the same tick is a list, and one thread walks the lists, from one that has something in it to the next. That is a thread of the system's, for it has to wake
/// the others when they keep all carriers busy. What was settled before is walked over.
final class Pacer implements AutoCloseable {
    private static final long TICK_NANOS = 3_000_000;
    /// How long a rest lasts that time ends, and up to a tick more.
    private static final long REST_NANOS = 15_000_000;
    /// The same, of one that the first event after this ends, at the least.
    private static final long SHORT_REST_NANOS = 9_000_000;
    /// How much later that may be.
    private static final long SPREAD_NANOS = 8_000_000;
    /// How much longer than its longest rest a channel waits for the next event, and up to a tick more.
    private static final long GRACE_NANOS = 10_000_000;
    /// So many events a write are few: as many as come in the longest rest that an event ends, at 100 a second.
    private static final int FEW = 3;
    /// Spreads what it multiplies over 64 bits.
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
    /// How many lists there are, taken in turn.
    private static final int TICKS = 64;
    /// A pacer that comes no later than this finds its lists where they are, and takes none for one that is to come; what it finds later waits for another turn.
    private static final int LATEST_TICKS = TICKS - 16;
    /// Before all ticks, and after them.
    private static final long AWAKE = Long.MIN_VALUE;
    private static final long NEVER = Long.MAX_VALUE;
    /// How soon after one write another shows a subscriber to be busy.
    static final long BUSY_NANOS = 32_000_000;

    private final AtomicReferenceArray<Due> lists = new AtomicReferenceArray<>(TICKS);
    private final Thread thread = Thread.ofPlatform().name("pacer").daemon().unstarted(this::run);
    /// The last tick whose list was taken, or is about to be.
    private volatile long walked = tick(System.nanoTime());
    /// The tick that the thread sleeps until; before all while it is awake.
    private volatile long sleepsUntil = AWAKE;

    Pacer() {
        thread.start();
    }

    /// Begins the subscriber's rest: what it takes next, it takes when that has ended. To be called by its own thread.
    ///
    /// @param now by [System#nanoTime()]
    /// @param events how many its last write took
    void rest(Subscriber subscriber, long now, int events) {
        if (events <= FEW) {
            long endsBy = now + SHORT_REST_NANOS + Long.remainderUnsigned(now * GOLDEN_RATIO, SPREAD_NANOS);
            subscriber.beginRest(endsBy, true);
            if (!subscriber.isEmpty()) add(new Due(endsBy, subscriber::endRest)); // it came before the rest had begun, and nobody has seen it wait
        } else {
            long endsBy = now + REST_NANOS;
            subscriber.beginRest(endsBy, false);
            add(new Due(endsBy, subscriber::endRest));
        }
    }

    /// An event has come to these, and to some while they rested: when no other has come to them for a while after the last of those rests should have ended, they are woken for it.
    ///
    /// @param restsEndBy by [System#nanoTime()]
    void watch(Followers followers, long restsEndBy) {
        long endsBy = restsEndBy + GRACE_NANOS;
        if (followers.watchUntil(endsBy)) add(new Due(endsBy, followers::endRests));
    }

    /// To be done in the first tick that begins when its time has come: at once, when that has begun. What is done twice is harmless.
    private void add(Due due) {
        long tick = tick(due.endsBy) + 1;
        int list = list(tick);
        do due.next = lists.get(list); while (!lists.compareAndSet(list, due.next, due));
        if (walked - tick >= 0) due.end();
        else if (tick < sleepsUntil) LockSupport.unpark(thread);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        long tick = tick(System.nanoTime());
        while (!Thread.currentThread().isInterrupted()) {
            sleepsUntil = AWAKE;
            long now = tick(System.nanoTime());
            for (tick = Math.max(tick, now - LATEST_TICKS); tick <= now; tick++) {
                walked = tick;
                wake(list(tick));
            }
            long next = next(tick);
            sleepsUntil = next;
            if (next(tick) < next) continue; // it came before anyone could know that it was to be woken for it
            if (next == NEVER) LockSupport.park(this);
            else LockSupport.parkNanos(this, next * TICK_NANOS - System.nanoTime());
        }
    }

    /// The first tick from this one on in which there is something to do.
    private long next(long from) {
        for (long tick = from; tick < from + TICKS; tick++) if (lists.get(list(tick)) != null) return tick;
        return NEVER;
    }

    /// The tick that has begun. The JVM may count nanoseconds from any moment, past or to come.
    private static long tick(long nanoTime) {
        return Math.floorDiv(nanoTime, TICK_NANOS);
    }

    private static int list(long tick) {
        return Math.floorMod(tick, TICKS);
    }

    private void wake(int list) {
        for (var due = lists.getAndSet(list, null); due != null; due = due.next) due.end();
    }

    /// Some rest, or those of a channel, to be ended when their time has come; and what else is due in the same tick.
    private static final class Due {
        private final long endsBy;
        private final LongConsumer rests;
        private Due next;

        Due(long endsBy, LongConsumer rests) {
            this.endsBy = endsBy;
            this.rests = rests;
        }

        void end() {
            rests.accept(endsBy);
        }
    }
}
