package com.datashop.gateway.log.shared.redis;

/// Decides how many entries to ask for at a time, so that a reply is about as large as it may be.
///
/// The number doubles while replies are small, and halves when one is too large.
final class Pace {
    private static final int FIRST = 16;
    /// An entry with at most this much data is kept even after the heap had no room for a reply.
    private static final long LEAST_BYTES = 64 << 10;

    private final int most;
    private final long bytes;
    private final long largest;
    private int count = FIRST;
    private long kept;

    /// @param most the most entries
    /// @param bytes the most bytes that one reply may hold
    /// @param largest the most bytes of data that are kept of one entry
    Pace(int most, long bytes, long largest) {
        this.most = most;
        this.bytes = bytes;
        this.largest = largest;
        kept = largest;
    }

    /// The number of entries to ask for.
    int count() {
        return count;
    }

    /// The bytes of a reply after which no further entry is kept.
    long bytes() {
        return bytes;
    }

    /// The most bytes of data to keep of one entry.
    long largest() {
        return kept;
    }

    /// Learns from a reply; false when there were no more entries.
    boolean took(Page page) {
        boolean full = page.received() >= count;
        if (page.isCut()) count = Math.max(1, page.items().size() / 2);
        else if (full && page.bytes() < bytes / 2) count = Math.min(most, count * 2);
        else if (page.bytes() > bytes) count = Math.max(1, count / 2);
        if (!page.items().isEmpty()) kept = largest;
        return full || page.isCut();
    }

    /// Notes that a reply did not come whole. It may have been larger than Redis allows for one client.
    void failed() {
        count = Math.max(1, count / 2);
    }

    /// Notes that the heap had no room for a reply. The next try keeps less of an entry, so that it fits.
    void overflowed() {
        count = 1;
        kept = Math.max(Math.min(largest, LEAST_BYTES), kept / 2);
    }
}
