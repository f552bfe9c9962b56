package com.datashop.gateway.cli.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Reads lines of bytes, each ended by LF or CR LF, the last perhaps by nothing. What it reads it can copy at once.
final class LineReader {
    /// In bytes. What is longer comes in parts, so that a stream without line ends does not fill the heap.
    static final int LONGEST_LINE = 8 << 20;

    private final InputStream in;
    private final byte[] buffer;
    private final OutputStream copy;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int position;
    private int limit;

    /// @param copy gets all that is read, as soon as it is read; null for nothing
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
            while (position < limit && buffer[position] != '\n') position++;
            line.write(buffer, from, position - from);
            if (position < limit) {
                position++;
                return take();
            }
            if (line.size() >= LONGEST_LINE) return take();
        }
    }

    private byte[] take() {
        byte[] bytes = line.toByteArray();
        line.reset();
        if (bytes.length == 0 || bytes[bytes.length - 1] != '\r') return bytes;
        return java.util.Arrays.copyOf(bytes, bytes.length - 1);
    }
}
