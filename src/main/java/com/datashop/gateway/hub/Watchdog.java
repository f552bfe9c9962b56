package com.datashop.gateway.hub;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

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
/// One thread looks at all guards four times a second, so that arming costs two writes to memory and no timer: ten thousand streams that wait
/// for their heartbeats are ten thousand numbers here, and no timed waits.
public final class Watchdog implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final long IDLE = 0;
    private static final long FIRED = -1;

    private final Set<Guard> guards = ConcurrentHashMap.newKeySet();
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
        guards.add(guard);
        return guard;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(PERIOD);
                long now = now();
                for (var guard : guards) guard.check(now);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
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

        /// From now on the thread has so long, give or take the watchdog's period.
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

        @Override
        public void close() {
            guards.remove(this);
        }

        private void check(long now) {
            if (waiting && System.nanoTime() - alarmAt >= 0) alarm.run();
            long at = deadline.get();
            if (at != IDLE && at != FIRED && now > at && deadline.compareAndSet(at, FIRED)) guarded.interrupt();
        }
    }
}
