package com.datashop.gateway.hub;

import com.datashop.gateway.time.Watchdog;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// Decides how long each stream lasts.
///
/// Each stream lasts a little longer or shorter than the others. Otherwise streams that began together, as after a
/// restart, would come back together for ever.
///
/// @param most the average age of a stream at its end; zero for no limit
record Lifetime(Duration most) {
    /// The part of it by which a stream may last longer or shorter.
    private static final double SPREAD = 0.2;

    /// The time when a stream that begins now ends, as [System#nanoTime()] counts.
    ///
    /// @param now by the same clock
    long endsAt(long now, RandomGenerator random) {
        if (most.isZero()) return now + Watchdog.Alarm.NEVER;
        return now + (long) (most.toNanos() * (1 - SPREAD + 2 * SPREAD * random.nextDouble()));
    }
}
