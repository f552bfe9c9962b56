package com.datashop.gateway.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.hub.rest.Turnstile;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The two threads of a subscriber, one step after the other.
class SubscriberTest {
    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void anEventThatIsNotTakenDoesNotLeaveTheThreadWaitingAtAnEmptyQueue() throws Exception {
        try (var turnstile = new Turnstile()) {
            var origin = EventId.parse("1-0").orElseThrow();
            var subscriber = new Subscriber("", Thread.currentThread(), null, origin, new HeapBudget(1), turnstile);
            subscriber.goLive(origin);
            // The client's thread has seen that it is live, and has not begun to wait.
            subscriber.match(Event.of(origin.next(), new Draft(new Channel("logs:etl:w:r"), 1,
                    ("\"" + "x".repeat(100_000) + "\"").getBytes(UTF_8))), 0);
            var taken = new ArrayList<Event>();
            subscriber.take(taken);
            assertEquals(List.of(), taken);
            assertFalse(subscriber.isLive(), "so it reads on from history");
        }
    }

    @Test
    void anEventThatIsMissedBeforeItJoinedAgainIsNotCountedTwice() {
        try (var turnstile = new Turnstile()) {
            var origin = EventId.parse("1-0").orElseThrow();
            var subscriber = new Subscriber("", Thread.currentThread(), null, origin, new HeapBudget(1), turnstile);
            subscriber.waitForPlace();
            assertFalse(subscriber.miss(origin.next()), "its thread counts the event, as replay");
            assertEquals(0, subscriber.unsettled());
        }
    }
}
