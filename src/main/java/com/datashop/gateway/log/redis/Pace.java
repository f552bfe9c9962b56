package com.datashop.gateway.log.redis;

/// How many entries to ask for at a time, so that a reply is about as large as it may be: it doubles while replies are small, and halves when one is too large.
final class Pace {
    private static final int FIRST = 16;

    private final int most;
    private final long bytes;
    private int count = FIRST;

    /// @param most entries
    /// @param bytes what one reply may hold
    Pace(int most, long bytes) {
        this.most = most;
        this.bytes = bytes;
    }

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    /// Learns from a reply; false when that was all there was.
    boolean took(Page page) {
        boolean full = page.received() >= count;
        if (page.isCut()) count = Math.max(1, page.items().size() / 2);
        else if (full && page.bytes() < bytes / 2) count = Math.min(most, count * 2);
        return full || page.isCut();
    }
}
