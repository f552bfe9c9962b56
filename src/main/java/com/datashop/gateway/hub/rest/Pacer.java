package com.datashop.gateway.hub.rest;

import com.datashop.gateway.time.Clock;
import java.util.concurrent.locks.LockSupport;

/// Lets a subscriber rest after a write, so that what comes meanwhile leaves with its next write.
///
/// ```
///             few events in the last write
///           ┌─▶ RESTING ── the first event after 9 to 17 ms (the hub); else the channel's watch (the pacer) ─┐
///   WRITING ┤                                                                                                ├─▶ awake
///           └─▶ RESTING ── 15 to 18 ms (the pacer) ──────────────────────────────────────────────────────────┘
///             many
/// ```
///
/// A write to a socket costs more than all else that is done for an event, and a larger write costs hardly more. So under
/// load a rest saves writes. It bounds the rate of writes; it delays no first event: the first one after a pause leaves at
/// once.
///
/// **Few events a write.** An event ends the rest, and need not wait itself. Rests are tuned to two events per write at 100
/// events/s: half of the events leave at once, and each delivery costs less (measured, events per write: 1.97; with rests
/// of 7 to 19 ms 1.87; with rests that only time ends 1.6). The length differs from rest to rest, so that the subscribers of
/// a channel do not all write for the same events.
///
/// **Many events a write.** Time ends the rest. To end rests would be work for the publisher's thread, and no gain.
///
/// **The watch.** An event may come too soon to end a rest. One watch for each channel looks after it: when the longest of
/// the rests is over, and no other event has come for 10 ms more, all are woken. So an event waits for two long rests, 10 ms
/// and a tick at most: 47 ms. Without the 10 ms the watch came before the next event (measured at 90 events/s: 1.3 events
/// per write instead of 1.9).
///
/// Its thread is one of the system's, since it has to wake others while they keep all carriers busy.
public final class Pacer implements AutoCloseable {
    /// How soon after one write another one shows a subscriber to be busy.
    public static final long BUSY_NANOS = 32_000_000;
    /// The length of a rest that time ends, plus up to a tick.
    static final long REST_NANOS = 15_000_000;
    /// The least length of a rest that an event ends.
    static final long SHORT_REST_NANOS = 9_000_000;
    /// How much longer such a rest may be.
    static final long SPREAD_NANOS = 8_000_000;
    /// How much longer than its longest rest a channel waits for the next event, plus up to a tick.
    static final long GRACE_NANOS = 10_000_000;
    /// As many events as come in the longest rest that an event ends, at 100 a second.
    static final int FEW = 3;
    /// Spreads what it multiplies over 64 bits.
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
    /// Before all ticks.
    private static final long AWAKE = Long.MIN_VALUE;

    private final Clock clock;
    private final Wheel wheel;
    private final Thread thread = Thread.ofPlatform().name("pacer").daemon().unstarted(this::run);
    /// The tick that the thread sleeps until; before all while it is awake.
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

    /// Begins a rest. It belongs to the thread that rests.
    ///
    /// @param now by the clock
    /// @param events how many the last write took
    public void rest(Parking parking, long now, int events) {
        if (events <= FEW) {
            long endsBy = now + SHORT_REST_NANOS + Long.remainderUnsigned(now * GOLDEN_RATIO, SPREAD_NANOS);
            parking.beginRest(endsBy, true);
            if (parking.hasWork()) add(endsBy, parking); // it came before the rest had begun, and nobody has seen it wait
        } else {
            long endsBy = now + REST_NANOS;
            parking.beginRest(endsBy, false);
            add(endsBy, parking);
        }
    }

    /// Looks after an event that has come to a channel of which some rest.
    ///
    /// @param restsEndBy the end of the longest of their rests
    public void watch(Watch.Resting channel, long restsEndBy) {
        long time = restsEndBy + GRACE_NANOS;
        var watch = channel.watch();
        if (!watch.set(time)) return;
        notify(wheel.add(time, at -> {
            if (watch.is(at)) channel.endRestsBefore(at);
        }));
    }

    private void add(long endsBy, Parking parking) {
        notify(wheel.add(endsBy, parking::endRest));
    }

    private void notify(long tick) {
        if (tick < sleepsUntil) LockSupport.unpark(thread);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /// Ends the rests and does the watches that are due.
    void walk() {
        wheel.walk(clock.nanoTime());
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            sleepsUntil = AWAKE;
            walk();
            long next = wheel.nextDue();
            sleepsUntil = next;
            if (wheel.nextDue() < next) continue; // it came before anyone could know that the thread was to be woken for it
            if (next == Wheel.NEVER) LockSupport.park(this);
            else LockSupport.parkNanos(this, next * Wheel.TICK_NANOS - clock.nanoTime());
        }
    }
}
