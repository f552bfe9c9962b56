package com.datashop.gateway.bench;

/// How many events each lane has had. A lane belongs to one publisher's thread; others look when that has ended.
final class Published {
    private final long[] counts;

    Published(int lanes) {
        counts = new long[lanes];
    }

    /// The number of the lane's next event, which is thereby published.
    long next(int lane) {
        return counts[lane]++;
    }

    /// How many the lane has had.
    long count(int lane) {
        return counts[lane];
    }

    int lanes() {
        return counts.length;
    }
}
