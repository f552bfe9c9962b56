package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.io.IOException;

/// Goes through the records of a segment's file, from any byte on; what is no record it leaves out, and says how much that was.
///
/// ```
///   │ record │ record │ ? ? ? ? │ record │ ? ? │
///                       skipped            skipped, and the end
/// ```
final class Scan {
    /// Enough that a read's own cost is lost in it, and little for a reader that wants one event.
    static final int WINDOW_BYTES = 64 << 10;
    /// What is read of one record at first: most are shorter.
    private static final int RECORD_BYTES = 4 << 10;

    private final Volume.Input in;
    private final long from;
    private final long end;
    private final byte[] window;
    private final int ahead;
    private byte[] bytes;
    private long start;
    private int filled;
    private long at;
    private long length;
    private long skipped;

    /// @param window bytes to read into, which are this scan's until it is over
    /// @param from where to begin, in bytes; if that is within a record, the next one is the first
    /// @param end where to end, in bytes
    Scan(Volume.Input in, byte[] window, long from, long end) {
        this(in, window, window.length, from, end);
    }

    private Scan(Volume.Input in, byte[] window, int ahead, long from, long end) {
        this.in = in;
        this.ahead = ahead;
        this.from = from;
        this.end = end;
        this.window = window;
        bytes = window;
        start = from;
        at = from;
    }

    /// One that reads the record that begins here and no other; null when none does.
    static Scan at(Volume.Input in, byte[] window, long from, long end) throws IOException {
        var scan = new Scan(in, window, RECORD_BYTES, from, end);
        return end - from > Record.HEAD_BYTES && scan.isRecord() ? scan : null;
    }

    /// Moves on to the next record; false when there is none.
    boolean next() throws IOException {
        long from = at + length;
        for (at = from; end - at > Record.HEAD_BYTES; at++) {
            if (!isRecord()) {
                if (index() + Record.HEAD_BYTES > filled) break; // the file is shorter than it was
                continue;
            }
            skipped = at - from;
            return true;
        }
        at = from;
        length = 0;
        skipped = Math.max(0, end - from);
        return false;
    }

    /// Whether a record begins at `at`.
    private boolean isRecord() throws IOException {
        fill(Record.HEAD_BYTES);
        if (index() + Record.HEAD_BYTES > filled) return false;
        int claimed = Record.claimedLength(bytes, index(), end - at);
        if (claimed == 0) return false;
        fill(claimed);
        if (index() + claimed > filled || !Record.isSound(bytes, index(), claimed)) return false;
        length = claimed;
        return true;
    }

    /// How many bytes right before this record, or before the end, are none.
    long skipped() {
        return skipped;
    }

    /// Where the scan began.
    long from() {
        return from;
    }

    /// Where the record begins, or, after the last, where that ended.
    long at() {
        return at;
    }

    /// Where the record ends.
    long after() {
        return at + length;
    }

    EventId id() {
        return Record.id(bytes, index());
    }

    long timestamp() {
        return Record.timestamp(bytes, index());
    }

    String channel() {
        return Record.channel(bytes, index());
    }

    /// The record's channel when it is of these, else null.
    Channel channel(Selection selection) {
        return Record.channel(bytes, index(), selection);
    }

    /// Takes the name of the record's channel.
    void hash(ChannelHash into) {
        Record.hash(bytes, index(), into);
    }

    /// The event that the record is, on this channel.
    Event event(Channel channel) {
        return Event.of(id(), Record.draft(bytes, index(), (int) length, channel));
    }

    boolean hasMore() {
        return Record.hasMore(bytes, index());
    }

    /// Copies the record, as it is.
    void writeTo(Volume.Output out) throws IOException {
        out.write(bytes, index(), (int) length);
    }

    private int index() {
        return (int) (at - start);
    }

    /// Has so many bytes from here on in memory, if the file has them.
    private void fill(int wanted) throws IOException {
        if (index() + wanted <= filled) return;
        var into = wanted <= window.length ? window : new byte[wanted];
        int kept = Math.max(0, filled - index());
        System.arraycopy(bytes, index(), into, 0, kept);
        bytes = into;
        start = at;
        int room = (int) Math.min(Math.min(into.length, Math.max(wanted, ahead)), end - at);
        filled = room <= kept ? kept : kept + in.read(at + kept, into, kept, room - kept);
    }
}
