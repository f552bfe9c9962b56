package com.datashop.gateway.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.heap.HeapBudget.Use;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class HeapBudgetTest {
    private static final long ROOM = 2400;

    @Test
    void streamsMayFillTheRoomAndTheOthersStillHaveTheSpare() {
        var budget = new HeapBudget(ROOM);
        assertTrue(budget.take(Use.STREAMS, ROOM));
        assertFalse(budget.take(Use.STREAMS, 1));
        assertTrue(budget.take(Use.BODIES, 100));
        assertFalse(budget.take(Use.QUEUES, 1));
        assertEquals(100, budget.taken(Use.BODIES));
        assertEquals(0, budget.taken(Use.QUEUES));
    }

    @Test
    void noUseTakesMoreThanItsShare() {
        var budget = new HeapBudget(ROOM);
        for (var use : Use.values()) {
            assertFalse(budget.take(use, budget.most(use) + 1), use.label());
            assertTrue(budget.take(use, budget.most(use)), use.label());
            assertFalse(budget.take(use, 1), use.label());
            budget.give(use, budget.most(use));
            assertEquals(0, budget.taken(use), use.label());
        }
    }

    @Test
    void whatIsChargedBeyondTheBudgetKeepsOthersOut() {
        var budget = new HeapBudget(ROOM);
        budget.charge(Use.QUEUES, 2 * ROOM);
        assertFalse(budget.take(Use.BODIES, 1));
        budget.give(Use.QUEUES, 2 * ROOM);
        assertTrue(budget.take(Use.BODIES, 1));
    }

    @Test
    void nothingIsLostWhenManyTakeAtOnce() throws Exception {
        var budget = new HeapBudget(ROOM);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++)
                executor.execute(() -> {
                    for (int n = 0; n < 1000; n++) if (budget.take(Use.BODIES, 100)) budget.give(Use.BODIES, 100);
                });
        }
        assertEquals(0, budget.taken(Use.BODIES));
        assertTrue(budget.take(Use.STREAMS, ROOM), "all of it was given back");
    }
}
