package com.datashop.gateway.hub;

import java.time.Duration;

/// How much the search for one page of the past may cost before it ends.
///
/// @param time of the search itself: writing to the client does not count
/// @param bytes of events that are looked at
public record Effort(Duration time, long bytes) {
    /// What the contract says: a second, or 64 MiB.
    public static final Effort OF_A_PAGE = new Effort(Duration.ofSeconds(1), 64L << 20);
    /// A search that has not moved at all for so many times its time has met a log that can not be read now.
    private static final int HOPELESS = 10;

    /// Half of it, for a search whose result is then read a second time.
    Effort half() {
        return new Effort(time.dividedBy(2), bytes / 2);
    }

    /// Whether that much is too much.
    boolean isSpent(long nanoseconds, long looked) {
        return nanoseconds >= time.toNanos() || looked >= bytes;
    }

    /// Whether it is no use to wait on for one that has not moved.
    boolean isHopeless(long nanoseconds) {
        return nanoseconds >= HOPELESS * time.toNanos();
    }
}
