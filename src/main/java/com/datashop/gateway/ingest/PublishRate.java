package com.datashop.gateway.ingest;

import com.datashop.gateway.ingest.Declined.Reason;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// How many events a second each publisher may publish: a token bucket for each service token.
///
/// A bucket holds two seconds' worth. A batch is let in while the bucket is not empty, and may take it into debt, which
/// is paid before the next: so a batch larger than the bucket is not refused for ever, and the rate holds all the same.
public final class PublishRate {
    private static final int BURST_SECONDS = 2;
    private static final double NANOS = 1e9;

    private final int eventsPerSecond;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /// @param eventsPerSecond 0 for no limit
    public PublishRate(int eventsPerSecond) {
        this.eventsPerSecond = eventsPerSecond;
    }

    /// Takes the events, or none, out of the publisher's bucket.
    ///
    /// @return how the bucket stands then; empty when there is no limit
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

    /// How the bucket stands.
    ///
    /// @param left events that may come at once
    /// @param seconds until it is not empty; at least 1 when it is
    private record Taken(boolean allowed, long left, long seconds) { }

    private static final class Bucket {
        private final int rate;
        private double level;
        private long filledAt;

        Bucket(int rate, long now) {
            this.rate = rate;
            level = (double) rate * BURST_SECONDS;
            filledAt = now;
        }

        synchronized Taken take(int events, long now) {
            level = Math.min((double) rate * BURST_SECONDS, level + (now - filledAt) / NANOS * rate);
            filledAt = now;
            boolean allowed = level >= 1;
            if (allowed) level -= events;
            return new Taken(allowed, Math.max(0, (long) level), level >= 1 ? 0 : (long) Math.ceil((1 - level) / rate));
        }
    }
}
