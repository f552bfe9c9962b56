package com.datashop.gateway.hub;

import com.datashop.gateway.hub.rest.Pacer;
import com.datashop.gateway.hub.rest.Parking;
import java.util.concurrent.atomic.AtomicInteger;

/// Finds out by a few writes whether one client has left.
///
/// ```
///   begin ──▶ first write ── 50 ms ──▶ second write ── 150 ms ──▶ third write
/// ```
///
/// The first write after a client's FIN is answered with an RST, and only the RST makes the next write fail. The third
/// write finds clients whose RST takes longer.
///
/// The times count from write to write, and the client's own thread keeps them. If whoever probes kept them, a busy
/// node would come to its streams when all of the times are over, and would write once. With 10,000 streams that were
/// left behind, it found none (measured).
///
/// Any thread may begin. The client's thread asks whether a write is due.
public final class Probing {
    /// The writes of a probe.
    public static final int WRITES = 3;
    /// The time between the first and the second write.
    private static final long SECOND_NANOS = 50_000_000;
    /// The time between the second and the third write.
    private static final long THIRD_NANOS = 150_000_000;

    private final Parking parking;
    private final AtomicInteger writesLeft = new AtomicInteger();
    private volatile boolean due;

    /// @param parking the place where the client's thread waits
    Probing(Parking parking) {
        this.parking = parking;
    }

    /// Makes the first write due. A probe that is under way begins again.
    void begin() {
        writesLeft.set(WRITES);
        makeWriteDue();
    }

    /// Whether a write of the probe is still to come.
    boolean isUnderWay() {
        return writesLeft.get() > 0;
    }

    /// Whether a write is due now. The caller then writes, and the next write is planned.
    ///
    /// @param now the clock's time
    /// @param pacer wakes the client's thread for the next write
    boolean pollWrite(long now, Pacer pacer) {
        if (!due) return false;
        due = false;
        int left = writesLeft.updateAndGet(writes -> Math.max(0, writes - 1));
        if (left > 0) pacer.runAt(now + (left == WRITES - 1 ? SECOND_NANOS : THIRD_NANOS), this::makeWriteDue);
        return true;
    }

    private void makeWriteDue() {
        due = true;
        parking.ask();
    }
}
