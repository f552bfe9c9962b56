package com.datashop.gateway.log.shared.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Map;

/// Builds the arguments of a method: numbers, strings and tables, as AMQP 0-9-1 (4.2.5) writes them.
final class Out {
    /// A short string's length is one byte.
    static final int MAX_SHORT = 255;

    private byte[] bytes = new byte[256];
    private int length;

    Out octet(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    Out uint16(int value) {
        return octet(value >> 8).octet(value);
    }

    Out uint32(int value) {
        return uint16(value >> 16).uint16(value);
    }

    Out uint64(long value) {
        return uint32((int) (value >> 32)).uint32((int) value);
    }

    /// Writes a short string.
    ///
    /// @throws IllegalArgumentException when it has more than 255 bytes
    Out shortString(String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        if (utf8.length > MAX_SHORT) throw new IllegalArgumentException("more than 255 bytes");
        return octet(utf8.length).raw(utf8, 0, utf8.length);
    }

    Out longString(String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        return uint32(utf8.length).raw(utf8, 0, utf8.length);
    }

    /// Writes a table of texts, booleans, numbers, seconds since 1970 ([Timestamp]) and other tables.
    Out table(Map<String, ?> entries) {
        int at = length;
        uint32(0);
        entries.forEach((name, value) -> {
            shortString(name);
            value(value);
        });
        int size = length - at - 4;
        for (int i = 0; i < 4; i++) bytes[at + i] = (byte) (size >> 24 - 8 * i);
        return this;
    }

    Out raw(byte[] from, int at, int count) {
        room(count);
        System.arraycopy(from, at, bytes, length, count);
        length += count;
        return this;
    }

    int length() {
        return length;
    }

    byte[] array() {
        return bytes;
    }

    private void value(Object value) {
        switch (value) {
            case String text -> octet('S').longString(text);
            case Boolean truth -> octet('t').octet(truth ? 1 : 0);
            case Long number -> octet('l').uint64(number);
            case Timestamp(long seconds) -> octet('T').uint64(seconds);
            case Map<?, ?> table -> octet('F').table(texts(table));
            default -> throw new IllegalArgumentException(value.getClass().getName());
        }
    }

    private static Map<String, ?> texts(Map<?, ?> table) {
        return table.entrySet().stream().collect(java.util.stream.Collectors.toMap(entry -> (String) entry.getKey(),
                Map.Entry::getValue));
    }

    private void room(int count) {
        if (length + count > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
    }

    /// A time, in seconds since 1970.
    record Timestamp(long seconds) { }
}
