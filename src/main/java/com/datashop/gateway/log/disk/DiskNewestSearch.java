package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Search;
import com.datashop.gateway.replay.Turns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.function.Predicate;

/// Looks on disk for the newest events of a set of channels, by turns with other readers.
///
/// It goes from the newest segment to the oldest, and in each segment from its end to its beginning.
///
/// ```
///   │ segment                  │ segment                       │
///   │                          │        block  ◀─ block ◀─ block     the records of a block are read forwards
/// ```
///
/// Where a segment has an index, a block is a part of the index. Otherwise a block is a number of bytes.
final class DiskNewestSearch implements Search {
    /// The bytes of a block in a segment without an index. The search keeps the ids of the accepted events in it.
    private static final long BLOCK_BYTES = 256 << 10;

    private final DiskArchive archive;
    private final Selection selection;
    private final Predicate<Event> accepted;
    private final long wanted;
    private final Turns.Turn turn;
    /// The accepted events of the block that is read.
    private final ArrayList<EventId> accepts = new ArrayList<>();
    /// It has looked at everything after this place.
    private EventId reached;
    private Segment segment;
    /// It has looked at all records of the segment that begin here or later, in bytes.
    private long to;
    private long found;
    private long bytes;
    private EventId place;

    /// @param wanted the number of events to look for
    DiskNewestSearch(DiskArchive archive, ChannelSet set, Predicate<Event> accepted, long wanted, EventId upTo) {
        this.archive = archive;
        selection = new Selection(set);
        this.accepted = accepted;
        this.wanted = wanted;
        turn = archive.turn();
        reached = upTo;
    }

    @Override
    public boolean step() throws InterruptedException {
        if (!turn.begin()) return false;
        try {
            byte[] window = archive.window();
            try {
                do if (!lookFurther(window)) return true; while (!turn.isOver());
                return false;
            } finally {
                archive.giveBack(window);
            }
        } finally {
            turn.end();
        }
    }

    @Override
    public long found() {
        return found;
    }

    @Override
    public EventId place() {
        return place;
    }

    @Override
    public EventId reached() {
        return reached;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    /// Looks at one more block; false when the search is over.
    private boolean lookFurther(byte[] window) throws InterruptedException {
        if (found >= wanted || segment == null && !enterSegment(window)) return false;
        if (to > Header.BYTES) lookAtBlock(window);
        if (found >= wanted) return false;
        if (to > Header.BYTES) return true;
        reached = EventId.min(reached, segment.base());
        segment = null;
        return true;
    }

    /// Finds the segment that ends at `reached`, or has it; false when there is none any more.
    private boolean enterSegment(byte[] window) throws InterruptedException {
        var all = archive.segments().all();
        int index = SegmentFiles.indexOf(all, reached.previous());
        if (index < 0) return false;
        segment = all.get(index);
        var contents = segment.contents();
        boolean whole = index + 1 < all.size() && reached.equals(all.get(index + 1).base());
        if (contents != null && !contents.mayHold(selection.set())) to = Header.BYTES;
        else to = whole ? segment.mark().length() : archive.near(segment, reached, window).to();
        return true;
    }

    /// Looks at the block before `to`, with the index of the segment when there is one.
    private void lookAtBlock(byte[] window) throws InterruptedException {
        var index = segment.index();
        var part = index == null ? null : index.part(to - 1);
        var places = part == null ? null : archive.find(segment, index, part, selection, window);
        long from = Math.max(Header.BYTES, to - BLOCK_BYTES);
        try (var in = archive.open(segment)) {
            if (places == null) {
                lookAtEach(new Scan(in, window, from, segment.mark().length()));
            } else {
                if (!lookAtIndexed(in, places, window)) return;
                reached = EventId.min(reached, index.base(part));
                from = part.from();
            }
        } catch (IOException failed) {
            archive.failed(segment, failed);
        }
        countAccepts();
        to = from;
    }

    /// Looks at the records that the index names, the last one first; false when it stopped before the first one.
    private boolean lookAtIndexed(Volume.Input in, long[] places, byte[] window) throws IOException {
        for (int i = places.length - 1; i >= 0; i--) {
            if (places[i] >= to) continue;
            var record = Scan.ofRecord(in, window, places[i], segment.mark().length());
            if (record == null) {
                archive.distrust(segment);
                return false;
            }
            to = places[i];
            bytes += record.after() - record.at();
            if (record.id().isAfter(reached)) continue;
            reached = record.id().previous();
            var channel = record.channel(selection);
            if (channel != null && accepted.test(record.event(channel))) {
                found++;
                place = reached;
            }
            if (found >= wanted || turn.isOver()) return false;
        }
        return true;
    }

    /// Keeps the ids of the accepted events among the records that begin before `to`.
    private void lookAtEach(Scan scan) throws IOException {
        EventId first = null;
        while (scan.next() && scan.at() < to && !scan.id().isAfter(reached)) {
            if (first == null) first = scan.id();
            var channel = scan.channel(selection);
            if (channel != null && accepted.test(scan.event(channel))) accepts.add(scan.id());
        }
        bytes += scan.at() - scan.from();
        if (first != null) reached = first.previous();
    }

    /// Counts the newest of the accepted events, as many as are wanted.
    private void countAccepts() {
        if (accepts.isEmpty()) return;
        int surplus = (int) Math.max(0, found + accepts.size() - wanted);
        place = accepts.get(surplus).previous();
        found += accepts.size() - surplus;
        if (surplus > 0) reached = place;
        accepts.clear();
    }
}
