package com.datashop.gateway.http;

import java.util.List;

/// A body as it was received: a list of arrays. All but the last one are full.
record BodyPieces(List<byte[]> pieces, int length) {
    /// Objects are counted in bodies of at least this length. A shorter body cannot have many.
    private static final int COUNTED = 256 << 10;
    private static final int GZIP_LENGTH_BYTES = 4;

    /// A body in one piece.
    static BodyPieces of(byte[] whole) {
        return new BodyPieces(List.of(whole), whole.length);
    }

    /// The whole body in one array, which is the piece itself when there is only one and it is full.
    byte[] joined() {
        if (pieces.size() == 1 && pieces.getFirst().length == length) return pieces.getFirst();
        var joined = new byte[length];
        int at = 0;
        for (var piece : pieces) {
            int part = Math.min(piece.length, length - at);
            System.arraycopy(piece, 0, joined, at, part);
            at += part;
        }
        return joined;
    }

    /// The number of JSON objects that begin in it, or a larger number.
    long objects() {
        if (length < COUNTED) return Long.MAX_VALUE;
        long objects = 0;
        for (var piece : pieces) objects += braces(piece);
        return objects;
    }

    private static int braces(byte[] piece) {
        int braces = 0;
        for (byte b : piece) if (b == '{') braces++;
        return braces;
    }

    /// The inflated length that the last member of this gzip states (RFC 1952, 2.3.1).
    ///
    /// It is in the last four bytes, the lowest first.
    int gzipLength() {
        long inflated = 0;
        for (int i = 1; i <= GZIP_LENGTH_BYTES && i <= length; i++) inflated = inflated << 8 | byteAt(length - i);
        return (int) Math.min(inflated, Integer.MAX_VALUE);
    }

    private int byteAt(int index) {
        int from = 0;
        for (var piece : pieces) {
            if (index < from + piece.length) return piece[index - from] & 0xFF;
            from += piece.length;
        }
        throw new IndexOutOfBoundsException(index);
    }
}
