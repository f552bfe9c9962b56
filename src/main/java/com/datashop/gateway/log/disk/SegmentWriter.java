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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The one thread that writes the log. With `FSYNC=interval` a second thread syncs it about once a second.
///
/// ```
///   WRITING ──a write or a sync fails──▶ BROKEN: refuses, and tries once a second to begin a new segment ──▶ WRITING
/// ```
///
/// Both are platform threads: a virtual one would hold its carrier while the disk works.
final class SegmentWriter {
    private static final System.Logger LOG = System.getLogger(SegmentWriter.class.getName());
    private static final Duration SYNC_PERIOD = Duration.ofMillis(900);
    private static final Duration CHORES_PERIOD = Duration.ofSeconds(1);
    private static final Duration LAST_CALL = Duration.ofSeconds(2);

    private final DiskSettings settings;
    private final Volume volume;
    private final SegmentFiles segments;
    private final Owner owner;
    private final long major;
    private final Retention retention;
    private final WriteQueue queue = new WriteQueue();
    private final RecordBuffer buffer = new RecordBuffer();
    private final Thread thread = Thread.ofPlatform().name("log-writer").daemon().unstarted(this::run);
    private final Thread syncer = Thread.ofPlatform().name("log-syncer").daemon().unstarted(this::keepSyncing);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Histogram syncs = new Histogram(
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);
    private final Counter failures = new Counter();
    private volatile Tail tail;
    private long number;
    /// The segment that a write or a sync failed in, until the next segment begins.
    private Appender broken;
    /// Whether the owner's file says that the log is open.
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
    SegmentWriter(DiskSettings settings, Volume volume, SegmentFiles segments, Owner owner, EventId end, long major,
            long number) throws AccessDeniedException {
        this.settings = settings;
        this.volume = volume;
        this.segments = segments;
        retention = new Retention(settings, volume, segments);
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
        return queue.append(batch);
    }

    void drain(Duration wait) throws InterruptedException {
        queue.close();
        if (thread.isAlive()) thread.join(Duration.ofNanos(Math.max(1, wait.toNanos())));
    }

    /// Ends the thread. Returns false when not all of the log is on disk.
    boolean close() {
        queue.close();
        try {
            if (thread.isAlive()) thread.join(LAST_CALL);
            closing.countDown(); // An interrupt would close the file in the middle of a sync.
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
                boolean last = queue.isClosing();
                var group = queue.take(CHORES_PERIOD);
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
        queue.refuseAll();
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
        if (retention.isFull(appender.segment())) roll();
        var writing = appender;
        long minor = end.major() == major ? end.minor() : 0;
        var batches = new ArrayList<List<Event>>(group.size());
        buffer.clear();
        for (var pending : group) {
            var events = new ArrayList<Event>(pending.batch().size());
            for (var draft : pending.batch()) {
                var id = new EventId(major, ++minor);
                buffer.add(id, draft, events.size() + 1 < pending.batch().size());
                events.add(Event.of(id, draft));
            }
            batches.add(events);
        }
        var last = new EventId(major, minor);
        writing.write(buffer.bytes(), buffer.length());
        if (settings.fsync() == Fsync.ALWAYS) writing.sync(new Mark(writing.written(), last));
        for (var events : batches)
            for (var event : events) writing.contents().add(event.id(), event.channel().text(), event.timestamp());
        writing.commit(last);
        end = last;
        buffer.clear();
        for (int i = 0; i < group.size(); i++) {
            var events = batches.get(i);
            group.get(i).complete(new Receipt(events.getFirst().id(), events.getLast().id(), tail.accept(events)));
        }
    }

    /// Brings all of the segment to the disk, and begins the next one.
    private void roll() throws IOException {
        var full = appender;
        full.sync(full.segment().mark());
        appender = create(full.segment().mark().last(), null);
        full.contents().seal();
        full.close();
        segments.add(appender.segment());
        retention.trim(appender.written());
    }

    private Appender create(EventId base, Appender.Rewrite rewrite) throws IOException {
        var header = new Header(segments.origin(), base, major, System.currentTimeMillis());
        return Appender.create(volume, ++number, header, rewrite, syncs);
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
            retention.deleteEmpty();
            if (!owned) owner.open(settings.fsync());
            owned = true;
            if (trouble != null) LOG.log(INFO, "event=log-recovered file=" + next.segment());
            trouble = null;
        } catch (IOException failed) {
            if (appender != null) fail(failed);
            else fail(failed, null);
        }
    }

    /// Writes again the events that subscribers have, and that may not be on disk.
    ///
    /// After a failed fsync nothing tells which of them are on disk, not even the next fsync.
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

    /// Leaves a segment that failed. Only the part of it that is on disk counts.
    private void replace(Appender from) {
        from.segment().setMark(from.synced());
        from.contents().seal();
        try (from) {
            if (from.synced().length() > Header.BYTES) volume.truncate(from.segment().name(), from.synced().length());
        } catch (IOException left) { // the base of the next segment says where it ends
            LOG.log(WARNING, "event=log-not-cut file=" + from.segment(), left);
        }
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
        // The next segment is begun at once, unless that was just tried.
        choresAt = Math.max(System.nanoTime(), begunAt + CHORES_PERIOD.toNanos());
    }

    /// Cuts off the bytes of a refused write.
    ///
    /// Otherwise the next start would find them, if the process ends before it has begun the next segment.
    private void takeBack(Segment segment) {
        try {
            volume.truncate(segment.name(), segment.mark().length());
        } catch (IOException left) {
            LOG.log(WARNING, "event=log-not-cut file=" + segment, left);
        }
    }

    /// Does what is due from time to time, whether anyone publishes or not.
    private void chores() {
        if (syncFailed && appender != null) fail(new IOException("an fsync failed"));
        if (appender == null) begin();
        if (appender == null) return;
        try {
            if (retention.isByAge() && retention.isFull(appender.segment())) roll();
        } catch (IOException failed) {
            fail(failed);
            return;
        }
        retention.trim(appender.written());
    }

    private void keepSyncing() {
        try {
            while (!closing.await(SYNC_PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
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
                    queue.nudge();
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
