package com.datashop.gateway.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The events that wait for a walk over a crowd: how many may wait, and that they keep their order.
class BacklogTest {
    private static final int MOST_EVENTS = 256;
    private static final int MOST_BYTES = 1 << 20;

    private final Backlog backlog = new Backlog();
    private EventId last = EventId.parse("1-0").orElseThrow();

    @Test
    void itIsFullWhenMoreEventsWaitThanMay() {
        backlog.add(events(MOST_EVENTS, 1), null);
        assertFalse(backlog.isFull());
        backlog.add(events(1, 1), null);
        assertTrue(backlog.isFull());
        backlog.take(1);
        assertFalse(backlog.isFull());
    }

    @Test
    void itIsFullWhenMoreBytesWaitThanMay() {
        int length = 10_000;
        int most = MOST_BYTES / length;
        backlog.add(events(most - most / 10, length), null);
        assertFalse(backlog.isFull());
        backlog.add(events(most / 5, length), null);
        assertTrue(backlog.isFull());
        backlog.take(most / 5);
        assertFalse(backlog.isFull());
    }

    @Test
    void theOldestAreTakenFirstAndEachCountsAtItsPlace() {
        var some = events(3, 1);
        var counts = new int[3];
        backlog.add(some.subList(0, 1), null);
        backlog.add(some, counts);
        long added = backlog.added();
        var taken = new ArrayList<>(backlog.take(2));
        assertFalse(backlog.hasTaken(added));
        taken.addAll(backlog.take(9));
        assertTrue(backlog.hasTaken(added));
        assertTrue(backlog.isEmpty());
        assertEquals(List.of(some.get(0), some.get(0), some.get(1), some.get(2)),
                taken.stream().map(Backlog.Entry::event).toList());
        for (int i = 0; i < taken.size(); i++) taken.get(i).count(i);
        assertEquals(List.of(1, 2, 3), List.of(counts[0], counts[1], counts[2]));
    }

    private List<Event> events(int number, int length) {
        var events = new ArrayList<Event>();
        for (int i = 0; i < number; i++) {
            last = last.next();
            events.add(Event.of(last, new Draft(new Channel("logs:etl:w:r"), 1,
                    ("\"" + "x".repeat(length) + "\"").getBytes(UTF_8))));
        }
        return events;
    }
}
