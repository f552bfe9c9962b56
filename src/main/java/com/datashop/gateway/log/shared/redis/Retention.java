package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.event.EventId;
import java.io.IOException;
import java.time.Duration;

/// How much of the stream is kept, and what there is of it.
///
/// Redis trims a stream by the number of its entries, so what `RETENTION_BYTES` are is worked out from what the entries take on average, as they are now.
final class Retention {
    private static final Duration MEASURE_PERIOD = Duration.ofSeconds(5);
    /// Until the stream has been measured.
    private static final long ENTRY_BYTES = 300;
    /// So many are kept whatever they take: a reader is to have a chance.
    private static final long LEAST_ENTRIES = 1000;

    private final RedisSettings settings;
    private final Frontier frontier = new Frontier();
    private volatile EventId floor = EventId.ZERO;
    private volatile long held;
    private volatile long bytes;
    private volatile long entryBytes = ENTRY_BYTES;
    private long measuredAt = System.nanoTime() - MEASURE_PERIOD.toNanos();

    Retention(RedisSettings settings) {
        this.settings = settings;
    }

    /// Asks what the stream holds.
    Extent learn(Connection connection) throws IOException {
        var extent = Extent.of(connection, settings.stream());
        floor = extent.floor();
        held = extent.entries();
        frontier.last(extent.last());
        return extent;
    }

    /// Now and then drops what is too old, and measures what is left.
    void enforce(Connection connection) throws IOException {
        if (System.nanoTime() - measuredAt < MEASURE_PERIOD.toNanos()) return;
        measuredAt = System.nanoTime();
        if (settings.retentionAge() != null) {
            long oldest = Math.max(0, System.currentTimeMillis() - settings.retentionAge().toMillis());
            Connection.checked(connection.ask(RedisCommand.of("XTRIM", settings.stream(), "MINID", "~", String.valueOf(oldest))));
        }
        // It is no harm when the user may not ask: then the guess stands.
        if (connection.ask(RedisCommand.of("MEMORY", "USAGE", settings.stream())) instanceof RedisReply.Number(long used)) {
            bytes = used;
            if (held >= LEAST_ENTRIES / 10) entryBytes = Math.max(1, used / held);
        }
    }

    /// How far the stream has come.
    Frontier frontier() {
        return frontier;
    }

    /// How many entries the stream is to have, about.
    long entries() {
        return Math.max(LEAST_ENTRIES, settings.retentionBytes() / entryBytes);
    }

    /// The place below which there is nothing, as it was a moment ago.
    EventId floor() {
        return floor;
    }

    /// How many entries there are.
    long held() {
        return held;
    }

    /// What they take of the memory of Redis; 0 when it does not say.
    long bytes() {
        return bytes;
    }
}
