package com.datashop.gateway.hub;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// How old streams get that begin together.
class LifetimeTest {
    private static final int STREAMS = 10_000;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void eachStreamLastsUpToAFifthMoreOrLessAndNoTwentiethOfTheSpanHasMuchMoreThanItsShare() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (long now : new long[] {0, Long.MAX_VALUE - SECOND, Long.MIN_VALUE}) { // the JVM may count from any moment
            var counts = new int[20];
            var lifetime = new Lifetime(Duration.ofSeconds(1000));
            for (int i = 0; i < STREAMS; i++) {
                long lasts = lifetime.endsAt(now, random) - now;
                assertTrue(lasts >= 800 * SECOND && lasts <= 1200 * SECOND, "seed " + seed + ": " + lasts);
                counts[(int) Math.min(19, (lasts - 800 * SECOND) / (20 * SECOND))]++;
            }
            for (int count : counts)
                assertTrue(count > 350 && count < 650, "seed " + seed + ": " + count + " of " + STREAMS);
        }
    }

    @Test
    void zeroIsForEver() {
        long now = System.nanoTime();
        assertTrue(new Lifetime(Duration.ZERO).endsAt(now, new Random()) - now > Duration.ofDays(36500).toNanos());
    }
}
