package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.disk.Segment.Mark;
import com.datashop.gateway.metrics.Histogram;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/// The end of the log: the segment that is written. It knows what is written, handed over, and on disk.
///
/// ```
///   Header │ records ............ │ records ........ │ records
///                              synced             segment.mark           written
///                              on disk            part of the log        being written, not in the log yet
/// ```
///
/// The log's writer appends. Another thread may sync.
final class Appender implements Closeable {
    private final Segment segment;
    private final Volume.Output out;
    private final Histogram syncs;
    private final ReentrantLock syncing = new ReentrantLock();
    private final Contents contents;
    private boolean closed;
    private boolean distrusted;
    private volatile long written;
    private volatile Mark synced;

    /// @param contents the contents of the segment so far
    private Appender(Segment segment, Volume.Output out, Contents contents, Histogram syncs) {
        this.segment = segment;
        this.out = out;
        this.contents = contents;
        this.syncs = syncs;
        written = segment.mark().length();
        synced = segment.mark();
    }

    /// Begins a segment, and brings it to the disk.
    ///
    /// @param rewrite writes records of the segment before into it, or null
    /// @param syncs measures how long syncs take
    static Appender create(Volume volume, long number, Header header, Rewrite rewrite, Histogram syncs)
            throws IOException {
        String name = Segment.name(number);
        var out = volume.create(name);
        try {
            out.write(header.encoded(), 0, Header.BYTES);
            var contents = new Contents();
            var mark = rewrite == null ? new Mark(Header.BYTES, header.base()) : rewrite.into(out, contents);
            long began = System.nanoTime();
            out.sync();
            volume.sync();
            syncs.record(System.nanoTime() - began);
            var segment = new Segment(number, header, mark);
            segment.setContents(contents);
            return new Appender(segment, out, contents, syncs);
        } catch (IOException failed) {
            drop(volume, name, out, failed);
            throw failed;
        }
    }

    private static void drop(Volume volume, String name, Volume.Output out, IOException why) {
        try (out) {
            volume.delete(name);
        } catch (IOException left) { // nothing in it counts: the base of the next segment says so
            why.addSuppressed(left);
        }
    }

    Segment segment() {
        return segment;
    }

    Contents contents() {
        return contents;
    }

    /// Hands records to the operating system. They are not part of the log before [#commit].
    void write(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
        written += length;
    }

    /// Makes everything that is written part of the log.
    ///
    /// @param last the id of the last event
    void commit(EventId last) {
        segment.setMark(new Mark(written, last));
    }

    /// Whether everything written is on disk.
    boolean isSynced() {
        return synced.length() == written;
    }

    /// The number of bytes written.
    long written() {
        return written;
    }

    /// The part of the log that is on disk.
    Mark synced() {
        return synced;
    }

    /// Brings everything written to the disk.
    ///
    /// @param upTo the part of the log that is on disk after that
    void sync(Mark upTo) throws IOException {
        syncing.lock();
        try {
            if (closed) return;
            if (distrusted) throw new IOException("an fsync has failed");
            distrusted = true; // until it has succeeded: after a failed fsync the next one proves nothing
            long began = System.nanoTime();
            out.sync();
            syncs.record(System.nanoTime() - began);
            synced = upTo;
            distrusted = false;
        } finally {
            syncing.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        syncing.lock();
        try {
            closed = true;
            out.close();
        } finally {
            syncing.unlock();
        }
    }

    /// Writes records of another segment again.
    @FunctionalInterface
    interface Rewrite {
        /// @return the end of the segment after that
        Mark into(Volume.Output out, Contents contents) throws IOException;
    }
}
