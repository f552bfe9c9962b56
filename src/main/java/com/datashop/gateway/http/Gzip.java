package com.datashop.gateway.http;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Inflates gzip (RFC 1952): one member or several, each of them whole and checked, with nothing behind them.
///
/// It does not use the JDK's `GZIPInputStream`, for two reasons. That class takes broken bytes after the first member
/// for the end: a batch that is cut there would be published in part. And it recurses for each member: 50,000 empty
/// members overflow the stack.
final class Gzip {
    /// The most bytes that one byte of deflate can stand for.
    static final int MOST_RATIO = 1032;
    private static final int MAGIC = 0x8B1F;
    private static final int DEFLATE = 8;
    private static final int HEADER_CHECK = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private final byte[] in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 check = new CRC32();
    private final byte[] out;
    private final byte[] beyond = new byte[1];
    private int at;
    private int length;
    private boolean full;

    private Gzip(byte[] in, int most) {
        this.in = in;
        out = new byte[most];
    }

    /// The inflated members, joined; null when they have more than `most` bytes.
    ///
    /// It takes `most` bytes of heap.
    ///
    /// @throws DataFormatException when the part that was inflated is not whole or not valid
    static byte[] inflated(byte[] body, int most) throws DataFormatException {
        var gzip = new Gzip(body, most);
        try {
            do gzip.member(); while (gzip.at < body.length && !gzip.full);
            if (gzip.full) return null;
            return gzip.length == most ? gzip.out : Arrays.copyOf(gzip.out, gzip.length);
        } finally {
            gzip.inflater.end();
        }
    }

    private void member() throws DataFormatException {
        header();
        inflater.reset();
        inflater.setInput(in, at, in.length - at);
        check.reset();
        while (!inflater.finished()) {
            boolean room = length < out.length;
            int inflated = room ? inflater.inflate(out, length, out.length - length) : inflater.inflate(beyond);
            if (inflated == 0 && !inflater.finished()) throw new DataFormatException("cut short");
            full = !room && inflated > 0;
            if (full) return;
            if (room) check.update(out, length, inflated);
            length += inflated;
        }
        at = in.length - inflater.getRemaining();
        require(number(4) == check.getValue() && number(4) == (inflater.getBytesWritten() & 0xFFFF_FFFFL));
    }

    private void header() throws DataFormatException {
        int start = at;
        require(number(2) == MAGIC && number(1) == DEFLATE);
        int flags = (int) number(1);
        require((flags & RESERVED) == 0);
        pass(6); // Time, compression level and operating system.
        if ((flags & EXTRA) != 0) pass((int) number(2));
        if ((flags & NAME) != 0) passText();
        if ((flags & COMMENT) != 0) passText();
        if ((flags & HEADER_CHECK) == 0) return;
        check.reset();
        check.update(in, start, at - start);
        require(number(2) == (check.getValue() & 0xFFFF));
    }

    private long number(int bytes) throws DataFormatException {
        pass(bytes);
        long number = 0;
        for (int i = 1; i <= bytes; i++) number = number << 8 | in[at - i] & 0xFF;
        return number;
    }

    private void passText() throws DataFormatException {
        do pass(1); while (in[at - 1] != 0);
    }

    private void pass(int bytes) throws DataFormatException {
        require(bytes <= in.length - at);
        at += bytes;
    }

    private static void require(boolean valid) throws DataFormatException {
        if (!valid) throw new DataFormatException("not gzip");
    }
}
