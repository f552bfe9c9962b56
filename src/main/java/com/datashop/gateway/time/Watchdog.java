package com.datashop.gateway.time;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.stream.Stream;

/// Interrupts threads that are stuck in a read or a write, and rings alarms.
///
/// Nothing but an interrupt frees a writer whose client does not read. An alarm wakes a thread that waits for one thing
/// when it is time to do another.
///
/// ```
///             arm                    disarm
///   IDLE ─────────────▶ deadline ─────────────▶ IDLE
///                          │ passed (the watchdog's thread)
///                          ▼
///                        FIRED ──▶ interrupt; the channel closes, the blocked call throws
/// ```
///
/// Arming costs one write to memory and no timer. One thread looks at each guard when its time has come, and also once
/// a second, because the guard may have been armed since the last look. So ten thousand streams that wait for their
/// heartbeats cost ten thousand looks a second, and no timed waits.
public final class Watchdog implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final long IDLE = 0;
    private static final long FIRED = 1;
    /// A bit that is set in every deadline, so that no deadline equals `IDLE` or `FIRED`. It moves a deadline by two
    /// nanoseconds at most.
    private static final long ARMED = 2;
    /// The longest time between two looks at a guard, in periods.
    private static final int LOOK_PERIODS = 4;
    private static final AtomicLongFieldUpdater<Guard> DEADLINE =
            AtomicLongFieldUpdater.newUpdater(Guard.class, "deadline");

    private final Queue<Guard> newcomers = new ConcurrentLinkedQueue<>();
    private final List<ArrayList<Guard>> looks =
            Stream.generate(() -> new ArrayList<Guard>()).limit(LOOK_PERIODS + 1).toList();
    private final Thread thread = Thread.ofVirtual().name("watchdog").start(this::watch);

    /// A guard of the current thread, idle until it is armed.
    public Guard guard() {
        return guard(Alarm.NONE);
    }

    /// A guard of the current thread with an alarm, idle until it is armed.
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
                // No guard comes back to this list: its next look is at least one period away.
                for (var guard : due) look(guard, now, period);
                due.clear();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /// Looks at the guard, and puts it into the list of its next look.
    private void look(Guard guard, long now, int period) {
        if (guard.closed) return;
        long next = Math.clamp(guard.check(now) / PERIOD.toNanos() + 1, 1, LOOK_PERIODS);
        looks.get((int) ((period + next) % looks.size())).add(guard);
    }

    /// Rings at a time that may move on.
    public interface Alarm {
        /// A time that no gateway lives to see, in nanoseconds. It is half of what a long holds, so that sums do not
        /// overflow.
        long NEVER = Long.MAX_VALUE >> 1;

        /// The time at which to ring, as [System#nanoTime()] counts it.
        ///
        /// The alarm rings within one period of the watchdog. It rings again in each period while this time is in the
        /// past. The watchdog's thread calls this.
        long dueAt();

        /// Tells whoever waits. It must return at once.
        void ring();

        /// The alarm that never rings.
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

        /// Gives the thread this time for its next call, and up to a second more.
        ///
        /// The second is how often the watchdog looks at a guard for which it knows of nothing that is due.
        public void arm(Duration limit) {
            armUntil(System.nanoTime() + limit.toNanos());
        }

        /// Gives the thread until this time, and up to a second more. It spares a caller that knows the time a look at
        /// the clock.
        ///
        /// @param nanoTime as [System#nanoTime()] counts
        public void armUntil(long nanoTime) {
            if (!fired()) deadline = nanoTime | ARMED; // the watchdog never changes an idle guard
        }

        /// Notes that the call came back. A guard that fired stays so: its thread is interrupted, or will be in a
        /// moment.
        public void disarm() {
            long armed = deadline;
            if (armed != FIRED) DEADLINE.compareAndSet(this, armed, IDLE);
        }

        /// Whether a call is under way. True also when the guard has fired.
        public boolean isArmed() {
            return deadline != IDLE;
        }

        public boolean fired() {
            return deadline == FIRED;
        }

        /// Frees the guard. The watchdog drops it at its next look.
        ///
        /// The guard itself drops the thread at once, and with it a request of perhaps 64 KB.
        @Override
        public void close() {
            closed = true;
            guarded = null;
        }

        /// Fires and rings if that is due, and returns the nanoseconds until something is due again.
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
