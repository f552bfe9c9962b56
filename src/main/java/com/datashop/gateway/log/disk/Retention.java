package com.datashop.gateway.log.disk;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;

/// Decides when a segment is full and which segments are too old, and deletes them. Only the log's writer uses it.
final class Retention {
    private static final System.Logger LOG = System.getLogger(Retention.class.getName());

    private final DiskSettings settings;
    private final Volume volume;
    private final SegmentFiles segments;

    Retention(DiskSettings settings, Volume volume, SegmentFiles segments) {
        this.settings = settings;
        this.volume = volume;
        this.segments = segments;
    }

    /// Whether the log should go on in a new segment, because this one is large or old enough.
    boolean isFull(Segment segment) {
        if (segment.mark().length() == Header.BYTES) return false;
        var age = settings.segmentAge();
        if (segment.mark().length() >= settings.segmentBytes()) return true;
        return age != null && System.currentTimeMillis() - segment.header().createdAt() > age.toMillis();
    }

    /// Whether segments must be closed by their age, even when nobody publishes.
    boolean isByAge() {
        return settings.retentionAge() != null;
    }

    /// Deletes the oldest segments while they are too old, or take too much together with a full last segment.
    ///
    /// @param written the bytes of the last segment
    void trim(long written) {
        long room = Math.max(0, settings.segmentBytes() - written);
        while (segments.all().size() > 1) {
            var oldest = segments.all().getFirst();
            long closedAt = segments.all().get(1).header().createdAt();
            boolean old = settings.retentionAge() != null
                    && System.currentTimeMillis() - closedAt > settings.retentionAge().toMillis();
            if (!old && segments.bytes() + room <= settings.retentionBytes()) return;
            delete(oldest);
        }
    }

    /// Deletes closed segments without events. The next segment begins at the same place, or later.
    void deleteEmpty() {
        var all = segments.all();
        for (var segment : all.subList(0, all.size() - 1)) if (segment.mark().length() <= Header.BYTES) delete(segment);
    }

    private void delete(Segment segment) {
        segments.remove(segment);
        try {
            volume.delete(segment.name());
            volume.delete(Index.name(segment.number()));
        } catch (IOException left) {
            LOG.log(WARNING, "event=log-not-deleted file=" + segment, left);
        }
    }
}
