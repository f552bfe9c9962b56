package com.datashop.gateway.log.disk;

import java.nio.file.Path;
import java.time.Duration;

/// What an operator can say of the log on disk.
///
/// @param directory made when it is not there
/// @param retentionBytes what the segments may hold; the oldest goes first
/// @param retentionAge how long events are kept at least, and not much longer; null for as long as there is room
/// @param warmBytes how much of the newest is handed over at the start
public record DiskSettings(Path directory, Fsync fsync, long retentionBytes, Duration retentionAge, long warmBytes) {
    private static final int SEGMENTS = 64;
    private static final long LEAST_SEGMENT = 64 << 10;
    private static final long MOST_SEGMENT = 64 << 20;
    /// Of the time that events are kept, how much longer they may be because they go by the segment.
    private static final int AGE_SHARE = 24;

    /// When a segment is full, in bytes: of what is kept so little goes at a time.
    long segmentBytes() {
        return Math.clamp(retentionBytes / SEGMENTS, LEAST_SEGMENT, MOST_SEGMENT);
    }

    /// When a segment is old, full or not; null for never.
    Duration segmentAge() {
        return retentionAge == null ? null : retentionAge.dividedBy(AGE_SHARE);
    }
}
