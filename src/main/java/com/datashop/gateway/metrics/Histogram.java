package com.datashop.gateway.metrics;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/// Measures how long something takes: it counts durations by bucket, and sums them.
///
/// Any thread may record at any time, without a lock: it adds to the counter of the bucket, then to the sum. There is
/// no counter of all durations. The count is the sum of the buckets, so the two can not differ within one reading.
///
/// A bucket counts the durations above the bound before it, up to and including its own bound. The last bucket counts
/// the rest. Nothing else is kept of a duration, so a quantile is known to within the width of one bucket.
public final class Histogram extends Metric {
    private static final double NANOS = 1e9;
    /// The most bounds. Each makes a series, which has to be scraped and stored.
    private static final int MAX_BOUNDS = 64;

    private final double[] seconds;
    private final long[] bounds;
    /// The first bucket that a duration of each bit length may be in. From there the search takes a step or two.
    private final byte[] first = new byte[Long.SIZE];
    private final LongAdder[] counts;
    /// The sum in nanoseconds. It is exact for the first 104 days, and then rounded to 16 digits.
    ///
    /// A long would wrap after 292 years of duration. A million events a second that are each 100 s late would reach
    /// that in a minute and a half.
    private final DoubleAdder sum = new DoubleAdder();

    /// @param seconds the buckets' upper bounds, ascending: 1 to 64 of them, each from a nanosecond to a year
    /// @throws IllegalArgumentException when they are not
    public Histogram(double... seconds) {
        if (seconds.length == 0 || seconds.length > MAX_BOUNDS)
            throw new IllegalArgumentException(seconds.length + " bounds: 1 to " + MAX_BOUNDS);
        this.seconds = seconds.clone();
        bounds = new long[seconds.length];
        counts = new LongAdder[seconds.length + 1];
        for (int i = 0; i < counts.length; i++) counts[i] = new LongAdder();
        for (int i = 0; i < seconds.length; i++) {
            if (!(seconds[i] >= 1 / NANOS && seconds[i] <= 365 * 24 * 3600))
                throw new IllegalArgumentException("a bound of " + seconds[i] + " s: a nanosecond to a year");
            bounds[i] = Math.round(seconds[i] * NANOS);
            if (i > 0 && bounds[i] <= bounds[i - 1])
                throw new IllegalArgumentException("bounds do not ascend at " + seconds[i] + " s");
        }
        for (int bits = 1; bits < first.length; bits++) first[bits] = (byte) bucket(first[bits - 1], 1L << bits - 1);
    }

    /// Counts one duration.
    ///
    /// @param nanoseconds the duration; a negative one, which two clocks may give, counts as 0
    public void record(long nanoseconds) {
        long duration = Math.max(0, nanoseconds);
        counts[bucket(first[Long.SIZE - Long.numberOfLeadingZeros(duration)], duration)].increment();
        sum.add(duration);
    }

    /// All durations since the process started.
    public Distribution distribution() {
        // The sum is read first, because it is added to last. So each duration in the sum is in the counts too.
        double total = sum.sum() / NANOS;
        var read = new long[counts.length];
        for (int i = 0; i < read.length; i++) read[i] = counts[i].sum();
        return new Distribution(seconds, read, total);
    }

    @Override
    Kind kind() {
        return Kind.HISTOGRAM;
    }

    @Override
    void writeTo(Exposition out, String name) {
        var now = distribution();
        long count = 0;
        for (int i = 0; i <= bounds.length; i++) {
            count += now.count(i);
            out.sample(name + "_bucket", "{" + Labels.pair("le", Exposition.number(now.bound(i))) + "}", count);
        }
        out.sample(name + "_sum", "", now.sum());
        out.sample(name + "_count", "", count);
    }

    private int bucket(int from, long duration) {
        int i = from;
        while (i < bounds.length && duration > bounds[i]) i++;
        return i;
    }
}
