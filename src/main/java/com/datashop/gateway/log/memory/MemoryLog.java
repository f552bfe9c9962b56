package com.datashop.gateway.log.memory;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.log.Receipt;
import com.datashop.gateway.log.Tail;
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.replay.Archive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// A log that lives as long as the process. It gives the order, and history remembers the events.
///
/// The major number of its ids is the time of the start in milliseconds. This is how ids from before a restart are
/// recognised. The minor number counts the events from 1.
///
/// ```
///   append ──▶ waiting ──▶ whoever has the lock orders all that wait, and hands them to the tail at once
/// ```
///
/// The tail walks over its subscribers. A walk takes nearly as long for one event as for several. So publishers that
/// come during a walk share the next one, and wait for two walks at the most.
public final class MemoryLog implements EventLog {
    /// The most events that are handed over at once. A batch with more goes alone.
    private static final int MOST_EVENTS = 256;

    private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock order = new ReentrantLock();
    private final EventId origin;
    private Tail tail;
    private long issued;
    private volatile boolean closed;

    /// @param startTime milliseconds since 1970
    public MemoryLog(long startTime) {
        origin = new EventId(startTime, 0);
    }

    @Override
    public EventId origin() {
        return origin;
    }

    @Override
    public EventId warmFrom() {
        return origin;
    }

    @Override
    public Archive archive() {
        return Archive.NONE;
    }

    @Override
    public void follow(Tail tail) {
        this.tail = tail;
    }

    @Override
    public Receipt append(List<Draft> batch) throws LogUnavailableException, InterruptedException {
        var mine = new Waiting(batch);
        waiting.add(mine);
        order.lockInterruptibly();
        try {
            while (!mine.taken) handOver();
        } finally {
            order.unlock();
        }
        if (mine.receipt == null) throw new LogUnavailableException("the gateway is shutting down");
        return mine.receipt;
    }

    /// Orders the oldest batches that wait, and hands them to the tail.
    private void handOver() {
        var group = new ArrayList<Waiting>();
        var events = new ArrayList<Event>();
        do {
            var next = waiting.remove();
            next.taken = true;
            if (closed) continue;
            group.add(next);
            for (var draft : next.batch) events.add(Event.of(new EventId(origin.major(), ++issued), draft));
        } while (!waiting.isEmpty() && events.size() + waiting.peek().batch.size() <= MOST_EVENTS);
        if (events.isEmpty()) return;
        var delivered = tail.deliver(events);
        int from = 0;
        for (var one : group) {
            int to = from + one.batch.size();
            one.receipt = new Receipt(events.get(from).id(), events.get(to - 1).id(),
                    Tail.sum(delivered, from, to));
            from = to;
        }
    }

    @Override
    public Optional<String> trouble() {
        return Optional.empty();
    }

    @Override
    public void describe(JsonWriter out) {
        out.member("kind", "memory");
    }

    @Override
    public void declare(Registry registry) {
        // History counts the events that are held.
    }

    @Override
    public void drain(Duration wait) throws InterruptedException {
        closed = true; // at once, so that appends that wait for their turn fail when it comes
        if (order.tryLock(wait.toNanos(), TimeUnit.NANOSECONDS)) order.unlock();
    }

    @Override
    public void close() {
        closed = true;
    }

    /// One publisher's batch. Whoever has the lock sets its fields.
    private static final class Waiting {
        private final List<Draft> batch;
        private boolean taken;
        private Receipt receipt;

        Waiting(List<Draft> batch) {
            this.batch = batch;
        }
    }
}
