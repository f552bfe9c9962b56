package com.datashop.gateway.log.kafka;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.history.Archive;
import com.datashop.gateway.history.Reader;
import com.datashop.gateway.history.Slice;
import com.datashop.gateway.history.Step;
import com.datashop.gateway.log.broker.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// What Kafka still has of what memory has forgotten, for those who come with an old cursor: a few at a time, page by
/// page.
///
/// A record at or above the log's floor is there. So a page is whole if the floor that came with it is not above where
/// it begins. While Kafka is away a reader gets nothing, and asks again.
final class KafkaArchive implements Archive {
    private static final System.Logger LOG = System.getLogger(KafkaArchive.class.getName());
    /// So that the past leaves Kafka time for the present.
    private static final int CONNECTIONS = 2;
    private static final int PAGE_BYTES = 256 << 10;
    /// A search for the newest that match looks at so many records. Whoever asks for what is rare gets what is among
    /// them.
    private static final int SEARCH_RECORDS = 20_000;
    /// It goes back in steps of so many records, or fewer when they are large.
    private static final int FIRST_STEP = 64;
    private static final int LONGEST_STEP = 4000;
    private static final long STEP_BYTES = 2 << 20;
    private static final Duration AWAY_PERIOD = Duration.ofSeconds(1);
    private static final long LOG_PAUSE_NANOS = 10_000_000_000L;

    private final Cluster cluster;
    private final Life life;
    private final Unreadable unreadable;
    private final BlockingQueue<Lane> lanes = new ArrayBlockingQueue<>(CONNECTIONS, true);
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
        return (after, upTo) -> {
            try {
                return slice(set, after, upTo);
            } catch (IOException away) {
                failed(away);
                Thread.sleep(AWAY_PERIOD);
                return new Slice(List.of(), after, false);
            }
        };
    }

    /// By the time when the event came, about: the scan for the first that is really that new is the reader's, who
    /// leaves out what is older.
    @Override
    public Optional<EventId> since(ChannelSet set, long milliseconds, EventId upTo) throws InterruptedException {
        try {
            return with(partition -> {
                var spot = partition.since(Math.max(0, milliseconds - Drafts.CLOCKS_MILLISECONDS));
                var first = spot.offset() < 0 ? null : life.first(partition, spot.offset());
                return Optional.ofNullable(first).map(EventId::previous);
            }).map(place -> EventId.max(place, floor())).filter(upTo::isAfter);
        } catch (IOException away) {
            failed(away);
            return Optional.of(floor()).filter(upTo::isAfter);
        }
    }

    @Override
    public Newest newest(ChannelSet set, Predicate<Event> accepted, long n, EventId upTo) throws InterruptedException {
        var found = new ArrayList<EventId>();
        long step = FIRST_STEP;
        long to = upTo.minor() + 1;
        try {
            for (int seen = 0; seen < SEARCH_RECORDS && found.size() < n; ) {
                long begin = floor().minor() + 1;
                if (to <= begin) break;
                long from = Math.max(begin, to - step);
                long end = to;
                var ids = new ArrayList<EventId>();
                long bytes = with(partition -> search(partition, set, accepted, from, end, upTo, ids));
                for (var id : ids.reversed()) if (found.size() < n) found.add(id);
                seen += (int) (to - from);
                step = Math.clamp(STEP_BYTES * (to - from) / Math.max(1, bytes), FIRST_STEP / 4, LONGEST_STEP);
                to = from;
            }
        } catch (IOException away) {
            failed(away);
        }
        return new Newest(found.size(), found.isEmpty() ? null : found.getLast().previous());
    }

    /// Adds the ids of what is accepted between two offsets; returns how many bytes it has read.
    private long search(Partition partition, ChannelSet set, Predicate<Event> accepted, long from, long to, EventId upTo,
            List<EventId> into) throws IOException {
        var first = life.first(partition, from);
        if (first == null) return 0;
        var records = new Records(unreadable, null, life.birth(first).orElse(life.birth()));
        long bytes = 0;
        for (long at = from; at < to; ) {
            var page = records.read(partition.fetch(at, PAGE_BYTES, Duration.ZERO), at, set::matches);
            for (var entry : page.entries())
                if (entry instanceof Entry.Stored(var event, _, _) && event.id().minor() < to && !event.id().isAfter(upTo)
                        && accepted.test(event)) into.add(event.id());
            bytes += page.bytes();
            if (page.next() == at) break;
            at = page.next();
        }
        return bytes;
    }

    private Slice slice(ChannelSet set, EventId after, EventId upTo) throws IOException, InterruptedException {
        var page = with(partition -> page(partition, set::matches, after));
        if (life.floor().isAfter(after)) return new Slice(List.of(), after, false);
        var steps = new ArrayList<Step>();
        var from = after;
        for (var entry : page.entries()) {
            if (entry.id().isAfter(upTo)) break;
            if (!entry.id().isAfter(after)) continue;
            if (entry instanceof Entry.Hole) steps.add(new Step.Lost(from, entry.id(), Step.Lost.UNKNOWN));
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

    private Records.Page page(Partition partition, Predicate<Channel> wanted, EventId after, long from) throws IOException {
        var records = new Records(unreadable, null, life.birth(after).orElse(life.birth()));
        var fetched = partition.fetch(from, PAGE_BYTES, Duration.ZERO);
        var page = records.read(fetched, from, wanted);
        life.begins(partition, fetched.start());
        return page;
    }

    /// Does it on a connection of the archive's. One that nobody has used for a while may have been ended: then another
    /// is tried.
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

    private void failed(IOException why) {
        long now = System.nanoTime();
        long last = loggedAt.get();
        if (now - last < LOG_PAUSE_NANOS || !loggedAt.compareAndSet(last, now)) return;
        LOG.log(WARNING, "event=log-unreadable reason=\"" + Cluster.message(why).replaceAll("[\\p{Cntrl}\"]+", " ") + "\"");
    }

    /// What is asked on a connection.
    @FunctionalInterface
    private interface Task<T> {
        T run(Partition partition) throws IOException;
    }

    /// The right to read, with the connection to read on; null when there is none yet.
    private record Lane(Partition partition) { }
}
