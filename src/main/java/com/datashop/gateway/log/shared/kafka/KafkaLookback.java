package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.Lookback;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Reads the topic page by page. The log's floor comes with each page.
///
/// Kafka reads forwards only. So a window backwards begins some records before the last one, and is read forwards.
final class KafkaLookback implements Lookback<Partition> {
    private static final int PAGE_BYTES = 256 << 10;

    private final Cluster cluster;
    private final Life life;
    private final Unreadable unreadable;

    KafkaLookback(Cluster cluster, Life life, Unreadable unreadable) {
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
    public boolean issued(EventId id) {
        return life.issued(id);
    }

    @Override
    public Forwards<Partition> forwards(Predicate<Channel> wanted) {
        return new RecordsForwards(wanted);
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

    /// Reads a page a stretch.
    private final class RecordsForwards implements Forwards<Partition> {
        private final Predicate<Channel> wanted;
        private Turn told;

        RecordsForwards(Predicate<Channel> wanted) {
            this.wanted = wanted;
        }

        @Override
        public Stretch next(Partition partition, EventId after, EventId upTo) throws IOException {
            long from = Life.behind(after);
            var records = records(after, told);
            var page = page(partition, records, from);
            if (page == null || page.first() == null || page.first().major() != after.major()) {
                // Another epoch stands there, or nothing. The end of the place's own may be lost.
                long next = life.next(partition, after);
                if (next < from) return behindLoss(partition, after, next);
                if (page == null) return outOfRange(partition);
            }
            told = records.told();
            return new Stretch(page.entries(), page.last(), page.isEnd(), page.bytes());
        }

        /// Goes on where the lost end began, behind a hole. A turn that tells of the same loss tells nothing new.
        private Stretch behindLoss(Partition partition, EventId after, long next) throws IOException {
            var loss = new Turn(life.birth(after).orElse(life.birth()), next, next);
            var records = records(after, loss);
            var page = page(partition, records, next);
            if (page == null) return outOfRange(partition);
            if (page.first() == null) return new Stretch(List.of(), null, true, 0);
            var entries = new ArrayList<Entry>();
            if (!loss.isSameLoss(told)) entries.add(new Entry.Hole(page.first().previous()));
            entries.addAll(page.entries());
            told = records.told();
            return new Stretch(entries, page.last(), page.isEnd(), page.bytes());
        }

        /// Learns where the log begins now. Whoever asked for what is below that finds out by the floor.
        private Stretch outOfRange(Partition partition) throws IOException {
            life.begins(partition, partition.start());
            return new Stretch(List.of(), null, true, 0);
        }

        private Records records(EventId after, Turn known) {
            return new Records(unreadable, null, life.birth(after).orElse(life.birth())).knows(known);
        }

        /// The records from the offset on; null when the log does not have it.
        private Records.Page page(Partition partition, Records records, long from) throws IOException {
            try {
                var fetched = partition.fetch(from, PAGE_BYTES, Duration.ZERO);
                var page = records.read(fetched, from, wanted);
                life.begins(partition, fetched.start());
                return page;
            } catch (KafkaException refused) {
                if (refused.code() != Code.OFFSET_OUT_OF_RANGE) throw refused;
                return null;
            }
        }
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
        private boolean begun;

        RecordsBackwards(Predicate<Channel> wanted, EventId from) {
            this.wanted = wanted;
            reached = from;
            to = Life.behind(from);
        }

        @Override
        public Window next(Partition partition, Consumer<Entry> each) throws IOException {
            long begin = floor().minor() + 1;
            if (!begun) to = life.next(partition, reached); // the log may have lost its end since
            begun = true;
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
