package com.datashop.gateway.hub.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The pacer's promises, on a clock that the test turns: one channel's subscribers, and a thread that walks at each
/// tick.
class PacerTest {
    private static final long MILLISECOND = 1_000_000;
    /// Two long rests, the time that a channel waits for its next event, and a tick.
    private static final long LONGEST_WAIT = 2 * (Pacer.SHORT_REST_NANOS + Pacer.SPREAD_NANOS) + Pacer.GRACE_NANOS
            + Wheel.TICK_NANOS;

    private long now = -123 * MILLISECOND;
    private final Pacer pacer = new Pacer(() -> now);

    @Test
    void theLongestWaitIsTheOneThatTheDocumentsName() {
        assertEquals(47 * MILLISECOND, LONGEST_WAIT);
    }

    @Test
    void theFirstEventAfterAPauseLeavesAtOnce() {
        var channel = new Channel(5);
        channel.publish();
        for (var subscriber : channel.subscribers) assertEquals(0, subscriber.takeIfAwake());
        run(channel, 100);
        channel.publish();
        for (var subscriber : channel.subscribers) assertEquals(0, subscriber.takeIfAwake());
    }

    @Test
    void aRestEndsByItselfWhenManyEventsCame() {
        var channel = new Channel(1);
        var subscriber = channel.subscribers.getFirst();
        subscriber.rest(Pacer.FEW + 1);
        now += Pacer.REST_NANOS - MILLISECOND;
        channel.publish();
        pacer.walk();
        assertFalse(subscriber.parking.isAwake(), "the rest is not over");
        now += Wheel.TICK_NANOS + MILLISECOND;
        pacer.walk();
        assertTrue(subscriber.parking.isAwake());
    }

    @Test
    void aRestWithoutAnEventWakesNobody() {
        var channel = new Channel(1);
        var subscriber = channel.subscribers.getFirst();
        for (int events : List.of(1, Pacer.FEW + 1)) {
            subscriber.rest(events);
            run(channel, 200);
            assertFalse(subscriber.parking.isAwake());
        }
    }

    @Test
    void theNextEventEndsTheRestOfAFewEvents() {
        var channel = new Channel(1);
        var subscriber = channel.subscribers.getFirst();
        subscriber.rest(1);
        now += Pacer.SHORT_REST_NANOS + Pacer.SPREAD_NANOS;
        channel.publish();
        assertTrue(subscriber.parking.isAwake());
    }

    @Test
    void noEventWaitsLongerThanPromisedWhateverTheMomentItComesAt() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        int waited = 0;
        for (int round = 0; round < 300; round++) {
            var channel = new Channel(1 + random.nextInt(8));
            for (int step = 0; step < 2000; step++) {
                now += random.nextInt(3) * MILLISECOND / 2;
                if (random.nextInt(random.nextInt(40) + 1) == 0) channel.publish();
                pacer.walk();
                for (var subscriber : channel.subscribers) {
                    long wait = subscriber.takeIfAwake();
                    if (wait > 0) waited++;
                    assertTrue(wait <= LONGEST_WAIT, "seed " + seed + ": an event waited " + wait + " ns");
                    assertTrue(subscriber.waits() <= LONGEST_WAIT, "seed " + seed + ": an event still waits after "
                            + subscriber.waits() + " ns");
                }
            }
        }
        assertTrue(waited > 1000, "events that waited: " + waited);
    }

    /// Lets time pass, and wakes nobody by an event.
    private void run(Channel channel, int milliseconds) {
        for (int i = 0; i < milliseconds; i++) {
            now += MILLISECOND;
            pacer.walk();
        }
    }

    /// The subscribers of one channel, as the hub offers to them.
    private final class Channel implements Deadline.Sharers {
        private final Deadline deadline = new Deadline();
        private final List<Subscriber> subscribers = new ArrayList<>();

        Channel(int count) {
            for (int i = 0; i < count; i++) subscribers.add(new Subscriber());
        }

        void publish() {
            long restsUntil = now;
            for (var subscriber : subscribers) {
                subscriber.queue.add(now);
                if (subscriber.parking.isWokenBy(now)) subscriber.parking.rouse();
                restsUntil = Math.max(restsUntil, subscriber.parking.restsUntil(now));
            }
            if (restsUntil != now) pacer.setDeadline(this, restsUntil);
        }

        @Override
        public Deadline deadline() {
            return deadline;
        }

        @Override
        public void endRestsDueBy(long time) {
            for (var subscriber : subscribers) subscriber.parking.endRestDueBy(time);
        }
    }

    /// A subscriber that takes all that is queued as soon as it is awake, and rests after that when it was busy.
    private final class Subscriber {
        private final ArrayDeque<Long> queue = new ArrayDeque<>();
        private final Parking parking = new Parking(Thread.currentThread(), queue, new Turnstile(() -> now));
        private long followedAt = now - Pacer.BUSY_NANOS;

        Subscriber() {
            rest(Pacer.FEW + 1);
            parking.endRestDueBy(now + Pacer.REST_NANOS);
        }

        void rest(int events) {
            pacer.rest(parking, now, events);
        }

        /// How long the oldest event has waited, if it is taken now; 0 when nothing is taken.
        long takeIfAwake() {
            if (!parking.isAwake()) return 0;
            long wait = waits();
            int events = queue.size();
            queue.clear();
            parking.leave();
            boolean busy = now - followedAt < Pacer.BUSY_NANOS;
            followedAt = now;
            if (busy && events > 0) {
                rest(events);
            } else {
                rest(1);
                // it waits for the first event
                parking.endRestDueBy(now + Pacer.SHORT_REST_NANOS + Pacer.SPREAD_NANOS);
            }
            return wait;
        }

        long waits() {
            return queue.isEmpty() ? 0 : now - queue.peek();
        }
    }
}
