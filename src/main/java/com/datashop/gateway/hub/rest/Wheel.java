package com.datashop.gateway.hub.rest;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongConsumer;

/// A timing wheel: it keeps actions in one list for each tick, so that no action needs a timer of its own.
///
/// ```
///   tick       n    n+1   n+2   n+3 ...        64 lists, used in turn
///            ┌───┐ ┌───┐ ┌───┐
///            │   │ │ A │ │   │                 walk: takes each list whose tick has begun
///            └───┘ └─┬─┘ └───┘
///                    B
/// ```
///
/// Any thread may add. One thread walks.
final class Wheel {
    static final long TICK_NANOS = 3_000_000;
    /// After all ticks.
    static final long NEVER = Long.MAX_VALUE;
    private static final int TICKS = 64;
    /// The most ticks that a late walk catches up with, so that it never takes a list of a future tick for a past one.
    ///
    /// Actions that are older wait until their list is walked again.
    private static final int LATEST_TICKS = TICKS - 16;

    private final AtomicReferenceArray<Due> lists = new AtomicReferenceArray<>(TICKS);
    /// The last tick whose list was taken, or is about to be.
    private volatile long walked;
    private long next;

    /// @param now the clock's time
    Wheel(long now) {
        walked = tick(now);
        next = walked;
    }

    /// Runs `action` in the first tick after `time`, or at once when that tick has begun. An action may run twice.
    ///
    /// @param action gets `time`
    /// @return the tick to walk in; [#NEVER] when the action ran at once
    long add(long time, LongConsumer action) {
        var due = new Due(time, action);
        long tick = tick(time) + 1;
        int list = list(tick);
        do due.next = lists.get(list); while (!lists.compareAndSet(list, due.next, due));
        if (walked - tick < 0) return tick;
        due.run();
        return NEVER;
    }

    /// Runs all actions that are due.
    void walk(long now) {
        long last = tick(now);
        for (next = Math.max(next, last - LATEST_TICKS); next <= last; next++) {
            walked = next;
            for (var due = lists.getAndSet(list(next), null); due != null; due = due.next) due.run();
        }
    }

    /// The first tick after the walk in which an action is due; [#NEVER] when there is none.
    long nextDue() {
        for (long tick = next; tick < next + TICKS; tick++) if (lists.get(list(tick)) != null) return tick;
        return NEVER;
    }

    /// The tick that has begun at this time. The JVM may count nanoseconds from any moment, even from the future.
    private static long tick(long nanoTime) {
        return Math.floorDiv(nanoTime, TICK_NANOS);
    }

    private static int list(long tick) {
        return Math.floorMod(tick, TICKS);
    }

    private static final class Due {
        private final long time;
        private final LongConsumer action;
        private Due next;

        Due(long time, LongConsumer action) {
            this.time = time;
            this.action = action;
        }

        void run() {
            action.accept(time);
        }
    }
}
