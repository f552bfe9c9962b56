package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.disk.Segment.Mark;
import com.datashop.gateway.metrics.Histogram;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/// The end of the log: the segment that is written, and how far it has been written, handed over, and brought to the disk.
///
/// ```
///   Header │ records ............ │ records ........ │ records
///                              synced             segment.mark           written
///                              on disk            part of the log        being written: nobody's yet
/// ```
///
/// The log's writer appends; the syncing may be another thread's.
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

    /// @param contents what is in it already
    private Appender(Segment segment, Volume.Output out, Contents contents, Histogram syncs) {
        this.segment = segment;
        this.out = out;
        this.contents = contents;
        this.syncs = syncs;
        written = segment.mark().length();
        synced = segment.mark();
    }

    /// Begins a segment, with these records of the one before, and has it reach the disk.
    ///
    /// @param again the records that are to be in it from the beginning, or null
    /// @param syncs how long each sync took
    static Appender create(Volume volume, long number, Header header, Rewrite again, Histogram syncs) throws IOException {
        String name = Segment.name(number);
        var out = volume.create(name);
        try {
            out.write(header.encoded(), 0, Header.BYTES);
            var contents = new Contents();
            var mark = again == null ? new Mark(Header.BYTES, header.base()) : again.into(out, contents);
            long began = System.nanoTime();
            out.sync();
            volume.sync();
            syncs.record(System.nanoTime() - began);
            var segment = new Segment(number, header, mark);
            segment.know(contents);
            return new Appender(segment, out, contents, syncs);
        } catch (IOException failed) {
            drop(volume, name, out, failed);
            throw failed;
        }
    }

    private static void drop(Volume volume, String name, Volume.Output out, IOException why) {
        try (out) {
            volume.delete(name);
        } catch (IOException left) { // it holds nothing that counts: the next segment's base says so
            why.addSuppressed(left);
        }
    }

    Segment segment() {
        return segment;
    }

    Contents contents() {
        return contents;
    }

    /// Hands records to the operating system, behind what is written.
    void write(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
        written += length;
    }

    /// Makes what is written part of the log.
    ///
    /// @param last the id of the last event
    void commit(EventId last) {
        segment.reach(new Mark(written, last));
    }

    /// Whether nothing is waiting to be brought to the disk.
    boolean isSynced() {
        return synced.length() == written;
    }

    /// How much is written, in bytes.
    long written() {
        return written;
    }

    /// The part of the log that is on disk.
    Mark synced() {
        return synced;
    }

    /// Brings to the disk what is written.
    ///
    /// @param upTo what is part of the log once it is there
    void sync(Mark upTo) throws IOException {
        syncing.lock();
        try {
            if (closed) return;
            if (distrusted) throw new IOException("an fsync has failed");
            distrusted = true; // until it has succeeded: after a failed one the next says nothing
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

    /// Writes records again.
    @FunctionalInterface
    interface Rewrite {
        /// @return how far the segment then goes
        Mark into(Volume.Output out, Contents contents) throws IOException;
    }
}
