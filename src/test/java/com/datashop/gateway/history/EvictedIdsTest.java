package com.datashop.gateway.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvictedIdsTest {
    @Test
    void idsOfAnyDistanceComeBackAsTheyWere() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            var id = new EventId(random.nextLong() >>> random.nextInt(1, 64), random.nextLong() >>> random.nextInt(64));
            var ids = new ArrayList<EventId>();
            ids.add(id);
            var run = new EvictedIds(id);
            while (!run.isFull() && ids.size() < 300) {
                long step = 1 + (random.nextLong() >>> random.nextInt(1, 64));
                id = random.nextInt(4) > 0 ? new EventId(id.major(), id.minor() + (step >>> 1) + 1)
                        : new EventId(id.major() + (step >>> 1) + 1, random.nextLong());
                if (!id.isAfter(ids.getLast())) break;
                ids.add(id);
                run.add(id);
            }
            assertEquals(ids.getLast(), run.last());
            var cursor = run.view().cursor();
            for (var expected : ids) assertEquals(expected, cursor.next(), "seed " + seed + ", round " + round);
            assertNull(cursor.next());
        }
    }

    @Test
    void idsThatAreMoreThanHalfOfAllApartComeBackAsTheyWere() {
        var ids = List.of(new EventId(0, 1), new EventId(0, -1L), new EventId(5, 5), new EventId(-2L, 7),
                new EventId(-1L, 0), new EventId(-1L, 1L << 63), new EventId(-1L, -1L));
        var run = new EvictedIds(ids.getFirst());
        for (var id : ids.subList(1, ids.size())) run.add(id);
        var cursor = run.view().cursor();
        for (var expected : ids) assertEquals(expected, cursor.next());
        assertNull(cursor.next());
    }

    @Test
    void denseIdsTakeTwoOrThreeBytesEach() {
        var run = new EvictedIds(new EventId(1763881200000L, 1));
        int ids = 1;
        for (; !run.isFull(); ids++) run.add(new EventId(1763881200000L, 1 + ids * 100L));
        assertTrue(run.bytes() <= 3 * ids, run.bytes() + " bytes for " + ids + " ids");
    }
}
