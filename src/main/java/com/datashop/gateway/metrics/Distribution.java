package com.datashop.gateway.metrics;

import com.datashop.gateway.json.JsonWriter;
import java.util.Arrays;

/// The durations that a [Histogram] had counted at one moment, or counted between two moments.
public final class Distribution {
    private static final double MICROS = 1e6;

    private final double[] bounds;
    private final long[] counts;
    private final double sum;

    /// @param bounds in seconds, ascending
    /// @param counts one more than there are bounds
    Distribution(double[] bounds, long[] counts, double sum) {
        this.bounds = bounds;
        this.counts = counts;
        this.sum = sum;
    }

    /// How many durations there are.
    public long count() {
        return Arrays.stream(counts).sum();
    }

    /// The sum of all durations, in seconds.
    ///
    /// A duration that another thread is recording at this moment may be in the count, and not in the sum yet.
    public double sum() {
        return sum;
    }

    /// Estimates the duration that the given share of all durations does not exceed, in seconds.
    ///
    /// The estimate is in the same bucket as the true value, so its error is less than the width of that bucket.
    /// Above the last bound it is the last bound, which is then too small. Durations are assumed to be spread evenly
    /// within a bucket, as `histogram_quantile` assumes.
    ///
    /// @param share from 0 to 1: 0.99 for the 99th percentile
    /// @return NaN when there are no durations
    /// @throws IllegalArgumentException when the share is not from 0 to 1
    public double quantile(double share) {
        if (!(share >= 0 && share <= 1)) throw new IllegalArgumentException("a share of " + share + ": 0 to 1");
        long count = count();
        if (count == 0) return Double.NaN;
        long rank = Math.clamp((long) Math.ceil(share * count), 1, count);
        long below = 0;
        int bucket = 0;
        while (below + counts[bucket] < rank) below += counts[bucket++];
        if (bucket == bounds.length) return bounds[bucket - 1];
        double from = bucket == 0 ? 0 : bounds[bucket - 1];
        // Rounding must not take the result above the bound, as it would for the last of 13 durations up to 0.0001 s.
        return Math.min(bounds[bucket], from + (bounds[bucket] - from) * (rank - below) / counts[bucket]);
    }

    /// The durations after an earlier reading of the same histogram. A dashboard shows the last minute with it.
    ///
    /// @throws IllegalArgumentException when `earlier` is of another histogram, or later than this
    public Distribution since(Distribution earlier) {
        if (earlier.bounds != bounds) throw new IllegalArgumentException("a reading of another histogram");
        var difference = new long[counts.length];
        for (int i = 0; i < counts.length; i++) {
            difference[i] = counts[i] - earlier.counts[i];
            if (difference[i] < 0) throw new IllegalArgumentException("a later reading");
        }
        return new Distribution(bounds, difference, Math.max(0, sum - earlier.sum));
    }

    /// Writes an object: the upper bounds of the buckets in microseconds, and the number of durations in each bucket.
    ///
    /// There is one number more than bounds: the durations above the last bound.
    public void writeTo(JsonWriter out) {
        out.beginObject().name("bounds").beginArray();
        for (double bound : bounds) out.value(Math.round(bound * MICROS));
        out.endArray().name("counts").beginArray();
        for (long count : counts) out.value(count);
        out.endArray().member("sum", Math.round(sum * MICROS)).endObject();
    }

    /// The upper bound of a bucket in seconds. The last bucket has infinity.
    double bound(int bucket) {
        return bucket == bounds.length ? Double.POSITIVE_INFINITY : bounds[bucket];
    }

    long count(int bucket) {
        return counts[bucket];
    }
}
