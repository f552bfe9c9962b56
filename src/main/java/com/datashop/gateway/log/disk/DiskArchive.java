package com.datashop.gateway.log.disk;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.history.Archive;
import com.datashop.gateway.history.Reader;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// What is on disk, to be read by anyone, a few at a time.
///
/// Whoever reads takes one of the windows, of which there are half as many as processors: so that reading the past, which is work for the processor when the
/// system has the files in memory, leaves the other half to those who live in the present; and puts it back after some milliseconds.
final class DiskArchive implements Archive {
    private static final System.Logger LOG = System.getLogger(DiskArchive.class.getName());
    private static final long LOG_PAUSE_NANOS = 10_000_000_000L;
    /// Finer than this a place is not looked for: it is read in one go.
    private static final long NEAR_BYTES = Scan.WINDOW_BYTES;

    private final Volume volume;
    private final Segments segments;
    private final BlockingQueue<byte[]> windows;
    private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_PAUSE_NANOS);

    DiskArchive(Volume volume, Segments segments) {
        this.volume = volume;
        this.segments = segments;
        int readers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        windows = new ArrayBlockingQueue<>(readers, true);
        for (int i = 0; i < readers; i++) windows.add(new byte[Scan.WINDOW_BYTES]);
    }

    @Override
    public EventId floor() {
        return segments.floor();
    }

    @Override
    public boolean issued(EventId id) {
        var all = segments.all();
        int index = Segments.indexOf(all, id);
        if (index < 0) return true; // so old that nobody knows any more
        var segment = all.get(index);
        return id.equals(segment.base()) || id.major() == segment.header().major() || all.stream().anyMatch(other -> id.equals(other.base()));
    }

    @Override
    public Reader reader(ChannelSet set) {
        return new DiskReader(this, set);
    }

    @Override
    public Optional<EventId> since(ChannelSet set, long milliseconds, EventId upTo) throws InterruptedException {
        var all = segments.all();
        for (int i = 0; i < all.size() && upTo.isAfter(all.get(i).base()); i++) {
            var contents = all.get(i).contents();
            if (contents != null && contents.newestTimestamp() < milliseconds) continue;
            var from = contents == null ? all.get(i).base() : contents.olderUpTo(milliseconds, all.get(i).base());
            if (!upTo.isAfter(from)) continue;
            var place = new EventId[1];
            search(all, i, set, from, upTo, (scan, _) -> {
                if (scan.timestamp() < milliseconds) return true;
                place[0] = scan.id().previous();
                return false;
            });
            if (place[0] != null) return Optional.of(place[0]);
        }
        return Optional.empty();
    }

    @Override
    public Newest newest(ChannelSet set, Predicate<Event> accepted, long n, EventId upTo) throws InterruptedException {
        var all = segments.all();
        long count = 0;
        EventId place = null;
        for (int i = Segments.indexOf(all, upTo); i >= 0 && count < n; i--) {
            long before = count;
            var first = new EventId[1];
            var matches = new long[1];
            search(all, i, set, all.get(i).base(), upTo, (scan, channel) -> {
                if (accepted.test(Event.of(scan.id(), scan.draft(channel))) && matches[0]++ == 0) first[0] = scan.id();
                return true;
            });
            long surplus = before + matches[0] - n;
            if (surplus > 0) {
                matches[0] = 0;
                search(all, i, set, all.get(i).base(), upTo, (scan, channel) -> {
                    if (accepted.test(Event.of(scan.id(), scan.draft(channel))) && matches[0]++ == surplus) first[0] = scan.id();
                    return matches[0] <= surplus;
                });
            }
            if (first[0] != null) place = first[0].previous();
            count = Math.min(n, before + (surplus > 0 ? n - before : matches[0]));
        }
        return new Newest(count, place);
    }

    /// Waits for the right to read, which comes with the bytes to read into.
    byte[] enter() throws InterruptedException {
        return windows.take();
    }

    void leave(byte[] window) {
        windows.add(window);
    }

    Segments segments() {
        return segments;
    }

    Volume.Input open(Segment segment) throws IOException {
        return volume.open(segment.name());
    }

    /// Where to begin to read in the segment for what comes after the place, by bisection: in bytes, the beginning of a record that is not after it.
    long offset(Segment segment, EventId place, byte[] window) throws InterruptedException {
        long low = Header.BYTES;
        long high = segment.mark().length();
        if (place.equals(segment.base()) || high - low <= NEAR_BYTES) return low;
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
        return low;
    }

    /// Takes note that a segment can not be read: what is missing by that its reader tells as a hole.
    ///
    /// @throws InterruptedException when that is because the thread was interrupted
    void failed(Segment segment, IOException why) throws InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException();
        long now = System.nanoTime();
        long last = loggedAt.get();
        if (!segments.all().contains(segment) || now - last < LOG_PAUSE_NANOS || !loggedAt.compareAndSet(last, now)) return;
        LOG.log(WARNING, "event=log-unreadable file=" + segment, why);
    }

    /// Shows every event of the set in one segment that is after a place and up to another, in order, until it is told that this is enough.
    private void search(List<Segment> all, int index, ChannelSet set, EventId after, EventId upTo, Visitor visitor) throws InterruptedException {
        var segment = all.get(index);
        var mark = segment.mark();
        var contents = segment.contents();
        if (contents != null && !contents.mayHold(set)) return;
        var end = index + 1 < all.size() ? EventId.min(upTo, all.get(index + 1).base()) : upTo;
        byte[] window = enter();
        try (var in = open(segment)) {
            var channels = new HashMap<String, Channel>();
            var scan = new Scan(in, window, offset(segment, after, window), mark.length());
            while (scan.next() && !scan.id().isAfter(end)) {
                if (!scan.id().isAfter(after)) continue;
                var channel = channels.computeIfAbsent(scan.channel(), Channel::new);
                if (set.matches(channel) && !visitor.visit(scan, channel)) return;
            }
        } catch (IOException failed) {
            failed(segment, failed);
        } finally {
            leave(window);
        }
    }

    /// Is shown one event.
    @FunctionalInterface
    private interface Visitor {
        /// Whether to go on.
        boolean visit(Scan scan, Channel channel);
    }
}
