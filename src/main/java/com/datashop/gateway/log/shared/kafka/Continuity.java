package com.datashop.gateway.log.shared.kafka;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.EventId;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Checks that the log goes on where this node has left it, and begins a new life where it does not.
///
/// When a node connects, it compares its place with the log:
///
/// * The epoch of the place ends at or behind the place: nothing has happened, and the node goes on. If the log begins
///   behind the place, retention was faster than the node: it tells a hole, and goes on at the beginning.
/// * The epoch ends before the place, and there is a newer one: a leader was elected that lacked the end. The node
///   tells a hole, writes a life record for the other nodes, and goes on. The life stays the same.
/// * Anything else: the topic was made anew. The node begins a life with a birth above all ids, or takes over the life
///   that another node has begun.
final class Continuity {
    private static final System.Logger LOG = System.getLogger(Continuity.class.getName());
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final Duration ACKNOWLEDGED = Duration.ofSeconds(4);
    private static final int PAGE_BYTES = 256 << 10;
    private static final int TRIES = 20;
    /// The distances from the end at which it looks for the newest birth, in records.
    private static final long[] LOOK_BACK = {1, 64, 2000};
    /// The clock of another node may be ahead by this much, and with it the ids that its clients have seen.
    private static final long CLOCKS_MILLISECONDS = 60_000;
    /// Spreads the births that two nodes give when they find a loss in the same millisecond. They must not be equal.
    private static final int SPREAD_MILLISECONDS = 10_000;
    private static final long UNKNOWN = 0;
    /// The place of a loss, in a life record, when everything is lost.
    private static final long ALL = 0;
    private static final long ELSEWHERE = -1;

    private final Lives lives;
    private final ReadBounds bounds;

    Continuity(Lives lives, ReadBounds bounds) {
        this.lives = lives;
        this.bounds = bounds;
    }

    Lives lives() {
        return lives;
    }

    /// Learns the newest life of the log, or begins the first one.
    void begin(Partition partition) throws IOException {
        long newest = newestBirth(partition);
        if (newest == UNKNOWN)
            newest = writeLifeRecord(partition, UNKNOWN, System.currentTimeMillis(), LifeRecord.NOTHING).birth();
        lives.add(newest);
        lives.noteStart(partition, partition.start());
    }

    /// Whether the topic is one that this node has read.
    ///
    /// If it was made anew, the reader must find out first: it never reads records before the life record.
    boolean isKnown(Partition partition) throws IOException {
        long newest = newestBirth(partition);
        return newest == UNKNOWN ? partition.highWatermark() >= lives.end() : lives.has(newest);
    }

    /// Decides where to go on after the place, and what was lost before that.
    Resumption resume(Partition partition, EventId place) throws IOException {
        long newest = newestBirth(partition);
        long begin = partition.start();
        var known = lives.birth(place);
        if (known.isEmpty()) return readAnew(partition, begin, place);
        long birth = known.get();
        long next = place.minor() + 1;
        if (newest != UNKNOWN && newest < birth) return beginLife(partition, place);
        if (newest > birth && !lives.has(newest) && isOfOtherLife(partition, begin, next - 1, birth)) {
            lives.add(newest);
            return readAnew(partition, begin, place);
        }
        int epoch = Lives.epoch(place, birth);
        var end = partition.endOf(epoch);
        if (end.epoch() < 0) return beginLife(partition, place);
        if (end.offset() < next && partition.leaderEpoch() > epoch)
            return goOnAfterLostEnd(partition, place, birth, end.offset());
        if (end.offset() < next) return beginLife(partition, place);
        if (begin <= next) return new Resumption(next, birth, null);
        LOG.log(WARNING, "event=broker-dropped-events read=" + place + " begin=" + begin + " records="
                + (begin - next));
        return new Resumption(begin, birth, new EventId(place.major(), begin - 1));
    }

    /// Goes on behind a new leader that lacks records that this node has read.
    ///
    /// The leader gives their offsets again, in a newer epoch.
    private Resumption goOnAfterLostEnd(Partition partition, EventId place, long birth, long end) throws IOException {
        var record = new LifeRecord(birth, end, end);
        LOG.log(WARNING, "event=broker-lost-events read=" + place + " end=" + end + " records="
                + (place.minor() + 1 - end));
        KafkaException.check(partition.produce(BatchEncoder.batch(record, System.currentTimeMillis()), ACKNOWLEDGED),
                "the record that tells of a loss");
        lives.tellOnce(record);
        return new Resumption(end, birth, new EventId(place.major() + 1, end).previous());
    }

    /// Begins a life in a topic that has other records than this node has read.
    ///
    /// The ids of these records may be below ids that clients have seen.
    private Resumption beginLife(Partition partition, EventId place) throws IOException {
        long least = Math.max(System.currentTimeMillis(), place.major()) + CLOCKS_MILLISECONDS
                + ThreadLocalRandom.current().nextInt(SPREAD_MILLISECONDS);
        var record = writeLifeRecord(partition, place.major(), least, ALL);
        lives.add(record.birth());
        if (record.at() == ELSEWHERE) return readAnew(partition, partition.start(), place);
        LOG.log(WARNING, "event=broker-lost-events read=" + place + " birth=" + record.birth());
        lives.forgetStart();
        // The reader comes upon the life record, which is a hole.
        return new Resumption(record.at(), record.birth() - 1, null);
    }

    /// Goes on at the beginning of the topic: everything in it is new to this node.
    private Resumption readAnew(Partition partition, long begin, EventId place) throws IOException {
        var first = lives.first(partition, begin);
        long birth = first == null ? lives.birth() : lives.birth(first).orElseThrow();
        var before = new EventId(birth, 0).previous();
        lives.forgetStart();
        // The place may already be in the new life. Then the reader meets nothing new up to the life record.
        if (!before.isAfter(place)) return new Resumption(begin, birth, null);
        LOG.log(WARNING, "event=broker-lost-events read=" + place + " birth=" + birth);
        lives.tellOnce(new LifeRecord(birth, begin, ALL));
        return new Resumption(begin, birth, before);
    }

    /// Whether the record at the offset, or the nearest one, belongs to another life.
    private boolean isOfOtherLife(Partition partition, long begin, long last, long birth) throws IOException {
        long offset = Math.max(begin, Math.min(last, partition.highWatermark() - 1));
        var records = new RecordReader(bounds, null, UNKNOWN);
        records.read(partition.fetchEverything(offset, 1, Duration.ZERO), offset, _ -> false);
        return records.birth() != UNKNOWN && records.birth() != birth;
    }

    /// The newest birth in the log.
    ///
    /// Each record batch of a gateway has it, so the last batch is mostly enough. But batches right after a life record
    /// may come from nodes that had not read it yet. So it looks further back, too.
    private long newestBirth(Partition partition) throws IOException {
        long end = partition.highWatermark();
        long begin = partition.start();
        if (begin >= end) return UNKNOWN;
        var records = new RecordReader(bounds, null, UNKNOWN);
        for (long back : LOOK_BACK) {
            long at = Math.max(begin, end - back);
            records.read(partition.fetchEverything(at, PAGE_BYTES, Duration.ZERO), at, _ -> false);
            if (at == begin) break;
        }
        for (long at = begin; records.birth() == UNKNOWN && at < end; ) {
            var page = records.read(partition.fetchEverything(at, PAGE_BYTES, WAIT), at, _ -> false);
            if (page.next() == at) break;
            at = page.next();
        }
        return records.birth();
    }

    /// Writes a record that begins a life, and reads back which one counts. It writes none if another node was faster.
    ///
    /// @param above the birth must be above this
    /// @return the life record; if the log has such a birth already, this birth at [#ELSEWHERE]
    private LifeRecord writeLifeRecord(Partition partition, long above, long birth, long lost) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            long at = partition.highWatermark();
            long there = newestBirth(partition);
            if (there > above) return new LifeRecord(there, ELSEWHERE, lost);
            byte[] batch = BatchEncoder.batch(new LifeRecord(birth, at, lost), System.currentTimeMillis());
            KafkaException.check(partition.produce(batch, ACKNOWLEDGED),
                    "the topic does not take the record that begins its log");
            for (var found : Batch.of(partition.fetchEverything(at, 1, WAIT))) {
                for (var item : found.legible()) {
                    var life = Optional.ofNullable(item.offset() == at ? item.life() : null).flatMap(LifeRecord::parse);
                    if (life.isPresent() && life.get().at() == at && life.get().birth() > above) return life.get();
                }
            }
        }
        throw new IOException("the log does not come to rest");
    }

    /// Says where a node goes on.
    ///
    /// @param birth the birth of the life there
    /// @param hole the place up to which events are lost; null when none are
    record Resumption(long offset, long birth, EventId hole) { }
}
