package com.datashop.gateway.hub.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.support.Await;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// When walks over a crowd begin; first on a clock that the test turns.
class WalkerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private long now = -5;
    private long walkTakes = 1_000_000;
    private int walks;
    private Runnable duringWalk = () -> { };
    private final Walker walker = new Walker(() -> now, () -> {
        walks++;
        now += walkTakes;
        duringWalk.run();
    });

    @Test
    void nobodyWalksUnasked() {
        assertEquals(Walker.NEVER, walker.turn());
        assertEquals(0, walks);
    }

    @Test
    void theFirstWalkBeginsAtOnce() {
        walker.ask();
        assertEquals(0, walker.turn());
        assertEquals(Walker.NEVER, walker.turn());
        assertEquals(1, walks);
    }

    @Test
    void allWhoAskInThePauseShareTheNextWalk() {
        walker.ask();
        walker.turn();
        for (int i = 0; i < 3; i++) walker.ask();
        assertEquals(walkTakes, walker.turn());
        now += walkTakes - 1;
        assertEquals(1, walker.turn());
        assertEquals(1, walks);
        now++;
        assertEquals(0, walker.turn());
        assertEquals(Walker.NEVER, walker.turn());
        assertEquals(2, walks);
    }

    @Test
    void thePauseIsNoLongerThanItsBound() {
        walkTakes = 10 * Walker.LONGEST_PAUSE_NANOS;
        walker.ask();
        walker.turn();
        walker.ask();
        assertEquals(Walker.LONGEST_PAUSE_NANOS, walker.turn());
    }

    @Test
    void whoAsksDuringAWalkGetsAnotherOne() {
        duringWalk = walker::ask;
        walker.ask();
        walker.turn();
        duringWalk = () -> { };
        now += walkTakes;
        assertEquals(0, walker.turn());
        assertEquals(Walker.NEVER, walker.turn());
        assertEquals(2, walks);
    }

    @Test
    void itsThreadWalksWheneverSomebodyAsks() throws Exception {
        var walked = new AtomicInteger();
        try (var real = new Walker(walked::incrementAndGet)) {
            for (int i = 1; i <= 100; i++) {
                int before = walked.get();
                real.ask();
                Await.until("walk " + i, PATIENCE, () -> walked.get() > before);
            }
        }
    }
}
