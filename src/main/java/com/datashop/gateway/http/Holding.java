package com.datashop.gateway.http;

import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.heap.HeapBudget.Use;

/// The heap that one reply holds until it is written or its client has left.
public final class Holding {
    /// The seconds after which to try again. By then a client that reads has its reply. A client that does not read is
    /// cut off after `WRITE_TIMEOUT_SECONDS`.
    static final String RETRY_SECONDS = "2";
    /// The heap of one piece of the reply, of the buffers that it passes through, and of the thread's stack.
    private static final int BUFFERS = 32 << 10;

    private final HeapBudget heap;
    private long bytes;

    /// @throws Problem when replies that are under way hold all that they may
    public Holding(HeapBudget heap) throws Problem {
        this.heap = heap;
        add(BUFFERS);
    }

    /// Holds more bytes. When that is refused, it gives back everything that it holds.
    ///
    /// @throws Problem when replies that are under way hold all that they may
    public void add(long more) throws Problem {
        if (!heap.take(Use.REPLIES, more)) {
            release();
            throw refused();
        }
        bytes += more;
    }

    void release() {
        heap.give(Use.REPLIES, bytes);
        bytes = 0;
    }

    static Problem refused() {
        return new Problem(Refusal.HEAP_FULL, "replies that nobody reads hold all the heap that replies may take")
                .with("Retry-After", RETRY_SECONDS);
    }
}
