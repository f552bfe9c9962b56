package com.datashop.gateway.http;

import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Inflates gzip (RFC 1952): one member or several, each whole and checked, and nothing behind them.
///
/// Not with the JDK's `GZIPInputStream`, for two reasons: it takes whatever is broken behind the first member for the end, so a batch cut there
/// would be published in part; and it goes a call deeper for every member, so 50,000 empty ones overflow the stack.
final class Gzip {
    private static final int MAGIC = 0x8B1F;
    private static final int DEFLATE = 8;
    private static final int HEADER_CHECK = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private final byte[] in;
    private final int max;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 check = new CRC32();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final byte[] buffer = new byte[8192];
    private int at;

    private Gzip(byte[] in, int max) {
        this.in = in;
        this.max = max;
    }

    /// What the members hold, joined; when that is more than `max` bytes, its first `max + 1`.
    ///
    /// @throws DataFormatException when it is not whole and valid
    static byte[] inflated(byte[] body, int max) throws DataFormatException {
        var gzip = new Gzip(body, max);
        try {
            do gzip.member(); while (gzip.at < body.length && gzip.out.size() <= max);
            return gzip.out.toByteArray();
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
            int length = inflater.inflate(buffer);
            if (length == 0 && !inflater.finished()) throw new DataFormatException("cut short");
            check.update(buffer, 0, length);
            out.write(buffer, 0, Math.min(length, max + 1 - out.size()));
            if (out.size() > max) return;
        }
        at = in.length - inflater.getRemaining();
        require(number(4) == check.getValue() && number(4) == (inflater.getBytesWritten() & 0xFFFF_FFFFL));
    }

    private void header() throws DataFormatException {
        int start = at;
        require(number(2) == MAGIC && number(1) == DEFLATE);
        int flags = (int) number(1);
        require((flags & RESERVED) == 0);
        pass(6); // when, how and where it was made
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
