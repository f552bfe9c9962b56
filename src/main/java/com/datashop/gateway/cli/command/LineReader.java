package com.datashop.gateway.cli.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/// Reads lines of bytes that end with LF or CR LF, and can copy what it reads. The last line may have no end.
final class LineReader {
    /// The most bytes of a line. A longer line comes in parts, so that input without line ends does not fill the heap.
    static final int LONGEST_LINE = 8 << 20;

    private final InputStream in;
    private final byte[] buffer;
    private final OutputStream copy;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int position;
    private int limit;

    /// @param copy gets all bytes as soon as they are read; null for no copy
    LineReader(InputStream in, int bufferBytes, OutputStream copy) {
        this.in = in;
        this.copy = copy;
        buffer = new byte[bufferBytes];
    }

    /// Waits for the next line, without its end; null when there is none.
    byte[] next() throws IOException {
        while (true) {
            if (position == limit) {
                limit = in.read(buffer);
                position = 0;
                if (limit < 0) {
                    limit = 0;
                    return line.size() == 0 ? null : take();
                }
                if (copy != null) copy.write(buffer, 0, limit);
            }
            int from = position;
            int end = lineEnd();
            position = Math.min(end + 1, limit);
            if (end < limit && line.size() == 0)
                return Arrays.copyOfRange(buffer, from, withoutReturn(buffer, from, end));
            line.write(buffer, from, end - from);
            if (end < limit) return take();
            if (line.size() >= LONGEST_LINE) return take();
        }
    }

    private byte[] take() {
        byte[] bytes = line.toByteArray();
        line.reset();
        int end = withoutReturn(bytes, 0, bytes.length);
        return end == bytes.length ? bytes : Arrays.copyOf(bytes, end);
    }

    /// The index of the next line end in the buffer, or the buffer's limit.
    private int lineEnd() {
        int at = position;
        while (at < limit && buffer[at] != '\n') at++;
        return at;
    }

    /// The end of the line without its carriage return.
    private static int withoutReturn(byte[] bytes, int from, int end) {
        return end > from && bytes[end - 1] == '\r' ? end - 1 : end;
    }
}
