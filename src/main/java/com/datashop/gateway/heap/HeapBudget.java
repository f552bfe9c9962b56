package com.datashop.gateway.heap;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// One budget for all bytes of the heap that clients can make this node hold.
///
/// ```
///   ├──────────── room ────────────┤ spare ┤
///   │ streams: up to here ─────────▶       │
///   │ bodies, queues, replies, searches: up to their share, and up to here ─▶
/// ```
///
/// Streams may fill the room. The others take what streams leave, and always have the spare. So a node that is full of
/// idle streams still takes publishes, and a node without streams takes many.
///
/// History is not in here: it has a bound of its own.
public final class HeapBudget {
    /// Who holds the bytes.
    public enum Use {
        /// An open stream: the buffers of the JDK's server, its thread, its head.
        STREAMS(1),
        /// The head of a request that is being received: the parser's buffers, and what is made of it.
        HEADS(4),
        /// A request's body that is being received, and what is made of it until it is answered.
        BODIES(2),
        /// Events in subscribers' queues, and slices of history that are being sent.
        QUEUES(2),
        /// Replies that are not written yet, because their client does not read.
        REPLIES(4),
        /// What a search through the past holds meanwhile.
        SEARCHES(4);

        private final int divisor;

        Use(int divisor) {
            this.divisor = divisor;
        }

        /// The name in metrics, as `bodies`.
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// The spare is this part of the room, which leaves the collector most of what the room leaves of the heap.
    private static final int SPARE_DIVISOR = 24;

    private final long room;
    private final long all;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLongArray byUse = new AtomicLongArray(Use.values().length);

    /// @param room the bytes that streams may take, which the others share
    public HeapBudget(long room) {
        this.room = room;
        all = room + room / SPARE_DIVISOR;
    }

    /// Takes the bytes, all of them or none.
    ///
    /// @return false when the budget or the share of this use does not have them
    public boolean take(Use use, long bytes) {
        long most = most(use);
        long held = byUse.addAndGet(use.ordinal(), bytes);
        if (held > most || taken.addAndGet(bytes) > (use == Use.STREAMS ? room : all)) {
            if (held <= most) taken.addAndGet(-bytes);
            byUse.addAndGet(use.ordinal(), -bytes);
            return false;
        }
        return true;
    }

    /// Takes the bytes, whether the budget has them or not: for what is held already.
    public void charge(Use use, long bytes) {
        byUse.addAndGet(use.ordinal(), bytes);
        taken.addAndGet(bytes);
    }

    /// Gives back what was taken or charged.
    public void give(Use use, long bytes) {
        byUse.addAndGet(use.ordinal(), -bytes);
        taken.addAndGet(-bytes);
    }

    /// The most that this use may ever take, in bytes.
    public long most(Use use) {
        return use == Use.STREAMS ? room : all / use.divisor;
    }

    /// What this use holds now, in bytes.
    public long taken(Use use) {
        return byUse.get(use.ordinal());
    }
}
