package com.datashop.gateway.log.kafka;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.metrics.Counter;
import java.util.concurrent.atomic.AtomicBoolean;

/// Counts the record batches that this node can not read, and tells of the first in the log.
///
/// The JDK has gzip, and none of snappy, lz4 and zstd. The gateway never writes these.
final class Unreadable {
    private static final System.Logger LOG = System.getLogger(Unreadable.class.getName());

    private final Counter batches = new Counter();
    private final AtomicBoolean told = new AtomicBoolean();

    void count(EventId id, String why) {
        batches.increment();
        if (told.compareAndSet(false, true)) LOG.log(WARNING, "event=log-batch-unreadable id=" + id + " reason=\"" + why
                + "\" note=\"subscribers get a gap; gateway_log_unreadable_total counts such batches\"");
    }

    Counter batches() {
        return batches;
    }
}
