package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Reader;
import com.datashop.gateway.replay.Slice;
import com.datashop.gateway.replay.Step;
import com.datashop.gateway.replay.Turns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads a set of channels from the segments. It finds each hole at its place.
///
/// Ids follow one another without a break, and a segment's header names the id before its first event. So a break is a
/// hole. Between two slices the reader keeps only the place where it goes on: no file, and no buffer.
final class DiskReader implements Reader {
    /// The bytes of a slice. Its frames are not shared with other readers, and many readers may resume at once.
    private static final long SLICE_BYTES = 64 << 10;
    /// It checks after this many records whether its turn is over.
    private static final int RECORDS_A_LOOK = 64;

    private final DiskArchive archive;
    private final Selection selection;
    private final Turns.Turn turn;
    private EventId place;
    private Segment segment;
    private long offset;
    /// The place up to which it has looked through the segments: that of an event, or a base.
    private EventId seen;
    private long bytes;

    DiskReader(DiskArchive archive, ChannelSet set) {
        this.archive = archive;
        selection = new Selection(set);
        turn = archive.turn();
    }

    @Override
    public Slice next(EventId after, EventId upTo) throws InterruptedException {
        if (!turn.begin()) return new Slice(List.of(), after, false);
        try {
            byte[] window = archive.window();
            try {
                var slice = new Pass(after, upTo, window).run();
                if (slice.complete()) turn.renew();
                return slice;
            } finally {
                archive.giveBack(window);
            }
        } finally {
            turn.end();
        }
    }

    /// The bytes of the records that it has looked at.
    @Override
    public long bytes() {
        return bytes;
    }

    /// How far the reading of a segment has come.
    private enum Outcome {
        /// There may be more to read.
        GO_ON,
        /// It has come to the place up to which to read.
        AT_END,
        /// The slice is full.
        ENOUGH
    }

    /// Reads one slice.
    private final class Pass {
        private final EventId after;
        private final EventId upTo;
        private final byte[] window;
        private final List<Step> steps = new ArrayList<>();
        private long found;
        private int records;

        Pass(EventId after, EventId upTo, byte[] window) {
            this.after = after;
            this.upTo = upTo;
            this.window = window;
        }

        Slice run() throws InterruptedException {
            if (!after.equals(place) && !locate()) return new Slice(steps, after, false);
            while (upTo.isAfter(seen)) {
                var all = archive.segments().all();
                int index = all.indexOf(segment);
                if (index < 0) return stopAndLocate(); // the segment was deleted, and the floor has risen
                var following = index + 1 < all.size() ? all.get(index + 1) : null;
                var end = following == null ? upTo : EventId.min(upTo, following.base());
                if (!scan(end)) return partial();
                if (archive.segments().all() != all) continue; // the rest may be in a new segment
                if (end.isAfter(seen)) noteHole(end);
                if (following == null || following.base().isAfter(upTo)) break;
                segment = following;
                offset = Header.BYTES;
            }
            place = upTo;
            return new Slice(steps, upTo, true);
        }

        /// Finds the segment of the cursor; false when it is below all segments.
        private boolean locate() throws InterruptedException {
            var all = archive.segments().all();
            int index = SegmentFiles.indexOf(all, after);
            if (index < 0) return false;
            segment = all.get(index);
            seen = segment.base();
            offset = archive.near(segment, after, window).from();
            return true;
        }

        /// Ends the slice where it is. The next one looks for its position anew.
        private Slice stopAndLocate() {
            var slice = partial();
            place = null;
            return slice;
        }

        /// Ends the slice before `upTo`.
        private Slice partial() {
            place = EventId.max(after, seen);
            return new Slice(steps, place, false);
        }

        /// Reads the segment from `offset` on; false when the slice is full.
        private boolean scan(EventId end) throws InterruptedException {
            var mark = segment.mark();
            var contents = segment.contents();
            if (contents != null && mark.last() != null && !contents.mayHold(selection.set())) {
                seen = EventId.max(seen, EventId.min(mark.last(), end));
                offset = seen.equals(mark.last()) ? mark.length() : offset;
                return true;
            }
            try (var in = archive.open(segment)) {
                while (offset < mark.length()) {
                    var index = segment.index();
                    var part = index == null ? null : index.part(offset);
                    var places = part == null ? null : archive.find(segment, index, part, selection, window);
                    long to = part == null ? mark.length() : part.to();
                    var outcome = places == null ? readEach(in, end, to, mark.length())
                            : readIndexed(in, end, part, places);
                    if (outcome != Outcome.GO_ON) return outcome == Outcome.AT_END;
                }
            } catch (IOException failed) {
                archive.failed(segment, failed);
                offset = mark.length();
            }
            return true;
        }

        /// Reads the records that begin before `to`, one after the other.
        private Outcome readEach(Volume.Input in, EventId end, long to, long length) throws IOException {
            var scan = new Scan(in, window, offset, length);
            while (scan.next() && scan.at() < to) {
                var id = scan.id();
                if (id.isAfter(end)) {
                    offset = scan.at();
                    return Outcome.AT_END;
                }
                take(scan, id);
                bytes += scan.after() - offset;
                offset = scan.after();
                if (isEnough()) return Outcome.ENOUGH;
            }
            offset = to;
            return Outcome.GO_ON;
        }

        /// Reads the records of a part of the segment that the index names.
        ///
        /// The index says that the part has no others of the set, and that none is missing.
        private Outcome readIndexed(Volume.Input in, EventId end, Index.Part part, long[] places) throws IOException {
            for (long at : places) {
                if (at < offset) continue;
                var record = Scan.ofRecord(in, window, at, part.to());
                if (record == null || record.id().isAfter(part.last())) {
                    archive.distrust(segment);
                    return Outcome.GO_ON;
                }
                var id = record.id();
                if (id.isAfter(end)) break;
                if (id.isAfter(seen)) {
                    seen = id.previous();
                    take(record, id);
                }
                bytes += record.after() - at;
                offset = record.after();
                if (isEnough()) return Outcome.ENOUGH;
            }
            if (part.last().isAfter(end)) {
                seen = EventId.max(seen, end);
                return Outcome.AT_END;
            }
            seen = EventId.max(seen, part.last());
            offset = part.to();
            return turn.isOver() ? Outcome.ENOUGH : Outcome.GO_ON;
        }

        private boolean isEnough() {
            return found >= SLICE_BYTES || ++records % RECORDS_A_LOOK == 0 && turn.isOver();
        }

        private void take(Scan scan, EventId id) {
            if (!id.isAfter(seen)) return;
            if (!segment.follows(id, seen)) noteHole(id.previous());
            seen = id;
            if (!id.isAfter(after)) return;
            var channel = scan.channel(selection);
            if (channel == null) return;
            var event = scan.event(channel);
            steps.add(new Step.Found(event));
            found += event.frame().length();
        }

        /// Notes that the events between `seen` and this place are gone. The client is told, unless it is past them.
        private void noteHole(EventId to) {
            if (to.isAfter(after))
                steps.add(new Step.Lost(EventId.max(seen, after), EventId.min(to, upTo), Step.Lost.UNKNOWN));
            seen = EventId.min(to, upTo);
        }
    }
}
