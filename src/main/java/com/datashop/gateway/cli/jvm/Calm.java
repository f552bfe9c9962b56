package com.datashop.gateway.cli.jvm;

import java.time.Duration;

/// Tells when a process has been calm for long enough to tidy up: once after it has been busy, and from then on seldom.
///
/// Busy is who uses a tenth of one processor between two looks: ten thousand idle streams and their heartbeats are a fiftieth.
final class Calm {
    private static final int BUSY_PARTS = 10;

    private final long enough;
    private final long again;
    private long lookedAt;
    private long used;
    private long busyAt;
    private long tidiedAt;
    private boolean tidy;

    /// @param enough how long it must have been calm
    /// @param again from one time to the next while it stays calm
    /// @param now by [System#nanoTime()]
    /// @param processorTime what the process has used since its start
    Calm(Duration enough, Duration again, long now, Duration processorTime) {
        this.enough = enough.toNanos();
        this.again = again.toNanos();
        lookedAt = now;
        busyAt = now;
        used = processorTime.toNanos();
    }

    /// Looks at what was used since the last look; whether it is time to tidy up.
    boolean isDue(long now, Duration processorTime) {
        long usedNow = processorTime.toNanos();
        if ((usedNow - used) * BUSY_PARTS > now - lookedAt) {
            busyAt = now;
            tidy = false;
        }
        lookedAt = now;
        used = usedNow;
        return now - busyAt >= enough && (!tidy || now - tidiedAt >= again);
    }

    /// It was tidied up; what that took of the processor is not business.
    void tidied(long now, Duration processorTime) {
        tidy = true;
        tidiedAt = now;
        lookedAt = now;
        used = processorTime.toNanos();
    }
}
