package com.datashop.gateway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.bench.FaultyServer.Wrong;
import com.datashop.gateway.support.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The load generator against a server that does wrong on purpose: it finds exactly that.
class GeneratorTest {
    private static final int SUBSCRIBERS = 3;
    private static final long SEED = new Random().nextLong();

    @Test
    void whatComesOnceAndInOrderIsClean() {
        var tally = published(200, Map.of());
        assertEquals(200 * SUBSCRIBERS, tally.received);
        assertTrue(tally.isClean(), tally.faults() + ", seed " + SEED);
        assertEquals("", tally.faults());
    }

    @Test
    void whatIsDroppedIsLostInTheMiddleAndAtTheEnd() {
        var tally = published(200, Map.of(0, Wrong.DROP, 50, Wrong.DROP, 51, Wrong.DROP, 199, Wrong.DROP));
        assertEquals(4 * SUBSCRIBERS + " lost", tally.faults(), "seed " + SEED);
    }

    @Test
    void anAudienceThatHasLeftIsNotWaitedFor() {
        for (boolean politely : new boolean[] {false, true}) {
            var audience = new Audience();
            audience.leave(politely);
            var told = assertThrows(IllegalStateException.class, audience::tally);
            assertEquals("the audience has left", told.getMessage());
        }
    }

    @Test
    void whatComesTwiceIsDoubled() {
        assertEquals(2 * SUBSCRIBERS + " doubled", published(200, Map.of(0, Wrong.DOUBLE, 199, Wrong.DOUBLE)).faults(),
                "seed " + SEED);
    }

    @Test
    void whatComesAfterALaterOneIsOutOfOrderAndNotLost() {
        assertEquals(2 * SUBSCRIBERS + " out of order", published(200, Map.of(10, Wrong.LATE, 100, Wrong.LATE))
                .faults(), "seed " + SEED);
    }

    @Test
    void whatIsToldAsLostIsLostAndAnnounced() {
        var tally = published(200, Map.of(99, Wrong.GAP));
        assertEquals(SUBSCRIBERS + " lost, " + SUBSCRIBERS + " of them announced, " + SUBSCRIBERS + " gaps",
                tally.faults(), "seed " + SEED);
    }

    @Test
    void whatIsNotOursIsNoEventOfALane() {
        assertEquals(SUBSCRIBERS + " lost, " + SUBSCRIBERS + " not ours", published(200, Map.of(99, Wrong.STRANGE))
                .faults(), "seed " + SEED);
    }

    @Test
    void aStreamThatEndsIsNoticedAndWhatItMissesIsLost() {
        assertEquals(10 * SUBSCRIBERS + " lost, " + SUBSCRIBERS + " streams ended",
                published(200, Map.of(189, Wrong.END)).faults(), "seed " + SEED);
    }

    @Test
    void allOfItAtOnceIsToldApart() {
        var tally = published(200, Map.of(3, Wrong.DROP, 4, Wrong.DOUBLE, 5, Wrong.LATE, 7, Wrong.DROP, 8, Wrong.GAP, 9,
                Wrong.STRANGE, 150, Wrong.DOUBLE));
        var each = List.of(tally.lost, tally.doubled, tally.late, tally.gaps, tally.announced, tally.foreign).stream()
                .map(count -> count / SUBSCRIBERS).toList();
        assertEquals(List.of(4L, 2L, 1L, 1L, 1L, 1L), each, "seed " + SEED);
    }

    @Test
    void aStallIsLatencyOfAllThatWasDueMeanwhile() {
        try (var server = new FaultyServer(Map.of(20, Wrong.STALL), SEED);
                var stage = new Stage(server, 1, 1, SUBSCRIBERS, 230)) {
            var publishing = stage.pace(1, 100, 0, 1);
            assertTrue(publishing.kept(), "a schedule is given up only after seconds");
            assertEquals(100, publishing.requests());
            assertTrue(stage.drained(20));
            // In the first half of the stall 30 events are due, and each is late by more than the other half, on
            // however fast a machine.
            long half = FaultyServer.STALL.toNanos() / 2;
            long inTheFirstHalf = half / 10_000_000;
            assertEquals(30, inTheFirstHalf);
            assertTrue(publishing.latencies().above(half - half / 50) >= inTheFirstHalf,
                    "publishes that the stall delayed: " + publishing.latencies().above(half));
            var latencies = stage.audience().latencies();
            assertEquals(100 * SUBSCRIBERS, latencies.count());
            assertTrue(latencies.above(half - half / 50) >= inTheFirstHalf * SUBSCRIBERS,
                    "events that the stall delayed: " + latencies.above(half));
        }
    }

    @Test
    void onlyWhatIsDueInTheTimeIsTimed() {
        try (var server = new FaultyServer(Map.of(), SEED); var stage = new Stage(server, 1, 2, SUBSCRIBERS, 230)) {
            stage.pace(2, 100, 0.5, 0.5);
            assertTrue(stage.drained(20));
            assertEquals(100 * SUBSCRIBERS, stage.audience().received());
            assertEquals(50 * SUBSCRIBERS, stage.audience().latencies().count());
            assertTrue(stage.audience().audit(stage.published()).isClean(), "two publishers have a lane each");
        }
    }

    @Test
    void aPublisherGivesUpOnAServerThatDoesNotTakeWhatItIsOffered() {
        var stalls = Map.of(0, Wrong.STALL, 1, Wrong.STALL, 2, Wrong.STALL, 3, Wrong.STALL);
        try (var server = new FaultyServer(stalls, SEED); var stage = new Stage(server, 1, 1, 1, 230)) {
            assertFalse(stage.pace(1, 1000, 0, 4).kept());
        }
    }

    @Test
    void atFullSpeedSubscribersAreNotOutrunByMoreThanTheWindow() {
        try (var server = new FaultyServer(Map.of(), SEED); var stage = new Stage(server, 1, 4, SUBSCRIBERS, 230)) {
            var publishing = stage.flood(4, 1, 10, 0.3);
            assertTrue(publishing.events() > 0 && publishing.events() == stage.events() && publishing.refused() == 0,
                    publishing.toString());
            assertTrue(stage.drained(20));
            assertTrue(stage.audience().audit(stage.published()).isClean(), stage.audience().tally().faults());
        }
    }

    @Test
    void fewerChannelsThanPublishersAndMoreHaveLanesForAll() {
        for (int channels : new int[] {1, 3, 5, 8, 13}) {
            try (var floor = new FloorTarget(); var stage = new Stage(floor, channels, 5, 2, 230)) {
                var publishing = stage.flood(5, 1, 100, 0.1);
                assertTrue(publishing.events() > 0 && publishing.refused() == 0, publishing.toString());
                assertTrue(stage.drained(20), channels + " channels");
                assertEquals("", stage.audience().audit(stage.published()).faults(), channels + " channels");
                assertEquals(publishing.events() * 2, stage.audience().received());
            }
        }
    }

    @Test
    void aRefusedStreamSaysWhy() {
        try (var server = new FaultyServer(Map.of(), SEED); var audience = new Audience()) {
            var refused = new Subscriber("GET /refuse HTTP/1.1\r\nHost: localhost\r\n\r\n", 0, 1);
            var failure = assertThrows(IllegalStateException.class,
                    () -> audience.join(server.streamPort(), List.of(refused), 1));
            assertTrue(failure.getMessage().contains("status 503"), failure.getMessage());
            assertEquals("1 streams refused", audience.tally().faults());
        }
    }

    /// Publishes so many events one by one; what the subscribers made of it.
    private static Tally published(int events, Map<Integer, Wrong> wrongs) {
        try (var server = new FaultyServer(wrongs, SEED); var stage = new Stage(server, 1, 1, SUBSCRIBERS, 230)) {
            for (int i = 0; i < events; i++) stage.once();
            boolean ends = wrongs.containsValue(Wrong.END);
            // All was sent before the last publish was answered. The last events are here when none is due any more.
            if (ends)
                Await.until("the streams to end", Duration.ofSeconds(20), () -> stage.audience()
                        .tally().ended == SUBSCRIBERS);
            else Await.until("all that was sent", Duration.ofSeconds(20), () -> stage.audience()
                    .received() == sent(events, wrongs) * SUBSCRIBERS);
            return stage.audience().audit(stage.published());
        }
    }

    private static long sent(int events, Map<Integer, Wrong> wrongs) {
        return events + wrongs.values().stream().mapToInt(wrong -> switch (wrong) {
            case DROP, GAP -> -1;
            case DOUBLE -> 1;
            case LATE, STRANGE, STALL, END -> 0;
        }).sum();
    }
}
