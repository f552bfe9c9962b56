package com.datashop.gateway.hub;

import com.datashop.gateway.hub.rest.Pacer;

/// Finds out by a few writes whether one client has left.
///
/// ```
///   asked ──▶ first write ── 50 ms ──▶ second write ── 150 ms ──▶ third write
/// ```
///
/// The first write after a client's FIN is answered with an RST, and only the RST makes the next write fail. The third
/// write finds clients whose RST takes longer.
///
/// The times count from write to write. If whoever asks kept the times, a busy node would come to its streams when all
/// of them are over, and would write once. With 10,000 streams that were left behind, it found none (measured).
public final class Probing {
    /// The writes of a probe.
    public static final int WRITES = 3;
    /// The time between the first and the second write.
    private static final long SECOND_NANOS = 50_000_000;
    /// The time between the second and the third write.
    private static final long THIRD_NANOS = 150_000_000;

    private final Subscriber subscriber;
    private final Pacer pacer;

    /// @param pacer wakes the subscriber for the next write
    Probing(Subscriber subscriber, Pacer pacer) {
        this.subscriber = subscriber;
        this.pacer = pacer;
    }

    /// Whether a write is due now. Orders the next one.
    ///
    /// @param now the clock's time
    boolean isDue(long now) {
        if (!subscriber.isProbed()) return false;
        int left = subscriber.countProbe();
        if (left == 0) return true;
        pacer.at(now + (left == WRITES - 1 ? SECOND_NANOS : THIRD_NANOS), subscriber::writeNow);
        return true;
    }
}
