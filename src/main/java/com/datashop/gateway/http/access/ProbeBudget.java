package com.datashop.gateway.http.access;

/// Limits the writes that look for clients that have left, so that newcomers cannot keep a full node writing.
///
/// It is a bucket of writes that fills with time. A search takes all writes that it costs, even when the bucket has
/// fewer. The next search waits until the debt is paid. The streams of one address or user may be probed in debt,
/// because they are few, and their clients have most likely left. So newcomers at a full node do not keep others from
/// their own seats.
final class ProbeBudget {
    /// This takes a tenth to a fifth of a processor (measured: 6 to 10 microseconds for each write).
    private static final long WRITES_A_SECOND = 20_000;
    /// Enough for two searches of a node with 10,000 streams.
    private static final long BURST = 60_000;
    private static final long NANOS_A_WRITE = 1_000_000_000 / WRITES_A_SECOND;

    private long writes = BURST;
    private long filledAt;

    /// @param now the time by [System#nanoTime()]
    ProbeBudget(long now) {
        filledAt = now;
    }

    /// Takes the writes; false when the bucket does not allow them.
    ///
    /// @param urgent whether they may be taken in debt
    boolean take(long count, boolean urgent, long now) {
        long filled = (now - filledAt) / NANOS_A_WRITE;
        writes = Math.min(BURST, writes + filled);
        filledAt += filled * NANOS_A_WRITE;
        if (writes <= (urgent ? -BURST : 0)) return false;
        writes -= count;
        return true;
    }
}
