package com.datashop.gateway.log.disk;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Turns;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/// Examines the closed segments in the background, by turns with readers.
///
/// ```
///   start ──▶ load the indexes that are there ──▶ examine the segments that the start did not read
///         ──▶ make the indexes that are missing ──▶ wait until a segment is closed
///                          ▲                                     │
///                          └─────────────────────────────────────┘
/// ```
final class Examiner implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Examiner.class.getName());
    /// The size above which a segment gets an index. A shorter one is read in one go.
    private static final long LEAST_BYTES = Scan.WINDOW_BYTES;
    /// How many times as long as it has worked it sleeps, while it makes indexes.
    ///
    /// An index takes 0.3 microseconds for each event, and publishing an event takes several.
    private static final int SLEEP_FACTOR = 9;
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
    /// Whether it makes indexes by now.
    private boolean making;
    /// Whether the last index could not be made. Only the first failure is logged.
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

    /// Ends the thread, and waits for its end. After that it writes no file any more.
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
            awaitTurn();
            try {
                forEachClosed(this::loadIndex);
                forEachClosed(this::examine);
                deleteOrphans();
                making = true;
                while (true) {
                    forEachClosed(this::makeIndex);
                    turn.end();
                    closed.acquire();
                    closed.drainPermits();
                    holed.retainAll(segments.all());
                    awaitTurn();
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

    /// Does the task for each closed segment, the newest first.
    private void forEachClosed(Task task) throws InterruptedException {
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

    private void loadIndex(Segment segment, EventId following) throws IOException {
        Index.load(volume, segment, following, window).ifPresent(index -> adopt(segment, following, index));
    }

    private void examine(Segment segment, EventId following) throws IOException {
        if (segment.contents() != null) return;
        var found = Examination.of(volume, segment, following, window, this::pause);
        segment.setMark(found.end());
        if (found.contents().hasHole() || !found.end().last().equals(following)) segment.setIndex(null);
        else if (segment.index() != null) found.contents().forgetChannels();
        segment.setContents(found.contents());
    }

    private void makeIndex(Segment segment, EventId following) throws InterruptedException {
        if (segment.index() != null || segment.mark().length() < LEAST_BYTES || holed.contains(segment)) return;
        try {
            var made = Indexing.of(volume, segment, following, window, this::pause);
            made.ifPresentOrElse(index -> adopt(segment, following, index), () -> holed.add(segment));
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

    /// Lets readers of the segment use the index, unless the segment has a hole.
    private static void adopt(Segment segment, EventId following, Index index) {
        if (segment.contents() == null) {
            segment.setMark(new Segment.Mark(index.length(), index.last()));
        } else {
            if (segment.contents().hasHole() || !segment.mark().last().equals(following)) return;
            segment.contents().forgetChannels();
        }
        segment.setIndex(index);
    }

    /// Deletes indexes whose segments are gone. Older releases of the gateway know no indexes, and leave them.
    private void deleteOrphans() {
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

    private void awaitTurn() throws InterruptedException {
        while (!turn.begin()) { }
    }

    /// Lets others read when its turn is over. While it makes indexes it also sleeps, so that publishers do not notice
    /// it.
    private void pause() throws InterruptedIOException {
        if (!turn.isOver()) return;
        long worked = turn.end();
        try {
            if (making) Thread.sleep(Duration.ofNanos(SLEEP_FACTOR * worked));
            awaitTurn();
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
