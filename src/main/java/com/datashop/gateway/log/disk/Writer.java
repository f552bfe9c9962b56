package com.datashop.gateway.log.disk;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.log.Receipt;
import com.datashop.gateway.log.Tail;
import com.datashop.gateway.log.disk.Segment.Mark;
import com.datashop.gateway.log.disk.WriteQueue.Waiting;
import com.datashop.gateway.metrics.Counter;
import com.datashop.gateway.metrics.Histogram;
import com.datashop.gateway.metrics.Registry;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The one thread that writes the log. A second thread syncs once a second when publishers do not wait for that.
///
/// ```
///   WRITING ──a write or a sync fails──▶ BROKEN: refuses, and tries once a second to begin a new segment ──▶ WRITING
/// ```
///
/// Both are platform threads: a virtual one would hold its carrier while the disk works.
final class Writer {
    private static final System.Logger LOG = System.getLogger(Writer.class.getName());
    private static final Duration SYNC_PERIOD = Duration.ofMillis(900);
    private static final Duration CHORES_PERIOD = Duration.ofSeconds(1);
    private static final Duration LAST_CALL = Duration.ofSeconds(2);

    private final DiskSettings settings;
    private final Volume volume;
    private final SegmentFiles segments;
    private final Owner owner;
    private final long major;
    private final WriteQueue intake = new WriteQueue();
    private final Thread thread = Thread.ofPlatform().name("log-writer").daemon().unstarted(this::run);
    private final Thread syncer = Thread.ofPlatform().name("log-syncer").daemon().unstarted(this::keepSyncing);
    private final Histogram syncs = new Histogram(
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);
    private final Counter failures = new Counter();
    private volatile Tail tail;
    private long number;
    private byte[] buffer = new byte[Scan.WINDOW_BYTES];
    private Appender broken;
    private boolean owned;
    private long choresAt = System.nanoTime();
    private long begunAt = choresAt - CHORES_PERIOD.toNanos();
    private volatile EventId end;
    private volatile Appender appender;
    private volatile IOException trouble;
    private volatile boolean syncFailed;

    /// @param end the place that the log has come to
    /// @param major the major number of the ids to come
    /// @param number the highest number of a segment
    /// @throws AccessDeniedException when the directory may not be written; other failures may pass, and it tries again
    Writer(DiskSettings settings, Volume volume, SegmentFiles segments, Owner owner, EventId end, long major,
            long number) throws AccessDeniedException {
        this.settings = settings;
        this.volume = volume;
        this.segments = segments;
        this.owner = owner;
        this.end = end;
        this.major = major;
        this.number = number;
        begin();
        if (trouble instanceof AccessDeniedException denied) throw denied;
    }

    void start(Tail tail) {
        this.tail = tail;
        thread.start();
        if (settings.fsync() == Fsync.INTERVAL) syncer.start();
    }

    /// The place that the log has come to.
    EventId end() {
        return end;
    }

    /// The reason why nothing can be written; empty when it can.
    Optional<String> trouble() {
        var now = trouble;
        return now == null ? Optional.empty() : Optional.of("the log can not be written: " + Directory.reason(now));
    }

    /// The number of writes and fsyncs that have failed.
    long failures() {
        return failures.value();
    }

    void declare(Registry registry) {
        registry.declare("gateway_log_fsync_seconds", "How long each fsync took.", syncs);
        registry.declare("gateway_log_failures_total", "Writes and fsyncs that failed.", failures);
    }

    Receipt append(List<Draft> batch) throws LogUnavailableException, InterruptedException {
        if (tail == null) throw new LogUnavailableException("the gateway is starting");
        return intake.append(batch);
    }

    void drain(Duration wait) throws InterruptedException {
        intake.close();
        if (thread.isAlive()) thread.join(Duration.ofNanos(Math.max(1, wait.toNanos())));
    }

    /// Ends the thread; false when not all of the log is on disk.
    boolean close() {
        intake.close();
        try {
            if (thread.isAlive()) thread.join(LAST_CALL);
            syncer.interrupt();
            var last = appender;
            if (thread.isAlive() || last == null) return false;
            last.sync(last.segment().mark());
            last.close();
            return true;
        } catch (IOException failed) {
            failures.increment();
            LOG.log(ERROR, "event=log-sync-failed file=" + appender.segment(), failed);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void run() {
        while (true) {
            try {
                boolean last = intake.isClosing();
                var group = intake.take(CHORES_PERIOD);
                if (!group.isEmpty()) write(group);
                else if (last) break;
                if (System.nanoTime() - choresAt >= 0) {
                    chores();
                    choresAt = System.nanoTime() + CHORES_PERIOD.toNanos();
                }
            } catch (InterruptedException notOurs) {
                // Nobody interrupts this thread, and it must not end by an interrupt.
                LOG.log(WARNING, "event=log-writer-interrupted", notOurs);
            } catch (RuntimeException | Error fault) {
                fail(new IOException("a fault of the gateway, which is in its log", fault));
            }
        }
        intake.refuseAll();
    }

    private void write(List<Waiting> group) {
        try {
            if (syncFailed) throw new IOException("an fsync failed");
            if (appender == null) throw trouble;
            store(group);
        } catch (IOException failed) {
            if (appender != null) fail(failed);
            for (var pending : group) pending.refuse(trouble().orElse("the log can not be written"));
        } catch (RuntimeException | Error fault) {
            for (var pending : group) pending.refuse("a fault of the gateway, which is in its log");
            throw fault;
        }
    }

    private void store(List<Waiting> group) throws IOException {
        if (isFull(appender.segment())) roll();
        var writing = appender;
        long minor = end.major() == major ? end.minor() : 0;
        var batches = new ArrayList<List<Event>>(group.size());
        int at = 0;
        for (var pending : group) {
            var events = new ArrayList<Event>(pending.batch().size());
            for (var draft : pending.batch()) {
                var id = new EventId(major, ++minor);
                at = put(at, id, draft, events.size() + 1 < pending.batch().size());
                events.add(Event.of(id, draft));
            }
            batches.add(events);
        }
        var last = new EventId(major, minor);
        writing.write(buffer, at);
        if (settings.fsync() == Fsync.ALWAYS) writing.sync(new Mark(writing.written(), last));
        for (var events : batches)
            for (var event : events) writing.contents().add(event.id(), event.channel().text(), event.timestamp());
        writing.commit(last);
        end = last;
        if (buffer.length > WriteQueue.GROUP_BYTES) buffer = new byte[Scan.WINDOW_BYTES];
        for (int i = 0; i < group.size(); i++) {
            var events = batches.get(i);
            group.get(i).complete(new Receipt(events.getFirst().id(), events.getLast().id(), tail.accept(events)));
        }
    }

    private int put(int at, EventId id, Draft draft, boolean more) throws IOException {
        long needed = at + Record.length(draft);
        if (needed > Record.MAX_BYTES) throw new IOException("a batch of more than 2 GiB");
        if (needed > buffer.length) buffer = java.util.Arrays.copyOf(buffer,
                (int) Math.min(Record.MAX_BYTES, Math.max(needed, buffer.length * 2L)));
        return Record.put(buffer, at, id, draft, more);
    }

    private boolean isFull(Segment segment) {
        if (segment.mark().length() == Header.BYTES) return false;
        var age = settings.segmentAge();
        if (segment.mark().length() >= settings.segmentBytes()) return true;
        return age != null && System.currentTimeMillis() - segment.header().createdAt() > age.toMillis();
    }

    /// Brings all of the segment to the disk, and begins the next one.
    private void roll() throws IOException {
        var full = appender;
        full.sync(full.segment().mark());
        appender = create(full.segment().mark().last(), null);
        full.contents().seal();
        full.close();
        segments.add(appender.segment());
        trim();
    }

    private Appender create(EventId base, Appender.Rewrite again) throws IOException {
        var header = new Header(segments.origin(), base, major, System.currentTimeMillis());
        return Appender.create(volume, ++number, header, again, syncs);
    }

    /// Begins a segment at the end of the log.
    private void begin() {
        begunAt = System.nanoTime();
        try {
            var from = broken;
            var next = from == null || from.synced().length() == from.segment().mark().length() ? create(end, null)
                    : create(from.synced().last(), (out, contents) -> rewrite(from, out, contents));
            segments.add(next.segment());
            appender = next;
            if (from != null) replace(from);
            broken = null;
            dropEmpty();
            if (!owned) owner.open(settings.fsync());
            owned = true;
            if (trouble != null) LOG.log(INFO, "event=log-recovered file=" + next.segment());
            trouble = null;
        } catch (IOException failed) {
            if (appender != null) fail(failed);
            else fail(failed, null);
        }
    }

    /// Writes again the events that were handed over and may not be on disk.
    ///
    /// After a failed fsync nobody can say what is on disk, not even the next fsync.
    private Mark rewrite(Appender from, Volume.Output out, Contents contents) throws IOException {
        var mark = from.segment().mark();
        long length = Header.BYTES;
        var last = from.synced().last();
        try (var in = volume.open(from.segment().name())) {
            var scan = new Scan(in, new byte[Scan.WINDOW_BYTES], from.synced().length(), mark.length());
            while (scan.next()) {
                scan.writeTo(out);
                contents.add(scan.id(), scan.channel(), scan.timestamp());
                length += scan.after() - scan.at();
                last = scan.id();
            }
        }
        if (!last.equals(mark.last())) throw new IOException("what was not on disk yet can not be read back");
        return new Mark(length, last);
    }

    /// Leaves a segment that failed. Only what is on disk of it counts.
    private void replace(Appender from) {
        from.segment().reach(from.synced());
        from.contents().seal();
        try (from) {
            if (from.synced().length() > Header.BYTES) volume.truncate(from.segment().name(), from.synced().length());
        } catch (IOException left) { // the base of the next segment says where it ends
            LOG.log(WARNING, "event=log-not-cut file=" + from.segment(), left);
        }
    }

    /// Deletes segments without events. The next segment begins at the same place, or later.
    private void dropEmpty() {
        var all = segments.all();
        for (var segment : all.subList(0, all.size() - 1)) if (segment.mark().length() <= Header.BYTES) delete(segment);
    }

    private void fail(IOException why) {
        fail(why, appender);
        appender = null;
    }

    private void fail(IOException why, Appender failed) {
        failures.increment();
        if (failed != null) {
            broken = failed;
            takeBack(failed.segment());
        }
        if (trouble == null) LOG.log(ERROR, "event=log-failed", why);
        trouble = why;
        syncFailed = false;
        // At once, unless that was just tried.
        choresAt = Math.max(System.nanoTime(), begunAt + CHORES_PERIOD.toNanos());
    }

    /// Cuts off the bytes of a refused write.
    ///
    /// Otherwise a process that ends before there is a next segment would find them at its next start.
    private void takeBack(Segment segment) {
        try {
            volume.truncate(segment.name(), segment.mark().length());
        } catch (IOException left) {
            LOG.log(WARNING, "event=log-not-cut file=" + segment, left);
        }
    }

    /// Does what is due now and then, whether anyone publishes or not.
    private void chores() {
        if (syncFailed && appender != null) fail(new IOException("an fsync failed"));
        if (appender == null) begin();
        if (appender == null) return;
        try {
            if (settings.retentionAge() != null && isFull(appender.segment())) roll();
        } catch (IOException failed) {
            fail(failed);
        }
        trim();
    }

    /// Deletes the oldest segments while they are too old, or take too much together with a full last segment.
    private void trim() {
        long room = Math.max(0, settings.segmentBytes() - appender.written());
        while (segments.all().size() > 1) {
            var oldest = segments.all().getFirst();
            long sealedAt = segments.all().get(1).header().createdAt();
            boolean old = settings.retentionAge() != null
                    && System.currentTimeMillis() - sealedAt > settings.retentionAge().toMillis();
            if (!old && segments.bytes() + room <= settings.retentionBytes()) return;
            delete(oldest);
        }
    }

    private void delete(Segment segment) {
        segments.remove(segment);
        try {
            volume.delete(segment.name());
            volume.delete(Index.name(segment.number()));
        } catch (IOException left) {
            LOG.log(WARNING, "event=log-not-deleted file=" + segment, left);
        }
    }

    private void keepSyncing() {
        try {
            while (!intake.isClosing()) {
                Thread.sleep(SYNC_PERIOD);
                var now = appender;
                if (now == null || now.isSynced()) continue;
                // Read before the sync: events committed during the sync may not be on disk after it. The next sync
                // counts them.
                var mark = now.segment().mark();
                try {
                    now.sync(mark);
                } catch (IOException failed) {
                    LOG.log(ERROR, "event=log-sync-failed file=" + now.segment(), failed);
                    if (now == appender) syncFailed = true;
                    intake.nudge();
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
