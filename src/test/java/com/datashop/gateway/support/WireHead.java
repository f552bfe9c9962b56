package com.datashop.gateway.support;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The head of a response, its status and its header fields, and what the framing of its body is.
record WireHead(int status, Map<String, List<String>> headers) {
    /// In bytes, of a line of a head. The gateway itself takes 64 KiB of headers.
    private static final int MAX_LINE = 128 << 10;
    /// In lines, of a head or of trailers.
    private static final int MAX_LINES = 256;

    /// Reads the head of the next final response, leaving the stream at its body. `EOFException` when it ends
    /// before.
    static WireHead read(InputStream in) throws IOException {
        WireHead head;
        do {
            head = readOne(in);
        } while (head.status / 100 == 1);
        return head;
    }

    private static WireHead readOne(InputStream in) throws IOException {
        String start = line(in);
        String[] words = start.split(" ", 3);
        if (words.length < 2 || !words[0].matches("HTTP/1\\.[01]") || !words[1].matches("[1-5][0-9]{2}")) {
            throw new ProtocolException("not a status line: " + start);
        }
        var headers = new LinkedHashMap<String, List<String>>();
        for (String field : fields(in)) {
            int colon = field.indexOf(':');
            if (colon < 1) {
                throw new ProtocolException("not a header field: " + field);
            }
            headers.computeIfAbsent(field.substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(field.substring(colon + 1).strip());
        }
        return new WireHead(Integer.parseInt(words[1]), headers);
    }

    /// All values of a header joined as RFC 9110, 5.3 allows, null when there is none.
    String header(String name) {
        List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
        return values == null ? null : String.join(", ", values);
    }

    /// Whether only the end of the connection ends the body (RFC 9112, 6.3).
    boolean untilClose(String method) {
        return !bodiless(method) && header("transfer-encoding") == null && header("content-length") == null;
    }

    /// The body without its framing. It throws `EOFException` when the connection ends before the framing does.
    InputStream body(InputStream in, String method) throws IOException {
        String coding = header("transfer-encoding");
        String length = header("content-length");
        if (bodiless(method)) {
            return InputStream.nullInputStream();
        }
        if (coding != null) {
            if (!coding.equalsIgnoreCase("chunked") || length != null) {
                throw new ProtocolException("transfer-encoding " + coding + " with content-length " + length);
            }
            return new Body(in, true, 0);
        }
        if (length != null) {
            if (!length.matches("[0-9]{1,18}")) {
                throw new ProtocolException("content-length " + length);
            }
            return new Body(in, false, Long.parseLong(length));
        }
        return in;
    }

    private boolean bodiless(String method) {
        return method.equals("HEAD") || status == 204 || status == 304;
    }

    /// Takes the framing off a body of chunks or of a known length (which is one chunk and no last one).
    private static final class Body extends InputStream {
        private final InputStream in;
        private final boolean chunked;
        private long left;
        private boolean begun;
        private boolean ended;

        private Body(InputStream in, boolean chunked, long length) {
            this.in = in;
            this.chunked = chunked;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int off, int len) throws IOException {
            if (len == 0) {
                return 0;
            }
            if (left == 0 && !ended) {
                if (chunked) {
                    nextChunk();
                } else {
                    ended = true;
                }
            }
            if (ended) {
                return -1;
            }
            int n = in.read(bytes, off, (int) Math.min(len, left));
            if (n < 0) {
                throw new EOFException("closed with " + left + " bytes to come");
            }
            left -= n;
            return n;
        }

        private void nextChunk() throws IOException {
            if (begun && !line(in).isEmpty()) {
                throw new ProtocolException("a chunk longer than its size");
            }
            begun = true;
            String size = line(in).split(";", 2)[0].strip();
            if (!size.matches("[0-9a-fA-F]{1,15}")) {
                throw new ProtocolException("not a chunk size: " + size);
            }
            left = Long.parseLong(size, 16);
            if (left == 0) {
                fields(in); // trailers
                ended = true;
            }
        }
    }

    /// Lines up to a blank one.
    private static List<String> fields(InputStream in) throws IOException {
        var lines = new ArrayList<String>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (lines.size() == MAX_LINES) {
                throw new ProtocolException("more than " + MAX_LINES + " header fields");
            }
            lines.add(line);
        }
        return lines;
    }

    /// A line that CRLF ended: what a server sends has no excuse for a bare LF.
    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream(80);
        int before = -1;
        for (int b = in.read(); !(b == '\n' && before == '\r'); b = in.read()) {
            if (b < 0) {
                throw new EOFException("closed within a line: " + line.toString(StandardCharsets.ISO_8859_1));
            }
            if (b == '\n' || line.size() == MAX_LINE) {
                throw new ProtocolException("not a line of HTTP: " + line.toString(StandardCharsets.ISO_8859_1));
            }
            line.write(b);
            before = b;
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.substring(0, text.length() - 1);
    }
}
