package com.datashop.gateway.time;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// How long to wait before the next try to connect: longer each time, and never as long as other nodes do.
public final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(50);
    /// A failover takes a broker some seconds; nobody is to wait much longer than that for the gateway to notice.
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private long nanoseconds = FIRST.toNanos();

    /// The next wait: between half of it and all of it, at random, so that the nodes do not come at once.
    public Duration next() {
        long most = nanoseconds;
        nanoseconds = Math.min(LONGEST.toNanos(), most * 2);
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }

    /// It went well: the next failure is a new one.
    public void reset() {
        nanoseconds = FIRST.toNanos();
    }
}
