package com.datashop.gateway.hub.rest;

import com.datashop.gateway.time.Clock;
import java.util.concurrent.locks.LockSupport;

/// Walks over a crowd of subscribers on a thread of its own, and pauses after each walk.
///
/// ```
///   ask ──▶ walk ──▶ pause, as long as the walk took ──▶ walk, if asked meanwhile
/// ```
///
/// A walk takes nearly as long for one event as for several. So events that come during a walk or a pause share the
/// next walk. Without the pause, walks for single events would leave no processor for the subscribers.
///
/// Publishers do not wait for the walk. Its thread is a platform thread: a virtual thread would wait behind the
/// subscribers that it has woken.
public final class Walker implements AutoCloseable {
    /// The longest pause after a walk. An event waits for it at the most, and then for its own walk.
    static final long LONGEST_PAUSE_NANOS = 30_000_000;
    /// Nobody has asked for a walk.
    static final long NEVER = Long.MAX_VALUE;

    private final Clock clock;
    private final Runnable walk;
    private final Thread thread = Thread.ofPlatform().name("walker").daemon().unstarted(this::run);
    private volatile boolean asked;
    private long pausedUntil;

    /// A walker whose thread runs.
    ///
    /// @param walk offers all events that have come by then to their subscribers
    public Walker(Runnable walk) {
        this(Clock.SYSTEM, walk);
        thread.start();
    }

    /// A walker without a thread: [#turn] does its work.
    Walker(Clock clock, Runnable walk) {
        this.clock = clock;
        this.walk = walk;
        pausedUntil = clock.nanoTime();
    }

    /// Asks for a walk that begins after this call.
    public void ask() {
        if (asked) return;
        asked = true;
        LockSupport.unpark(thread);
    }

    /// Walks, if it was asked to and the pause is over.
    ///
    /// @return the nanoseconds until the pause is over; 0 after a walk; [#NEVER] when nobody has asked
    long turn() {
        if (!asked) return NEVER;
        long began = clock.nanoTime();
        if (pausedUntil - began > 0) return pausedUntil - began;
        asked = false; // Before the walk: whatever comes during the walk asks for the next one.
        walk.run();
        long now = clock.nanoTime();
        pausedUntil = now + Math.min(now - began, LONGEST_PAUSE_NANOS);
        return 0;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            long left = turn();
            if (left == NEVER) LockSupport.park(this);
            else if (left > 0) LockSupport.parkNanos(this, left);
        }
    }
}
