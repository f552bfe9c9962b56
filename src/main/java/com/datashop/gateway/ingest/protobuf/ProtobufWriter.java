package com.datashop.gateway.ingest.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/// Writes a small message in the wire format of Protocol Buffers: an answer to a shipper.
public final class ProtobufWriter {
    private static final int VARINT = 0;
    private static final int BYTES = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// A field that is a number. It is left out when it is 0, as in proto3.
    public ProtobufWriter number(int field, long value) {
        if (value == 0) return this;
        varint((long) field << 3 | VARINT);
        varint(value);
        return this;
    }

    /// A field that is a text.
    public ProtobufWriter text(int field, String value) {
        return bytes(field, value.getBytes(UTF_8));
    }

    /// A field that is a message.
    public ProtobufWriter message(int field, ProtobufWriter message) {
        return bytes(field, message.toBytes());
    }

    /// All bytes that were written.
    public byte[] toBytes() {
        return out.toByteArray();
    }

    private ProtobufWriter bytes(int field, byte[] value) {
        varint((long) field << 3 | BYTES);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.write((int) left & 0x7F | 0x80);
            left >>>= 7;
        }
        out.write((int) left);
    }
}
