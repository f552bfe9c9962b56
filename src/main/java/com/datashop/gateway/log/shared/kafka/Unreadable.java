package com.datashop.gateway.log.shared.kafka;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.EntryCheck;
import com.datashop.gateway.metrics.Counter;
import java.util.concurrent.atomic.AtomicBoolean;

/// What of the log this node can not read: events that are too large for it, and record batches, which it counts and
/// tells of the first in its log.
///
/// The JDK has gzip, and none of snappy, lz4 and zstd. The gateway never writes these.
final class Unreadable {
    private static final System.Logger LOG = System.getLogger(Unreadable.class.getName());

    private final long largest;
    private final Counter batches = new Counter();
    private final AtomicBoolean told = new AtomicBoolean();

    /// @param bodyBytes how large a publish may be
    Unreadable(int bodyBytes) {
        largest = EntryCheck.largest(bodyBytes);
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
