package com.datashop.gateway.log.shared.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// Kafka's primitive types, written one after the other into bytes that grow: big-endian numbers, texts with their
/// length before them, and the zigzag varints of records.
final class Out {
    private byte[] bytes;
    private int length;

    Out(int capacity) {
        bytes = new byte[capacity];
    }

    Out int8(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
        return this;
    }

    Out int16(int value) {
        return int8(value >> 8).int8(value);
    }

    Out int32(int value) {
        reserve(4);
        put32(length, value);
        length += 4;
        return this;
    }

    Out int64(long value) {
        return int32((int) (value >> 32)).int32((int) value);
    }

    Out bool(boolean value) {
        return int8(value ? 1 : 0);
    }

    /// A text, or null.
    Out string(String text) {
        if (text == null) return int16(-1);
        byte[] utf8 = text.getBytes(UTF_8);
        return int16(utf8.length).raw(utf8, 0, utf8.length);
    }

    /// Bytes with their number before them.
    Out bytes(byte[] value) {
        return int32(value.length).raw(value, 0, value.length);
    }

    /// Bytes and nothing else.
    Out raw(byte[] from, int offset, int count) {
        reserve(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
        return this;
    }

    Out varint(int value) {
        return unsigned((value << 1 ^ value >> 31) & 0xffffffffL);
    }

    Out varlong(long value) {
        return unsigned(value << 1 ^ value >> 63);
    }

    /// The number of bytes of the varint.
    static int varintSize(int value) {
        return size((value << 1 ^ value >> 31) & 0xffffffffL);
    }

    /// The number of bytes of the varlong.
    static int varlongSize(long value) {
        return size(value << 1 ^ value >> 63);
    }

    private static int size(long unsigned) {
        return (63 - Long.numberOfLeadingZeros(unsigned | 1)) / 7 + 1;
    }

    private Out unsigned(long value) {
        reserve(10);
        for (; (value & ~0x7fL) != 0; value >>>= 7) bytes[length++] = (byte) (value & 0x7f | 0x80);
        bytes[length++] = (byte) value;
        return this;
    }

    /// Overwrites four bytes that have been written.
    void put32(int at, int value) {
        for (int i = 0; i < 4; i++) bytes[at + i] = (byte) (value >> 24 - 8 * i);
    }

    int length() {
        return length;
    }

    /// The bytes that it writes into. They are valid up to its length, until more is written.
    byte[] buffer() {
        return bytes;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void reserve(int more) {
        if (length + more > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
}
