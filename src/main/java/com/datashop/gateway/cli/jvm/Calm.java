package com.datashop.gateway.cli.jvm;

import java.time.Duration;

/// Decides when the process has been calm long calmFor to tidy up: once after it was busy, and from then on seldom.
///
/// A process is busy when it uses a tenth of one processor between two looks. Ten thousand idle streams and their
/// heartbeats use a fiftieth.
final class Calm {
    /// The process is busy when it uses more than one processor divided by this.
    private static final int BUSY_PARTS = 10;

    private final long calmFor;
    private final long repeatAfter;
    private long lookedAt;
    private long used;
    private long busyAt;
    private long tidiedAt;
    private boolean tidy;

    /// @param calmFor how long it must have been calm
    /// @param repeatAfter the time between two times of tidying up, while it stays calm
    /// @param now the time by [System#nanoTime()]
    /// @param processorTime the processor time that the process has used since its start
    Calm(Duration calmFor, Duration repeatAfter, long now, Duration processorTime) {
        this.calmFor = calmFor.toNanos();
        this.repeatAfter = repeatAfter.toNanos();
        lookedAt = now;
        busyAt = now;
        used = processorTime.toNanos();
    }

    /// Looks at the processor time since the last look, and says whether it is time to tidy up.
    boolean isDue(long now, Duration processorTime) {
        long usedNow = processorTime.toNanos();
        if ((usedNow - used) * BUSY_PARTS > now - lookedAt) {
            busyAt = now;
            tidy = false;
        }
        lookedAt = now;
        used = usedNow;
        return now - busyAt >= calmFor && (!tidy || now - tidiedAt >= repeatAfter);
    }

    /// Notes that the process has tidied up. The processor time for that does not make it busy.
    void tidied(long now, Duration processorTime) {
        tidy = true;
        tidiedAt = now;
        lookedAt = now;
        used = processorTime.toNanos();
    }
}
