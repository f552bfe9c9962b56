package com.datashop.gateway.cli.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A gateway is tidied up a minute after its last work, and not while it works.
class CalmTest {
    private static final Duration LOOK = Duration.ofSeconds(15);
    /// The JVM may count from anywhere.
    private static final long START = Long.MAX_VALUE - LOOK.toNanos();

    private final List<Integer> tidied = new ArrayList<>();
    private final Calm calm = new Calm(Duration.ofMinutes(1), Duration.ofMinutes(10), START, Duration.ZERO);
    private Duration used = Duration.ZERO;
    private int looks;

    @Test
    void onceAfterAMinuteAndThenEveryTenMinutes() {
        look(100, Duration.ofMillis(300));
        assertEquals(List.of(4, 44, 84), tidied);
    }

    @Test
    void workPutsItOff() {
        look(3, Duration.ofMillis(300));
        look(5, Duration.ofMillis(1600));
        look(10, Duration.ofMillis(300));
        assertEquals(List.of(12), tidied);
        look(1, Duration.ofSeconds(15));
        look(10, Duration.ZERO);
        assertEquals(List.of(12, 23), tidied);
    }

    @Test
    void whatTidyingTakesIsNotWork() {
        look(4, Duration.ZERO);
        used = used.plus(LOOK);
        calm.tidied(START + LOOK.toNanos() * looks, used);
        look(30, Duration.ZERO);
        assertEquals(List.of(4), tidied);
    }

    private void look(int times, Duration work) {
        for (int i = 0; i < times; i++) {
            looks++;
            used = used.plus(work);
            long now = START + LOOK.toNanos() * looks;
            if (!calm.isDue(now, used)) continue;
            tidied.add(looks);
            calm.tidied(now, used);
        }
    }
}
