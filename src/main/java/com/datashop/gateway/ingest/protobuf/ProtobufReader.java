package com.datashop.gateway.ingest.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.json.Utf8;
import java.util.Arrays;
import java.util.Objects;

/// A strict cursor over one message in the wire format of Protocol Buffers.
///
/// ```
///   next ─▶ field ─▶ varint | fixed64 | fixed32 | (from, to of its bytes) ─▶ next … 0
/// ```
///
/// `next` has read the whole field, and checked that it lies within the message: so what nobody asks for is skipped.
/// A message within is read by another reader, on the place that this one gives. So nesting costs nothing here, and is
/// bounded by who reads. Nothing is allocated but what is asked for. It is not for more than one thread.
///
/// See https://protobuf.dev/programming-guides/encoding/.
public final class ProtobufReader {
    /// The wire types of fields.
    public enum Wire { VARINT, FIXED64, BYTES, FIXED32 }

    /// A varint has seven bits in each byte, and at most 64 in all.
    private static final int LONGEST_VARINT = 10;
    private static final int TYPE_BITS = 3;
    private static final long LARGEST_FIELD = (1 << 29) - 1;

    private byte[] bytes;
    private int position;
    private int to;
    private int field;
    private Wire wire;
    private long value;
    private int from;
    private int end;

    /// A cursor at the start of a message.
    public ProtobufReader(byte[] message) {
        this(message, 0, message.length);
    }

    /// A cursor at the start of the message in `[from, to)` of these bytes.
    public ProtobufReader(byte[] bytes, int from, int to) {
        set(bytes, from, to);
    }

    /// Begins another message.
    public ProtobufReader set(byte[] bytes, int from, int to) {
        Objects.checkFromToIndex(from, to, bytes.length);
        this.bytes = bytes;
        this.to = to;
        position = from;
        field = 0;
        return this;
    }

    /// Reads the next field.
    ///
    /// @return its number; 0 at the end of the message
    /// @throws ProtobufException when it is broken, reaches beyond the message, or is a group, which proto3 does not
    /// have
    public int next() throws ProtobufException {
        if (position == to) return field = 0;
        int start = position;
        long tag = readVarint();
        long number = tag >>> TYPE_BITS;
        if (number == 0 || number > LARGEST_FIELD)
            throw new ProtobufException("no field has the number " + number, start);
        field = (int) number;
        switch ((int) tag & 7) {
            case 0 -> {
                wire = Wire.VARINT;
                value = readVarint();
            }
            case 1 -> {
                wire = Wire.FIXED64;
                value = readFixed(Long.BYTES);
            }
            case 2 -> {
                wire = Wire.BYTES;
                readBytes();
            }
            case 5 -> {
                wire = Wire.FIXED32;
                value = readFixed(Integer.BYTES);
            }
            case 3, 4 -> throw new ProtobufException("a group, which is not supported,", start);
            default -> throw new ProtobufException("no such wire type as " + (tag & 7), start);
        }
        return field;
    }

    /// The number of the field that was read last; 0 at the end.
    public int field() {
        return field;
    }

    /// The field's value, as a number of 64 bits.
    public long varint() throws ProtobufException {
        require(Wire.VARINT);
        return value;
    }

    /// The field's eight bytes, as a number.
    public long fixed64() throws ProtobufException {
        require(Wire.FIXED64);
        return value;
    }

    /// The field's eight bytes, as a number with a fraction.
    public double float64() throws ProtobufException {
        return Double.longBitsToDouble(fixed64());
    }

    /// The field's four bytes, as a number.
    public int fixed32() throws ProtobufException {
        require(Wire.FIXED32);
        return (int) value;
    }

    /// Where the field's bytes begin: those of a text, of bytes or of a message.
    public int from() throws ProtobufException {
        require(Wire.BYTES);
        return from;
    }

    /// Where the field's bytes end.
    public int to() throws ProtobufException {
        require(Wire.BYTES);
        return end;
    }

    /// A copy of the field's bytes.
    public byte[] copy() throws ProtobufException {
        require(Wire.BYTES);
        return Arrays.copyOfRange(bytes, from, end);
    }

    /// The field's text.
    public String text() throws ProtobufException {
        require(Wire.BYTES);
        for (int i = from; i < end; ) {
            int next = bytes[i] >= 0 ? i + 1 : Utf8.characterEnd(bytes, i, end);
            if (next < 0) throw new ProtobufException("not UTF-8", i);
            i = next;
        }
        return new String(bytes, from, end - from, UTF_8);
    }

    /// The message that the field is.
    public ProtobufReader message() throws ProtobufException {
        require(Wire.BYTES);
        return new ProtobufReader(bytes, from, end);
    }

    private void require(Wire wanted) throws ProtobufException {
        if (wire != wanted)
            throw new ProtobufException("field " + field + " is a " + wire + " and no " + wanted
                    + ", before", position);
    }

    private long readVarint() throws ProtobufException {
        int start = position;
        long result = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            if (position == to) throw new ProtobufException("a number is cut short", start);
            byte b = bytes[position++];
            if (i == LONGEST_VARINT - 1 && (b & 0xFF) > 1) break; // more than 64 bits
            result |= (long) (b & 0x7F) << 7 * i;
            if (b >= 0) return result;
        }
        throw new ProtobufException("a number is longer than 64 bits", start);
    }

    private long readFixed(int size) throws ProtobufException {
        if (size > to - position) throw new ProtobufException("a number is cut short", position);
        long result = 0;
        for (int i = size - 1; i >= 0; i--) result = result << 8 | bytes[position + i] & 0xFF;
        position += size;
        return result;
    }

    /// The length is compared with what is there before anything is made of it.
    private void readBytes() throws ProtobufException {
        int start = position;
        long length = readVarint();
        if (length < 0 || length > to - position)
            throw new ProtobufException("a length of " + Long.toUnsignedString(length) + " reaches beyond the message",
                    start);
        from = position;
        end = position + (int) length;
        position = end;
    }
}
