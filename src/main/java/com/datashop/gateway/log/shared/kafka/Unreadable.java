package com.datashop.gateway.log.shared.kafka;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.metrics.Counter;
import java.util.concurrent.atomic.AtomicBoolean;

/// What of the log this node can not read: events that are too large for it, and record batches, which it counts and
/// tells of the first in its log.
///
/// The JDK has gzip, and none of snappy, lz4 and zstd. The gateway never writes these.
final class Unreadable {
    private static final System.Logger LOG = System.getLogger(Unreadable.class.getName());

    /// A node takes events with data up to this part of its heap, or as large as a publish may be.
    private static final int SHARE_OF_HEAP = 16;
    private static final int MOST_SHARE_OF_HEAP = 8;

    private final long largest;
    private final Counter batches = new Counter();
    private final AtomicBoolean told = new AtomicBoolean();

    /// @param bodyBytes how large a publish may be
    Unreadable(int bodyBytes) {
        long heap = Runtime.getRuntime().maxMemory();
        largest = Math.min(Math.max(heap / SHARE_OF_HEAP, bodyBytes), heap / MOST_SHARE_OF_HEAP);
    }

    /// How much data of one event this node takes, in bytes.
    long largest() {
        return largest;
    }

    void count(EventId id, String why) {
        batches.increment();
        if (told.compareAndSet(false, true)) LOG.log(WARNING, "event=log-batch-unreadable id=" + id + " reason=\"" + why
                + "\" note=\"subscribers get a gap; gateway_log_unreadable_total counts such batches\"");
    }

    Counter batches() {
        return batches;
    }
}
