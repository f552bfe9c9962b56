package com.datashop.gateway.hub;

import com.datashop.gateway.time.Watchdog;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long a stream lasts.
///
/// Each lasts a little longer or shorter than the others. Streams that began together, as after a restart, would otherwise
/// all come back together for ever.
///
/// @param most what a stream lasts on average; zero for no limit
record Lifetime(Duration most) {
    /// The part of it by which a stream may last longer or shorter.
    private static final double SPREAD = 0.2;

    /// When a stream ends that begins now, as [System#nanoTime()] counts.
    ///
    /// @param now by the same clock
    long endsAt(long now, RandomGenerator random) {
        if (most.isZero()) return now + Watchdog.Alarm.NEVER;
        return now + (long) (most.toNanos() * (1 - SPREAD + 2 * SPREAD * random.nextDouble()));
    }
}
