package com.datashop.gateway.log.shared.kafka;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;

/// A record batch as a broker has sent it: its head, and where its records are.
///
/// @param first the offset of its first record
/// @param last the offset of its last record
/// @param epoch the epoch of the leader who stored it; 0 when it was stored without one
/// @param compression 0 for none
/// @param stamped whether the broker has overwritten the timestamps
/// @param fault the reason why its records can not be read; null when there is none
/// @param count the number of records, as the head says
record Batch(long first, long last, int epoch, int compression, boolean stamped, boolean transactional, boolean control,
        String fault, long base, long newest, long producerId, int count, In records) {
    /// The least bytes of a record.
    private static final int LEAST_RECORD_BYTES = 7;
    private static final int LEAST_HEAD_BYTES = 17;
    private static final int HEAD_BYTES = BatchEncoder.HEAD_BYTES;
    private static final int CHECKED_FROM = 21;
    private static final int COMPRESSION = 7;
    private static final int STAMPED = 8;
    private static final int TRANSACTIONAL = 16;
    private static final int CONTROL = 32;
    /// The bytes that a compressed batch may inflate to. A small batch can be made to inflate to any number.
    private static final int MAX_INFLATED = ReadBounds.MOST_ROOM;

    /// The batches that came whole. A first batch that was cut is among them, so that a reader gets past it.
    static List<Batch> of(Fetched fetched) throws IOException {
        var batches = new ArrayList<Batch>();
        var in = fetched.records();
        while (in.left() >= LEAST_HEAD_BYTES) {
            int from = in.at();
            long first = in.int64();
            int length = in.int32();
            if (length < LEAST_HEAD_BYTES - 12) throw In.malformed();
            if (length > in.left()) {
                if (batches.isEmpty() && in.left() > HEAD_BYTES) batches.add(tooLarge(first, in));
                break;
            }
            batches.add(of(first, new In(in.buffer(), in.at(), in.at() + length), from));
            in.skip(length);
        }
        return batches;
    }

    private static Batch of(long first, In in, int from) throws IOException {
        int epoch = Math.max(0, in.int32());
        if (in.int8() != BatchEncoder.MAGIC || in.left() < BatchEncoder.HEAD_BYTES - LEAST_HEAD_BYTES)
            return new Batch(first, first, 0, 0, false, false, false, "its format is older than Kafka 0.11", 0, 0, -1,
                    0, in);
        int sum = in.int32();
        var crc = new CRC32C();
        crc.update(in.buffer(), from + CHECKED_FROM, in.left());
        int attributes = in.int16();
        int last = in.int32();
        long base = in.int64();
        long newest = in.int64();
        long producer = in.int64();
        in.int16();
        in.int32();
        int count = in.int32();
        boolean right = (int) crc.getValue() == sum && last >= 0 && first >= 0;
        return new Batch(first, first + Math.max(0, last), epoch, attributes & COMPRESSION, (attributes & STAMPED) != 0,
                (attributes & TRANSACTIONAL) != 0, (attributes & CONTROL) != 0,
                right ? null : "its checksum is wrong", base, newest, producer, count, in);
    }

    /// A batch that is too large to read. Only its head came.
    private static Batch tooLarge(long first, In in) throws IOException {
        int epoch = Math.max(0, in.int32());
        in.skip(1 + 4 + 2);
        int last = in.int32();
        return new Batch(first, first + Math.max(0, last), epoch, 0, false, false, false,
                "it is larger than this node has room for", 0, 0, -1, 0, in);
    }

    /// The reason why its records can not be read; null when they can.
    String obstacle() {
        if (fault != null) return fault;
        return switch (compression) {
            case 0, 1 -> null;
            case 2 -> "it is compressed with snappy";
            case 3 -> "it is compressed with lz4";
            case 4 -> "it is compressed with zstd";
            default -> "its compression is not known";
        };
    }

    /// Its records, in their order.
    ///
    /// @param largest the most bytes of a value; a larger one is left out
    /// @throws IOException when they are not what the head says
    List<Item> items(long largest) throws IOException {
        var in = compression == 0 ? new In(records.buffer(), records.at(), records.at() + records.left()) : inflated();
        if (count < 0 || count > in.left() / LEAST_RECORD_BYTES)
            throw new IOException("its number of records is wrong");
        if (count > ReadBounds.MOST_RECORDS)
            throw new IOException("it has more records than this node has room for");
        var items = new ArrayList<Item>(count);
        long before = first - 1;
        for (int i = 0; i < count; i++) {
            var item = item(in, largest);
            if (item.offset() <= before || item.offset() > last) throw new IOException("its offsets are wrong");
            before = item.offset();
            items.add(item);
        }
        return items;
    }

    /// Its records, or none when they can not be read, or are the broker's own.
    List<Item> legible() {
        try {
            return obstacle() == null && !control ? items(0) : List.of();
        } catch (IOException malformed) {
            return List.of();
        }
    }

    private In inflated() throws IOException {
        try (var zip = new GZIPInputStream(new ByteArrayInputStream(records.buffer(), records.at(), records.left()))) {
            byte[] bytes = zip.readNBytes(MAX_INFLATED);
            if (zip.read() >= 0) throw new IOException("it inflates to more than " + MAX_INFLATED + " bytes");
            return new In(bytes);
        }
    }

    private Item item(In in, long largest) throws IOException {
        int length = in.varint();
        int end = in.at() + length;
        if (length < 0 || length > in.left()) throw In.malformed();
        in.int8();
        long delta = in.varlong();
        long timestamp = stamped ? newest : base + delta;
        long offset = first + in.varint();
        byte[] key = bytes(in);
        int valueBytes = in.varint();
        byte[] value = valueBytes < 0 || valueBytes > largest ? null : in.copy(valueBytes);
        if (valueBytes > largest) in.skip(valueBytes);
        String batch = null;
        String time = null;
        String birth = null;
        String life = null;
        for (int headers = in.varint(); headers > 0; headers--) {
            String name = in.text(in.varint());
            byte[] text = bytes(in);
            if (text == null) continue;
            switch (name) {
                case BatchEncoder.BATCH -> batch = ascii(text);
                case BatchEncoder.TIMESTAMP -> time = ascii(text);
                case BatchEncoder.BIRTH -> birth = ascii(text);
                case BatchEncoder.TURN -> life = ascii(text);
                default -> { }
            }
        }
        if (in.at() != end) throw In.malformed();
        return new Item(offset, timestamp, key, value, valueBytes, batch, time, birth, life);
    }

    private static byte[] bytes(In in) throws IOException {
        int length = in.varint();
        return length < 0 ? null : in.copy(length);
    }

    private static String ascii(byte[] text) {
        return new String(text, java.nio.charset.StandardCharsets.US_ASCII);
    }

    /// A record as it was read. A part that it does not have is null.
    ///
    /// @param valueBytes how long the value is, left out or not; negative when there is none
    /// @param batch the header `log-batch`, and likewise the others
    record Item(long offset, long timestamp, byte[] key, byte[] value, int valueBytes, String batch, String time,
            String birth, String life) {
        /// The bytes of its key and its value, left out or not.
        long bytes() {
            return LEAST_RECORD_BYTES + (key == null ? 0 : key.length) + Math.max(0, valueBytes);
        }
    }
}
