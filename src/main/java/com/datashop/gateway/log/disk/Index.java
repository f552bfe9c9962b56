package com.datashop.gateway.log.disk;

import com.datashop.gateway.event.EventId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// Says which channels a closed segment has, and where their records are. It is a file beside the segment's file.
///
/// All numbers are big-endian.
///
/// ```
///   part       directory   20 for each channel, sorted by its three hashes (ChannelHash)
///                            0 service 4   4 workspace 4   8 resource 4   12 first posting 4   16 postings 4
///              postings     4 for each record: where it begins, counted from the part's first record, in bytes
///   part ...
///   table      56 for each part
///                            0 position 8   8 channels 4   12 records 4   16 from 8   24 to 8   32 last minor 8
///                           40 newest timestamp 8   48 oldest timestamp 8
///   trailer     0 "LOGIDX02" 8   8 number 8   16 base 16   32 major 8   40 length 8   48 last 16
///              64 newest timestamp 8   72 table 8   80 parts 4   84 CRC32C of all before 4
/// ```
///
/// A part covers some ten thousand records that follow one another. So making and reading it takes little memory,
/// however many channels there are. The index is certain about what a segment does not have: it exists only for a
/// segment without a hole, whose last event is the base of the next one. Where it names a record, the record itself
/// must confirm that. When there is no sound index, the records are read one after the other.
///
/// @param length where the last record ends, in bytes
/// @param last the id of the last event
record Index(String name, long length, EventId last, EventId base, List<Part> parts) {
    static final long MAGIC = 0x4C4F474944583032L;
    static final int ENTRY_BYTES = 20;
    static final int POSTING_BYTES = 4;
    static final int ROW_BYTES = 56;
    static final int TRAILER_BYTES = 88;

    private static final Pattern NAME = Pattern.compile("([0-9]{16})\\.idx");
    /// The name of the index of the segment with this number.
    static String name(long number) {
        return String.format("%016d.idx", number);
    }

    /// The number of the segment that a file of this name belongs to; -1 when it is not an index.
    static long number(String name) {
        var parts = NAME.matcher(name);
        return parts.matches() ? Long.parseLong(parts.group(1)) : -1;
    }

    /// Reads the index of a segment. Empty when there is none, it is not sound, or it does not cover all of the
    /// segment.
    ///
    /// @param following the base of the next segment
    static Optional<Index> load(Volume volume, Segment segment, EventId following, byte[] window) throws IOException {
        String name = name(segment.number());
        try (var in = volume.open(name)) {
            long size = in.length();
            if (size < TRAILER_BYTES) return Optional.empty();
            var trailer = new byte[TRAILER_BYTES];
            if (in.read(size - TRAILER_BYTES, trailer, 0, TRAILER_BYTES) < TRAILER_BYTES) return Optional.empty();
            var fields = ByteBuffer.wrap(trailer);
            var expected = ByteBuffer.allocate(40).putLong(MAGIC).putLong(segment.number())
                    .putLong(segment.base().major()).putLong(segment.base().minor()).putLong(segment.header().major());
            if (!Arrays.equals(trailer, 0, 40, expected.array(), 0, 40)) return Optional.empty();
            long length = fields.getLong(40);
            var last = new EventId(fields.getLong(48), fields.getLong(56));
            long table = fields.getLong(72);
            int parts = fields.getInt(80);
            if (!last.equals(following) || length > segment.mark().length()) return Optional.empty();
            if (parts < 1 || table != size - TRAILER_BYTES - (long) parts * ROW_BYTES) return Optional.empty();
            if (checksum(in, size - 4, window) != fields.getInt(84)) return Optional.empty();
            var rows = new byte[parts * ROW_BYTES];
            if (in.read(table, rows, 0, rows.length) < rows.length) return Optional.empty();
            var read = rows(ByteBuffer.wrap(rows), segment.header().major());
            return Optional.of(new Index(name, length, last, segment.base(), read));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    private static int checksum(Volume.Input in, long length, byte[] window) throws IOException {
        var crc = new CRC32C();
        for (long at = 0; at < length; ) {
            int read = in.read(at, window, 0, (int) Math.min(window.length, length - at));
            if (read == 0) break;
            crc.update(window, 0, read);
            at += read;
        }
        return (int) crc.getValue();
    }

    private static List<Part> rows(ByteBuffer rows, long major) {
        var parts = new ArrayList<Part>();
        while (rows.hasRemaining()) {
            parts.add(new Part(rows.getLong(), rows.getInt(), rows.getInt(), rows.getLong(), rows.getLong(),
                    new EventId(major, rows.getLong()), rows.getLong(), rows.getLong()));
        }
        return List.copyOf(parts);
    }

    /// A run of the segment's records.
    ///
    /// @param position its position in the index, in bytes
    /// @param from the position of its first record in the segment, in bytes
    /// @param to the end of its last record
    /// @param last the id of its last event
    /// @param newestTimestamp of all events of the segment up to there, in milliseconds since 1970
    /// @param oldestTimestamp of the events of this part
    record Part(long position, int channels, int records, long from, long to, EventId last, long newestTimestamp,
            long oldestTimestamp) { }

    /// The part with this byte of the segment; null when no part has it.
    Part part(long offset) {
        for (var part : parts) if (offset < part.to()) return offset >= part.from() ? part : null;
        return null;
    }

    /// The place right before a part's first event.
    EventId base(Part part) {
        int number = parts.indexOf(part);
        return number == 0 ? base : parts.get(number - 1).last();
    }

    /// The newest timestamp of the segment's events, in milliseconds since 1970.
    long newestTimestamp() {
        return parts.getLast().newestTimestamp();
    }

    /// The place up to which every event is older; the base when even the first event may not be older.
    EventId olderUpTo(long milliseconds) {
        var place = base;
        for (var part : parts) {
            if (part.newestTimestamp() >= milliseconds) return place;
            place = part.last();
        }
        return place;
    }

    /// The place up to which events may be older. All events after it, up to `upTo`, are not.
    EventId until(long milliseconds, EventId upTo) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            boolean beyond = i > 0 && !upTo.isAfter(parts.get(i - 1).last());
            if (!beyond && parts.get(i).oldestTimestamp() < milliseconds)
                return EventId.min(upTo, parts.get(i).last());
        }
        return EventId.min(upTo, base);
    }

    /// The positions in the segment of the part's records that may be of these channels, in order.
    ///
    /// It is null when reading all of them is better.
    ///
    /// @param in the index's file
    long[] find(Volume.Input in, Part part, Selection selection, byte[] window) throws IOException {
        return new IndexLookup(in, part, window).find(selection);
    }
}
