package com.datashop.gateway.log.shared.kafka;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.EventId;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ThreadLocalRandom;

/// Knows the births of the log and where it begins, and checks that it goes on where this node has left it.
///
/// ```
///   T e e e e e e e e e e e e T e e e e e e         T: a turn (see [Turn]) gives the log a birth
///   birth 1, epochs 0, 3, 4   birth 2, epoch 5      an id is (birth + epoch, offset)
/// ```
///
/// When a node connects, it compares its place with the log:
///
/// * The epoch of the place ends at or behind the place: nothing has happened, and the node goes on. If the log begins
///   behind the place, retention was faster than the node: it tells a hole, and goes on at the beginning.
/// * The epoch ends before the place, and there is a newer one: a leader was elected that lacked the end. The node
///   tells a hole, writes a turn for the other nodes, and goes on.
/// * Anything else: the topic was made anew. The node gives the log a birth above all ids, or takes the one that it
///   has.
final class Life {
    private static final System.Logger LOG = System.getLogger(Life.class.getName());
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final Duration ACKNOWLEDGED = Duration.ofSeconds(4);
    private static final int PAGE_BYTES = 256 << 10;
    private static final int TRIES = 20;
    /// How far before the end it looks for the newest birth, in records.
    private static final long[] LOOK_BACK = {1, 64, 2000};
    /// How far the clock of another node may be ahead, and with it the ids that its clients have seen.
    private static final long CLOCKS_MILLISECONDS = 60_000;
    /// Two nodes that find the loss in the same millisecond must not give the same birth: both turns would tell it.
    private static final int SPREAD_MILLISECONDS = 10_000;
    private static final long UNKNOWN = 0;
    /// The place of a loss, in a turn, when everything is lost.
    private static final long ALL = 0;
    private static final long ELSEWHERE = -1;
    private static final long BEFORE_ALL = -1;
    /// The most epochs that are remembered.
    private static final int MOST_EPOCHS = 1000;

    private final Unreadable unreadable;
    private final ConcurrentSkipListSet<Long> births = new ConcurrentSkipListSet<>();
    private final ConcurrentSkipListMap<Long, Seen> epochs = new ConcurrentSkipListMap<>();
    private volatile Turn told;
    private volatile long start = -1;
    private volatile EventId floor = EventId.ZERO;
    private volatile long end;
    private volatile boolean stamped;

    Life(Unreadable unreadable) {
        this.unreadable = unreadable;
    }

    /// Learns the birth of the log, or gives it one.
    void begin(Partition partition) throws IOException {
        long newest = newest(partition);
        if (newest == UNKNOWN) newest = turn(partition, UNKNOWN, System.currentTimeMillis(), Turn.NOTHING).birth();
        births.add(newest);
        begins(partition, partition.start());
    }

    /// The newest birth.
    long birth() {
        return births.last();
    }

    /// The birth of the log at this place; empty when the place is before all births that this node knows.
    Optional<Long> birth(EventId place) {
        return Optional.ofNullable(births.floor(place.major()));
    }

    /// Notes what the reader has found.
    void read(Records records, long end) {
        if (records.birth() > birth()) births.add(records.birth());
        if (records.isStamped()) stamped = true;
        this.end = end;
    }

    /// Whether subscribers must be told of this loss. They are told once.
    boolean tells(Turn turn) {
        if (turn.isSameLoss(told)) return false;
        told = turn;
        return true;
    }

    /// Notes that the reader has read a record batch, and whether it tells of a loss.
    void passes(EventId first, EventId last, boolean tells) {
        var known = epochs.get(first.major());
        long begin = known == null ? first.minor() : known.first();
        epochs.put(first.major(), new Seen(begin, last.minor(), tells || known != null && known.tells()));
        if (epochs.size() > MOST_EPOCHS) epochs.pollFirstEntry();
    }

    /// Whether an event may have this id, as far as this node has read. None has if the next epoch began below it.
    ///
    /// An event that this node has read before it was lost has the id all the same. And a loss that is told in the next
    /// epoch is told to a client that comes back with such an id, too.
    boolean issued(EventId id) {
        var next = epochs.higherEntry(id.major());
        if (next == null || id.minor() == BEFORE_ALL || next.getValue().tells()) return true;
        if (Long.compareUnsigned(id.minor(), next.getValue().first()) < 0) return true;
        var own = epochs.get(id.major());
        return own != null && Long.compareUnsigned(id.minor(), own.last()) <= 0;
    }

    /// The offset behind the place. A place before all offsets of an epoch has the highest number in the epoch before.
    static long behind(EventId place) {
        return place.minor() == BEFORE_ALL ? 0 : place.minor() < 0 ? Long.MAX_VALUE : place.minor() + 1;
    }

    /// The offset at which to go on after the place: lower than the one behind it when the log has lost its end since.
    long next(Partition partition, EventId place) throws IOException {
        long behind = behind(place);
        var birth = birth(place);
        if (behind == 0 || birth.isEmpty()) return behind;
        var end = partition.endOf((int) Math.min(Integer.MAX_VALUE, place.major() - birth.get()));
        return end.epoch() < 0 ? behind : Math.min(behind, end.offset());
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

    /// The number of records, as of a moment ago.
    long held() {
        return Math.max(0, end - Math.max(0, start));
    }

    /// Notes where the log begins.
    void begins(Partition partition, long offset) throws IOException {
        if (offset == start) return;
        var first = look(partition, offset);
        if (first == null) floor = new EventId(birth() + partition.leaderEpoch(), offset).previous();
        else floor = first.turns() ? first.id() : first.id().previous();
        start = offset;
    }

    /// Whether the topic is one that this node has read. If it was made anew, the reader must find out first: a record
    /// that is stored before its turn is never read.
    boolean isKnown(Partition partition) throws IOException {
        long newest = newest(partition);
        return newest == UNKNOWN ? partition.highWatermark() >= end : births.contains(newest);
    }

    /// Decides where to go on after the place, and what was lost before that.
    Resumption resume(Partition partition, EventId place) throws IOException {
        long newest = newest(partition);
        long begin = partition.start();
        var known = birth(place);
        if (known.isEmpty()) return anew(partition, begin, place);
        long birth = known.get();
        long next = place.minor() + 1;
        if (newest != UNKNOWN && newest < birth) return newLife(partition, place);
        if (newest > birth && !births.contains(newest) && isOther(partition, begin, next - 1, birth)) {
            births.add(newest);
            return anew(partition, begin, place);
        }
        int epoch = (int) Math.min(Integer.MAX_VALUE, place.major() - birth);
        var end = partition.endOf(epoch);
        if (end.epoch() < 0) return newLife(partition, place);
        if (end.offset() < next && partition.leaderEpoch() > epoch)
            return truncated(partition, place, birth, end.offset());
        if (end.offset() < next) return newLife(partition, place);
        if (begin <= next) return new Resumption(next, birth, null);
        LOG.log(WARNING, "event=broker-dropped-events read=" + place + " begin=" + begin + " records="
                + (begin - next));
        return new Resumption(begin, birth, new EventId(place.major(), begin - 1));
    }

    /// A leader was elected that lacks records that this node has read. It gives their offsets again, in a newer epoch.
    private Resumption truncated(Partition partition, EventId place, long birth, long end) throws IOException {
        var turn = new Turn(birth, end, end);
        LOG.log(WARNING, "event=broker-lost-events read=" + place + " end=" + end + " records="
                + (place.minor() + 1 - end));
        KafkaException.check(partition.produce(Drafts.batch(turn, System.currentTimeMillis()), ACKNOWLEDGED), "a turn");
        told = turn;
        return new Resumption(end, birth, new EventId(place.major() + 1, end).previous());
    }

    /// The topic has other records than this node has read. Their ids may be below those that clients have seen.
    private Resumption newLife(Partition partition, EventId place) throws IOException {
        long least = Math.max(System.currentTimeMillis(), place.major()) + CLOCKS_MILLISECONDS
                + ThreadLocalRandom.current().nextInt(SPREAD_MILLISECONDS);
        var turn = turn(partition, place.major(), least, ALL);
        births.add(turn.birth());
        if (turn.at() == ELSEWHERE) return anew(partition, partition.start(), place);
        LOG.log(WARNING, "event=broker-lost-events read=" + place + " birth=" + turn.birth());
        start = -1;
        return new Resumption(turn.at(), turn.birth() - 1, null); // it comes upon the turn, which is a hole
    }

    /// All that is in the topic is new to this node.
    private Resumption anew(Partition partition, long begin, EventId place) throws IOException {
        var first = first(partition, begin);
        long birth = first == null ? birth() : births.floor(first.major());
        var before = new EventId(birth, 0).previous();
        start = -1;
        // up to the turn it comes upon nothing new
        if (place.isAfter(before)) return new Resumption(begin, birth, null);
        if (place.equals(before)) return new Resumption(begin, birth, null);
        LOG.log(WARNING, "event=broker-lost-events read=" + place + " birth=" + birth);
        told = new Turn(birth, begin, ALL);
        return new Resumption(begin, birth, before);
    }

    /// The place of the first record from the offset on; null when there is none. Learns its birth.
    EventId first(Partition partition, long offset) throws IOException {
        var first = look(partition, offset);
        return first == null ? null : first.id();
    }

    private First look(Partition partition, long offset) throws IOException {
        for (var batch : Batch.of(partition.fetch(offset, 1, Duration.ZERO))) {
            if (batch.last() < offset) continue;
            long at = Math.max(offset, batch.first());
            long birth = UNKNOWN;
            boolean turns = false;
            for (var item : batch.legible()) {
                if (item.birth() != null) birth = Math.max(birth, Records.number(item.birth()));
                turns |= item.turn() != null && item.offset() == at;
            }
            if (birth == UNKNOWN) birth = birth();
            births.add(birth);
            return new First(new EventId(birth + batch.epoch(), at), turns);
        }
        return null;
    }

    /// Whether the record at the offset, or the nearest one, was written under another birth.
    private boolean isOther(Partition partition, long begin, long last, long birth) throws IOException {
        long offset = Math.max(begin, Math.min(last, partition.highWatermark() - 1));
        var records = new Records(unreadable, null, UNKNOWN);
        records.read(partition.fetchEverything(offset, 1, Duration.ZERO), offset, _ -> false);
        return records.birth() != UNKNOWN && records.birth() != birth;
    }

    /// The newest birth in the log.
    ///
    /// Each record batch of a gateway has it, so the last batch is mostly enough. But right after a turn there may be
    /// batches of nodes that had not read the turn yet. So it looks further back, too.
    private long newest(Partition partition) throws IOException {
        long end = partition.highWatermark();
        long begin = partition.start();
        if (begin >= end) return UNKNOWN;
        var records = new Records(unreadable, null, UNKNOWN);
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

    /// Writes a turn, unless another node was faster, and reads which one it has become.
    ///
    /// @param above its birth must be above this
    /// @return the turn; if the log has such a birth already, this birth at [#ELSEWHERE]
    private Turn turn(Partition partition, long above, long birth, long lost) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            long at = partition.highWatermark();
            long there = newest(partition);
            if (there > above) return new Turn(there, ELSEWHERE, lost);
            byte[] batch = Drafts.batch(new Turn(birth, at, lost), System.currentTimeMillis());
            KafkaException.check(partition.produce(batch, ACKNOWLEDGED),
                    "the topic does not take the record that begins its log");
            for (var found : Batch.of(partition.fetchEverything(at, 1, WAIT))) {
                for (var item : found.legible()) {
                    var turn = Optional.ofNullable(item.offset() == at ? item.turn() : null).flatMap(Turn::parse);
                    if (turn.isPresent() && turn.get().at() == at && turn.get().birth() > above) return turn.get();
                }
            }
        }
        throw new IOException("the log does not come to rest");
    }

    /// Says where a node goes on.
    ///
    /// @param birth the birth of the log there
    /// @param hole the place up to which events are lost; null when none are
    record Resumption(long offset, long birth, EventId hole) { }

    /// Says which offsets of an epoch this node has read.
    ///
    /// @param tells whether a record of this epoch tells of a loss before it
    private record Seen(long first, long last, boolean tells) { }

    /// The first record from an offset on.
    ///
    /// @param turns whether it is a turn, and so no event
    private record First(EventId id, boolean turns) { }
}
