package com.datashop.gateway.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How many a minute there are, over given times.
class RateTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    /// Where a window begins, later than any test has begun.
    private static final long START = Math.ceilDiv(System.nanoTime() + 3600 * SECOND, 5 * SECOND) * 5 * SECOND;

    private final Rate pace = new Rate();

    @Test
    void aSteadyPaceIsTheSameWhereverInItsWindowsItIsAskedFor() {
        for (int i = 0; i < 200; i++) {
            pace.count(START + i * SECOND / 10);
            if (i >= 100) assertEquals(600, pace.perMinute(START + i * SECOND / 10), 12, "event " + i);
        }
    }

    @Test
    void afterTheLastEventThePaceFallsToNothing() {
        for (int i = 0; i < 50; i++) pace.count(START + i * SECOND / 10);
        assertEquals(600, pace.perMinute(START + 5 * SECOND));
        assertEquals(300, pace.perMinute(START + 7 * SECOND + SECOND / 2));
        assertEquals(0, pace.perMinute(START + 10 * SECOND));
        assertEquals(0, pace.perMinute(START + 1000 * SECOND));
        pace.count(START + 1000 * SECOND);
        assertEquals(12, pace.perMinute(START + 1000 * SECOND), "what came before a silence does not come back");
    }

    @Test
    void aLateReadingOfTheClockIsCountedNow() {
        pace.count(START + 5 * SECOND);
        pace.count(START + 4 * SECOND);
        assertEquals(24, pace.perMinute(START + 5 * SECOND));
    }

    @Test
    void itCanBeginAgain() {
        for (int i = 0; i < 100; i++) pace.count(START + i * SECOND / 10);
        pace.reset();
        assertEquals(0, pace.perMinute(START + 10 * SECOND));
        pace.count(START + 10 * SECOND);
        assertEquals(12, pace.perMinute(START + 10 * SECOND));
    }
}
