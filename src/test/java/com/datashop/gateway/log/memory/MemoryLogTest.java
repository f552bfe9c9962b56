package com.datashop.gateway.log.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.log.Receipt;
import com.datashop.gateway.log.Tail;
import com.datashop.gateway.support.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Publishers that come while the tail is busy share its next walk, and each gets its own receipt.
class MemoryLogTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PUBLISHERS = 8;

    private final MemoryLog log = new MemoryLog(1000);
    /// The number of events in each call of the tail.
    private final List<Integer> calls = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch free = new CountDownLatch(1);

    @Test
    void thoseWhoWaitAreHandedOverTogether() throws Exception {
        follow();
        var first = publisher(1);
        Await.until("the tail to have the first event", PATIENCE, () -> calls.size() == 1);
        var others = new ArrayList<Publisher>();
        for (int i = 0; i < PUBLISHERS; i++) {
            others.add(publisher(1 + i % 3));
            Await.until("publisher " + i + " to wait", PATIENCE, others.getLast()::waits);
        }
        free.countDown();
        assertEquals(new Receipt(new EventId(1000, 1), new EventId(1000, 1), 1), first.receipt());
        long last = 1;
        for (int i = 0; i < PUBLISHERS; i++) {
            int events = 1 + i % 3;
            long from = last + 1;
            last += events;
            // The tail says of an event with the minor number N that it was handed to N subscribers.
            assertEquals(new Receipt(new EventId(1000, from), new EventId(1000, last), (from + last) * events / 2),
                    others.get(i).receipt());
        }
        assertEquals(List.of(1, (int) last - 1), calls);
    }

    @Test
    void whoWaitsWhenTheLogEndsIsRefused() throws Exception {
        follow();
        var first = publisher(1);
        Await.until("the tail to have the first event", PATIENCE, () -> calls.size() == 1);
        var second = publisher(1);
        Await.until("the second to wait", PATIENCE, second::waits);
        log.close();
        free.countDown();
        assertEquals(1, first.receipt().delivered());
        assertThrows(LogUnavailableException.class, second::receipt);
        assertEquals(List.of(1), calls);
    }

    private void follow() {
        log.follow(new Tail() {
            @Override
            public long accept(List<Event> events) {
                throw new AssertionError("one batch at a time");
            }

            @Override
            public int[] deliver(List<Event> events) {
                calls.add(events.size());
                try {
                    if (!free.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) throw new AssertionError("never free");
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
                return events.stream().mapToInt(event -> (int) event.id().minor()).toArray();
            }
        });
    }

    private Publisher publisher(int events) {
        var batch = Collections.nCopies(events, new Draft(new Channel("logs:etl:w"), 1, "1".getBytes(UTF_8)));
        var task = new FutureTask<Receipt>((Callable<Receipt>) () -> log.append(batch));
        return new Publisher(task, Thread.ofVirtual().start(task));
    }

    private record Publisher(FutureTask<Receipt> task, Thread thread) {
        boolean waits() {
            return thread.getState() == Thread.State.WAITING;
        }

        Receipt receipt() throws Exception {
            try {
                return task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException failed) {
                throw (Exception) failed.getCause();
            }
        }
    }
}
