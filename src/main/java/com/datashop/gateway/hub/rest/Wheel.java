package com.datashop.gateway.hub.rest;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongConsumer;

/// Keeps what is due in lists by time: one list for each tick, and no timer for each entry.
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
    /// A walk that comes no later than this finds its lists where they are, and takes none for one that is to come. What it
    /// finds later waits for another turn.
    private static final int LATEST_TICKS = TICKS - 16;

    private final AtomicReferenceArray<Due> lists = new AtomicReferenceArray<>(TICKS);
    /// The last tick whose list was taken, or is about to be.
    private volatile long walked;
    private long next;

    /// @param now by the clock
    Wheel(long now) {
        walked = tick(now);
        next = walked;
    }

    /// Runs `action` with `time` in the first tick after that time; at once when that tick has begun. An action may run twice.
    ///
    /// @return the tick to walk in; [#NEVER] when it ran at once
    long add(long time, LongConsumer action) {
        var due = new Due(time, action);
        long tick = tick(time) + 1;
        int list = list(tick);
        do due.next = lists.get(list); while (!lists.compareAndSet(list, due.next, due));
        if (walked - tick < 0) return tick;
        due.run();
        return NEVER;
    }

    /// Runs all that is due by now.
    void walk(long now) {
        long last = tick(now);
        for (next = Math.max(next, last - LATEST_TICKS); next <= last; next++) {
            walked = next;
            for (var due = lists.getAndSet(list(next), null); due != null; due = due.next) due.run();
        }
    }

    /// The first tick after the walk in which something is due; [#NEVER] when nothing is.
    long nextDue() {
        for (long tick = next; tick < next + TICKS; tick++) if (lists.get(list(tick)) != null) return tick;
        return NEVER;
    }

    /// The tick that has begun. The JVM may count nanoseconds from any moment, past or to come.
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
