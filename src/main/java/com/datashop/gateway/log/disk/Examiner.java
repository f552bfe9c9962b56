package com.datashop.gateway.log.disk;

import static java.lang.System.Logger.Level.ERROR;

import com.datashop.gateway.history.Turns;
import java.io.IOException;
import java.io.InterruptedIOException;

/// Reads in the background, by turns, the segments that the start did not: what is corrupt is reported, and what is in each is known from then on.
final class Examiner implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Examiner.class.getName());

    private final Volume volume;
    private final DiskArchive archive;
    private final Turns.Turn turn;
    private final Thread thread = Thread.ofVirtual().name("log-examiner").unstarted(this::run);

    Examiner(Volume volume, DiskArchive archive) {
        this.volume = volume;
        this.archive = archive;
        turn = archive.turn();
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            byte[] window = new byte[Scan.WINDOW_BYTES];
            var all = archive.segments().all();
            for (int i = all.size() - 2; i >= 0; i--) if (all.get(i).contents() == null) examine(all.get(i), all.get(i + 1), window);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error fault) {
            LOG.log(ERROR, "event=fault thread=log-examiner", fault);
        }
    }

    private void examine(Segment segment, Segment following, byte[] window) throws InterruptedException {
        begin();
        try {
            var found = Recovery.examine(volume, segment, following.base(), window, this::pause);
            segment.reach(found.end());
            segment.know(found.contents());
        } catch (IOException failed) {
            archive.failed(segment, failed);
        } finally {
            turn.end();
        }
    }

    private void begin() throws InterruptedException {
        while (!turn.begin()) { }
    }

    /// Lets others read when it has done so for long enough.
    private void pause() throws InterruptedIOException {
        if (!turn.isOver()) return;
        turn.end();
        try {
            begin();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
