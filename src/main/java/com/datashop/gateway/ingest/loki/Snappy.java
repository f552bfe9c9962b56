package com.datashop.gateway.ingest.loki;

import java.util.Arrays;
import java.util.zip.DataFormatException;

/// Inflates one block of snappy (google/snappy, format_description.txt): its length, then literals and copies.
///
/// The first bytes declare the length. So no more than that is ever allocated, and only if the rest of the block can
/// fill it. A block of the framing format begins in another way and is refused.
public final class Snappy {
    /// The bits of a varint that one byte carries.
    private static final int VARINT_BITS = 7;
    private static final int MOST_VARINT_BYTES = 5;
    /// Three bytes of a block stand for 64 at the most: a copy with an offset of two bytes.
    private static final int MOST_COPY = 64;
    private static final int LEAST_COPY = 3;
    /// A literal of more than 60 bytes has its length behind the tag, in one to four bytes.
    private static final int LONG_LITERAL = 60;

    private final byte[] in;
    private int at;
    private byte[] out;
    private int length;

    private Snappy(byte[] in) {
        this.in = in;
    }

    /// How many bytes the block says that it has, inflated.
    ///
    /// @throws DataFormatException when it says no length, or more than its bytes can stand for
    public static long declaredLength(byte[] block) throws DataFormatException {
        return new Snappy(block).declaredLength();
    }

    /// The content of the block; null when it declares more than `most` bytes.
    ///
    /// @throws DataFormatException when it is not whole and valid
    public static byte[] inflated(byte[] block, int most) throws DataFormatException {
        var snappy = new Snappy(block);
        long declared = snappy.declaredLength();
        if (declared > most) return null;
        snappy.out = new byte[(int) declared];
        while (snappy.at < block.length) snappy.element();
        require(snappy.length == declared);
        return snappy.out;
    }

    private long declaredLength() throws DataFormatException {
        long declared = 0;
        for (int i = 0; i < MOST_VARINT_BYTES; i++) {
            long b = number(1);
            declared |= (b & 0x7F) << VARINT_BITS * i;
            if (b < 0x80) {
                require(declared <= 0xFFFF_FFFFL && declared <= (long) (in.length - at) * MOST_COPY / LEAST_COPY);
                return declared;
            }
        }
        throw invalid();
    }

    private void element() throws DataFormatException {
        int tag = (int) number(1);
        switch (tag & 3) {
            case 0 -> literal(tag >> 2);
            case 1 -> copy(4 + (tag >> 2 & 7), (tag >> 5) << 8 | number(1));
            case 2 -> copy(1 + (tag >> 2), number(2));
            default -> copy(1 + (tag >> 2), number(4));
        }
    }

    private void literal(int size) throws DataFormatException {
        long count = 1 + (size < LONG_LITERAL ? size : number(size - LONG_LITERAL + 1));
        require(count <= in.length - at && count <= out.length - length);
        System.arraycopy(in, at, out, length, (int) count);
        at += (int) count;
        length += (int) count;
    }

    /// Copies what was written `offset` bytes ago. It may run into what it writes itself, and so repeats that.
    private void copy(int count, long offset) throws DataFormatException {
        require(offset > 0 && offset <= length && count <= out.length - length);
        int from = length - (int) offset;
        if (offset >= count) System.arraycopy(out, from, out, length, count);
        else if (offset == 1) Arrays.fill(out, length, length + count, out[from]);
        else for (int i = 0; i < count; i++) out[length + i] = out[from + i];
        length += count;
    }

    /// The next bytes as a number, the lowest first.
    private long number(int bytes) throws DataFormatException {
        require(bytes <= in.length - at);
        long number = 0;
        for (int i = 0; i < bytes; i++) number |= (in[at + i] & 0xFFL) << 8 * i;
        at += bytes;
        return number;
    }

    private static void require(boolean valid) throws DataFormatException {
        if (!valid) throw invalid();
    }

    private static DataFormatException invalid() {
        return new DataFormatException("not snappy");
    }
}
