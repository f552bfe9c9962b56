package com.datashop.gateway.log.disk;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.disk.Segment.Mark;
import java.io.IOException;

/// The result of reading a whole segment: what it has, and what is missing.
///
/// @param end the end of the last record
/// @param wholeEnd the end of the last record that ends a batch
/// @param afterHole the place after which no event is missing
/// @param torn whether an unfinished record, or nothing, follows the last record
record Examination(Contents contents, Mark end, Mark wholeEnd, EventId afterHole, boolean torn) {
    private static final System.Logger LOG = System.getLogger(Examination.class.getName());

    /// Reads the segment.
    ///
    /// @param following the base of the next segment; events after it do not count
    static Examination of(Volume volume, Segment segment, EventId following, byte[] window, Pause pause)
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
                if (records % Pause.RECORDS == 0) pause.ifDue();
                var id = scan.id();
                if (scan.skipped() > 0) LOG.log(WARNING, "event=log-corrupt file=" + segment
                        + " at=" + (scan.at() - scan.skipped()) + " bytes=" + scan.skipped() + " action=skipped");
                if (!segment.follows(id, last)) {
                    contents.noteHole();
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
            return new Examination(contents, new Mark(end, last), new Mark(whole, wholeLast), afterHole, torn);
        }
    }

    private static boolean isTorn(Volume.Input in, long end, long length) throws IOException {
        var head = new byte[Record.HEAD_BYTES];
        int read = in.read(end, head, 0, (int) Math.min(head.length, length - end));
        return read < head.length || Record.claimedLength(head, 0, length - end) == 0
                && Record.claimedLength(head, 0, Record.MAX_BYTES) > 0;
    }
}
