package com.datashop.gateway.hub.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How many subscribers are on their way at a time, and in which order; first on a clock that the test turns.
class TurnstileTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private long now = 77;
    private final Turnstile turnstile = new Turnstile(() -> now);

    @Test
    void aSmallCrowdIsWokenAtOnce() {
        var crowd = crowd(Turnstile.CROWD);
        crowd.forEach(Waiting::rouse);
        for (var one : crowd) assertTrue(one.parking.isAwake());
    }

    @Test
    void theRestOfALargeCrowdIsWokenWaveByWaveAndInOrder() {
        var crowd = crowd(Turnstile.CROWD + 3 * Turnstile.WAVE + 1);
        crowd.forEach(Waiting::rouse);
        int from = 0;
        for (int to = Turnstile.CROWD; from < crowd.size(); to = Math.min(to + Turnstile.WAVE, crowd.size())) {
            assertAwake(crowd, to);
            crowd.subList(from, to - 1).forEach(Waiting::begin);
            turnstile.turn();
            assertAwake(crowd, to); // One of them has not begun.
            crowd.get(to - 1).begin();
            turnstile.turn();
            from = to;
        }
        assertEquals(crowd.size(), crowd.stream().filter(one -> one.begun).count());
    }

    @Test
    void whoComesLaterWaitsBehindTheLine() {
        var crowd = crowd(Turnstile.CROWD + 2);
        crowd.subList(0, Turnstile.CROWD + 1).forEach(Waiting::rouse);
        crowd.subList(0, Turnstile.CROWD).forEach(Waiting::begin);
        crowd.getLast().rouse();
        assertAwake(crowd, Turnstile.CROWD);
        turnstile.turn();
        assertAwake(crowd, crowd.size());
    }

    @Test
    void whoIsAskedInTheLineAndHasGoneHoldsNobodyUp() {
        var crowd = crowd(Turnstile.CROWD + 2 * Turnstile.WAVE);
        crowd.forEach(Waiting::rouse);
        crowd.subList(0, Turnstile.CROWD + Turnstile.WAVE).forEach(Waiting::begin); // the last ones out of their turn
        turnstile.turn();
        assertAwake(crowd, crowd.size());
    }

    @Test
    void aWaveThatDoesNotBeginHoldsTheLineUpOnlyForAWhile() {
        var crowd = crowd(Turnstile.CROWD + Turnstile.WAVE);
        crowd.forEach(Waiting::rouse);
        now += Turnstile.PATIENCE_NANOS - 1;
        assertEquals(1, turnstile.turn());
        assertAwake(crowd, Turnstile.CROWD);
        now++;
        turnstile.turn();
        assertAwake(crowd, crowd.size());
    }

    @Test
    void aThreadThatTwoRouseIsWokenOnce() {
        var crowd = crowd(1);
        crowd.forEach(Waiting::rouse);
        crowd.getFirst().parking.ask();
        crowd.getFirst().begin();
        var others = crowd(Turnstile.CROWD);
        others.forEach(Waiting::rouse);
        assertAwake(others, others.size());
    }

    @Test
    void nobodyIsForgottenInTheLine() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var taken = new AtomicLong();
        long offered = 0;
        var threads = new ArrayList<Thread>();
        try (var real = new Turnstile()) {
            var crowd = new ArrayList<Live>();
            for (int i = 0; i < 3 * Turnstile.CROWD; i++) {
                var one = new Live(real, taken);
                threads.add(Thread.ofVirtual().start(one::run));
                crowd.add(one);
            }
            for (var one : crowd) Await.until("each to wait", PATIENCE, () -> one.parking != null);
            for (int event = 0; event < 100; event++) {
                for (var one : crowd) one.offer(event);
                offered += crowd.size();
                if (random.nextInt(4) == 0) {
                    long all = offered;
                    Await.until(() -> "seed " + seed + ": " + taken + " of " + all, PATIENCE, () -> taken.get() == all);
                }
            }
            long all = offered;
            Await.until(() -> "seed " + seed + ": " + taken + " of " + all, PATIENCE, () -> taken.get() == all);
        } finally {
            threads.forEach(Thread::interrupt);
        }
    }

    private List<Waiting> crowd(int count) {
        return IntStream.range(0, count).mapToObj(_ -> new Waiting()).toList();
    }

    /// Up to this place all who have not begun are on their way; the others are not.
    private static void assertAwake(List<Waiting> crowd, int to) {
        for (int i = 0; i < crowd.size(); i++)
            if (!crowd.get(i).begun) assertEquals(i < to, crowd.get(i).parking.isAwake(), "number " + i);
    }

    /// A subscriber without a thread, which waits for its first event.
    private final class Waiting {
        private final ConcurrentLinkedQueue<Integer> queue = new ConcurrentLinkedQueue<>();
        private final Parking parking = new Parking(Thread.currentThread(), queue, turnstile);
        private boolean begun;

        Waiting() {
            parking.beginRest(0, false);
            parking.endRestDueBy(0);
        }

        void rouse() {
            queue.add(1);
            parking.rouse();
        }

        void begin() {
            parking.leave();
            begun = true;
        }
    }

    /// A subscriber with its thread.
    private static final class Live {
        private final Turnstile turnstile;
        private final AtomicLong taken;
        private final ConcurrentLinkedQueue<Integer> queue = new ConcurrentLinkedQueue<>();
        private volatile Parking parking;

        Live(Turnstile turnstile, AtomicLong taken) {
            this.turnstile = turnstile;
            this.taken = taken;
        }

        void offer(int event) {
            queue.add(event);
            if (parking.isWokenBy(event)) parking.rouse();
        }

        void run() {
            var mine = new Parking(Thread.currentThread(), queue, turnstile);
            parking = mine;
            try {
                while (true) {
                    mine.await();
                    mine.leave();
                    while (queue.poll() != null) taken.incrementAndGet();
                }
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
