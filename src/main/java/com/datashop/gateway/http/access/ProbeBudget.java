package com.datashop.gateway.http.access;

/// How many writes may be made to find departed clients: so that those who come to a full node can not keep it writing.
///
/// A bucket of writes that fills with time. Who probes takes all that a search costs, even when the bucket has less, and the
/// next one waits until the debt is paid. The streams of one address or user may be probed in debt, for these are few and most
/// likely to have departed: so those who come to a full node do not keep others from their own places.
final class ProbeBudget {
    /// A tenth to a fifth of a processor (measured: 6 to 10 microseconds for each write).
    private static final long WRITES_A_SECOND = 20_000;
    /// Two searches of a node with 10,000 streams.
    private static final long BURST = 60_000;
    private static final long NANOS_A_WRITE = 1_000_000_000 / WRITES_A_SECOND;

    private long writes = BURST;
    private long filledAt;

    /// @param now by [System#nanoTime()]
    ProbeBudget(long now) {
        filledAt = now;
    }

    /// Takes the writes; false when there are none for this.
    ///
    /// @param urgent whether it may be done in debt
    boolean take(long count, boolean urgent, long now) {
        long filled = (now - filledAt) / NANOS_A_WRITE;
        writes = Math.min(BURST, writes + filled);
        filledAt += filled * NANOS_A_WRITE;
        if (writes <= (urgent ? -BURST : 0)) return false;
        writes -= count;
        return true;
    }
}
