package com.datashop.gateway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The histogram against the durations themselves.
class LatenciesTest {
    @Test
    void aQuantileIsTheExactOneRoundedUpByLessThanOnePercent() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var exact = random.longs(50_000).map(bits -> (bits & Long.MAX_VALUE) >>> random.nextInt(64)).toArray();
        var latencies = new Latencies();
        for (long duration : exact) latencies.record(duration);
        Arrays.sort(exact);
        for (double part : new double[] {0.00001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1}) {
            long expected = exact[(int) Math.ceil(part * exact.length) - 1];
            long actual = latencies.quantile(part);
            assertTrue(actual >= expected && actual <= expected * 1.01, part + ": " + actual + " for " + expected
                    + ", seed " + seed);
        }
        assertEquals(exact[exact.length - 1], latencies.max());
        assertEquals(exact[exact.length - 1], latencies.quantile(1));
    }

    @Test
    void whatTwoRecordedIsWhatOneWouldHave() {
        var one = new Latencies();
        var two = new Latencies();
        var all = new Latencies();
        for (int i = 0; i < 1000; i++) {
            (i % 3 == 0 ? one : two).record(i * 1000L);
            all.record(i * 1000L);
        }
        one.add(two);
        assertEquals(all.count(), one.count());
        assertEquals(all.max(), one.max());
        for (double part = 0.01; part < 1; part += 0.01) assertEquals(all.quantile(part), one.quantile(part));
    }

    @Test
    void howManyWereLongerIsCounted() {
        var latencies = new Latencies();
        for (int i = 1; i <= 100; i++) latencies.record(i * 1_000_000L);
        assertEquals(50, latencies.above(50_400_000), 1);
        assertEquals(0, latencies.above(100_000_000));
    }

    @Test
    void whatComesBeforeItsTimeTookNone() {
        var latencies = new Latencies();
        latencies.record(-5);
        assertEquals(1, latencies.count());
        assertEquals(0, latencies.quantile(1));
    }

    @Test
    void nothingRecordedIsNothing() {
        assertEquals(0, new Latencies().quantile(0.5));
    }
}
