package com.datashop.gateway.time;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
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
/// Arming costs one write to memory and no timer. One thread looks at each guard when its time has come, and once a second in between, for it may have been armed
/// meanwhile: ten thousand streams that wait for their heartbeats are ten thousand looks a second, and no timed waits.
public final class Watchdog implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final long IDLE = 0;
    private static final long FIRED = 1;
    /// Set in every deadline, which it moves by two nanoseconds at the most: so that none is one of the two words above.
    private static final long ARMED = 2;
    /// From one look at a guard to the next at the most, in periods.
    private static final int LOOK_PERIODS = 4;
    private static final AtomicLongFieldUpdater<Guard> DEADLINE = AtomicLongFieldUpdater.newUpdater(Guard.class, "deadline");

    private final Queue<Guard> newcomers = new ConcurrentLinkedQueue<>();
    private final List<ArrayList<Guard>> looks = Stream.generate(() -> new ArrayList<Guard>()).limit(LOOK_PERIODS + 1).toList();
    private final Thread thread = Thread.ofVirtual().name("watchdog").start(this::watch);

    /// A guard of the current thread, idle until it is armed.
    public Guard guard() {
        return guard(Alarm.NONE);
    }

    /// The same, with an alarm.
    public Guard guard(Alarm alarm) {
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

    /// Something that is due at a time which moves on.
    public interface Alarm {
        /// Later than any gateway runs, in nanoseconds, and not so late that it could not be counted with.
        long NEVER = Long.MAX_VALUE >> 1;

        /// When to ring, as [System#nanoTime()] counts: give or take the watchdog's period, and again with each period for as long as this is in the past.
        /// Asked by the watchdog's thread.
        long dueAt();

        /// Takes no time.
        void ring();

        /// None.
        Alarm NONE = new Alarm() {
            @Override
            public long dueAt() {
                return System.nanoTime() + NEVER;
            }

            @Override
            public void ring() { }
        };
    }

    /// Watches over one thread's calls.
    public static final class Guard implements AutoCloseable {
        private volatile Thread guarded;
        private final Alarm alarm;
        private volatile long deadline = IDLE;
        private volatile boolean closed;

        private Guard(Thread guarded, Alarm alarm) {
            this.guarded = guarded;
            this.alarm = alarm;
        }

        /// From now on the thread has so long, and up to a second more: that is how often the watchdog looks at a guard of which it knows nothing to come.
        public void arm(Duration limit) {
            armUntil(System.nanoTime() + limit.toNanos());
        }

        /// The same, for one who knows what time it is.
        ///
        /// @param nanoTime as [System#nanoTime()] counts
        public void armUntil(long nanoTime) {
            if (!fired()) deadline = nanoTime | ARMED; // the watchdog touches none that is idle
        }

        /// The call came back. A guard that fired stays so: its thread is, or is about to be, interrupted.
        public void disarm() {
            long armed = deadline;
            if (armed != FIRED) DEADLINE.compareAndSet(this, armed, IDLE);
        }

        /// Whether a call is under way, or was when it fired.
        public boolean isArmed() {
            return deadline != IDLE;
        }

        public boolean fired() {
            return deadline == FIRED;
        }

        /// The watchdog forgets the guard at its next look. The guard forgets the thread at once, and with it a request
        /// of perhaps 64 KB.
        @Override
        public void close() {
            closed = true;
            guarded = null;
        }

        /// Does what is due, and says in how many nanoseconds something will be.
        private long check(long now) {
            long untilAlarm = alarm.dueAt() - now;
            if (untilAlarm <= 0) alarm.ring();
            long at = deadline;
            if (at == IDLE || at == FIRED) return Math.max(0, untilAlarm);
            long untilDeadline = at - now;
            var thread = guarded;
            if (untilDeadline < 0 && thread != null && DEADLINE.compareAndSet(this, at, FIRED)) thread.interrupt();
            return Math.clamp(untilDeadline, 0, Math.max(0, untilAlarm));
        }
    }
}
