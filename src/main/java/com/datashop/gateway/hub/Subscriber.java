package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.hub.rest.Parking;
import com.datashop.gateway.time.Watchdog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// One client's place in the hub: a bounded queue that the hub offers to and the client's own thread drains.
/// What it holds there is counted by its [Allowance].
///
/// ```
///                 goLive: nothing is left to read (hub's lock)
///   CATCHING UP ───────────────────────────────────────────────▶ LIVE
///   reads history  ◀─────────────────────────────────────────────  drains its queue
///                 the queue is full, or the budget is spent: nothing more is offered (hub's lock)
/// ```
///
/// What an overflown queue holds is still the next that the client is to get: its thread drains that before it turns to history. Only
/// that thread takes from the queue; were the hub to drop what is in it, the thread could come away with the end of what is being dropped.
///
/// The thread waits at its [Parking], and not in the queue: so there is one place where it parks.
///
/// The hub calls [#match], [#miss], [#lapse], [#rejoin], [#goLive], [#unsettled] and the constructor under its lock. [#take],
/// [#countSent] and [#settle] belong to the client's thread. A count that one thread alone writes needs no more than a field.
public final class Subscriber implements Watchdog.Alarm {
    /// A burst fits, and while it is empty it costs next to nothing: a linked queue, for that reason, and because its two locks keep the hub
    /// from waiting for a reader that drains (measured with 10,000 readers: 12 s for a batch of 20,000, against 46 s with an array's one lock).
    private static final int QUEUE_EVENTS = 1024;
    /// So that a reader that stalls on large events pins no more than this and one event, if the budget has it. In bytes of the heap; 1024 events of two or three hundred bytes fit.
    private static final long QUEUE_BYTES = 384 * 1024;

    private final String connectionId;
    private final Thread thread;
    private final Subscription subscription;
    private final Instant connectedAt;
    private final BlockingQueue<Event> queue = new LinkedBlockingQueue<>(QUEUE_EVENTS);
    private final Parking parking;
    private final Allowance allowance;
    private EventId matched;
    private long matchedEvents;
    private long settledEvents;
    private long offeredBytes;
    private volatile long takenBytes;
    private long unsentBytes;
    private volatile long logsSent;
    private volatile EventId joinedAt;
    private boolean waitsForPlace;
    private volatile boolean live;
    private volatile boolean lapsed;
    private volatile boolean probed;
    private volatile End ending;
    private volatile Outlet outlet;

    Subscriber(String connectionId, Thread thread, Subscription subscription, EventId joinedAt, HeapBudget heap) {
        allowance = new Allowance(heap);
        this.connectionId = connectionId;
        this.thread = thread;
        parking = new Parking(thread, queue);
        this.subscription = subscription;
        this.joinedAt = joinedAt;
        connectedAt = Instant.now();
        matched = joinedAt;
    }

    public String connectionId() {
        return connectionId;
    }

    public Subscription subscription() {
        return subscription;
    }

    public Instant connectedAt() {
        return connectedAt;
    }

    /// How many log events were handed to the connection, counted before they are written.
    public long logsSent() {
        return logsSent;
    }

    /// How far behind it is now. What is counted on two threads is read without waiting for either: it may be a moment old.
    public Lag lag() {
        var writes = outlet;
        return new Lag(live, Math.max(0, unsettled()), queue.size(), writes == null ? Duration.ZERO : writes.stuck());
    }

    void writesTo(Outlet outlet) {
        this.outlet = outlet;
    }

    /// The newest place in the log when it joined: what it reads up to there is replay.
    EventId joinedAt() {
        return joinedAt;
    }

    void countSent() {
        logsSent = logsSent + 1;
    }

    /// Nothing is matched until it joins anew: its client's place is ahead of this node.
    void waitForPlace() {
        waitsForPlace = true;
    }

    /// Takes note of an event of its channels, and queues it when live; false when it was matched already, by another channel or pattern.
    boolean match(Event event) {
        if (matched == event.id() || waitsForPlace) return false;
        matched = event.id();
        matchedEvents++;
        if (live) live = offer(event);
        return true;
    }

    /// Takes note of an event of its channels that is not here, and reads on from history, which knows of it; false
    /// when it was matched already.
    boolean miss(EventId id) {
        if (matched == id) return false;
        matchedEvents++;
        lapse(id);
        return true;
    }

    /// Reads on from history, in which there is a hole up to this place.
    void lapse(EventId upTo) {
        matched = upTo;
        lapsed = true;
        live = false;
        parking.ask();
    }

    /// Whether it has lapsed since this was asked last.
    boolean hasLapsed() {
        if (!lapsed) return false;
        lapsed = false;
        return true;
    }

    /// Joins anew, at a later place, before anything was read or matched.
    void rejoin(EventId place) {
        joinedAt = place;
        matched = place;
        waitsForPlace = false;
    }

    /// Becomes live when every event matched so far is behind `position`.
    boolean goLive(EventId position) {
        live = !matched.isAfter(position);
        return live;
    }

    /// The client's thread has sent, held back or told as lost so many of the events matched.
    void settle(long events) {
        settledEvents += events;
    }

    /// How many of the events matched the client's thread has not settled.
    long unsettled() {
        return matchedEvents - settledEvents;
    }

    boolean isLive() {
        return live;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /// Waits for events, to the end of the rest if one has begun, and takes all there are; none when it was woken for something else, or is to end.
    void take(List<Event> into) throws InterruptedException {
        if (ending == null) parking.await();
        parking.leave();
        allowance.beforeTake();
        int before = into.size();
        queue.drainTo(into);
        long bytes = 0;
        for (int i = before; i < into.size(); i++) bytes += Allowance.cost(into.get(i));
        takenBytes = takenBytes + bytes;
        unsentBytes += bytes;
    }

    /// What was taken is sent, and held no more.
    void sent() {
        allowance.sent(unsentBytes);
        unsentBytes = 0;
    }

    /// Gives back what it held, when nothing more is offered.
    void release() {
        allowance.release();
    }

    /// Where the client's thread waits.
    Parking parking() {
        return parking;
    }

    /// Asks the client's thread to send what is left and end.
    void end(End why) {
        ending = why;
        parking.ask();
    }

    /// Asks the client's thread to write something: two such writes some 50 ms apart show whether the client is still there.
    public void probe() {
        probed = true;
        parking.ask();
    }

    /// When the client's thread is to look around, even if nothing comes.
    @Override
    public long dueAt() {
        var writes = outlet;
        return writes == null ? System.nanoTime() + NEVER : writes.dueAt();
    }

    @Override
    public void ring() {
        parking.ask();
    }

    /// Whether it was asked to write something since this was asked last.
    boolean isProbed() {
        if (!probed) return false;
        probed = false;
        return true;
    }

    /// Cuts short whatever the client's thread is doing; its connection is lost.
    void interrupt() {
        thread.interrupt();
    }

    /// Why it is to end, or null.
    End ending() {
        return ending;
    }

    private boolean offer(Event event) {
        long queued = offeredBytes - takenBytes;
        boolean taken = queued < QUEUE_BYTES && queue.size() < QUEUE_EVENTS && enqueue(event);
        if (parking.isWokenBy(event.orderedAt()) || parking.isResting() && (!taken || isHalfFull(queued))) parking.rouse();
        return taken;
    }

    /// Queues the event, for which there is a place, if the budget has the bytes.
    private boolean enqueue(Event event) {
        long bytes = Allowance.cost(event);
        long reserved = allowance.reserve(bytes);
        if (reserved < 0) return false;
        queue.add(event);
        allowance.charge(bytes, reserved);
        offeredBytes += bytes;
        return true;
    }

    private boolean isHalfFull(long queued) {
        return queued > QUEUE_BYTES / 2 || queue.size() > QUEUE_EVENTS / 2;
    }
}
