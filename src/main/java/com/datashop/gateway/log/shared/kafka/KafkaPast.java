package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.Past;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Reads the topic page by page. Kafka reads forwards only, so a window backwards is some records that are read forwards.
///
/// A record at or above the log's floor is there, and the floor comes with each page.
final class KafkaPast implements Past<Partition> {
    private static final int PAGE_BYTES = 256 << 10;

    private final Cluster cluster;
    private final Life life;
    private final Unreadable unreadable;

    KafkaPast(Cluster cluster, Life life, Unreadable unreadable) {
        this.cluster = cluster;
        this.life = life;
        this.unreadable = unreadable;
    }

    @Override
    public EventId floor() {
        return life.floor();
    }

    @Override
    public Partition connect() throws IOException {
        return cluster.connect();
    }

    @Override
    public Forwards<Partition> forwards(Predicate<Channel> wanted) {
        return (partition, after, _) -> {
            var page = page(partition, wanted, after);
            return new Stretch(page.entries(), page.last(), page.isEnd(), page.bytes());
        };
    }

    @Override
    public Backwards<Partition> backwards(Predicate<Channel> wanted, EventId from) {
        return new RecordsBackwards(wanted, from);
    }

    /// Looks by the time that each record has in Kafka, which is that of its arrival, about.
    @Override
    public Optional<EventId> since(Partition partition, long milliseconds) throws IOException {
        var spot = partition.since(milliseconds);
        var first = spot.offset() < 0 ? null : life.first(partition, spot.offset());
        return Optional.ofNullable(first).map(EventId::previous);
    }

    /// The records after the place.
    private Records.Page page(Partition partition, Predicate<Channel> wanted, EventId after) throws IOException {
        long from = after.minor() + 1;
        try {
            var page = page(partition, wanted, after, from);
            if (page.first() == null || page.first().major() == after.major()) return page;
            // Another epoch stands there. It may have begun before: when the end of the cursor's own was lost.
            long birth = life.birth(page.first()).orElse(life.birth());
            var end = partition.endOf((int) (page.first().major() - birth) - 1);
            return end.epoch() < 0 || end.offset() >= from ? page : page(partition, wanted, after, end.offset());
        } catch (KafkaException refused) {
            if (refused.code() != Code.OFFSET_OUT_OF_RANGE) throw refused;
            life.begins(partition, partition.start());
            return new Records.Page(List.of(), from, null, null, 0, true);
        }
    }

    private Records.Page page(Partition partition, Predicate<Channel> wanted, EventId after,
            long from) throws IOException {
        var records = new Records(unreadable, null, life.birth(after).orElse(life.birth()));
        var fetched = partition.fetch(from, PAGE_BYTES, Duration.ZERO);
        var page = records.read(fetched, from, wanted);
        life.begins(partition, fetched.start());
        return page;
    }

    /// Reads some records a window.
    private final class RecordsBackwards implements Backwards<Partition> {
        private static final int FIRST_STEP = 64;
        private static final int SHORTEST_STEP = 16;
        private static final int LONGEST_STEP = 4000;
        /// The bytes that a window has, about. They take some milliseconds.
        private static final long STEP_BYTES = 1 << 20;

        private final Predicate<Channel> wanted;
        private EventId reached;
        private long to;
        private long step = FIRST_STEP;

        RecordsBackwards(Predicate<Channel> wanted, EventId from) {
            this.wanted = wanted;
            reached = from;
            to = from.minor() + 1;
        }

        @Override
        public Window next(Partition partition, Consumer<Entry> each) throws IOException {
            long begin = floor().minor() + 1;
            if (to <= begin) return new Window(reached, 0, 0, true);
            long from = Math.max(begin, to - step);
            var first = life.first(partition, from);
            long bytes = first == null ? 0 : scan(partition, first, from, each);
            long seen = to - from;
            step = Math.clamp(STEP_BYTES * seen / Math.max(1, bytes), SHORTEST_STEP, LONGEST_STEP);
            to = from;
            if (first != null) reached = EventId.min(reached, first.previous());
            return new Window(reached, seen, bytes, to <= begin);
        }

        /// Reads the records from the offset to the end of the window.
        ///
        /// @param first the place of the first of them
        private long scan(Partition partition, EventId first, long from, Consumer<Entry> each) throws IOException {
            var records = new Records(unreadable, null, life.birth(first).orElse(life.birth()));
            long bytes = 0;
            for (long at = from; at < to; ) {
                var page = records.read(partition.fetch(at, PAGE_BYTES, Duration.ZERO), at, wanted);
                for (var entry : page.entries())
                    if (Long.compareUnsigned(entry.id().minor(), to) < 0) each.accept(entry);
                bytes += page.bytes();
                if (page.next() == at) break;
                at = page.next();
            }
            return bytes;
        }
    }
}
