package com.datashop.gateway.history;

import java.time.Duration;

/// Measures how often something happens now. It counts in two windows of time, the present one and the one before.
///
/// ```
///        before           now
///   ├───────────────┼────────╌╌╌╌╌╌╌┤
///        ├─────────── at ───┤            the rate is that of one window's length up to here;
///                                        events are assumed to be spread evenly within `before`
/// ```
///
/// Counting costs a division and an addition, whether anyone asks or not. It happens under the channel's lock.
final class Rate {
    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final long WINDOW_NANOS = WINDOW.toNanos();
    private static final int WINDOWS_A_MINUTE = (int) Duration.ofMinutes(1).dividedBy(WINDOW);

    private long window = Math.floorDiv(System.nanoTime(), WINDOW_NANOS);
    private int before;
    private int now;

    /// Counts one event.
    ///
    /// @param at as [System#nanoTime()] counts
    void count(long at) {
        move(at);
        now++;
    }

    /// Begins again with no counts.
    void reset() {
        before = 0;
        now = 0;
    }

    /// The number of events in a minute, as of this time.
    long perMinute(long at) {
        move(at);
        double into = (double) Math.floorMod(at, WINDOW_NANOS) / WINDOW_NANOS;
        return Math.round((before * (1 - into) + now) * WINDOWS_A_MINUTE);
    }

    /// Moves on to the window of this time.
    ///
    /// Two threads may read the clock in one order and come here in the other. A late event counts in the present
    /// window.
    private void move(long at) {
        long current = Math.floorDiv(at, WINDOW_NANOS);
        long passed = current - window;
        if (passed <= 0) return;
        before = passed == 1 ? now : 0;
        now = 0;
        window = current;
    }
}
