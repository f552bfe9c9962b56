package com.datashop.gateway.log.shared.kafka;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.replay.Archive;
import com.datashop.gateway.replay.Reader;
import com.datashop.gateway.replay.Search;
import com.datashop.gateway.replay.Slice;
import com.datashop.gateway.replay.Step;
import com.datashop.gateway.replay.Turns;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The events that Kafka still has, for readers with an old cursor: a few at a time by turns, page by page.
///
/// A record at or above the log's floor is there. So a page is whole if the floor that came with it is not above the
/// page's beginning. While Kafka is away, a reader gets nothing, and asks again.
final class KafkaArchive implements Archive {
    private static final System.Logger LOG = System.getLogger(KafkaArchive.class.getName());
    /// So that the past leaves Kafka time for the present.
    private static final int CONNECTIONS = 2;
    private static final int PAGE_BYTES = 256 << 10;
    /// The wait before a reader asks again. It is short, because a stream must show meanwhile that it is alive.
    private static final Duration AWAY_PERIOD = Duration.ofMillis(400);
    private static final long LOG_PAUSE_NANOS = 10_000_000_000L;

    private final Cluster cluster;
    private final Life life;
    private final Unreadable unreadable;
    private final Turns turns = new Turns(CONNECTIONS);
    private final BlockingQueue<Lane> lanes = new ArrayBlockingQueue<>(CONNECTIONS);
    private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_PAUSE_NANOS);

    KafkaArchive(Cluster cluster, Life life, Unreadable unreadable) {
        this.cluster = cluster;
        this.life = life;
        this.unreadable = unreadable;
        for (int i = 0; i < CONNECTIONS; i++) lanes.add(new Lane(null));
    }

    @Override
    public EventId floor() {
        return life.floor();
    }

    /// Offsets of records that are no events are as good a cursor as others, and so is the place where an epoch ended.
    @Override
    public boolean issued(EventId id) {
        return true;
    }

    @Override
    public Reader reader(ChannelSet set) {
        return new PageReader(set);
    }

    /// By the time when the event came, about: the scan for the first that is really that new is the reader's, who
    /// leaves out what is older.
    @Override
    public Search since(ChannelSet set, long milliseconds, EventId upTo) {
        return new SinceSearch(milliseconds, upTo);
    }

    @Override
    public Search newest(ChannelSet set, Predicate<Event> accepted, long n, EventId upTo) {
        return new NewestSearch(this, set, accepted, n, upTo);
    }

    /// The turns of one more search.
    Turns.Turn turn() {
        return turns.turn();
    }

    /// Reads what is between two offsets, in order, in one turn.
    ///
    /// @return empty when the turn did not come in time
    Optional<Scanned> scan(Turns.Turn turn, long from, long to, Predicate<Channel> wanted, Consumer<Entry> each)
            throws IOException, InterruptedException {
        return with(turn, partition -> {
            var first = life.first(partition, from);
            if (first == null) return new Scanned(null, 0);
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
            return new Scanned(first, bytes);
        });
    }

    private Slice slice(ChannelSet set, Records.Page page, EventId after, EventId upTo) {
        if (life.floor().isAfter(after)) return new Slice(List.of(), after, false);
        var steps = new ArrayList<Step>();
        var from = after;
        for (var entry : page.entries()) {
            if (entry.id().isAfter(upTo)) break;
            if (!entry.id().isAfter(after)) continue;
            if (entry instanceof Entry.TooLarge) steps.add(new Step.Lost(from, entry.id(), 1));
            else if (entry instanceof Entry.Hole) steps.add(new Step.Lost(from, entry.id(), Step.Lost.UNKNOWN));
            else if (entry instanceof Entry.Stored(var event, _, _)) steps.add(new Step.Found(event));
            from = entry.id();
        }
        boolean complete = page.last() == null || page.isEnd() || !upTo.isAfter(page.last());
        return new Slice(steps, complete ? upTo : page.last(), complete);
    }

    /// What comes after the place.
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

    /// Does it in one turn.
    ///
    /// @return empty when the turn did not come in time
    private <T> Optional<T> with(Turns.Turn turn, Task<T> task) throws IOException, InterruptedException {
        if (!turn.begin()) return Optional.empty();
        try {
            return Optional.of(with(task));
        } finally {
            turn.end();
        }
    }

    /// Does it on a connection of the archive's. One that nobody has used for a while may have been ended: then another
    /// is tried. There is a connection for each turn.
    private <T> T with(Task<T> task) throws IOException, InterruptedException {
        var lane = lanes.take();
        var partition = lane.partition();
        try {
            if (partition != null) {
                try {
                    return task.run(partition);
                } catch (IOException stale) {
                    partition.close();
                }
            }
            partition = null;
            partition = cluster.connect();
            return task.run(partition);
        } catch (IOException failed) {
            if (partition != null) partition.close();
            partition = null;
            throw failed;
        } finally {
            lanes.add(new Lane(partition));
        }
    }

    /// Takes note that Kafka is away.
    void failed(IOException why) {
        long now = System.nanoTime();
        long last = loggedAt.get();
        if (now - last < LOG_PAUSE_NANOS || !loggedAt.compareAndSet(last, now)) return;
        LOG.log(WARNING, "event=log-unreadable reason=\"" + Cluster.message(why).replaceAll("[\\p{Cntrl}\"]+", " ")
                + "\"");
    }

    /// What is asked on a connection.
    @FunctionalInterface
    private interface Task<T> {
        T run(Partition partition) throws IOException;
    }

    /// The right to read, with the connection to read on; null when there is none yet.
    private record Lane(Partition partition) { }

    /// The outcome of a scan.
    ///
    /// @param first the place of the first record, event or not; null when there was none
    /// @param bytes of the records, as they came or inflated
    record Scanned(EventId first, long bytes) { }

    /// Reads a page a slice.
    private final class PageReader implements Reader {
        private final ChannelSet set;
        private final Turns.Turn turn = turns.turn();
        private long bytes;

        PageReader(ChannelSet set) {
            this.set = set;
        }

        @Override
        public Slice next(EventId after, EventId upTo) throws InterruptedException {
            try {
                var page = with(turn, partition -> page(partition, set::matches, after));
                if (page.isEmpty()) return new Slice(List.of(), after, false);
                bytes += page.get().bytes();
                var slice = slice(set, page.get(), after, upTo);
                if (slice.complete()) turn.renew();
                return slice;
            } catch (IOException away) {
                failed(away);
                Thread.sleep(AWAY_PERIOD);
                return new Slice(List.of(), after, false);
            }
        }

        @Override
        public long bytes() {
            return bytes;
        }
    }

    /// Looks up a time, in one step.
    private final class SinceSearch implements Search {
        private final long milliseconds;
        private final EventId upTo;
        private final Turns.Turn turn = turns.turn();
        private EventId place;

        SinceSearch(long milliseconds, EventId upTo) {
            this.milliseconds = milliseconds;
            this.upTo = upTo;
        }

        @Override
        public boolean step() throws InterruptedException {
            try {
                var found = with(turn, partition -> {
                    var spot = partition.since(Math.max(0, milliseconds - Drafts.CLOCKS_MILLISECONDS));
                    var first = spot.offset() < 0 ? null : life.first(partition, spot.offset());
                    return first == null ? upTo : EventId.max(first.previous(), floor());
                });
                if (found.isEmpty()) return false;
                if (upTo.isAfter(found.get())) place = found.get();
            } catch (IOException away) {
                failed(away);
                if (upTo.isAfter(floor())) place = floor(); // the reader leaves out what is older
            }
            return true;
        }

        @Override
        public long found() {
            return place == null ? 0 : 1;
        }

        @Override
        public EventId place() {
            return place;
        }

        @Override
        public EventId reached() {
            return place == null ? EventId.ZERO : place;
        }

        @Override
        public long bytes() {
            return 0;
        }
    }
}
