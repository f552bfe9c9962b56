package com.datashop.gateway.http;

import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.heap.HeapBudget.Use;
import com.datashop.gateway.time.Watchdog;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// Bounds how many requests receive their heads at a time, so that the heap has room even if all heads are long.
///
/// ```
///   the JDK's server ──▶ WAITING ──▶ READING ──arrived──▶ ARRIVED ──▶ end
///                                       ├── others wait, and the head is older than the grace ──▶ CUT
///                                       └── the head takes longer than it may ────────────────────▶ CUT
/// ```
///
/// The JDK's server reads a head on the thread that runs the exchange, into buffers that the gateway cannot see. So a
/// head counts with the most heap that it can take, from its first byte on. A client that sends its head in one go
/// needs its room for less than a millisecond. A client that keeps a half head open loses its room as soon as another
/// client needs it. So a thousand half heads keep nobody out.
///
/// The JDK's server can also limit the time of a request. But it cannot tell heads from bodies, and the upload of a
/// journal may take an hour. So this class finds slow heads, and the readers of bodies find slow bodies.
public final class Heads implements Executor {
    /// The system property that bounds a head, in bytes. The JDK's server reads it.
    public static final String MAX_SIZE_PROPERTY = "sun.net.httpserver.maxReqHeaderSize";

    /// The heads that may always be read, even when the heap is full, so that the node stays reachable.
    private static final int ASSURED = 16;
    /// The most heap for each byte while the head is received (measured: 4.3, for a line that just outgrew its buffer).
    private static final int READING_BYTES = 5;
    /// The most heap for each character once the head has arrived (measured: 3, for a query).
    private static final int ARRIVED_BYTES = 4;
    /// The cost of a connection includes a head of up to this many characters.
    private static final long SMALL = 2 << 10;
    /// The time in which a head of several packets arrives. A proxy sends them at once.
    private static final Duration GRACE = Duration.ofMillis(250);
    private static final Duration POLL = Duration.ofMillis(20);
    /// The time between two looks for slow heads.
    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final HeapBudget heap;
    private final Executor threads;
    private final Stats stats;
    private final long cost;
    private final Set<Head> reading = ConcurrentHashMap.newKeySet();
    private final ThreadLocal<Head> current = new ThreadLocal<>();
    /// The heads that wait for room queue here. The holder of the lock is the next one.
    private final ReentrantLock turn = new ReentrantLock(true);
    private volatile Thread next;
    private final Watchdog.Guard sweep;

    /// @param threads runs each task on a thread of its own
    /// @param time how long a head may take
    Heads(HeapBudget heap, Executor threads, Stats stats, Watchdog watchdog, Duration time) {
        this.heap = heap;
        this.threads = threads;
        this.stats = stats;
        int most = Integer.getInteger(MAX_SIZE_PROPERTY, 0);
        // An operator may have set it. 0 means no bound.
        cost = most > 0 ? (long) READING_BYTES * most : heap.most(Use.HEADS);
        sweep = watchdog.guard(new Sweep(time));
    }

    /// Stops looking for slow heads.
    void close() {
        sweep.close();
    }

    /// Runs an exchange of the JDK's server, which first reads the head, as soon as there is room for the head.
    @Override
    public void execute(Runnable exchange) {
        threads.execute(() -> run(exchange));
    }

    private void run(Runnable exchange) {
        var head = new Head();
        try {
            begin(head);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return; // The server closes its connections itself.
        }
        current.set(head);
        try {
            exchange.run();
        } finally {
            end(head);
            current.remove();
        }
    }

    /// Notes that the head of this thread's request has arrived, and gives its room to the next one.
    ///
    /// @param length the characters of the head
    /// @throws IOException when the head came too late: its connection is being cut
    /// @throws Problem when the heap has no room for it until the request is answered
    void arrived(long length) throws IOException, Problem {
        var head = current.get();
        if (!head.state.compareAndSet(Head.READING, Head.ARRIVED)) throw new IOException("the head came too late");
        giveBack(head);
        long kept = length < SMALL ? 0 : length * ARRIVED_BYTES;
        // Until the request is answered, its head counts with the bodies.
        if (kept > 0 && !heap.take(Use.BODIES, kept))
            throw new Problem(Refusal.HEAP_FULL, "this gateway has no room for so long a request now")
                    .with("Retry-After", Holding.RETRY_SECONDS).with("Connection", "close");
        head.kept = kept;
    }

    /// Gives back the heap of this thread's head. From now on the caller counts the parts that are kept.
    void release() {
        var head = current.get();
        if (head.kept > 0) heap.give(Use.BODIES, head.kept);
        head.kept = 0;
    }

    private void begin(Head head) throws InterruptedException {
        if (turn.isLocked() || !takeRoom()) awaitRoom();
        head.since = System.nanoTime();
        reading.add(head);
    }

    private void awaitRoom() throws InterruptedException {
        turn.lockInterruptibly();
        try {
            next = Thread.currentThread();
            while (!takeRoom()) {
                cutOldest();
                LockSupport.parkNanos(POLL.toNanos());
                if (Thread.interrupted()) throw new InterruptedException();
            }
        } finally {
            next = null;
            turn.unlock();
        }
    }

    private boolean takeRoom() {
        if (heap.take(Use.HEADS, cost)) return true;
        if (reading.size() >= ASSURED) return false;
        heap.charge(Use.HEADS, cost);
        return true;
    }

    private void cutOldest() {
        Head oldest = null;
        for (var head : reading) if (oldest == null || head.since - oldest.since < 0) oldest = head;
        if (oldest != null && System.nanoTime() - oldest.since >= GRACE.toNanos()) cut(oldest);
    }

    private void cut(Head head) {
        if (!head.state.compareAndSet(Head.READING, Head.CUT)) return;
        stats.countRefused(Refusal.HEAD_CUT);
        head.thread.interrupt(); // closes the connection that it reads from
    }

    private void end(Head head) {
        if (head.state.get() != Head.ARRIVED) giveBack(head);
        else if (head.kept > 0) heap.give(Use.BODIES, head.kept);
    }

    private void giveBack(Head head) {
        reading.remove(head);
        heap.give(Use.HEADS, cost);
        var waiting = next;
        if (waiting != null) LockSupport.unpark(waiting);
    }

    /// Cuts the heads that take too long.
    private final class Sweep implements Watchdog.Alarm {
        private final Duration time;
        private volatile long at = System.nanoTime() + SWEEP.toNanos();

        Sweep(Duration time) {
            this.time = time;
        }

        @Override
        public long dueAt() {
            return at;
        }

        @Override
        public void ring() {
            long now = System.nanoTime();
            at = now + SWEEP.toNanos();
            for (var head : reading) if (now - head.since > time.toNanos()) cut(head);
        }
    }

    /// One request from its first byte on, on the thread that reads it.
    private static final class Head {
        static final int READING = 0;
        static final int ARRIVED = 1;
        static final int CUT = 2;

        private final Thread thread = Thread.currentThread();
        private final AtomicInteger state = new AtomicInteger(READING);
        private long since;
        private long kept;
    }
}
