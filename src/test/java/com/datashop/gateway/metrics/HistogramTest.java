package com.datashop.gateway.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Holds histograms to the edges of their buckets, to the error of their quantiles, and to one truth in each scrape.
class HistogramTest {
    private static final double[] BOUNDS =
            {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    private static final long SECOND = 1_000_000_000;
    private static final int THREADS = 8;

    @Test
    void aBucketHasItsUpperBoundAndNotTheOneBelow() {
        for (var bounds : List.of(BOUNDS, new double[] {1}, new double[] {1e-9, 2e-9, 3e-9, 4e-9, 5e-9},
                new double[] {0.001, 31_536_000}, powersOfTwo())) {
            for (int i = 0; i < bounds.length; i++) {
                long bound = Math.round(bounds[i] * SECOND);
                assertEquals(i, bucketOf(bounds, bound), "the bound itself, " + bounds[i]);
                assertEquals(i + 1, bucketOf(bounds, bound + 1), "just above " + bounds[i]);
                assertEquals(i > 0 && Math.round(bounds[i - 1] * SECOND) == bound - 1 ? i - 1 : i,
                        bucketOf(bounds, bound - 1), "just below " + bounds[i]);
            }
        }
    }

    @Test
    void everyDurationFindsTheBucketThatASimpleSearchFinds() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            var bounds = random.doubles(1 + random.nextInt(64), 1, 16).mapToLong(power -> (long) Math.pow(10, power))
                    .sorted().distinct()
                    .mapToDouble(nanoseconds -> nanoseconds / 1e9).toArray();
            for (int i = 0; i < 50; i++) {
                long duration = random.nextLong() >>> random.nextInt(1, 64);
                int expected = (int) Arrays.stream(bounds)
                        .filter(bound -> Math.round(bound * SECOND) < duration).count();
                assertEquals(expected, bucketOf(bounds, duration), () -> "seed " + seed + ", " + duration + " ns in "
                        + Arrays.toString(bounds));
            }
        }
    }

    @Test
    void theEndsOfTheRangeAreCounted() {
        assertEquals(0, bucketOf(BOUNDS, 0));
        assertEquals(0, bucketOf(BOUNDS, 1));
        assertEquals(BOUNDS.length, bucketOf(BOUNDS, Long.MAX_VALUE));
    }

    @Test
    void aNegativeDurationCountsAsNone() {
        var histogram = new Histogram(BOUNDS);
        histogram.record(-1);
        histogram.record(Long.MIN_VALUE);
        assertEquals(2, histogram.distribution().count());
        assertEquals(0, histogram.distribution().sum());
        assertEquals(2, histogram.distribution().count(0));
    }

    @Test
    void theSumIsInSecondsAndDoesNotWrap() {
        var histogram = new Histogram(BOUNDS);
        histogram.record(1_500_000_000);
        histogram.record(1);
        assertEquals(1.500000001, histogram.distribution().sum());
        histogram.record(Long.MAX_VALUE);
        histogram.record(Long.MAX_VALUE);
        assertEquals(2 * 9.223372036854776E9, histogram.distribution().sum(), 2);
    }

    @Test
    void badBoundsAreRefused() {
        for (var bounds : List.of(new double[0], new double[65], new double[] {0}, new double[] {-1},
                new double[] {1, 1}, new double[] {2, 1},
                new double[] {Double.NaN}, new double[] {Double.POSITIVE_INFINITY}, new double[] {1e-10},
                        new double[] {1e-9, 1.2e-9}, new double[] {4e7}))
            assertThrows(IllegalArgumentException.class, () -> new Histogram(bounds), () -> Arrays.toString(bounds));
    }

    @Test
    void theBoundsAreTheConstructorsForGood() {
        var bounds = new double[] {1, 2};
        var histogram = new Histogram(bounds);
        bounds[0] = 3;
        histogram.record(SECOND);
        assertEquals(1, histogram.distribution().quantile(1));
    }

    @Test
    void aQuantileIsInTheBucketOfTheTrueOne() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            var histogram = new Histogram(BOUNDS);
            var durations = random.doubles(1 + random.nextInt(2000), Math.log(1e3), Math.log(2e10))
                    .mapToLong(log -> (long) Math.exp(log)).sorted().toArray();
            for (long duration : durations) histogram.record(duration);
            for (double share : new double[] {0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1}) {
                double real = durations[(int) Math.max(0, Math.ceil(share * durations.length) - 1)] / 1e9;
                double estimate = histogram.distribution().quantile(share);
                double from = Arrays.stream(BOUNDS).filter(bound -> bound < real).max().orElse(0);
                double to = Arrays.stream(BOUNDS).filter(bound -> bound >= real).min().orElse(10);
                assertTrue(estimate >= Math.min(from, to) && estimate <= to,
                        () -> "seed " + seed + ": the " + share + " quantile is " + real + ", the estimate "
                        + estimate);
            }
        }
    }

    @Test
    void aQuantileIsInterpolatedWithinItsBucket() {
        var histogram = new Histogram(1, 2, 4);
        for (int i = 0; i < 4; i++) histogram.record(3 * SECOND);
        var distribution = histogram.distribution();
        assertEquals(2.5, distribution.quantile(0.25));
        assertEquals(3, distribution.quantile(0.5));
        assertEquals(4, distribution.quantile(1));
        assertEquals(2.5, distribution.quantile(0));
    }

    @Test
    void roundingDoesNotLiftAQuantileOutOfItsBucket() {
        for (double bound : BOUNDS) {
            var histogram = new Histogram(BOUNDS);
            for (int count = 1; count <= 50; count++) {
                histogram.record(Math.round(bound * SECOND));
                assertEquals(bound, histogram.distribution().quantile(1), 1e-12);
                assertTrue(histogram.distribution().quantile(1) <= bound, count + " durations of " + bound + " s");
            }
        }
    }

    @Test
    void aQuantileAboveTheLastBoundIsThatBound() {
        var histogram = new Histogram(1, 2);
        histogram.record(100 * SECOND);
        assertEquals(2, histogram.distribution().quantile(0.5));
    }

    @Test
    void anEmptyHistogramHasNoQuantile() {
        var empty = new Histogram(BOUNDS).distribution();
        assertEquals(Double.NaN, empty.quantile(0.5));
        assertEquals(0, empty.count());
        assertEquals(0, empty.sum());
    }

    @Test
    void aShareOutsideOfZeroToOneIsRefused() {
        for (double share : new double[] {-0.1, 1.1, 99, Double.NaN})
            assertThrows(IllegalArgumentException.class, () -> new Histogram(1).distribution().quantile(share));
    }

    @Test
    void twoReadingsTellWhatCameBetweenThem() {
        var histogram = new Histogram(1, 2, 4);
        for (int i = 0; i < 1000; i++) histogram.record(SECOND / 2);
        var before = histogram.distribution();
        histogram.record(3 * SECOND);
        var after = histogram.distribution();
        assertEquals(1, after.since(before).count());
        assertEquals(3, after.since(before).sum(), 1e-9);
        assertEquals(4, after.since(before).quantile(0.5));
        assertThrows(IllegalArgumentException.class, () -> before.since(after));
        assertThrows(IllegalArgumentException.class, () -> after.since(new Histogram(1, 2, 4).distribution()));
    }

    @Test
    void everyScrapeDuringRecordingIsConsistent() throws InterruptedException {
        var registry = new Registry();
        var histogram = registry.declare("took_seconds", "How long.", new Histogram(0.5, 1, 2));
        int times = 300_000;
        var recording = new AtomicInteger(THREADS - 1);
        var scrapes = new AtomicInteger();
        var duringRecording = new AtomicInteger();
        Threads.run(THREADS, thread -> {
            if (thread > 0) {
                for (int i = 0; i < times; i++) histogram.record(SECOND);
                recording.decrementAndGet();
                return;
            }
            double before = 0;
            do {
                // the reader compares the count with the +Inf bucket
                var samples = Scrape.of(registry).family("took_seconds").samples();
                double count = samples.getLast().value();
                assertTrue(count >= before, "the count fell");
                assertEquals(0, samples.get(0).value());
                assertTrue(samples.get(4).value() <= count, "a second each: the sum is ahead of the count");
                for (int i = 0; i < 1000; i++) {
                    var reading = histogram.distribution();
                    assertTrue(reading.sum() <= reading.count(), "a second each: the sum is ahead of the count");
                }
                if (count > 0 && count < (THREADS - 1.0) * times) duringRecording.incrementAndGet();
                before = count;
                scrapes.incrementAndGet();
            } while (recording.get() > 0);
        });
        assertTrue(scrapes.get() > 0);
        assertTrue(duringRecording.get() > 0, "no scrape fell into the recording");
        var end = histogram.distribution();
        assertEquals((THREADS - 1L) * times, end.count());
        assertEquals((THREADS - 1.0) * times, end.sum());
    }

    private static int bucketOf(double[] bounds, long nanoseconds) {
        var histogram = new Histogram(bounds);
        histogram.record(nanoseconds);
        var distribution = histogram.distribution();
        return IntStream.rangeClosed(0, bounds.length).filter(i -> distribution.count(i) == 1).findFirst()
                .orElseThrow();
    }

    private static double[] powersOfTwo() {
        return IntStream.range(0, 54).mapToDouble(power -> (1L << power) / 1e9).toArray();
    }
}
