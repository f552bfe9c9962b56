package com.datashop.gateway.bench;

/// How long something took, many times: counts by duration, so fine that a quantile is known to within 1 %.
///
/// A duration's bucket is its highest bit and the seven bits below it: 128 buckets for each power of two. One thread
/// records; what several have recorded is added up afterwards.
final class Latencies {
    private static final int BITS = 7;
    private static final int BUCKETS = (Long.SIZE - BITS) << BITS;

    private final long[] counts = new long[BUCKETS];
    private long count;
    private long max;

    /// Counts one duration; a negative one, of an event that came before its time, as none.
    void record(long nanoseconds) {
        long duration = Math.max(0, nanoseconds);
        counts[bucket(duration)]++;
        count++;
        if (duration > max) max = duration;
    }

    void add(Latencies other) {
        for (int i = 0; i < BUCKETS; i++) counts[i] += other.counts[i];
        count += other.count;
        max = Math.max(max, other.max);
    }

    long count() {
        return count;
    }

    /// The longest, exactly.
    long max() {
        return max;
    }

    /// The duration in nanoseconds that so large a part of all did not exceed, rounded up by less than 1 %; 0 when
    /// there are none.
    long quantile(double part) {
        long rank = Math.max(1, (long) Math.ceil(part * count));
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= rank) return Math.min(max, last(i));
        }
        return 0;
    }

    double millis(double part) {
        return quantile(part) / 1e6;
    }

    /// How many were longer than this, give or take 1 % of the duration.
    long above(long nanoseconds) {
        long longer = 0;
        for (int i = bucket(nanoseconds) + 1; i < BUCKETS; i++) longer += counts[i];
        return longer;
    }

    private static int bucket(long duration) {
        int shift = Math.max(0, Long.SIZE - 1 - Long.numberOfLeadingZeros(duration) - BITS);
        return (shift << BITS) + (int) (duration >>> shift);
    }

    /// The longest duration of a bucket.
    private static long last(int bucket) {
        int shift = Math.max(0, (bucket >> BITS) - 1);
        long first = bucket - ((long) shift << BITS);
        return (first + 1 << shift) - 1;
    }
}
