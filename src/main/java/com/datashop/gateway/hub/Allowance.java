package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.heap.HeapBudget.Use;

/// The bytes of queued events that one subscriber may hold. A few are free. The others come from the heap's budget.
///
/// ```
///   hub:     reserve ─▶ queued ─▶ charge        in steps, so that the budget is not asked for each event
///   thread:  beforeTake ─▶ takes all that is queued, and sends it ─▶ giveBack: all that was charged before it took
/// ```
///
/// Many subscribers may share an event, and it is counted for each of them. The last one to hold it holds it alone.
final class Allowance {
    /// The bytes that are free, because the cost of a stream includes them.
    static final long FREE_BYTES = 4 << 10;
    private static final long STEP_BYTES = 16 << 10;
    /// The heap of a queue's node (24), or of a step of a slice with its slot in the list.
    private static final int HOLDER_BYTES = 24;
    /// An array of at least this size gets whole regions of the heap to itself. A region has at least 1 MiB.
    private static final int HUMONGOUS_BYTES = 512 << 10;

    private final HeapBudget heap;
    // These belong to the hub, under its lock.
    private long offered;
    private volatile long charged;
    // These belong to the client's thread.
    private long chargedBefore;
    private volatile long sent;
    private volatile long given;

    Allowance(HeapBudget heap) {
        this.heap = heap;
    }

    /// The heap that a subscriber needs to hold the event, in bytes.
    static long cost(Event event) {
        long bytes = event.bytes() + HOLDER_BYTES;
        return bytes < HUMONGOUS_BYTES ? bytes : 2 * bytes;
    }

    /// Brings it into the processor's cache, and returns a number without a meaning.
    long prefetch() {
        return charged;
    }

    /// Takes the budget that is needed to hold this number of bytes more. Called by the hub.
    ///
    /// @return the bytes taken, for [#charge] once the event is queued; negative when the budget does not have them
    long reserve(long bytes) {
        long needed = offered - sent + bytes - FREE_BYTES - (charged - given);
        if (needed <= 0) return 0;
        long steps = (needed + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
        return heap.take(Use.QUEUES, steps) ? steps : -1;
    }

    /// Charges for an event that is now queued. Called by the hub.
    void charge(long bytes, long reserved) {
        offered += bytes;
        if (reserved > 0) charged += reserved; // Last: whatever the thread reads as charged is in its queue.
    }

    /// Notes what is charged before the client's thread takes the queued events.
    void beforeTake() {
        chargedBefore = charged;
    }

    /// Gives back what was charged for the events that the client's thread took, now that all are sent.
    ///
    /// @param bytes the cost of these events
    void giveBack(long bytes) {
        long due = chargedBefore - given;
        if (due > 0) given = chargedBefore;
        // The order matters: the hub reads `sent` first, so it may reserve too much and never too little.
        if (bytes > 0) sent += bytes;
        if (due > 0) heap.give(Use.QUEUES, due);
    }

    /// Gives back everything when the subscriber has left. Called by the hub.
    void giveBackAll() {
        long due = charged - given;
        given = charged;
        heap.give(Use.QUEUES, due);
    }
}
