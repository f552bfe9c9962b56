package com.datashop.gateway.http.access;

import com.datashop.gateway.http.access.Admission.Seat;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The streams that share a limit: those of one address, of one user, or of the node.
///
/// The lock of [ConnectionLimits] guards all of it.
final class StreamGroup {
    /// Newcomers that come within this time after a probe share it.
    private static final long SHARED_NANOS = 25_000_000;

    private final Set<Seat> seats = HashSet.newHashSet(1);
    private final boolean urgent;
    private Condition freed;
    private int waiting;
    private boolean probing;
    private long lookedAt;
    private long probedAt;
    private long freedAt;

    /// @param urgent whether its probes go before those of other groups
    StreamGroup(boolean urgent, long now) {
        this.urgent = urgent;
        probedAt = now - SHARED_NANOS;
        lookedAt = probedAt;
        freedAt = now - Long.MAX_VALUE / 2;
    }

    boolean isUrgent() {
        return urgent;
    }

    int size() {
        return seats.size();
    }

    boolean isUnused() {
        return seats.isEmpty() && waiting == 0;
    }

    void add(Seat seat) {
        seats.add(seat);
    }

    /// Removes the seat, and wakes a newcomer that waits for one.
    void remove(Seat seat, long now) {
        seats.remove(seat);
        freedAt = now;
        if (waiting > 0) freed.signal();
    }

    /// The time when a seat last became free, as [System#nanoTime()] counts.
    long freedAt() {
        return freedAt;
    }

    /// Whether a newcomer shares a probe of a moment ago.
    boolean sharesProbe(long now) {
        return now - probedAt < SHARED_NANOS;
    }

    /// The streams to probe now: those that came before a time.
    Seat[] toProbe(long before, long now) {
        probedAt = now;
        probing = true;
        return seats.stream().filter(seat -> seat.enteredAt - before < 0).toArray(Seat[]::new);
    }

    /// Whether some streams have not written yet for a probe. It looks only from time to time, as there may be many.
    boolean isProbing(long now) {
        if (!probing || now - lookedAt < SHARED_NANOS) return probing;
        lookedAt = now;
        probing = seats.stream().anyMatch(Seat::isProbing);
        return probing;
    }

    /// Waits until a seat may be free, but not longer than this time.
    ///
    /// @param lock the one that guards this
    void await(long nanoseconds, ReentrantLock lock) throws InterruptedException {
        if (freed == null) freed = lock.newCondition();
        waiting++;
        try {
            freed.awaitNanos(nanoseconds);
        } finally {
            waiting--;
        }
    }
}
