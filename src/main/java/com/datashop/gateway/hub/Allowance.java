package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.heap.HeapBudget.Use;

/// What one subscriber may hold of events that are to be sent: a little that its stream is counted with, and beyond it what the budget has.
///
/// ```
///   hub:     reserve ─▶ queued ─▶ charge        in steps, so that the budget is not asked for each event
///   thread:  take ─▶ sent: gives back all that was charged before it took
/// ```
///
/// An event may be shared by many and is counted for each of them: who holds it last holds it alone.
final class Allowance {
    /// What the cost of a stream has room for.
    static final long FREE_BYTES = 4 << 10;
    private static final long STEP_BYTES = 16 << 10;
    /// A queue's node (24), or a step of a slice with its place in the list.
    private static final int HOLDER_BYTES = 24;
    /// From half a region of the smallest heaps on, an array has whole regions of 1 MiB for itself.
    private static final int HUMONGOUS_BYTES = 512 << 10;

    private final HeapBudget heap;
    // Of the hub, under its lock.
    private long offered;
    private volatile long charged;
    // Of the client's thread.
    private long chargedBefore;
    private volatile long sent;
    private volatile long given;

    Allowance(HeapBudget heap) {
        this.heap = heap;
    }

    /// What the event costs one who holds it, in bytes.
    static long cost(Event event) {
        long bytes = event.bytes() + HOLDER_BYTES;
        return bytes < HUMONGOUS_BYTES ? bytes : 2 * bytes;
    }

    /// Takes what is needed to hold so many bytes more. Called by the hub.
    ///
    /// @return what was taken of the budget, for [#charge] when the event is queued; negative when the budget does not have it
    long reserve(long bytes) {
        long needed = offered - sent + bytes - FREE_BYTES - (charged - given);
        if (needed <= 0) return 0;
        long steps = (needed + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
        return heap.take(Use.QUEUES, steps) ? steps : -1;
    }

    /// The event is queued. Called by the hub.
    void charge(long bytes, long reserved) {
        offered += bytes;
        if (reserved > 0) charged += reserved; // after: what the thread reads as charged it finds in the queue
    }

    /// The client's thread is about to take what is queued.
    void beforeTake() {
        chargedBefore = charged;
    }

    /// The client's thread has sent all that it took.
    ///
    /// @param bytes what that cost
    void sent(long bytes) {
        long due = chargedBefore - given;
        if (due > 0) given = chargedBefore;
        if (bytes > 0) sent += bytes; // after: the hub, which reads it before, may reserve too much and never too little
        if (due > 0) heap.give(Use.QUEUES, due);
    }

    /// The subscriber has left: gives back all. Called by the hub.
    void release() {
        long due = charged - given;
        given = charged;
        heap.give(Use.QUEUES, due);
    }
}
