package com.datashop.gateway.hub.rest;

import com.datashop.gateway.time.Clock;
import java.util.concurrent.locks.LockSupport;

/// Lets a subscriber rest after a write, so that the events of that time leave with its next write.
///
/// ```
///             few events in the last write
///           ┌─▶ RESTING ── the first event after 9 to 17 ms (the hub); else the channel's deadline (pacer) ──┐
///   WRITING ┤                                                                                                ├─▶ awake
///           └─▶ RESTING ── 15 to 18 ms (the pacer) ──────────────────────────────────────────────────────────┘
///             many
/// ```
///
/// A write to a socket costs more than everything else that is done for an event. A larger write costs hardly more. So
/// rests save writes under load. A rest bounds the rate of writes, and the first event after a pause still leaves at
/// once.
///
/// **Few events a write.** An event ends the rest, and does not wait itself. Rests are tuned to two events per write at
/// 100 events/s: half of the events leave at once, and each delivery costs less (measured, events per write: 1.97; with
/// rests of 7 to 19 ms 1.87; with rests that only time ends 1.6). The length differs from rest to rest, so that the
/// subscribers of a channel do not all write for the same events.
///
/// **Many events a write.** Time ends the rest. If events did, the publisher's thread would have more work for no gain.
///
/// **The deadline.** An event may come too soon to end a rest. So each channel has a [Deadline]. It wakes all resting
/// subscribers when the longest of their rests is over and no other event has come for 10 ms more. So an event waits at
/// most for two long rests, 10 ms and a tick: 47 ms. Without the 10 ms the deadline came before the next event
/// (measured at 90 events/s: 1.3 events per write instead of 1.9).
///
/// Its thread is a platform thread, because it must wake virtual threads while others keep all carriers busy.
public final class Pacer implements AutoCloseable {
    /// A subscriber is busy when it writes again within this time.
    public static final long BUSY_NANOS = 32_000_000;
    /// The length of a rest that time ends, plus up to a tick.
    static final long REST_NANOS = 15_000_000;
    /// The least length of a rest that an event ends.
    static final long SHORT_REST_NANOS = 9_000_000;
    /// The most by which such a rest may be longer.
    static final long SPREAD_NANOS = 8_000_000;
    /// The time that a channel waits for the next event after its longest rest, plus up to a tick.
    static final long GRACE_NANOS = 10_000_000;
    /// The most events of a write with few events: those of the longest such rest, at 100 events/s.
    static final int FEW = 3;
    /// Spreads a number over 64 bits when it is multiplied by this.
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
    /// Before all ticks.
    private static final long AWAKE = Long.MIN_VALUE;

    private final Clock clock;
    private final Wheel wheel;
    private final Thread thread = Thread.ofPlatform().name("pacer").daemon().unstarted(this::run);
    /// The tick that the thread sleeps until; before all ticks while it is awake.
    private volatile long sleepsUntil = AWAKE;

    /// A pacer whose thread runs.
    public Pacer() {
        this(Clock.SYSTEM);
        thread.start();
    }

    /// A pacer without a thread: [#walk] does its work.
    Pacer(Clock clock) {
        this.clock = clock;
        wheel = new Wheel(clock.nanoTime());
    }

    /// Begins a rest of the calling thread.
    ///
    /// @param now the clock's time
    /// @param events the number of events in the last write
    public void rest(Parking parking, long now, int events) {
        if (events <= FEW) {
            long endsBy = now + SHORT_REST_NANOS + Long.remainderUnsigned(now * GOLDEN_RATIO, SPREAD_NANOS);
            parking.beginRest(endsBy, true);
            if (parking.hasWork()) add(endsBy, parking); // The event came before the rest, so it set no deadline.
        } else {
            long endsBy = now + REST_NANOS;
            parking.beginRest(endsBy, false);
            add(endsBy, parking);
        }
    }

    /// Sets the deadline of a channel to which an event has come while some of its subscribers rest.
    ///
    /// @param restsEndBy the end of the longest of these rests
    public void setDeadline(Deadline.Sharers channel, long restsEndBy) {
        long time = restsEndBy + GRACE_NANOS;
        var deadline = channel.deadline();
        if (!deadline.set(time)) return;
        wakeFor(wheel.add(time, at -> {
            if (deadline.is(at)) channel.endRestsDueBy(at);
        }));
    }

    /// Runs an action within a tick after a time, on the pacer's thread. The action must return at once.
    ///
    /// @param time by the clock, at most 150 ms from now
    public void runAt(long time, Runnable action) {
        wakeFor(wheel.add(time, _ -> action.run()));
    }

    private void add(long endsBy, Parking parking) {
        wakeFor(wheel.add(endsBy, parking::endRest));
    }

    /// Wakes the thread if it sleeps beyond this tick.
    private void wakeFor(long tick) {
        if (tick < sleepsUntil) LockSupport.unpark(thread);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /// Ends the rests that are due, and those of channels whose deadline has come. Runs the other actions.
    void walk() {
        wheel.walk(clock.nanoTime());
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            sleepsUntil = AWAKE;
            walk();
            long next = wheel.nextDue();
            sleepsUntil = next;
            // Added before `sleepsUntil` was set, so nobody wakes the thread for it.
            if (wheel.nextDue() < next) continue;
            if (next == Wheel.NEVER) LockSupport.park(this);
            else LockSupport.parkNanos(this, next * Wheel.TICK_NANOS - clock.nanoTime());
        }
    }
}
