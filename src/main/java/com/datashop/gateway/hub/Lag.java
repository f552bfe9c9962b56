package com.datashop.gateway.hub;

import java.time.Duration;

/// How far a subscriber is behind.
///
/// @param live whether it drains its queue; else it catches up, reading history
/// @param events how many that came since it joined it has not come to yet
/// @param queued how many of them are in its queue
/// @param stuck for how long its client has not taken what is being written
public record Lag(boolean live, long events, int queued, Duration stuck) {
    /// A quarter of the queue: what keeps up stays below.
    private static final int MANY_EVENTS = 256;
    /// No client that reads takes as long for a few kilobytes.
    private static final Duration LONG = Duration.ofSeconds(1);

    /// Whether an operator should look at it.
    public boolean isSlow() {
        return !live || events >= MANY_EVENTS || stuck.compareTo(LONG) > 0;
    }
}
