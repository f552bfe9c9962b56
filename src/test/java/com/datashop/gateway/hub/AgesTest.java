package com.datashop.gateway.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A page that ends at a time passes over nothing that is old enough for it, however long the log is.
class AgesTest {
    private static final int EVENTS = 3_000_000;
    private static final int QUESTIONS = 40;

    @Test
    void nothingOlderIsPassedOverAndMostOfWhatIsNewerIs() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var floor = new EventId[] {EventId.ZERO};
        var ages = new Ages(id(-1), () -> floor[0]);
        var channel = new Channel("logs:etl:w:r");
        var times = new long[EVENTS];
        for (int i = 0; i < EVENTS; i++) {
            times[i] = i - (random.nextInt(1000) == 0 ? random.nextInt(5000) : 0);
            ages.add(Event.of(id(i), new Draft(channel, times[i], new byte[] {'1'})));
            if (i == 2_000_000) floor[0] = id(1_000_000);
            if (i % (EVENTS / QUESTIONS) == 777) assertSound(ages, times, i, random, seed);
        }
    }

    @Test
    void aHoleIsNotPassedOver() {
        var ages = new Ages(id(-1), () -> EventId.ZERO);
        var channel = new Channel("logs:etl:w:r");
        for (int i = 0; i < 5000; i++) {
            if (i == 2500) ages.addHole(id(i));
            else ages.add(Event.of(id(i), new Draft(channel, 7, new byte[] {'1'})));
        }
        var place = ages.olderUpTo(7, id(4999));
        assertFalse(id(2500).isAfter(place), "it may have lost older events: " + place);
        assertTrue(id(4200).isAfter(place), "what came after it was passed over: " + place);
        assertEquals(id(4999), ages.olderUpTo(8, id(4999)));
        assertEquals(id(-1), ages.olderUpTo(7, id(2000)));
    }

    private static void assertSound(Ages ages, long[] times, int last, Random random, long seed) {
        int end = random.nextBoolean() ? last : random.nextInt(last + 1);
        long time = random.nextInt(last + 100) - 50;
        int place = index(ages.olderUpTo(time, id(end)));
        assertTrue(place <= end, "seed " + seed);
        int oldest = -1;
        for (int i = 0; i <= end; i++) if (times[i] < time) oldest = i;
        assertTrue(oldest <= place, "passed over " + oldest + " from " + place + ", seed " + seed);
        int piece = Math.max(1024, last / 256);
        assertTrue(place - oldest <= piece || place < 1_000_000 + piece, oldest + " to " + place + ", seed " + seed);
    }

    private static EventId id(int index) {
        return new EventId(5, index + 1);
    }

    private static int index(EventId id) {
        return (int) id.minor() - 1;
    }
}
