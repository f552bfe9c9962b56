package com.datashop.gateway.http.access;

import com.datashop.gateway.http.access.Admission.Place;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Streams that share a limit: those of one address, of one user, or of the node. All of it is guarded by the lock of [ConnectionLimits].
final class StreamGroup {
    /// Newcomers who come within this time of a probe share it: they can wait for the next one.
    private static final long SHARED_NANOS = 25_000_000;

    private final Set<Place> places = HashSet.newHashSet(1);
    private final boolean urgent;
    private Condition freed;
    private int waiting;
    private long probedAt;
    private long freedAt;

    /// @param urgent whether its probes go before those of other groups
    StreamGroup(boolean urgent, long now) {
        this.urgent = urgent;
        probedAt = now - SHARED_NANOS;
        freedAt = now - Long.MAX_VALUE / 2;
    }

    boolean isUrgent() {
        return urgent;
    }

    int size() {
        return places.size();
    }

    boolean isUnused() {
        return places.isEmpty() && waiting == 0;
    }

    void add(Place place) {
        places.add(place);
    }

    /// Gives up the place, and wakes one who waits for it.
    void remove(Place place, long now) {
        places.remove(place);
        freedAt = now;
        if (waiting > 0) freed.signal();
    }

    /// When a place became free last, as [System#nanoTime()] counts.
    long freedAt() {
        return freedAt;
    }

    /// Whether one who comes now shares a probe of a moment ago.
    boolean sharesProbe(long now) {
        return now - probedAt < SHARED_NANOS;
    }

    /// The streams to be probed now.
    Place[] toProbe(long now) {
        probedAt = now;
        return places.toArray(Place[]::new);
    }

    /// Waits until a place may be free, for so long at the most.
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
