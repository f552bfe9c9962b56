package com.datashop.gateway.ingest;

import com.datashop.gateway.ingest.Declined.Reason;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Limits the events a second of each publisher: a token bucket for each service token.
///
/// A bucket holds the events of two seconds. A batch is let in while the bucket is not empty, and may take it into
/// debt. The debt is paid before the next batch. So a batch larger than the bucket is not refused for ever, and the
/// rate still holds.
public final class PublishRate {
    private static final int BURST_SECONDS = 2;
    private static final double NANOS = 1e9;

    private final int eventsPerSecond;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /// @param eventsPerSecond 0 for no limit
    public PublishRate(int eventsPerSecond) {
        this.eventsPerSecond = eventsPerSecond;
    }

    /// Takes the events out of the publisher's bucket, all of them or none.
    ///
    /// @return the state of the bucket after that; empty when there is no limit
    /// @throws Declined when it was empty
    Optional<RateStanding> take(String publisher, int events) throws Declined {
        if (eventsPerSecond == 0) return Optional.empty();
        // There are as many buckets as service tokens.
        var bucket = buckets.computeIfAbsent(publisher, _ -> new Bucket(eventsPerSecond, System.nanoTime()));
        var taken = bucket.take(events, System.nanoTime());
        var standing = new RateStanding(eventsPerSecond * (long) BURST_SECONDS, BURST_SECONDS, taken.left(),
                taken.seconds());
        if (taken.allowed()) return Optional.of(standing);
        throw new Declined(Reason.OVER_RATE, "this service token publishes more than the " + eventsPerSecond
                + " events a second that PUBLISH_RATE allows").retryAfter(taken.seconds()).standing(standing);
    }

    /// The state of a bucket.
    ///
    /// @param left the events that may come at once
    /// @param seconds the seconds until it is not empty; at least 1 when it is empty
    private record BucketState(boolean allowed, long left, long seconds) { }

    private static final class Bucket {
        private final int rate;
        private double level;
        private long filledAt;

        Bucket(int rate, long now) {
            this.rate = rate;
            level = (double) rate * BURST_SECONDS;
            filledAt = now;
        }

        synchronized BucketState take(int events, long now) {
            level = Math.min((double) rate * BURST_SECONDS, level + (now - filledAt) / NANOS * rate);
            filledAt = now;
            boolean allowed = level >= 1;
            if (allowed) level -= events;
            long seconds = level >= 1 ? 0 : (long) Math.ceil((1 - level) / rate);
            return new BucketState(allowed, Math.max(0, (long) level), seconds);
        }
    }
}
