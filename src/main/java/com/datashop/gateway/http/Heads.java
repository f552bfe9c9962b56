package com.datashop.gateway.http;

import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.heap.HeapBudget.Use;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// Bounds how many requests receive their heads at a time: the heap carries them even if each is as long as allowed.
///
/// ```
///   the JDK's server ──▶ WAITING ──▶ READING ──arrived──▶ ARRIVED ──▶ end
///                                       └── others wait, and it is older than the grace ──▶ CUT
/// ```
///
/// The JDK's server reads a head on the thread that runs the exchange, into buffers that nobody can look into. So a
/// head counts with the most that it can take, from its first byte on. A client that sends its head in one go needs its
/// place for less than a millisecond. A client that keeps a half head open loses its place as soon as another needs it.
/// So a thousand half heads keep nobody out.
public final class Heads implements Executor {
    /// The property that bounds a head, in bytes; the JDK's server reads it.
    public static final String MOST_BYTES = "sun.net.httpserver.maxReqHeaderSize";

    /// So many may read whatever else fills the heap, so that the node stays reachable.
    private static final int ASSURED = 16;
    /// What a byte takes while the head is received, at the most (measured: 4.3, with a line that has just outgrown its
    /// buffer).
    private static final int READING_BYTES = 5;
    /// What a character takes once the head is there, at the most (measured: 3, of a query).
    private static final int ARRIVED_BYTES = 4;
    /// A head of fewer characters is part of what its connection is counted with.
    private static final long SMALL = 2 << 10;
    /// A head of several packets comes within that, and a proxy sends it in one go.
    private static final Duration GRACE = Duration.ofMillis(250);
    private static final Duration POLL = Duration.ofMillis(20);

    private final HeapBudget heap;
    private final Executor threads;
    private final Stats stats;
    private final long cost;
    private final Set<Head> reading = ConcurrentHashMap.newKeySet();
    private final ThreadLocal<Head> current = new ThreadLocal<>();
    /// Those who wait for a place stand in this lock's line. The one that holds it is the next.
    private final ReentrantLock turn = new ReentrantLock(true);
    private volatile Thread next;

    /// @param threads has each task run on a thread of its own
    Heads(HeapBudget heap, Executor threads, Stats stats) {
        this.heap = heap;
        this.threads = threads;
        this.stats = stats;
        int most = Integer.getInteger(MOST_BYTES, 0);
        // An operator may have set it, and 0 for no bound.
        cost = most > 0 ? (long) READING_BYTES * most : heap.most(Use.HEADS);
    }

    /// Runs an exchange of the JDK's server, which reads the head first, once there is a place for it.
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
            return; // with the server, which closes its connections itself
        }
        current.set(head);
        try {
            exchange.run();
        } finally {
            end(head);
            current.remove();
        }
    }

    /// The head of this thread's request has arrived, and gives its place to the next.
    ///
    /// @param length in characters
    /// @throws IOException when the head came too late: its connection is being cut
    /// @throws Problem when the heap has no room for it until the request is answered
    void arrived(long length) throws IOException, Problem {
        var head = current.get();
        if (!head.state.compareAndSet(Head.READING, Head.ARRIVED)) throw new IOException("the head came too late");
        giveUp(head);
        long kept = length < SMALL ? 0 : length * ARRIVED_BYTES;
        if (kept > 0 && !heap.take(Use.BODIES, kept))
            throw new Problem(Refusal.HEAP_FULL, "this gateway has no room for so long a request now")
                    .with("Retry-After", Holding.RETRY_SECONDS).with("Connection", "close");
        head.kept = kept;
    }

    /// What is kept of this thread's request is counted elsewhere from now on.
    void release() {
        var head = current.get();
        if (head.kept > 0) heap.give(Use.BODIES, head.kept);
        head.kept = 0;
    }

    private void begin(Head head) throws InterruptedException {
        if (turn.isLocked() || !take()) await();
        head.since = System.nanoTime();
        reading.add(head);
    }

    private void await() throws InterruptedException {
        turn.lockInterruptibly();
        try {
            next = Thread.currentThread();
            while (!take()) {
                cutOldest();
                LockSupport.parkNanos(POLL.toNanos());
                if (Thread.interrupted()) throw new InterruptedException();
            }
        } finally {
            next = null;
            turn.unlock();
        }
    }

    private boolean take() {
        if (heap.take(Use.HEADS, cost)) return true;
        if (reading.size() >= ASSURED) return false;
        heap.charge(Use.HEADS, cost);
        return true;
    }

    private void cutOldest() {
        Head oldest = null;
        for (var head : reading) if (oldest == null || head.since - oldest.since < 0) oldest = head;
        if (oldest == null || System.nanoTime() - oldest.since < GRACE.toNanos()
                || !oldest.state.compareAndSet(Head.READING, Head.CUT)) return;
        stats.countRefused(Refusal.HEAD_CUT);
        oldest.thread.interrupt(); // closes the connection that it reads from
    }

    private void end(Head head) {
        if (head.state.get() != Head.ARRIVED) giveUp(head);
        else if (head.kept > 0) heap.give(Use.BODIES, head.kept);
    }

    private void giveUp(Head head) {
        reading.remove(head);
        heap.give(Use.HEADS, cost);
        var waiting = next;
        if (waiting != null) LockSupport.unpark(waiting);
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
