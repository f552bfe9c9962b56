package com.datashop.gateway.hub;

import java.time.Duration;

/// The distance of a subscriber from the newest event.
///
/// @param live whether it drains its queue; otherwise it reads history to catch up
/// @param events the events since it joined that it has not settled yet
/// @param queued the events of these that are in its queue
/// @param stuck how long its current write has made no progress
public record Lag(boolean live, long events, int queued, Duration stuck) {
    /// A quarter of the queue. A subscriber that keeps up stays below it.
    private static final int MANY_EVENTS = 256;
    /// A client that reads never needs this long for a few kilobytes.
    private static final Duration LONG = Duration.ofSeconds(1);

    /// Whether an operator should look at it.
    public boolean isSlow() {
        return !live || events >= MANY_EVENTS || stuck.compareTo(LONG) > 0;
    }
}
