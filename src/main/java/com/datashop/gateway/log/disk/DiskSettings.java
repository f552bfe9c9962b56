package com.datashop.gateway.log.disk;

import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.LogSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// The settings of the log on disk.
///
/// @param directory it is made when it does not exist
/// @param retentionBytes the most bytes of all segments; the oldest segment goes first
/// @param retentionAge how long events are kept at least, and not much longer; null for as long as there is room
public record DiskSettings(Path directory, Fsync fsync, long retentionBytes, Duration retentionAge)
        implements LogSettings {
    private static final int SEGMENTS = 64;
    private static final long LEAST_SEGMENT = 64 << 10;
    private static final long MOST_SEGMENT = 64 << 20;
    /// Events may be kept longer by this part of the age, because whole segments are deleted.
    private static final int AGE_SHARE = 24;

    /// The size at which a segment is full, in bytes. It is a small part of the log, since whole segments are deleted.
    long segmentBytes() {
        return Math.clamp(retentionBytes / SEGMENTS, LEAST_SEGMENT, MOST_SEGMENT);
    }

    /// The age at which a segment ends, full or not; null for never.
    Duration segmentAge() {
        return retentionAge == null ? null : retentionAge.dividedBy(AGE_SHARE);
    }

    @Override
    public EventLog open(long now, long warmBytes, int bodyBytes) throws IOException {
        return DiskLog.open(this, now, warmBytes);
    }
}
