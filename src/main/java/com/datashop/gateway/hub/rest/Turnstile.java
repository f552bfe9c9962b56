package com.datashop.gateway.hub.rest;

import com.datashop.gateway.time.Clock;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Wakes the threads of subscribers in waves, so that the other work of the node comes in between.
///
/// ```
///                few are on their way
///   wake ──▶ ┬────────────────────────────────────────────────▶ ON ITS WAY ── it runs ──▶ begun
///            └──▶ IN LINE ── all of the last wave have begun ──▶ ON ITS WAY
///                many are
/// ```
///
/// The JVM runs virtual threads in the order in which they were woken, and it looks last where new requests wait. An
/// event for 10,000 subscribers would put 10,000 threads before the next request. With 20 events a second, a publish
/// waited 130 ms for its turn (measured). So no more than a wave of threads are on their way at a time. The others
/// wait here, in order. When all of a wave have begun, the JVM looks for other work, and this class wakes the next
/// wave.
///
/// A line also makes writes larger: a subscriber that waits in it gets all events of that time in one write.
///
/// A crowd of some hundreds does not wait: the thread that calls [#wake] wakes each of them itself.
///
/// Its thread is a platform thread. A virtual thread would wait behind those that it has woken.
public final class Turnstile implements AutoCloseable {
    /// The crowd that is woken at once: an event for 1,000 subscribers wakes half of them, because the others rest.
    static final int CROWD = 640;
    /// The most threads that are woken at a time while others wait in line.
    ///
    /// With fewer, the breaks between waves cost more. With more, requests wait longer.
    static final int WAVE = 64;
    /// The longest wait for a wave to begin. A machine that is so busy must not stop the line.
    static final long PATIENCE_NANOS = 20_000_000;

    private final Clock clock;
    private final ConcurrentLinkedQueue<Parking> line = new ConcurrentLinkedQueue<>();
    private final AtomicInteger onTheirWay = new AtomicInteger();
    private final Thread thread = Thread.ofPlatform().name("turnstile").daemon().unstarted(this::run);
    private long lastWave;

    /// A turnstile whose thread runs.
    public Turnstile() {
        this(Clock.SYSTEM);
        thread.start();
    }

    /// A turnstile without a thread: [#turn] does its work.
    Turnstile(Clock clock) {
        this.clock = clock;
        lastWave = clock.nanoTime();
    }

    /// Wakes the thread of a parking that has just become due, now or in its turn.
    void wake(Parking due) {
        if (onTheirWay.get() < CROWD && line.isEmpty()) {
            send(due);
            return;
        }
        line.add(due);
        if (onTheirWay.get() == 0) LockSupport.unpark(thread);
    }

    /// Notes that a thread that was on its way has begun.
    void begun() {
        if (onTheirWay.decrementAndGet() == 0 && !line.isEmpty()) LockSupport.unpark(thread);
    }

    /// Wakes the next wave if its turn has come.
    ///
    /// @return the nanoseconds until its turn comes at the latest; 0 when it has come or nobody is in line
    long turn() {
        if (line.isEmpty()) return 0;
        int before = onTheirWay.get();
        long now = clock.nanoTime();
        long left = lastWave + PATIENCE_NANOS - now;
        if (before > 0 && left > 0) return left;
        lastWave = now;
        int room = WAVE;
        for (Parking next; room > 0 && (next = line.poll()) != null; ) if (send(next)) room--;
        return 0;
    }

    /// Wakes a thread, and counts it as on its way; false when it is no longer due.
    private boolean send(Parking due) {
        onTheirWay.incrementAndGet(); // First: the thread may begin before this method returns.
        if (due.wake()) return true;
        begun();
        return false;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            long left = turn();
            if (left > 0) LockSupport.parkNanos(this, left);
            else if (line.isEmpty()) LockSupport.park(this);
        }
    }
}
