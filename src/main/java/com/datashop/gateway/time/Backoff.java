package com.datashop.gateway.time;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Says how long to wait before the next try to connect.
///
/// Each wait is longer than the one before. It is random, so that the nodes do not all come at the same time.
public final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(50);
    /// A failover takes a broker some seconds. The gateway should notice its end soon after that.
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private long nanoseconds = FIRST.toNanos();

    /// The next wait, at random between half of the longest one for this try and all of it.
    public Duration next() {
        long most = nanoseconds;
        nanoseconds = Math.min(LONGEST.toNanos(), most * 2);
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }

    /// Begins again with short waits, after a try that succeeded.
    public void reset() {
        nanoseconds = FIRST.toNanos();
    }
}
