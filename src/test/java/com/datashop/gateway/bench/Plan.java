package com.datashop.gateway.bench;

import java.util.concurrent.TimeUnit;

/// How long and how often.
///
/// @param runs of which the median counts
/// @param seconds one run of a workload takes
/// @param warmUp before the first one, in seconds
/// @param subscribers of the fan-out
/// @param streams that are idle, or that all get one event
/// @param dataBytes of an event
record Plan(int runs, double seconds, double warmUp, int subscribers, int streams, int dataBytes) {
    static final Plan FULL = new Plan(3, 4, 4, 1000, 10_000, 230);
    static final Plan QUICK = new Plan(3, 1, 1.5, 500, 2000, 230);

    static final Plan SCALING = new Plan(3, 2, 3, 0, 0, 230);

    Plan withRuns(int other) {
        return new Plan(other, seconds, warmUp, subscribers, streams, dataBytes);
    }

    Plan withStreams(int other) {
        return new Plan(runs, seconds, warmUp, subscribers, other, dataBytes);
    }

    long nanoseconds() {
        return nanoseconds(seconds);
    }

    static long nanoseconds(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }
}
