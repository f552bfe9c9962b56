package com.datashop.gateway.log.shared.kafka;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Lookback;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;

/// Reads the past of the topic: stretches forwards, and windows of records backwards.
final class KafkaLookback implements Lookback<Partition> {
    /// The bytes that are fetched at a time.
    static final int PAGE_BYTES = 256 << 10;

    private final Cluster cluster;
    private final Lives lives;
    private final ReadBounds bounds;

    KafkaLookback(Cluster cluster, Lives lives, ReadBounds bounds) {
        this.cluster = cluster;
        this.lives = lives;
        this.bounds = bounds;
    }

    @Override
    public EventId floor() {
        return lives.floor();
    }

    @Override
    public Partition connect() throws IOException {
        return cluster.connect();
    }

    @Override
    public boolean issued(EventId id) {
        return lives.issued(id);
    }

    @Override
    public Forwards<Partition> forwards(Predicate<Channel> wanted) {
        return new TopicForwards(lives, bounds, wanted);
    }

    @Override
    public Backwards<Partition> backwards(Predicate<Channel> wanted, EventId from) {
        return new TopicBackwards(lives, bounds, wanted, from);
    }

    /// Looks by the time that each record has in Kafka, which is that of its arrival, about.
    @Override
    public Optional<EventId> since(Partition partition, long milliseconds) throws IOException {
        var spot = partition.since(milliseconds);
        var first = spot.offset() < 0 ? null : lives.first(partition, spot.offset());
        return Optional.ofNullable(first).map(EventId::previous);
    }
}
