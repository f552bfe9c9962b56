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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// A log that lives as long as the process. It gives the order, and history remembers the events.
///
/// The major number of its ids is the time of the start in milliseconds. This is how ids from before a restart are
/// recognised. The minor number counts the events from 1.
public final class MemoryLog implements EventLog {
    private final ReentrantLock order = new ReentrantLock();
    private final EventId origin;
    private Tail tail;
    private long count;
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
        order.lockInterruptibly();
        try {
            if (closed) throw new LogUnavailableException("the gateway is shutting down");
            var events = new ArrayList<Event>(batch.size());
            for (var draft : batch) events.add(Event.of(new EventId(origin.major(), ++count), draft));
            long delivered = tail.accept(events);
            return new Receipt(events.getFirst().id(), events.getLast().id(), delivered);
        } finally {
            order.unlock();
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
}
