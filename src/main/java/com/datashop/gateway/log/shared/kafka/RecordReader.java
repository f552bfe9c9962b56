package com.datashop.gateway.log.shared.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparingLong;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.EntryCheck;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Reads record batches in their order, and makes an entry of each record. It belongs to one thread.
///
/// An event's id is (birth + epoch, offset): the birth of the life of the log, and the epoch of the leader that stored
/// the event. Both rise along the log. No offset is given twice in one epoch, not even when a leader has lost the log's
/// end. So no id is given twice.
///
/// Anyone may write to the topic, so each record is checked like a publish. A record that has only a channel as its key
/// and JSON as its value is an event.
final class RecordReader {
    private static final int ABORT = 0;
    /// A page ends after the record batch with which it has this many bytes. Even a small batch may inflate to many.
    private static final long MAX_PAGE_BYTES = 8 << 20;

    private final ReadBounds bounds;
    private final EntryCheck check = new EntryCheck();
    private final HashSet<Long> aborted = new HashSet<>();
    private final Lives lives;
    private long birth;
    private LifeRecord told;
    private boolean stamped;

    /// @param lives knows which losses were told, and learns what is read; null to tell all losses and to note nothing
    /// @param birth of the life at the place where reading begins; 0 when the records are to tell it
    RecordReader(ReadBounds bounds, Lives lives, long birth) {
        this.bounds = bounds;
        this.lives = lives;
        this.birth = birth;
    }

    /// The birth of the life that the last record belongs to.
    long birth() {
        return birth;
    }

    /// Whether the broker overwrites the timestamps of records.
    boolean isStamped() {
        return stamped;
    }

    /// Sets the loss that was told before; null for none. The reader does not tell it again.
    RecordReader knowing(LifeRecord loss) {
        told = loss;
        return this;
    }

    /// The last loss that was told; null when none was.
    LifeRecord told() {
        return told;
    }

    /// Reads the records from the offset on. Events of channels that are not wanted are left out.
    Page read(Fetched fetched, long from, Predicate<Channel> wanted) throws IOException {
        var entries = new ArrayList<Entry>();
        long next = from;
        long bytes = 0;
        EventId first = null;
        EventId last = null;
        aborted.clear();
        var ahead = new ArrayDeque<>(fetched.aborted().stream().sorted(comparingLong(Fetched.Aborted::first)).toList());
        for (var batch : Batch.of(fetched)) {
            if (batch.last() < from) continue;
            if (bytes >= MAX_PAGE_BYTES) break;
            if (last != null && batch.first() < next) throw In.malformed();
            var before = told;
            bytes += read(batch, ahead, from, wanted, entries);
            var begin = new EventId(birth + batch.epoch(), Math.max(from, batch.first()));
            if (first == null) first = begin;
            next = batch.last() + 1;
            last = new EventId(begin.major(), batch.last());
            if (lives != null) lives.noteBatch(begin, last, told != before);
        }
        return new Page(entries, next, first, last, bytes, next >= fetched.end());
    }

    /// Reads a record batch.
    ///
    /// @return the bytes of its records, as they came or inflated
    private long read(Batch batch, ArrayDeque<Fetched.Aborted> ahead, long from, Predicate<Channel> wanted,
            List<Entry> into) {
        while (!ahead.isEmpty() && ahead.peek().first() <= batch.last()) aborted.add(ahead.remove().producerId());
        List<Batch.Item> items;
        String obstacle = batch.obstacle();
        try {
            items = obstacle == null ? batch.items(bounds.largest()) : List.of();
        } catch (IOException malformed) {
            obstacle = malformed.getMessage();
            items = List.of();
        }
        var end = new EventId(birth + batch.epoch(), batch.last());
        if (obstacle != null) {
            bounds.count(end, obstacle);
            into.add(new Entry.Hole(end));
            return batch.records().left();
        }
        long bytes = batch.records().left();
        if (batch.compression() != 0) bytes = items.stream().mapToLong(Batch.Item::bytes).sum();
        if (batch.control()) {
            if (isAbort(items)) aborted.remove(batch.producerId());
            return bytes;
        }
        if (batch.transactional() && aborted.contains(batch.producerId())) return bytes;
        stamped |= batch.stamped();
        String token = "";
        int left = 0;
        for (int i = 0; i < items.size(); i++) {
            var item = items.get(i);
            if (item.life() != null) {
                readLifeRecord(item, batch.epoch(), into);
                continue;
            }
            if (item.birth() != null) birth = Math.max(birth, number(item.birth()));
            if (item.batch() != null) {
                int colon = item.batch().lastIndexOf(':');
                token = item.batch().substring(0, Math.max(0, colon));
                left = Math.clamp(count(item.batch().substring(colon + 1)), 1, items.size() - i);
            }
            if (left == 0) token = "";
            boolean ends = left <= 1;
            left = Math.max(0, left - 1);
            if (item.offset() >= from) into.addAll(entry(item, batch.epoch(), token, ends, wanted));
        }
        return bytes;
    }

    private void readLifeRecord(Batch.Item item, int epoch, List<Entry> into) {
        var parsed = LifeRecord.parse(item.life());
        if (parsed.isEmpty()) return;
        var record = parsed.get();
        boolean counts = record.at() == item.offset();
        if (record.birth() > birth && counts) birth = record.birth();
        else if (record.birth() != birth) return;
        if (record.lost() == LifeRecord.NOTHING || record.isSameLoss(told)) return;
        told = record;
        if (lives == null || lives.tellOnce(record))
            into.add(new Entry.Hole(new EventId(birth + epoch, item.offset())));
    }

    private List<Entry> entry(Batch.Item item, int epoch, String token, boolean ends, Predicate<Channel> wanted) {
        var id = new EventId(birth + epoch, item.offset());
        var channel = item.key() == null ? Optional.<Channel>empty() : check.channel(new String(item.key(), UTF_8));
        if (channel.isEmpty()) return List.of(new Entry.Foreign(id));
        if (!wanted.test(channel.get())) return List.of();
        if (item.valueBytes() > bounds.largest())
            return List.of(new Entry.TooLarge(id, channel.get(), token, ends));
        long timestamp = item.time() == null ? item.timestamp() : EntryCheck.timestamp(item.time());
        return List.of(EntryCheck.entry(id, channel.get(), timestamp, item.value(), token, ends));
    }

    private static boolean isAbort(List<Batch.Item> items) {
        if (items.isEmpty() || items.getFirst().key() == null || items.getFirst().key().length < 4) return false;
        return items.getFirst().key()[3] == ABORT;
    }

    /// A number in decimal digits; -1 when it is none.
    static long number(String text) {
        if (text.isEmpty() || text.length() > 18) return -1;
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') return -1;
            number = number * 10 + (digit - '0');
        }
        return number;
    }

    private static int count(String text) {
        try {
            return Integer.parseInt(text, BatchEncoder.RADIX);
        } catch (NumberFormatException foreign) {
            return 1;
        }
    }

    /// A part of the log that was read at once.
    ///
    /// @param next the offset behind the part
    /// @param first the place of its first record, event or not; null when there was none
    /// @param last the place of its last record, event or not; null when there was none
    /// @param bytes of the records, as they came or inflated
    /// @param isEnd whether readers see nothing behind the part
    record Page(List<Entry> entries, long next, EventId first, EventId last, long bytes, boolean isEnd) { }
}
