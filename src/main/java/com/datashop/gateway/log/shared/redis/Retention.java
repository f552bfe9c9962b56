package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.event.EventId;
import java.io.IOException;
import java.time.Duration;

/// Decides how much of the stream is kept, and knows how much there is.
///
/// Redis trims a stream by the number of its entries. So `RETENTION_BYTES` is divided by the average size of the
/// present entries.
final class Retention {
    private static final Duration MEASURE_PERIOD = Duration.ofSeconds(5);
    /// The size of an entry until the stream has been measured.
    private static final long ENTRY_BYTES = 300;
    /// The number of entries that are kept whatever their size, so that readers have a chance.
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

    /// Asks for the extent of the stream, and remembers it.
    Extent learn(Connection connection) throws IOException {
        var extent = Extent.of(connection, settings.stream());
        floor = extent.floor();
        held = extent.entries();
        frontier.last(extent.last());
        return extent;
    }

    /// Drops entries that are too old, and measures the others. It does this every five seconds at most.
    void enforce(Connection connection) throws IOException {
        if (System.nanoTime() - measuredAt < MEASURE_PERIOD.toNanos()) return;
        measuredAt = System.nanoTime();
        if (settings.retentionAge() != null) {
            long oldest = Math.max(0, System.currentTimeMillis() - settings.retentionAge().toMillis());
            var trim = RedisCommand.of("XTRIM", settings.stream(), "MINID", "~", String.valueOf(oldest));
            Connection.checked(connection.ask(trim));
        }
        // The user may lack the right to ask. Then the estimate stays as it is, which does no harm.
        var usage = connection.ask(RedisCommand.of("MEMORY", "USAGE", settings.stream()));
        if (usage instanceof RedisReply.Number(long used)) {
            bytes = used;
            if (held >= LEAST_ENTRIES / 10) entryBytes = Math.max(1, used / held);
        }
    }

    /// How far the stream has come, and how far it is read.
    Frontier frontier() {
        return frontier;
    }

    /// About how many entries the stream may have.
    long entries() {
        return Math.max(LEAST_ENTRIES, settings.retentionBytes() / entryBytes);
    }

    /// The place below which the stream has nothing, as of a moment ago.
    EventId floor() {
        return floor;
    }

    /// The number of entries.
    long held() {
        return held;
    }

    /// The memory that they take in Redis, in bytes; 0 when Redis does not say.
    long bytes() {
        return bytes;
    }
}
