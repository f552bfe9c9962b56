package com.datashop.gateway.log.disk;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.disk.Segment.Mark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a log's directory at the start: where each segment ends, and every record of the newest ones.
///
/// It cuts off what was being written when the process ended: the rest of a record, or a batch without its end. Nobody
/// was told that it is stored.
final class Recovery {
    private static final System.Logger LOG = System.getLogger(Recovery.class.getName());

    /// The records between two pauses. They have some 64 KB when they are of the usual length.
    private static final int RECORDS_A_PAUSE = 256;
    private static final Pause NO_PAUSE = () -> { };

    private final Volume volume;
    private final byte[] window = new byte[Scan.WINDOW_BYTES];
    private final List<Segment> segments = new ArrayList<>();
    private long highestNumber;
    private boolean corruptEnd;
    private EventId warmFrom = EventId.ZERO;

    /// @param warmBytes the bytes of memory for the newest events; they are read back
    Recovery(Volume volume, long warmBytes) throws IOException {
        this.volume = volume;
        for (long number : numbers()) {
            highestNumber = Math.max(highestNumber, number);
            try (var in = volume.open(Segment.name(number))) {
                var header = header(number, in);
                if (header.isPresent()) segments.add(new Segment(number, header.get(), new Mark(in.length(), null)));
            }
        }
        if (!segments.isEmpty()) {
            readEnd(segments.getLast());
            readBack(warmBytes);
        }
    }

    /// The segments found, oldest first.
    List<Segment> segments() {
        return segments;
    }

    long highestNumber() {
        return highestNumber;
    }

    /// The place that the log had come to; null when there are no segments.
    EventId end() {
        return segments.isEmpty() ? null : segments.getLast().mark().last();
    }

    /// The place after which the newest events can be handed over without a hole.
    EventId warmFrom() {
        return warmFrom;
    }

    /// Whether the end of the log is corrupt, and not just unfinished. Then acknowledged events may have been in it.
    boolean corruptEnd() {
        return corruptEnd;
    }

    /// Looks through a whole segment, and returns what it has and what is missing.
    ///
    /// @param following the base of the next segment; events after it do not count
    /// @param pause called now and then
    static Found examine(Volume volume, Segment segment, EventId following, byte[] window, Pause pause)
            throws IOException {
        var contents = new Contents();
        var last = segment.base();
        var afterHole = segment.base();
        long end = Header.BYTES;
        long whole = Header.BYTES;
        var wholeLast = last;
        try (var in = volume.open(segment.name())) {
            var scan = new Scan(in, window, Header.BYTES, segment.mark().length());
            for (int records = 1; scan.next() && !scan.id().isAfter(following); records++) {
                if (records % RECORDS_A_PAUSE == 0) pause.perhaps();
                var id = scan.id();
                if (scan.skipped() > 0) LOG.log(WARNING, "event=log-corrupt file=" + segment
                        + " at=" + (scan.at() - scan.skipped()) + " bytes=" + scan.skipped() + " action=skipped");
                boolean follows = id.major() == last.major()
                        ? id.minor() == last.minor() + 1 : id.minor() == 1 && last.equals(segment.base());
                if (!follows) {
                    contents.damage();
                    afterHole = id.previous();
                }
                contents.add(id, scan.channel(), scan.timestamp());
                last = id;
                end = scan.after();
                if (!scan.hasMore()) {
                    whole = end;
                    wholeLast = id;
                }
            }
            contents.seal();
            boolean torn = isTorn(in, end, segment.mark().length());
            return new Found(contents, new Mark(end, last), new Mark(whole, wholeLast), afterHole, torn);
        }
    }

    /// Lets others read meanwhile.
    @FunctionalInterface
    interface Pause {
        /// @throws java.io.InterruptedIOException when the examination should end
        void perhaps() throws IOException;
    }

    /// The result of an examination.
    ///
    /// @param end the end of the last record
    /// @param wholeEnd the end of the last record that ends a batch
    /// @param afterHole the place after which no event is missing
    /// @param torn whether an unfinished record, or nothing, follows the last record
    record Found(Contents contents, Mark end, Mark wholeEnd, EventId afterHole, boolean torn) { }

    private static boolean isTorn(Volume.Input in, long end, long length) throws IOException {
        var head = new byte[Record.HEAD_BYTES];
        int read = in.read(end, head, 0, (int) Math.min(head.length, length - end));
        return read < head.length || Record.claimedLength(head, 0, length - end) == 0
                && Record.claimedLength(head, 0, Record.MAX_BYTES) > 0;
    }

    private List<Long> numbers() throws IOException {
        return volume.names().stream().map(Segment::number).filter(number -> number >= 0).sorted().toList();
    }

    /// The segment's header, or one made from its first record; empty when it has neither.
    private Optional<Header> header(long number, Volume.Input in) throws IOException {
        var bytes = new byte[Header.BYTES];
        var header = Header.decode(bytes, in.read(0, bytes, 0, bytes.length));
        if (header.isPresent()) return header;
        var scan = new Scan(in, window, 0, in.length());
        boolean hasEvents = scan.next();
        if (in.length() <= Header.BYTES) { // the machine went down while it was made
            volume.delete(Segment.name(number));
            return Optional.empty();
        }
        LOG.log(WARNING, "event=log-corrupt file=" + Segment.name(number)
                + " at=0 bytes=" + (hasEvents ? scan.at() : in.length())
                + " action=" + (hasEvents ? "skipped" : "ignored"));
        if (!hasEvents) return Optional.empty();
        var base = scan.id().previous();
        var before = segments.isEmpty() ? null : segments.getLast().header();
        return Optional.of(new Header(before == null ? base : before.origin(), base, scan.id().major(),
                before == null ? 0 : before.createdAt()));
    }

    private void readEnd(Segment segment) throws IOException {
        var found = examine(volume, segment, EventId.MAX, window, NO_PAUSE);
        long length = segment.mark().length();
        corruptEnd = found.end().length() < length && !found.torn();
        // Nobody knows what was acknowledged at a corrupt end. So as little as possible is cut off.
        var end = corruptEnd ? found.end() : found.wholeEnd();
        if (end.length() < length) {
            LOG.log(WARNING, "event=log-end-cut file=" + segment + " at=" + end.length()
                    + " bytes=" + (length - end.length()) + " reason=" + (corruptEnd ? "corrupt" : "unfinished"));
            volume.truncate(segment.name(), end.length());
        }
        segment.reach(end);
        segment.know(found.contents());
        warmFrom = found.afterHole();
    }

    /// Reads segments from the newest back, until it has read enough or finds a hole.
    private void readBack(long warmBytes) throws IOException {
        var next = segments.getLast();
        long read = bytesInMemory(next);
        for (int i = segments.size() - 2; i >= 0 && read < warmBytes && warmFrom.equals(next.base()); i--) {
            var segment = segments.get(i);
            var found = examine(volume, segment, next.base(), window, NO_PAUSE);
            segment.reach(found.end());
            segment.know(found.contents());
            if (found.end().last().equals(next.base())) warmFrom = found.afterHole();
            read += bytesInMemory(segment);
            next = segment;
        }
    }

    /// The bytes that the segment's events take in memory, about: more than on disk.
    private static long bytesInMemory(Segment segment) {
        var last = segment.mark().last();
        long events = last.minor() - (last.major() == segment.base().major() ? segment.base().minor() : 0);
        return segment.mark().length() + events * (Event.BESIDE_DATA_BYTES - Record.HEAD_BYTES);
    }
}
