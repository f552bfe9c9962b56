package com.datashop.gateway.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/// Reads an event stream (WHATWG HTML, 9.2.6), message by message.
///
/// ```
///   bytes ──▶ lines, ended by CR, LF or CR LF ──▶ fields ──▶ a blank line ends the message
/// ```
///
/// It belongs to one thread. It holds one message, whose size is bounded.
public final class EventReader {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int LONGEST_RETRY_DIGITS = 9;

    private final InputStream in;
    private final int maxBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private boolean hasData;
    private boolean afterCarriageReturn;
    private boolean firstLine = true;
    private String event = "";
    private String id = "";
    private String lastEventId = "";
    private long retry = -1;

    /// One message.
    ///
    /// @param event its name; `message` when the stream names none
    /// @param id the last id of the stream so far; empty when there was none
    /// @param data its data; LF joins the lines
    public record Message(String event, String id, String data) { }

    /// @param maxBytes the bound on one message
    public EventReader(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /// Waits for the next message; null at the end of the stream. It drops a message that the stream cuts off.
    ///
    /// @throws IOException when the stream broke, or a message is larger than the bound
    public Message next() throws IOException {
        while (true) {
            if (position == limit) {
                position = 0;
                limit = in.read(buffer);
                if (limit < 0) {
                    limit = 0;
                    return null;
                }
            }
            if (!readLine()) continue;
            var text = line.toByteArray();
            line.reset();
            var message = takeLine(text);
            if (message != null) return message;
        }
    }

    /// The time that the stream asks its client to wait before a reconnect, in milliseconds; -1 when it asks for none.
    public long retry() {
        return retry;
    }

    /// Takes bytes up to the end of the line; false when the buffer ends first.
    private boolean readLine() throws IOException {
        if (afterCarriageReturn) {
            afterCarriageReturn = false;
            if (buffer[position] == '\n' && ++position == limit) return false;
        }
        int from = position;
        while (position < limit && buffer[position] != '\n' && buffer[position] != '\r') position++;
        line.write(buffer, from, position - from);
        if (line.size() + data.size() > maxBytes)
            throw new IOException("a message of the stream has more than " + maxBytes + " bytes");
        if (position == limit) return false;
        afterCarriageReturn = buffer[position++] == '\r';
        return true;
    }

    private Message takeLine(byte[] bytes) {
        boolean marked = firstLine && bytes.length >= 3
                && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
        int from = marked ? 3 : 0;
        firstLine = false;
        if (bytes.length == from) return dispatch();
        int colon = from;
        while (colon < bytes.length && bytes[colon] != ':') colon++;
        int value = colon + 1 < bytes.length && bytes[colon + 1] == ' ' ? colon + 2 : Math.min(colon + 1, bytes.length);
        field(new String(bytes, from, colon - from, UTF_8), bytes, value);
        return null;
    }

    private void field(String name, byte[] bytes, int from) {
        switch (name) {
            case "data" -> {
                if (hasData) data.write('\n');
                data.write(bytes, from, bytes.length - from);
                hasData = true;
            }
            case "event" -> event = text(bytes, from);
            case "id" -> {
                var value = text(bytes, from);
                if (value.indexOf('\0') < 0) id = value;
            }
            case "retry" -> {
                var value = text(bytes, from);
                if (value.length() <= LONGEST_RETRY_DIGITS && isNumber(value)) retry = Long.parseLong(value);
            }
            default -> { } // a comment, or an unknown field: the standard says to ignore it
        }
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) if (text.charAt(i) < '0' || text.charAt(i) > '9') return false;
        return !text.isEmpty();
    }

    private Message dispatch() {
        lastEventId = id;
        Message message = null;
        if (hasData) message = new Message(event.isEmpty() ? "message" : event, lastEventId, data.toString(UTF_8));
        data.reset();
        hasData = false;
        event = "";
        return message;
    }

    private static String text(byte[] bytes, int from) {
        return new String(bytes, from, bytes.length - from, UTF_8);
    }
}
