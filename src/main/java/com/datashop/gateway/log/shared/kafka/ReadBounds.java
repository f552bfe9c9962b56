package com.datashop.gateway.log.shared.kafka;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.EntryCheck;
import com.datashop.gateway.metrics.Counter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// Bounds the record batches that this node reads, and counts those that it can not read.
///
/// The JDK has gzip, and none of snappy, lz4 and zstd. The gateway never writes these.
final class ReadBounds {
    private static final System.Logger LOG = System.getLogger(ReadBounds.class.getName());

    /// The most bytes of an answer with records.
    ///
    /// A fetch asks for a megabyte, but gets a record batch of any size whole.
    static final int MOST_ROOM = Math.clamp(Runtime.getRuntime().maxMemory() / 8, 4 << 20, 512 << 20);
    /// The most records of a batch: a quarter of the heap, at about 400 bytes for an event with hardly any data.
    static final int MOST_RECORDS = Math.clamp(Runtime.getRuntime().maxMemory() / 4 / 400, 10_000, 10_000_000);
    private static final int LEAST_ROOM = 128 << 10;
    /// The bytes of an answer beside its records: the longest name of a topic, and aborted transactions.
    private static final int ANSWER_BYTES = 64 << 10;

    private final long largest;
    private final Counter batches = new Counter();
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile int room = MOST_ROOM;

    /// @param bodyBytes the largest publish to this node
    ReadBounds(int bodyBytes) {
        largest = EntryCheck.largest(bodyBytes);
    }

    /// The most data of one event that this node takes, in bytes.
    long largest() {
        return largest;
    }

    /// The reason why no node with this heap could read such a record batch back; empty when this node can.
    ///
    /// @param bytes of the batch, before it is compressed
    static Optional<String> refusal(int records, long bytes) {
        if (records <= MOST_RECORDS && bytes <= MOST_ROOM - ANSWER_BYTES) return Optional.empty();
        return Optional.of("the batch has " + records + " events and " + bytes
                + " bytes, and with this heap the gateway can read back " + MOST_RECORDS + " events and "
                + (MOST_ROOM - ANSWER_BYTES) + " bytes at once");
    }

    /// The bytes that the next answer with records may have. Subscribers get a gap for a record batch that is larger.
    int room() {
        return room;
    }

    /// Notes that the heap had no room for an answer. The next one may be half as large, so that it fits.
    void overflowed() {
        room = Math.max(LEAST_ROOM, room / 2);
    }

    /// Notes that the heap had room for an answer.
    void fitted() {
        room = MOST_ROOM;
    }

    /// Counts a record batch that can not be read. It logs the first one.
    void count(EventId id, String why) {
        batches.increment();
        if (told.compareAndSet(false, true)) LOG.log(WARNING, "event=log-batch-unreadable id=" + id + " reason=\"" + why
                + "\" note=\"subscribers get a gap; gateway_log_unreadable_total counts such batches\"");
    }

    Counter batches() {
        return batches;
    }
}
