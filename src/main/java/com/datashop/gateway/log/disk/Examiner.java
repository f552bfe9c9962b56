package com.datashop.gateway.log.disk;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Turns;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/// Examines the closed segments in the background, by turns with readers.
///
/// ```
///   start ──▶ take the indexes that are there ──▶ read the segments that the start did not, and report what is corrupt
///         ──▶ make the indexes that are missing ──▶ wait until a segment is closed
///                          ▲                                     │
///                          └─────────────────────────────────────┘
/// ```
final class Examiner implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Examiner.class.getName());
    /// The size above which a segment gets an index. A shorter one is read in one go.
    private static final long LEAST_BYTES = Scan.WINDOW_BYTES;
    /// How long it rests for each unit of work. It makes indexes for a tenth of its time.
    ///
    /// An index takes 0.3 microseconds for each event, and publishing an event takes several.
    private static final int REST = 9;
    private static final Duration LAST_CALL = Duration.ofSeconds(2);

    private final Volume volume;
    private final SegmentFiles segments;
    private final DiskArchive archive;
    private final Turns.Turn turn;
    private final Semaphore closed = new Semaphore(0);
    private final byte[] window = new byte[Scan.WINDOW_BYTES];
    /// The segments that can not have an index, because they have a hole.
    private final Set<Segment> holed = new HashSet<>();
    private final Thread thread = Thread.ofVirtual().name("log-examiner").unstarted(this::run);
    private boolean making;
    private boolean failing;

    Examiner(Volume volume, SegmentFiles segments, DiskArchive archive) {
        this.volume = volume;
        this.segments = segments;
        this.archive = archive;
        turn = archive.turn();
    }

    void start() {
        segments.whenClosed(() -> {
            if (closed.availablePermits() == 0) closed.release();
        });
        thread.start();
    }

    /// Ends it, and waits for its end: after that nobody may write the files that it writes.
    @Override
    public void close() {
        if (thread.getState() == Thread.State.NEW) return;
        thread.interrupt();
        try {
            thread.join(LAST_CALL);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            begin();
            try {
                for (Task task : List.<Task>of(this::take, this::examine)) each(task);
                clear();
                making = true;
                while (true) {
                    each(this::make);
                    turn.end();
                    closed.acquire();
                    closed.drainPermits();
                    holed.retainAll(segments.all());
                    begin();
                }
            } finally {
                turn.end();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error fault) {
            LOG.log(ERROR, "event=fault thread=log-examiner", fault);
        }
    }

    /// Does the task for each closed segment, from the newest back.
    private void each(Task task) throws InterruptedException {
        var all = segments.all();
        for (int i = all.size() - 2; i >= 0; i--) {
            try {
                task.run(all.get(i), all.get(i + 1).base());
                pause();
            } catch (IOException failed) {
                archive.failed(all.get(i), failed);
            }
        }
    }

    private void take(Segment segment, EventId following) throws IOException {
        Index.load(volume, segment, following, window).ifPresent(index -> know(segment, following, index));
    }

    private void examine(Segment segment, EventId following) throws IOException {
        if (segment.contents() != null) return;
        var found = Recovery.examine(volume, segment, following, window, this::pause);
        segment.reach(found.end());
        if (found.contents().isDamaged() || !found.end().last().equals(following)) segment.index(null);
        else if (segment.index() != null) found.contents().forgetChannels();
        segment.know(found.contents());
    }

    private void make(Segment segment, EventId following) throws InterruptedException {
        if (segment.index() != null || segment.mark().length() < LEAST_BYTES || holed.contains(segment)) return;
        try {
            var made = Indexing.of(volume, segment, following, window, this::pause);
            made.ifPresentOrElse(index -> know(segment, following, index), () -> holed.add(segment));
            boolean deleted = !segments.all().contains(segment);
            if (deleted) volume.delete(Index.name(segment.number()));
            failing = false;
        } catch (InterruptedIOException closing) {
            throw new InterruptedException();
        } catch (IOException failed) { // it tries again after the next segment is closed
            if (Thread.interrupted()) throw new InterruptedException();
            if (!failing && segments.all().contains(segment))
                LOG.log(WARNING, "event=log-index-failed file=" + segment, failed);
            failing = true;
        }
    }

    private static void know(Segment segment, EventId following, Index index) {
        if (segment.contents() == null) {
            segment.reach(new Segment.Mark(index.length(), index.last()));
        } else {
            if (segment.contents().isDamaged() || !segment.mark().last().equals(following)) return;
            segment.contents().forgetChannels();
        }
        segment.index(index);
    }

    /// Deletes indexes whose segments are gone. An older gateway does not delete them, because it knows of none.
    private void clear() {
        try {
            var numbers = segments.all().stream().map(Segment::number).collect(Collectors.toSet());
            for (var name : volume.names()) {
                long number = Index.number(name);
                if (number >= 0 && !numbers.contains(number)) volume.delete(name);
            }
        } catch (IOException left) {
            LOG.log(WARNING, "event=log-index-not-deleted", left);
        }
    }

    private void begin() throws InterruptedException {
        while (!turn.begin()) { }
    }

    /// Lets others read when its turn is over. While it makes indexes it also rests, so that publishers do not notice
    /// it.
    private void pause() throws InterruptedIOException {
        if (!turn.isOver()) return;
        long worked = turn.end();
        try {
            if (making) Thread.sleep(Duration.ofNanos(REST * worked));
            begin();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /// The work to do for a segment.
    @FunctionalInterface
    private interface Task {
        void run(Segment segment, EventId following) throws IOException, InterruptedException;
    }
}
