package com.datashop.gateway.history;

import java.time.Duration;

/// How often something happens of late, from what two windows of time have counted: the present one so far, and the one before.
///
/// ```
///        before           now
///   ├───────────────┼────────╌╌╌╌╌╌╌┤
///        ├─────────── at ───┤            the rate is that of one window's time up to here, the part in `before` taken as even
/// ```
///
/// Counting costs a division and an addition, whoever asks or not; it is under its channel's lock.
final class Rate {
    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final long WINDOW_NANOS = WINDOW.toNanos();
    private static final int WINDOWS_A_MINUTE = (int) Duration.ofMinutes(1).dividedBy(WINDOW);

    private long window = Math.floorDiv(System.nanoTime(), WINDOW_NANOS);
    private int before;
    private int now;

    /// Counts one.
    ///
    /// @param at as [System#nanoTime()] counts
    void count(long at) {
        move(at);
        now++;
    }

    /// Begins again from nothing.
    void reset() {
        before = 0;
        now = 0;
    }

    /// How many a minute there are, as seen at this time.
    long perMinute(long at) {
        move(at);
        double into = (double) Math.floorMod(at, WINDOW_NANOS) / WINDOW_NANOS;
        return Math.round((before * (1 - into) + now) * WINDOWS_A_MINUTE);
    }

    /// Two threads may read the clock in one order and come here in the other: what is late counts in the present window.
    private void move(long at) {
        long current = Math.floorDiv(at, WINDOW_NANOS);
        long passed = current - window;
        if (passed <= 0) return;
        before = passed == 1 ? now : 0;
        now = 0;
        window = current;
    }
}
