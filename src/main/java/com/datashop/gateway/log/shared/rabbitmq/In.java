package com.datashop.gateway.log.shared.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// Reads the numbers, strings and tables of one frame, as AMQP 0-9-1 (4.2.5) writes them.
///
/// It compares every length with the rest of the frame before it allocates anything.
final class In {
    private static final int MAX_DEPTH = 16;

    private final byte[] bytes;
    private int at;
    private final int end;

    In(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        at = from;
        end = to;
    }

    int octet() throws IOException {
        need(1);
        return bytes[at++] & 0xff;
    }

    int uint16() throws IOException {
        return octet() << 8 | octet();
    }

    int uint32() throws IOException {
        return uint16() << 16 | uint16();
    }

    long uint64() throws IOException {
        return (long) uint32() << 32 | uint32() & 0xffff_ffffL;
    }

    String shortString() throws IOException {
        return text(octet());
    }

    String longString() throws IOException {
        return text(uint32());
    }

    /// The texts, numbers and booleans of a table. A value in a nested table has both names, joined by a dot.
    Map<String, Object> table() throws IOException {
        var found = new HashMap<String, Object>();
        table("", found, 0);
        return found;
    }

    /// Skips bytes.
    void skip(int count) throws IOException {
        need(count);
        at += count;
    }

    /// The number of bytes that are left.
    int left() {
        return end - at;
    }

    private void table(String prefix, Map<String, Object> found, int depth) throws IOException {
        int to = end(depth);
        while (at < to) {
            String name = prefix + shortString();
            value(name, found, depth);
        }
        if (at != to) throw malformed();
    }

    private int end(int depth) throws IOException {
        int size = uint32();
        need(size);
        if (depth == MAX_DEPTH) throw malformed();
        return at + size;
    }

    /// Reads a value as RabbitMQ writes it. RabbitMQ does not follow the standard in all types.
    private void value(String name, Map<String, Object> found, int depth) throws IOException {
        switch (octet()) {
            case 'S' -> found.put(name, longString());
            case 't' -> found.put(name, octet() != 0);
            case 'b' -> found.put(name, (long) (byte) octet());
            case 'B' -> found.put(name, (long) octet());
            case 's' -> found.put(name, (long) (short) uint16());
            case 'u' -> found.put(name, (long) uint16());
            case 'I' -> found.put(name, (long) uint32());
            case 'i' -> found.put(name, uint32() & 0xffff_ffffL);
            case 'l', 'L', 'T' -> found.put(name, uint64());
            case 'f' -> skip(4);
            case 'd' -> skip(8);
            case 'D' -> skip(5);
            case 'x' -> skip(uint32());
            case 'V' -> { }
            case 'F' -> table(name + ".", found, depth + 1);
            case 'A' -> {
                int to = end(depth + 1);
                while (at < to) value(name, new HashMap<>(), depth + 1);
                if (at != to) throw malformed();
            }
            default -> throw malformed();
        }
    }

    private String text(int size) throws IOException {
        need(size);
        at += size;
        return new String(bytes, at - size, size, UTF_8);
    }

    private void need(int count) throws IOException {
        if (count < 0 || count > end - at) throw malformed();
    }

    private static IOException malformed() {
        return new IOException(Connection.STRANGER);
    }
}
