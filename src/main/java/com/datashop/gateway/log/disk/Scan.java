package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.io.IOException;

/// Goes through the records of a segment's file from any byte on. It skips other bytes, and says how many.
///
/// ```
///   │ record │ record │ ? ? ? ? │ record │ ? ? │
///                       skipped            skipped, and the end
/// ```
final class Scan {
    /// The bytes of a window: enough to hide the cost of a read, and few for a reader of one event.
    static final int WINDOW_BYTES = 64 << 10;
    /// The bytes that are read at first for one record. Most records are shorter.
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

    /// @param window bytes to read into; they belong to this scan until it is over
    /// @param from where to begin, in bytes; within a record, the next one is the first
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

    /// A scan of only the record that begins here; null when none begins here.
    static Scan ofRecord(Volume.Input in, byte[] window, long from, long end) throws IOException {
        var scan = new Scan(in, window, RECORD_BYTES, from, end);
        return end - from > Record.HEAD_BYTES && scan.isRecord() ? scan : null;
    }

    /// Moves on to the next record; false when there is none.
    boolean next() throws IOException {
        long from = at + length;
        for (at = from; end - at > Record.HEAD_BYTES; at++) {
            if (!isRecord()) {
                if (index() + Record.HEAD_BYTES > filled) break; // the file has become shorter
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

    /// The number of skipped bytes right before this record, or before the end.
    long skipped() {
        return skipped;
    }

    /// Where the scan began.
    long from() {
        return from;
    }

    /// Where the record begins. After the last record, where that one ended.
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

    /// The record's channel when it is selected, else null.
    Channel channel(Selection selection) {
        return Record.channel(bytes, index(), selection);
    }

    /// Reads the name of the record's channel.
    void hash(ChannelHash into) {
        Record.hash(bytes, index(), into);
    }

    /// The event in the record, on this channel.
    Event event(Channel channel) {
        return Event.of(id(), Record.draft(bytes, index(), (int) length, channel));
    }

    boolean hasMore() {
        return Record.hasMore(bytes, index());
    }

    /// Copies the record unchanged.
    void writeTo(Volume.Output out) throws IOException {
        out.write(bytes, index(), (int) length);
    }

    private int index() {
        return (int) (at - start);
    }

    /// Reads this many bytes from here on into the window, if the file has them.
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
