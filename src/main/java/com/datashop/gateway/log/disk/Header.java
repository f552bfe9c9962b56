package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.EventId;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The beginning of a segment's file, with the segment's place in the log. All numbers are big-endian.
///
/// ```
///    0  "LOGSSE01"   8
///    8  origin      16   the place before the first event that this log ever held
///   24  base        16   the place right before this segment's first event
///   40  major        8   of the ids of its events
///   48  created      8   milliseconds since 1970
///   56  CRC32C       4   of the bytes before
/// ```
///
/// The bases show where events are missing. A segment whose events end before the base of the next one has lost the
/// events between.
/// Events beyond the base of the next segment never became part of the log: their write failed, and was refused.
///
/// @param createdAt milliseconds since 1970
record Header(EventId origin, EventId base, long major, long createdAt) {
    static final int BYTES = 60;

    private static final long MAGIC = 0x4C4F475353453031L;

    byte[] encoded() {
        var bytes = ByteBuffer.allocate(BYTES).putLong(MAGIC)
                .putLong(origin.major()).putLong(origin.minor()).putLong(base.major()).putLong(base.minor())
                .putLong(major).putLong(createdAt);
        return bytes.putInt(checksum(bytes.array())).array();
    }

    /// Reads a header; empty when the bytes are not a whole one.
    static Optional<Header> decode(byte[] bytes, int length) {
        var in = ByteBuffer.wrap(bytes);
        if (length < BYTES || in.getLong() != MAGIC) return Optional.empty();
        var origin = new EventId(in.getLong(), in.getLong());
        var base = new EventId(in.getLong(), in.getLong());
        var header = new Header(origin, base, in.getLong(), in.getLong());
        return in.getInt() == checksum(bytes) ? Optional.of(header) : Optional.empty();
    }

    private static int checksum(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes, 0, BYTES - 4);
        return (int) crc.getValue();
    }
}
