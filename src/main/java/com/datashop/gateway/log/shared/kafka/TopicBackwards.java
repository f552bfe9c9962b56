package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.Lookback;
import com.datashop.gateway.log.shared.Lookback.Window;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Reads the topic backwards from a place, a window of records at a time.
///
/// Kafka reads forwards only. So a window begins some records before the last one, and is read forwards.
final class TopicBackwards implements Lookback.Backwards<Partition> {
    private static final int FIRST_RECORDS = 64;
    private static final int LEAST_RECORDS = 16;
    private static final int MOST_RECORDS = 4000;
    /// The bytes that a window has, about. They take some milliseconds.
    private static final long WINDOW_BYTES = 1 << 20;

    private final Lives lives;
    private final ReadBounds bounds;
    private final Predicate<Channel> wanted;
    private EventId reached;
    /// The offset at which the next window ends, exclusive.
    private long end;
    /// The number of records of the next window.
    private long size = FIRST_RECORDS;
    private boolean begun;

    TopicBackwards(Lives lives, ReadBounds bounds, Predicate<Channel> wanted, EventId from) {
        this.lives = lives;
        this.bounds = bounds;
        this.wanted = wanted;
        reached = from;
        end = Lives.offsetAfter(from);
    }

    @Override
    public Window next(Partition partition, Consumer<Entry> each) throws IOException {
        long begin = lives.floor().minor() + 1;
        if (!begun) end = lives.resumeOffset(partition, reached); // the log may have lost its end since
        begun = true;
        if (end <= begin) return new Window(reached, 0, 0, true);
        long from = Math.max(begin, end - size);
        var first = lives.first(partition, from);
        long bytes = first == null ? 0 : readWindow(partition, first, from, each);
        long seen = end - from;
        size = Math.clamp(WINDOW_BYTES * seen / Math.max(1, bytes), LEAST_RECORDS, MOST_RECORDS);
        end = from;
        if (first != null) reached = EventId.min(reached, first.previous());
        return new Window(reached, seen, bytes, end <= begin);
    }

    /// Reads the records from the offset to the end of the window, and returns their bytes.
    ///
    /// @param first the place of the first of them
    private long readWindow(Partition partition, EventId first, long from, Consumer<Entry> each) throws IOException {
        var records = new RecordReader(bounds, null, lives.birth(first).orElse(lives.birth()));
        long bytes = 0;
        for (long at = from; at < end; ) {
            var page = records.read(partition.fetch(at, KafkaLookback.PAGE_BYTES, Duration.ZERO), at, wanted);
            for (var entry : page.entries())
                if (Long.compareUnsigned(entry.id().minor(), end) < 0) each.accept(entry);
            bytes += page.bytes();
            if (page.next() == at) break; // the rest is not there any more
            at = page.next();
        }
        return bytes;
    }
}
