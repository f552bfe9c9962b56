package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// Reads one HTTP response that is an event stream, as it comes, straight from the read buffer and without an object
/// for each event.
///
/// ```
///   HEAD ──▶ SIZE ──▶ CHUNK ──▶ SIZE ... ──▶ ENDED       chunked
///     └────▶ PLAIN                                       until the connection ends
/// ```
///
/// Within the body it goes by lines (WHATWG HTML, 9.2.6), of which it keeps no more than their kind, a stamp, an id,
/// and the data of named messages.
final class EventStream {
    /// The most that is read of a head, in bytes.
    private static final int MAX_HEAD = 8192;
    /// The longest id or name that is kept, in bytes.
    private static final int MAX_WORD = 64;
    /// The most that is kept of a named message's data, in bytes.
    private static final int MAX_DATA = 4096;

    /// It is told each thing that comes.
    interface Sink {
        /// The head is here.
        void opened(int status);

        /// An unnamed message; the lane is -1 when it has no stamp.
        void event(int lane, long number, long due);

        /// A named message.
        void control(String name, String data);

        /// The body's framing says that it ends here.
        void ended();
    }

    private enum Framing { HEAD, PLAIN, SIZE, SIZE_END, CHUNK, ENDED }

    private enum Line { START, FIELD, DATA, STAMP, STAMPED, ID, NAME, NAMED, OTHER }

    private final Sink sink;
    private Framing framing = Framing.HEAD;
    private byte[] head = new byte[512];
    private int headLength;
    private int left;
    private boolean sized;

    private Line line = Line.START;
    private byte field;
    private int skip;
    private int digits;
    private long value;
    private boolean any;
    private int lane = -1;
    private long number;
    private long due;
    private byte[] name = new byte[0];
    private int nameLength;
    private byte[] data = new byte[0];
    private int dataLength;
    private byte[] pendingId = new byte[32];
    private int pendingIdLength;
    private byte[] id = new byte[32];
    private int idLength;

    EventStream(Sink sink) {
        this.sink = sink;
    }

    /// The id of the last message that came whole, or null.
    String lastEventId() {
        return idLength == 0 ? null : new String(id, 0, idLength, US_ASCII);
    }

    /// Takes the next bytes of the response.
    void feed(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            switch (framing) {
                case HEAD -> at = head(bytes, at, to);
                case PLAIN -> {
                    lines(bytes, at, to);
                    at = to;
                }
                case SIZE -> at = size(bytes, at, to);
                case SIZE_END -> {
                    if (bytes[at++] == '\n') {
                        framing = left == 0 ? Framing.ENDED : Framing.CHUNK;
                        if (left == 0) sink.ended();
                    }
                }
                case CHUNK -> {
                    int length = Math.min(left, to - at);
                    lines(bytes, at, at + length);
                    at += length;
                    left -= length;
                    if (left == 0) framing = Framing.SIZE;
                }
                case ENDED -> at = to;
            }
        }
    }

    private int head(byte[] bytes, int from, int to) {
        for (int at = from; at < to; ) {
            if (headLength == head.length) head = Arrays.copyOf(head, headLength * 2);
            head[headLength++] = bytes[at++];
            if (headLength > MAX_HEAD) throw new IllegalStateException("a head of more than " + MAX_HEAD + " bytes");
            if (headLength >= 4 && head[headLength - 1] == '\n' && head[headLength - 3] == '\n') {
                var text = new String(head, 0, headLength, US_ASCII).toLowerCase(java.util.Locale.ROOT);
                head = new byte[0];
                framing = text.contains("\r\ntransfer-encoding: chunked\r\n") ? Framing.SIZE : Framing.PLAIN;
                sink.opened(Integer.parseInt(text.substring(text.indexOf(' ') + 1, text.indexOf(' ') + 4)));
                return at;
            }
        }
        return to;
    }

    /// The line that says how long the chunk is; the line end of the chunk before stands in front of it.
    private int size(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            int b = bytes[at] | 0x20;
            if (b >= '0' && b <= '9' || b >= 'a' && b <= 'f') {
                left = (left << 4) + Stamp.digit((byte) b);
                sized = true;
            } else if (sized) {
                sized = false;
                framing = Framing.SIZE_END;
                return at;
            }
        }
        return to;
    }

    private void lines(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            byte b = bytes[at];
            switch (line) {
                case START -> {
                    at++;
                    if (b == '\n') dispatch();
                    else if (b != '\r') begin(b);
                }
                // the name of the field is known by its first byte: what follows is skipped up to the value
                case FIELD -> {
                    if (b == '\n') {
                        line = Line.START;
                        at++;
                    } else if (skip > 0) {
                        skip--;
                        at++;
                    } else if (b == ' ') {
                        at++;
                        value();
                    } else {
                        value();
                    }
                }
                case DATA -> {
                    while (at < to && (b = bytes[at]) != '\n' && b != Stamp.MARK) at++;
                    if (at < to) {
                        if (b == '\n') {
                            line = Line.START;
                        } else {
                            line = Line.STAMP;
                            digits = 0;
                            value = 0;
                        }
                        at++;
                    }
                }
                case STAMP -> {
                    while (at < to && digits < Stamp.DIGITS) stamp(bytes[at++]);
                    if (digits == Stamp.DIGITS) line = Line.STAMPED;
                }
                case STAMPED, OTHER -> {
                    while (at < to && bytes[at] != '\n') at++;
                    at = endOfLine(at, to);
                }
                case ID -> {
                    while (at < to && (b = bytes[at]) != '\n') {
                        if (b != '\r' && pendingIdLength < MAX_WORD) {
                            if (pendingIdLength == pendingId.length) pendingId = Arrays.copyOf(pendingId, MAX_WORD);
                            pendingId[pendingIdLength++] = b;
                        }
                        at++;
                    }
                    at = endOfLine(at, to);
                }
                case NAME -> {
                    if (b == '\n') line = Line.START;
                    else if (b != '\r' && nameLength < MAX_WORD) {
                        if (name.length == 0) name = new byte[MAX_WORD];
                        name[nameLength++] = b;
                    }
                    at++;
                }
                case NAMED -> {
                    if (b == '\n') line = Line.START;
                    else if (dataLength < MAX_DATA) {
                        if (dataLength == data.length) data = Arrays.copyOf(data, Math.max(256, dataLength * 2));
                        data[dataLength++] = b;
                    }
                    at++;
                }
            }
        }
    }

    private void begin(byte first) {
        field = first;
        line = Line.FIELD;
        switch (first) {
            case 'd' -> skip = "ata:".length();
            case 'i' -> skip = "d:".length();
            case 'e' -> skip = "vent:".length();
            default -> line = Line.OTHER; // a comment, or retry
        }
    }

    private void value() {
        switch (field) {
            case 'd' -> {
                any = true;
                line = nameLength == 0 ? Line.DATA : Line.NAMED;
            }
            case 'i' -> {
                pendingIdLength = 0;
                line = Line.ID;
            }
            default -> {
                nameLength = 0;
                line = Line.NAME;
            }
        }
    }

    private int endOfLine(int at, int to) {
        if (at == to) return at;
        line = Line.START;
        return at + 1;
    }

    private void stamp(byte b) {
        value = value << 4 | Stamp.digit(b);
        digits++;
        if (digits == Stamp.LANE_DIGITS) {
            lane = (int) value;
            value = 0;
        } else if (digits == Stamp.LANE_DIGITS + Stamp.NUMBER_DIGITS) {
            number = value;
            value = 0;
        } else if (digits == Stamp.DIGITS) {
            due = value;
        }
    }

    private void dispatch() {
        if (pendingIdLength > 0) {
            var swap = id;
            id = pendingId;
            idLength = pendingIdLength;
            pendingId = swap;
            pendingIdLength = 0;
        }
        if (any && nameLength == 0) sink.event(lane, number, due);
        else if (any) sink.control(new String(name, 0, nameLength, US_ASCII), new String(data, 0, dataLength, UTF_8));
        any = false;
        lane = -1;
        nameLength = 0;
        dataLength = 0;
    }
}
