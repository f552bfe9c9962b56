package com.datashop.gateway.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Interrupts threads that are stuck in a read or a write, for nothing else frees a writer whose client does not read; and wakes those that
/// wait for something, when it is time to do something else.
///
/// ```
///             arm                    disarm
///   IDLE ─────────────▶ deadline ─────────────▶ IDLE
///                          │ passed (the watchdog's thread)
///                          ▼
///                        FIRED ──▶ interrupt; the channel closes, the blocked call throws
/// ```
///
/// Arming costs two writes to memory and no timer. One thread looks at each guard when its time has come, and once a second in between, for it may have been armed
/// meanwhile: ten thousand streams that wait for their heartbeats are ten thousand looks a second, and no timed waits.
public final class Watchdog implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final long IDLE = 0;
    private static final long FIRED = -1;

    /// From one look at a guard to the next at the most, in periods.
    private static final int LOOK_PERIODS = 4;

    private final Queue<Guard> newcomers = new ConcurrentLinkedQueue<>();
    private final List<ArrayList<Guard>> looks = Stream.generate(() -> new ArrayList<Guard>()).limit(LOOK_PERIODS + 1).toList();
    private final Thread thread = Thread.ofVirtual().name("watchdog").start(this::watch);

    /// A guard of the current thread, idle until it is armed.
    public Guard guard() {
        return guard(() -> { });
    }

    /// The same, with an alarm.
    ///
    /// @param alarm what to do when it goes off: something that takes no time
    public Guard guard(Runnable alarm) {
        var guard = new Guard(Thread.currentThread(), alarm);
        newcomers.add(guard);
        return guard;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try {
            for (int period = 0; true; period++) {
                Thread.sleep(PERIOD);
                long now = System.nanoTime();
                for (var guard = newcomers.poll(); guard != null; guard = newcomers.poll()) look(guard, now, period);
                var due = looks.get(period % looks.size());
                for (var guard : due) look(guard, now, period); // none comes back to this list: the next look is a period away at the least
                due.clear();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /// Looks at the guard, and leaves it where it is to be looked at next.
    private void look(Guard guard, long now, int period) {
        if (guard.closed) return;
        long next = Math.clamp(guard.check(now) / PERIOD.toNanos() + 1, 1, LOOK_PERIODS);
        looks.get((int) ((period + next) % looks.size())).add(guard);
    }

    /// Never one of the two reserved values, nor near the end of the range.
    private static long now() {
        return (System.nanoTime() & Long.MAX_VALUE >> 1) + 1;
    }

    /// Watches over one thread's calls.
    public final class Guard implements AutoCloseable {
        private final Thread guarded;
        private final Runnable alarm;
        private final AtomicLong deadline = new AtomicLong(IDLE);
        private volatile boolean waiting;
        private volatile boolean closed;
        private volatile long alarmAt;

        private Guard(Thread guarded, Runnable alarm) {
            this.guarded = guarded;
            this.alarm = alarm;
        }

        /// Lets the alarm go off then, give or take the watchdog's period, and again with each period until it is switched off.
        ///
        /// @param nanoTime as [System#nanoTime()] counts
        public void alarmAt(long nanoTime) {
            alarmAt = nanoTime;
            waiting = true;
        }

        /// Switches the alarm off.
        public void alarmOff() {
            waiting = false;
        }

        /// From now on the thread has so long, and up to a second more: that is how often the watchdog looks at a guard of which it knows nothing to come.
        public void arm(Duration limit) {
            deadline.compareAndSet(IDLE, now() + limit.toNanos());
        }

        /// The call came back. A guard that fired stays so: its thread is, or is about to be, interrupted.
        public void disarm() {
            long armed = deadline.get();
            if (armed != FIRED) deadline.compareAndSet(armed, IDLE);
        }

        public boolean fired() {
            return deadline.get() == FIRED;
        }

        /// The watchdog forgets it when it looks at it next.
        @Override
        public void close() {
            closed = true;
        }

        /// Does what is due, and says in how many nanoseconds something will be.
        private long check(long now) {
            long untilAlarm = waiting ? alarmAt - now : Long.MAX_VALUE;
            if (untilAlarm <= 0) alarm.run();
            long at = deadline.get();
            if (at == IDLE || at == FIRED) return Math.max(0, untilAlarm);
            long untilDeadline = at - now();
            if (untilDeadline < 0 && deadline.compareAndSet(at, FIRED)) guarded.interrupt();
            return Math.clamp(untilDeadline, 0, Math.max(0, untilAlarm));
        }
    }
}
