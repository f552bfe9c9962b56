package com.datashop.gateway.log.shared.redis;

/// How many entries to ask for at a time, so that a reply is about as large as it may be: it doubles while replies are small, and halves when one is too large.
final class Pace {
    private static final int FIRST = 16;
    /// Less than that of an entry is always kept.
    private static final long LEAST_BYTES = 64 << 10;

    private final int most;
    private final long bytes;
    private final long largest;
    private int count = FIRST;
    private long kept;

    /// @param most entries
    /// @param bytes what one reply may hold
    /// @param largest what one entry may hold, in bytes of data: more is not kept
    Pace(int most, long bytes, long largest) {
        this.most = most;
        this.bytes = bytes;
        this.largest = largest;
        kept = largest;
    }

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    long largest() {
        return kept;
    }

    /// Learns from a reply; false when that was all there was.
    boolean took(Page page) {
        boolean full = page.received() >= count;
        if (page.isCut()) count = Math.max(1, page.items().size() / 2);
        else if (full && page.bytes() < bytes / 2) count = Math.min(most, count * 2);
        else if (page.bytes() > bytes) count = Math.max(1, count / 2);
        if (!page.items().isEmpty()) kept = largest;
        return full || page.isCut();
    }

    /// Learns that a reply did not come whole. It may have been larger than Redis gives to one client.
    void failed() {
        count = Math.max(1, count / 2);
    }

    /// Learns that there was no room for a reply, whatever the heap is filled with. The next try keeps less of an
    /// entry, so that it gets by.
    void overflowed() {
        count = 1;
        kept = Math.max(Math.min(largest, LEAST_BYTES), kept / 2);
    }
}
