package com.datashop.gateway.log.shared.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;

/// Reads Kafka's primitive types one after the other from bytes.
///
/// It never reads beyond the bytes, whatever they are. It believes no length or count that they can not hold.
final class In {
    private final byte[] bytes;
    private final int end;
    private final boolean cut;
    private int at;

    In(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /// @param to where it ends, exclusive
    In(byte[] bytes, int from, int to) {
        this(bytes, from, to, false);
    }

    private In(byte[] bytes, int from, int to, boolean cut) {
        this.bytes = bytes;
        this.cut = cut;
        at = from;
        end = to;
    }

    /// The beginning of an answer whose rest was not kept.
    static In cut(byte[] bytes) {
        return new In(bytes, 0, bytes.length, true);
    }

    /// Whether there was more than these bytes.
    boolean isCut() {
        return cut;
    }

    byte int8() throws IOException {
        return bytes[take(1)];
    }

    short int16() throws IOException {
        int i = take(2);
        return (short) (bytes[i] << 8 | bytes[i + 1] & 0xff);
    }

    int int32() throws IOException {
        int i = take(4);
        return bytes[i] << 24 | (bytes[i + 1] & 0xff) << 16 | (bytes[i + 2] & 0xff) << 8 | bytes[i + 3] & 0xff;
    }

    long int64() throws IOException {
        return (long) int32() << 32 | int32() & 0xffffffffL;
    }

    boolean bool() throws IOException {
        return int8() != 0;
    }

    /// A text, or null.
    String string() throws IOException {
        int length = int16();
        if (length < -1) throw malformed();
        return length < 0 ? null : text(length);
    }

    /// Reads this many bytes as UTF-8 text.
    String text(int length) throws IOException {
        return new String(bytes, take(length), length, UTF_8);
    }

    /// How many things follow, each of at least this many bytes. A list that is null has none.
    int count(int leastBytes) throws IOException {
        int count = int32();
        if (count < -1 || (long) count * leastBytes > left()) throw malformed();
        return Math.max(0, count);
    }

    /// Bytes with their number before them; none when they are null.
    byte[] bytes() throws IOException {
        int length = int32();
        if (length < -1) throw malformed();
        return length <= 0 ? new byte[0] : copy(length);
    }

    byte[] copy(int length) throws IOException {
        int from = take(length);
        return java.util.Arrays.copyOfRange(bytes, from, from + length);
    }

    int varint() throws IOException {
        long unsigned = unsigned(5);
        return (int) (unsigned >>> 1) ^ -(int) (unsigned & 1);
    }

    long varlong() throws IOException {
        long unsigned = unsigned(10);
        return unsigned >>> 1 ^ -(unsigned & 1);
    }

    private long unsigned(int most) throws IOException {
        long value = 0;
        for (int i = 0; i < most; i++) {
            byte b = int8();
            value |= (long) (b & 0x7f) << 7 * i;
            if (b >= 0) return value;
        }
        throw malformed();
    }

    void skip(int count) throws IOException {
        take(count);
    }

    /// Where it stands.
    int at() {
        return at;
    }

    int left() {
        return end - at;
    }

    byte[] buffer() {
        return bytes;
    }

    private int take(int count) throws IOException {
        if (count < 0 || count > end - at) throw malformed();
        int from = at;
        at += count;
        return from;
    }

    static IOException malformed() {
        return new IOException("what answers is no Kafka");
    }
}
