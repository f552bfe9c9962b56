package com.datashop.gateway.log.disk;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.disk.Segment.Mark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a log's directory at the start: the header of each segment, and every record of the newest ones.
///
/// It cuts off what was being written when the process ended: the rest of a record, or a batch without its end. Nobody
/// was told that it is stored.
final class Recovery {
    private static final System.Logger LOG = System.getLogger(Recovery.class.getName());
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
        var found = Examination.of(volume, segment, EventId.MAX, window, NO_PAUSE);
        long length = segment.mark().length();
        corruptEnd = found.end().length() < length && !found.torn();
        // Events at a corrupt end may have been acknowledged. So as little as possible is cut off.
        var end = corruptEnd ? found.end() : found.wholeEnd();
        if (end.length() < length) {
            LOG.log(WARNING, "event=log-end-cut file=" + segment + " at=" + end.length()
                    + " bytes=" + (length - end.length()) + " reason=" + (corruptEnd ? "corrupt" : "unfinished"));
            volume.truncate(segment.name(), end.length());
        }
        segment.setMark(end);
        segment.setContents(found.contents());
        warmFrom = found.afterHole();
    }

    /// Reads segments, the newest first, until it has read enough or finds a hole.
    private void readBack(long warmBytes) throws IOException {
        var next = segments.getLast();
        long read = bytesInMemory(next);
        for (int i = segments.size() - 2; i >= 0 && read < warmBytes && warmFrom.equals(next.base()); i--) {
            var segment = segments.get(i);
            var found = Examination.of(volume, segment, next.base(), window, NO_PAUSE);
            segment.setMark(found.end());
            segment.setContents(found.contents());
            if (found.end().last().equals(next.base())) warmFrom = found.afterHole();
            read += bytesInMemory(segment);
            next = segment;
        }
    }

    /// About how many bytes the segment's events take in memory. They take more than on disk.
    private static long bytesInMemory(Segment segment) {
        var last = segment.mark().last();
        long events = last.minor() - (last.major() == segment.base().major() ? segment.base().minor() : 0);
        return segment.mark().length() + events * (Event.BESIDE_DATA_BYTES - Record.HEAD_BYTES);
    }
}
