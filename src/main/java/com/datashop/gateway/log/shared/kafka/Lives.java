package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.event.EventId;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;

/// Remembers the lives of the log that this node has read, and where the log begins and ends.
///
/// ```
///   T e e e e e e e e e e e e T e e e e e e         T: a life record (see [LifeRecord]) begins a life of the log
///   birth 1, epochs 0, 3, 4   birth 2, epoch 5      an id is (birth + epoch, offset)
/// ```
///
/// The number of a life is its birth, in milliseconds since 1970. [Continuity] decides when a life begins.
final class Lives {
    private static final long UNKNOWN = 0;
    private static final long NO_START = -1;
    private static final long BEFORE_ALL = -1;
    /// The most epochs that are remembered.
    private static final int MOST_EPOCHS = 1000;

    private final ConcurrentSkipListSet<Long> births = new ConcurrentSkipListSet<>();
    private final ConcurrentSkipListMap<Long, Seen> epochs = new ConcurrentSkipListMap<>();
    private volatile LifeRecord told;
    private volatile long start = NO_START;
    private volatile EventId floor = EventId.ZERO;
    private volatile long end;
    private volatile boolean stamped;

    /// Adds the birth of a life.
    void add(long birth) {
        births.add(birth);
    }

    /// Whether this node knows a life with this birth.
    boolean has(long birth) {
        return births.contains(birth);
    }

    /// The birth of the newest life.
    long birth() {
        return births.last();
    }

    /// The birth of the life at this place; empty when the place is before all lives that this node knows.
    Optional<Long> birth(EventId place) {
        return Optional.ofNullable(births.floor(place.major()));
    }

    /// Notes what the reader has found, and the offset behind all that readers see.
    void noteRead(RecordReader records, long end) {
        if (records.birth() > birth()) births.add(records.birth());
        if (records.isStamped()) stamped = true;
        this.end = end;
    }

    /// Notes that the reader has read a record batch, and whether the batch tells of a loss.
    void noteBatch(EventId first, EventId last, boolean tells) {
        var known = epochs.get(first.major());
        long begin = known == null ? first.minor() : known.first();
        epochs.put(first.major(), new Seen(begin, last.minor(), tells || known != null && known.tells()));
        if (epochs.size() > MOST_EPOCHS) epochs.pollFirstEntry();
    }

    /// Notes that subscribers are told of this loss. Returns false when they were told before.
    boolean tellOnce(LifeRecord loss) {
        if (loss.isSameLoss(told)) return false;
        told = loss;
        return true;
    }

    /// Whether an event may have this id, as far as this node has read. None has it if the next epoch began below it.
    ///
    /// There are two exceptions. This node may have read the event before it was lost. Or the next epoch tells of the
    /// loss: then a client that comes back with such an id is told too.
    boolean issued(EventId id) {
        var next = epochs.higherEntry(id.major());
        if (next == null || id.minor() == BEFORE_ALL || next.getValue().tells()) return true;
        if (Long.compareUnsigned(id.minor(), next.getValue().first()) < 0) return true;
        var own = epochs.get(id.major());
        return own != null && Long.compareUnsigned(id.minor(), own.last()) <= 0;
    }

    /// The offset behind the place. A place before all offsets of an epoch has the highest number in the epoch before.
    static long offsetAfter(EventId place) {
        return place.minor() == BEFORE_ALL ? 0 : place.minor() < 0 ? Long.MAX_VALUE : place.minor() + 1;
    }

    /// The offset at which to go on after the place. It is lower than the one behind the place when the log has lost
    /// its end since.
    long resumeOffset(Partition partition, EventId place) throws IOException {
        long after = offsetAfter(place);
        var birth = birth(place);
        if (after == 0 || birth.isEmpty()) return after;
        var end = partition.endOf(epoch(place, birth.get()));
        return end.epoch() < 0 ? after : Math.min(after, end.offset());
    }

    /// The epoch in which the event of this place was stored.
    static int epoch(EventId place, long birth) {
        return (int) Math.min(Integer.MAX_VALUE, place.major() - birth);
    }

    /// Whether the broker overwrites the timestamps of records.
    boolean isStamped() {
        return stamped;
    }

    /// The place below which there is nothing, as of a moment ago.
    EventId floor() {
        return floor;
    }

    /// The place before the first event that the log can have had.
    EventId origin() {
        return EventId.min(new EventId(births.first(), 0), floor);
    }

    /// The offset behind all records that this node knows of.
    long end() {
        return end;
    }

    /// The number of records, as of a moment ago.
    long held() {
        return Math.max(0, end - Math.max(0, start));
    }

    /// Notes the first offset of the log.
    void noteStart(Partition partition, long offset) throws IOException {
        if (offset == start) return;
        var first = look(partition, offset);
        if (first == null) floor = new EventId(birth() + partition.leaderEpoch(), offset).previous();
        else floor = first.isLife() ? first.id() : first.id().previous();
        start = offset;
    }

    /// Forgets the first offset of the log, so that the next [#noteStart] looks it up.
    void forgetStart() {
        start = NO_START;
    }

    /// The place of the first record from the offset on; null when there is none. It learns the birth of its life.
    EventId first(Partition partition, long offset) throws IOException {
        var first = look(partition, offset);
        return first == null ? null : first.id();
    }

    private First look(Partition partition, long offset) throws IOException {
        for (var batch : Batch.of(partition.fetch(offset, 1, Duration.ZERO))) {
            if (batch.last() < offset) continue;
            long at = Math.max(offset, batch.first());
            long birth = UNKNOWN;
            boolean isLife = false;
            for (var item : batch.legible()) {
                if (item.birth() != null) birth = Math.max(birth, RecordReader.number(item.birth()));
                isLife |= item.life() != null && item.offset() == at;
            }
            if (birth == UNKNOWN) birth = birth();
            births.add(birth);
            return new First(new EventId(birth + batch.epoch(), at), isLife);
        }
        return null;
    }

    /// The offsets of an epoch that this node has read.
    ///
    /// @param tells whether a record of this epoch tells of a loss before it
    private record Seen(long first, long last, boolean tells) { }

    /// The first record from an offset on.
    ///
    /// @param isLife whether it is a life record, and so no event
    private record First(EventId id, boolean isLife) { }
}
