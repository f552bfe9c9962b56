package com.datashop.gateway.log.disk;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Archive;
import com.datashop.gateway.replay.Reader;
import com.datashop.gateway.replay.Search;
import com.datashop.gateway.replay.Turns;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// Reads what is on disk, for a few readers at a time, by turns.
///
/// Half as many readers as processors work at a time. Reading the past is work for the processor when the system has
/// the files in memory. Half of the processors stay free for live streams.
final class DiskArchive implements Archive {
    private static final System.Logger LOG = System.getLogger(DiskArchive.class.getName());
    private static final long LOG_PAUSE_NANOS = 10_000_000_000L;
    /// A place is not searched for within this many bytes. They are read in one go.
    private static final long NEAR_BYTES = Scan.WINDOW_BYTES;

    private final Volume volume;
    private final SegmentFiles segments;
    private final Turns turns = new Turns(Turns.processors());
    private final BlockingQueue<byte[]> windows = new ArrayBlockingQueue<>(Turns.processors());
    private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_PAUSE_NANOS);

    DiskArchive(Volume volume, SegmentFiles segments) {
        this.volume = volume;
        this.segments = segments;
        for (int i = 0; i < Turns.processors(); i++) windows.add(new byte[Scan.WINDOW_BYTES]);
    }

    @Override
    public EventId floor() {
        return segments.floor();
    }

    @Override
    public boolean issued(EventId id) {
        var all = segments.all();
        int index = SegmentFiles.indexOf(all, id);
        if (index < 0) return true; // too old for anyone to know
        var segment = all.get(index);
        return id.equals(segment.base()) || id.major() == segment.header().major()
                || all.stream().anyMatch(other -> id.equals(other.base()));
    }

    @Override
    public Reader reader(ChannelSet set) {
        return new DiskReader(this, set);
    }

    @Override
    public Search since(ChannelSet set, long milliseconds, EventId upTo) {
        return new SinceSearch(this, set, milliseconds, upTo);
    }

    /// Passes over the closed segments and parts in which all events are known to be new enough.
    @Override
    public EventId olderUpTo(long milliseconds, EventId upTo) {
        var all = segments.all();
        var place = upTo;
        for (int i = SegmentFiles.indexOf(all, upTo.previous()); i >= 0; i--) {
            var index = all.get(i).index();
            if (index == null) return place;
            place = index.until(milliseconds, place);
            if (place.isAfter(index.base())) return place;
        }
        return place;
    }

    @Override
    public Search newest(ChannelSet set, Predicate<Event> accepted, long n, EventId upTo) {
        return new DiskSearch(this, set, accepted, n, upTo);
    }

    /// The turns of one more reader. It may read while its turn lasts, with one window.
    Turns.Turn turn() {
        return turns.turn();
    }

    /// Bytes to read into. Only a reader whose turn it is may ask.
    byte[] window() throws InterruptedException {
        return windows.take();
    }

    void giveBack(byte[] window) {
        windows.add(window);
    }

    SegmentFiles segments() {
        return segments;
    }

    Volume.Input open(Segment segment) throws IOException {
        return volume.open(segment.name());
    }

    /// Where the records begin that may be of these channels, in the part of the segment's index.
    ///
    /// It is null when all records must be read one after the other.
    long[] find(Segment segment, Index index, Index.Part part, Selection selection, byte[] window) {
        try (var in = volume.open(index.name())) {
            return index.find(in, part, selection, window);
        } catch (IOException unreadable) { // or the thread is interrupted, as its next read of the segment shows
            if (!Thread.currentThread().isInterrupted()) distrust(segment);
            return null;
        }
    }

    /// Stops using the index of the segment.
    void distrust(Segment segment) {
        if (segment.index() == null) return;
        segment.index(null);
        if (segments.all().contains(segment))
            LOG.log(WARNING, "event=log-index-unsound file=" + segment + " action=ignored");
    }

    /// Finds the place in the segment, by bisection.
    Near near(Segment segment, EventId place, byte[] window) throws InterruptedException {
        long low = Header.BYTES;
        long high = segment.mark().length();
        if (place.equals(segment.base())) return new Near(low, low);
        if (high - low <= NEAR_BYTES) return new Near(low, high);
        try (var in = open(segment)) {
            while (high - low > NEAR_BYTES) {
                long middle = low + high >>> 1;
                var scan = new Scan(in, window, middle, high);
                if (scan.next() && !scan.id().isAfter(place)) low = scan.at();
                else high = middle;
            }
        } catch (IOException failed) {
            failed(segment, failed);
        }
        return new Near(low, high);
    }

    /// The position of a place in a segment, in bytes.
    ///
    /// @param from the beginning of the first record, or of one that is not after the place
    /// @param to all records that begin here or later are after the place
    record Near(long from, long to) { }

    /// Notes that a segment can not be read. Its reader tells the missing events as a hole.
    ///
    /// @throws InterruptedException when the reason is that the thread was interrupted
    void failed(Segment segment, IOException why) throws InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException();
        long now = System.nanoTime();
        long last = loggedAt.get();
        boolean isGone = !segments.all().contains(segment);
        if (isGone || now - last < LOG_PAUSE_NANOS || !loggedAt.compareAndSet(last, now)) return;
        LOG.log(WARNING, "event=log-unreadable file=" + segment, why);
    }
}
