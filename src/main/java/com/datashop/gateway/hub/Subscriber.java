package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.hub.rest.Parking;
import com.datashop.gateway.hub.rest.Turnstile;
import com.datashop.gateway.time.Watchdog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedTransferQueue;

/// One client in the hub: a bounded queue that the hub offers events to and the client's own thread drains.
///
/// It has four parts, which can be read one by one:
///
/// | part | fields | methods |
/// | --- | --- | --- |
/// | the state below | `live`, `lapsed`, `joinedAt`, `waitsForPlace` | [#goLive], [#lapse], [#rejoin] |
/// | the queue and its bytes | `queue`, [Allowance], `offered...`, `taken...` | [#match], [#take], [#giveBackTaken] |
/// | the count of events | `matchedUpTo`, `matchedEvents`, `settledEvents` | [#match], [#settle], [#unsettled] |
/// | its thread, and messages to it | [Parking], [Probing], `ending` | [#take], [#probe], [#end], [#ring] |
///
/// ```
///                  goLive: nothing is left to read (hub's lock)
///   CATCHING UP ────────────────────────────────────────────────▶ LIVE
///   reads history  ◀─────────────────────────────────────────────  drains its queue
///                  match: the queue is full, or the budget is spent, so nothing more is offered (hub's lock)
///                  lapse: the log has a hole (hub's lock)
/// ```
///
/// The events in a full queue are still the next ones for the client. Its thread drains them before it turns to
/// history. Only that thread takes from the queue. If the hub dropped events from it, the thread could take the last of
/// them while the hub drops the others.
///
/// The thread waits at its [Parking] and not in the queue, so there is one place where it parks.
///
/// The hub calls [#match], [#miss], [#lapse], [#rejoin], [#goLive], [#unsettled] and the constructor under its lock.
/// [#take], [#countSent] and [#settle] belong to the client's thread. A count that only one thread writes needs no more
/// than a field.
public final class Subscriber implements Watchdog.Alarm {
    /// The most events in the queue. A burst fits.
    ///
    /// The subscriber keeps this bound itself, because only the hub adds. So the queue can be one without locks: it has
    /// a third of the objects of a [java.util.concurrent.LinkedBlockingQueue]. With 10,000 subscribers each object is a
    /// miss of the cache, for each event. The hub never waits for a reader that drains, and while empty the queue costs
    /// next to nothing.
    private static final int QUEUE_EVENTS = 1024;
    /// The most bytes of heap in the queue. 1024 events of two or three hundred bytes fit.
    ///
    /// A reader that stalls on large events pins no more than twice this and two events, if the budget has room: what
    /// it is sending, and what is queued.
    private static final long QUEUE_BYTES = 384 * 1024;

    private final String connectionId;
    private final Subscription subscription;
    private final Instant connectedAt = Instant.now();

    // The state.
    private volatile boolean live;
    private volatile boolean lapsed;
    private volatile EventId joinedAt;
    private boolean waitsForPlace;

    // The queue and its bytes. The hub writes what it has offered, and the client's thread what it has taken.
    private final BlockingQueue<Event> queue = new LinkedTransferQueue<>();
    private final Allowance allowance;
    private long offeredEvents;
    private long offeredBytes;
    private long takenEvents; // The volatile takenBytes is written after it, and read before it.
    private volatile long takenBytes;
    private long unsentBytes;

    // The count of events. The hub writes the matched ones, and the client's thread the others.
    private EventId matchedUpTo;
    private long matchedEvents;
    private long settledEvents;
    private volatile long logsSent;

    // Its thread, and messages to it.
    private final Thread thread;
    private final Parking parking;
    private final Probing probing;
    private volatile Outlet outlet;
    private volatile End ending;

    /// @param thread the client's own thread
    /// @param joinedAt the newest place in the log
    /// @param heap the budget for the events in its queue
    /// @param turnstile wakes the thread
    Subscriber(String connectionId, Thread thread, Subscription subscription, EventId joinedAt, HeapBudget heap,
            Turnstile turnstile) {
        this.connectionId = connectionId;
        this.thread = thread;
        this.subscription = subscription;
        this.joinedAt = joinedAt;
        matchedUpTo = joinedAt;
        allowance = new Allowance(heap);
        parking = new Parking(thread, queue, turnstile);
        probing = new Probing(parking);
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

    /// Says how far behind it is now. The counts of its two threads are read without a lock, so they may be a moment
    /// old.
    public Lag lag() {
        var writes = outlet;
        return new Lag(live, Math.max(0, unsettled()), (int) Math.max(0, offeredEvents - takenEvents),
                writes == null ? Duration.ZERO : writes.stuck());
    }

    boolean isLive() {
        return live;
    }

    /// Becomes live if no event was matched after `position`; false when it must read on.
    boolean goLive(EventId position) {
        live = !matchedUpTo.isAfter(position);
        return live;
    }

    /// Leaves the live state, and reads on from history, which has a hole up to this place.
    void lapse(EventId upTo) {
        matchedUpTo = upTo;
        lapsed = true;
        live = false;
        parking.ask();
    }

    /// Whether it has lapsed since the last call of this method.
    boolean pollLapse() {
        if (!lapsed) return false;
        lapsed = false;
        return true;
    }

    /// The newest place in the log when it joined. The events up to there are replay.
    EventId joinedAt() {
        return joinedAt;
    }

    /// Matches nothing until it joins again, because the client's place is ahead of this node.
    void waitForPlace() {
        waitsForPlace = true;
    }

    /// Joins again at a later place, before anything was read or matched.
    void rejoin(EventId place) {
        joinedAt = place;
        matchedUpTo = place;
        waitsForPlace = false;
    }

    /// Counts an event of its channels, and queues it when live.
    ///
    /// @param now the clock's time
    /// @return false when the event was matched already, by another channel or pattern
    boolean match(Event event, long now) {
        if (waitsForPlace || !event.id().isAfter(matchedUpTo)) return false;
        matchedUpTo = event.id();
        matchedEvents++;
        if (live && !offer(event, now)) {
            // First the state, then the wake-up: the thread may be about to wait at an empty queue.
            live = false;
            parking.ask();
        }
        return true;
    }

    /// Counts an event of its channels that this node does not have, and reads on from history.
    ///
    /// History knows of the hole.
    ///
    /// @return false when the event was matched already
    boolean miss(EventId id) {
        if (waitsForPlace || !id.isAfter(matchedUpTo)) return false;
        matchedEvents++;
        lapse(id);
        return true;
    }

    private boolean offer(Event event, long now) {
        long queued = offeredBytes - takenBytes;
        long events = offeredEvents - takenEvents;
        boolean taken = queued < QUEUE_BYTES && events < QUEUE_EVENTS && enqueue(event);
        boolean endsRest = (!taken || queued > QUEUE_BYTES / 2 || events >= QUEUE_EVENTS / 2) && parking.isResting();
        if (endsRest || parking.isWokenBy(now)) parking.rouse();
        return taken;
    }

    /// Queues the event if the budget has the bytes. The queue has a free place.
    private boolean enqueue(Event event) {
        long bytes = Allowance.cost(event);
        long reserved = allowance.reserve(bytes);
        if (reserved < 0) return false;
        queue.add(event);
        allowance.charge(bytes, reserved);
        offeredBytes += bytes;
        offeredEvents++;
        return true;
    }

    /// Reads a little of everything that an offer will read, and so brings it into the processor's cache.
    ///
    /// @return a number without a meaning, so that the JVM does not leave the reading out
    long prefetch() {
        return takenBytes + allowance.prefetch() + (parking.isResting() ? 1 : 0) + (queue.isEmpty() ? 1 : 0);
    }

    /// Waits for events, or for the end of a rest, and takes all events that are there.
    ///
    /// It takes none when it was woken for another reason, or when the stream must end.
    void take(List<Event> into) throws InterruptedException {
        if (ending == null) parking.await();
        parking.leave();
        allowance.beforeTake();
        int before = into.size();
        queue.drainTo(into);
        long bytes = 0;
        for (int i = before; i < into.size(); i++) bytes += Allowance.cost(into.get(i));
        takenEvents += into.size() - before;
        takenBytes = takenBytes + bytes;
        unsentBytes += bytes;
    }

    /// Whether nothing is queued.
    boolean isEmpty() {
        return queue.isEmpty();
    }

    /// Gives back the bytes of the events that were taken, because they are sent.
    void giveBackTaken() {
        allowance.giveBack(unsentBytes);
        unsentBytes = 0;
    }

    /// Gives back all bytes, when nothing more is offered.
    void giveBackAll() {
        allowance.giveBackAll();
    }

    /// Settles matched events: the client's thread has sent them, held them back, or told them as lost.
    void settle(long events) {
        settledEvents += events;
    }

    /// The number of matched events that the client's thread has not settled.
    long unsettled() {
        return matchedEvents - settledEvents;
    }

    void countSent() {
        logsSent = logsSent + 1;
    }

    /// The number of log events that were given to the connection. An event counts before it is written.
    public long logsSent() {
        return logsSent;
    }

    /// The place where the client's thread waits.
    Parking parking() {
        return parking;
    }

    /// The probe of the client, which its thread carries out.
    Probing probing() {
        return probing;
    }

    /// Sets where the client's thread writes to.
    void writesTo(Outlet outlet) {
        this.outlet = outlet;
    }

    /// Asks the client's thread to write a few times, and so to find out whether the client has left.
    public void probe() {
        probing.begin();
    }

    /// Whether a probe is under way, and no write is stuck.
    public boolean isProbing() {
        var writes = outlet;
        return probing.isUnderWay() && (writes == null || !writes.isWriting());
    }

    /// Asks the client's thread to send the events that are left, and to end.
    void end(End why) {
        ending = why;
        parking.ask();
    }

    /// The reason why the stream must end, or null.
    End ending() {
        return ending;
    }

    /// Interrupts the client's thread, whatever it is doing. The connection is lost.
    void interrupt() {
        thread.interrupt();
    }

    /// The time when the client's thread must look around, even if no event comes.
    @Override
    public long dueAt() {
        var writes = outlet;
        return writes == null ? System.nanoTime() + NEVER : writes.dueAt();
    }

    /// Asks the client's thread to look around. The watchdog calls this.
    @Override
    public void ring() {
        parking.ask();
    }
}
