package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.history.Reader;
import com.datashop.gateway.history.Slice;
import com.datashop.gateway.history.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads a set of channels from the segments, and comes upon every hole where it is.
///
/// Ids follow one another without a break, and a segment says after which it begins: so a break is a hole. Nothing is held between two slices but where
/// to go on: no file, no buffer.
final class DiskReader implements Reader {
    /// A slice of more frames than this would be much for the many who may resume at once, for these are no one else's.
    private static final long SLICE_BYTES = 64 << 10;
    /// After so many bytes of what others have written it is someone else's turn to read.
    private static final long SCAN_BYTES = 4 << 20;
    /// A reader of everything does not keep every name there ever was.
    private static final int MAX_CHANNELS = 10_000;
    private static final Channel OTHER = new Channel("");

    private final DiskArchive archive;
    private final ChannelSet set;
    private final Map<String, Channel> channels = new HashMap<>();
    private EventId place;
    private Segment segment;
    private long offset;
    /// The place up to which the segments have been looked through: an event's, or a base.
    private EventId seen;

    DiskReader(DiskArchive archive, ChannelSet set) {
        this.archive = archive;
        this.set = set;
    }

    @Override
    public Slice next(EventId after, EventId upTo) throws InterruptedException {
        byte[] window = archive.enter();
        try {
            return new Pass(after, upTo, window).run();
        } finally {
            archive.leave(window);
        }
    }

    /// The channel of this name when it is of the set, else null.
    private Channel channel(String name) {
        var known = channels.get(name);
        if (known == null) {
            var channel = new Channel(name);
            known = set.matches(channel) ? channel : OTHER;
            if (channels.size() >= MAX_CHANNELS) channels.clear();
            channels.put(name, known);
        }
        return known == OTHER ? null : known;
    }

    /// The reading of one slice.
    private final class Pass {
        private final EventId after;
        private final EventId upTo;
        private final byte[] window;
        private final List<Step> steps = new ArrayList<>();
        private long found;
        private long scanned;

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
                if (index < 0) return stop(); // deleted: the floor has risen
                var following = index + 1 < all.size() ? all.get(index + 1) : null;
                var end = following == null ? upTo : EventId.min(upTo, following.base());
                if (!scan(end)) return partial();
                if (archive.segments().all() != all) continue; // what is missing may be in a new one
                if (end.isAfter(seen)) lose(end);
                if (following == null || following.base().isAfter(upTo)) break;
                segment = following;
                offset = Header.BYTES;
            }
            place = upTo;
            return new Slice(steps, upTo, true);
        }

        private boolean locate() throws InterruptedException {
            var all = archive.segments().all();
            int index = Segments.indexOf(all, after);
            if (index < 0) return false;
            segment = all.get(index);
            seen = segment.base();
            offset = archive.offset(segment, after, window);
            return true;
        }

        /// As far as it is known, with the place to be found anew.
        private Slice stop() {
            var slice = partial();
            place = null;
            return slice;
        }

        /// As far as this slice goes.
        private Slice partial() {
            place = EventId.max(after, seen);
            return new Slice(steps, place, false);
        }

        /// Goes through the segment from `offset` on; false when that is enough for one slice.
        private boolean scan(EventId end) throws InterruptedException {
            var mark = segment.mark();
            var contents = segment.contents();
            if (contents != null && mark.last() != null && !contents.mayHold(set)) {
                seen = EventId.max(seen, EventId.min(mark.last(), end));
                offset = seen.equals(mark.last()) ? mark.length() : offset;
                return true;
            }
            try (var in = archive.open(segment)) {
                var scan = new Scan(in, window, offset, mark.length());
                while (scan.next()) {
                    var id = scan.id();
                    if (id.isAfter(end)) {
                        offset = scan.at();
                        return true;
                    }
                    take(scan, id);
                    offset = scan.after();
                    if (found >= SLICE_BYTES || scanned + scan.after() - scan.from() >= SCAN_BYTES) return false;
                }
                scanned += scan.after() - scan.from();
            } catch (IOException failed) {
                archive.failed(segment, failed);
                offset = mark.length();
            }
            return true;
        }

        private void take(Scan scan, EventId id) {
            if (!id.isAfter(seen)) return;
            if (!follows(id)) lose(id.previous());
            seen = id;
            if (!id.isAfter(after)) return;
            var channel = channel(scan.channel());
            if (channel == null) return;
            var event = Event.of(id, scan.draft(channel));
            steps.add(new Step.Found(event));
            found += event.frame().length();
        }

        private boolean follows(EventId id) {
            return seen.major() == id.major() ? id.minor() == seen.minor() + 1 : id.minor() == 1 && seen.equals(segment.base());
        }

        /// What is between the place seen and this one is gone; told unless the client is past it.
        private void lose(EventId to) {
            if (to.isAfter(after)) steps.add(new Step.Lost(EventId.max(seen, after), EventId.min(to, upTo), Step.Lost.UNKNOWN));
            seen = EventId.min(to, upTo);
        }
    }
}
