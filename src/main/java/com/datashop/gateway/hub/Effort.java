package com.datashop.gateway.hub;

import java.time.Duration;

/// The most that the search for one page of the past may cost before it ends.
///
/// @param time the time of the search itself, without writing to the client
/// @param bytes the bytes of events that it looks at
public record Effort(Duration time, long bytes) {
    /// The effort that the contract names: a second, or 64 MiB.
    public static final Effort OF_A_PAGE = new Effort(Duration.ofSeconds(1), 64L << 20);
    /// The time after which a search that has not moved at all gives up: the log cannot be read now.
    private static final long HOPELESS_NANOS = 10_000_000_000L;

    /// Half of this effort, for a search whose result is then read a second time.
    Effort half() {
        return new Effort(time.dividedBy(2), bytes / 2);
    }

    /// Whether the effort is spent.
    boolean isSpent(long nanoseconds, long looked) {
        return nanoseconds >= time.toNanos() || looked >= bytes;
    }

    /// Whether a search that has not moved for this time should give up.
    static boolean isHopeless(long nanoseconds) {
        return nanoseconds >= HOPELESS_NANOS;
    }
}
