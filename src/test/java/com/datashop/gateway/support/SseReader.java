package com.datashop.gateway.support;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Parses `text/event-stream` in whatever pieces it arrives, by the letter of the WHATWG HTML standard, 9.2.6.
///
/// It shares nothing with the gateway's own reader, so that the two can not be wrong together. Not safe for threads.
public final class SseReader {
    /// In bytes. An event is bounded by MAX_BODY_BYTES; only a server gone mad sends a longer line.
    private static final int MAX_LINE = 64 << 20;
    private static final BigInteger MAX_RETRY = BigInteger.valueOf(Long.MAX_VALUE);

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean firstLine = true;
    private boolean afterCarriageReturn;

    private final StringBuilder data = new StringBuilder();
    private String event = "";
    private String id = "";

    private String lastEventId = "";
    private long retry = -1;
    private long comments;

    /// Takes the next bytes of the stream and returns the messages that they complete.
    public List<Message> feed(byte[] bytes, int off, int len) {
        var messages = new ArrayList<Message>();
        int from = off;
        for (int i = off; i < off + len; i++) {
            byte b = bytes[i];
            if (b != '\r' && b != '\n') continue;
            boolean isSecondOfPair = b == '\n' && i == from && afterCarriageReturn;
            if (!isSecondOfPair) endLine(bytes, from, i - from, messages);
            afterCarriageReturn = b == '\r';
            from = i + 1;
        }
        if (from < off + len) {
            keep(bytes, from, off + len - from);
            afterCarriageReturn = false;
        }
        return messages;
    }

    /// The reconnection time that the stream asked for, in milliseconds, -1 when it did not yet.
    public long retry() {
        return retry;
    }

    /// How many comment lines the stream had so far.
    public long comments() {
        return comments;
    }

    /// The id that a reconnecting browser would send. It is set at each blank line, also by an event that is not
    /// dispatched, but not by one that the end of the stream cut off.
    public String lastEventId() {
        return lastEventId;
    }

    /// Keeps the beginning of a line whose end has not come yet.
    private void keep(byte[] bytes, int off, int len) {
        if (line.size() + len > MAX_LINE) throw new IllegalStateException("a line of more than " + MAX_LINE + " bytes");
        line.write(bytes, off, len);
    }

    /// Reads a line that ends with these bytes. Most lines lie whole in what came, and are not copied.
    private void endLine(byte[] bytes, int off, int len, List<Message> messages) {
        // No byte of a longer UTF-8 sequence is CR or LF: so decoding line by line is decoding the stream.
        String text;
        if (line.size() == 0) {
            text = new String(bytes, off, len, StandardCharsets.UTF_8);
        } else {
            keep(bytes, off, len);
            text = line.toString(StandardCharsets.UTF_8);
            line.reset();
        }
        if (firstLine && text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        firstLine = false;
        if (text.isEmpty()) {
            dispatch(messages);
            return;
        }
        int colon = text.indexOf(':');
        if (colon == 0) {
            comments++;
        } else if (colon < 0) {
            field(text, "");
        } else {
            int value = text.startsWith(" ", colon + 1) ? colon + 2 : colon + 1;
            field(text.substring(0, colon), text.substring(value));
        }
    }

    private void field(String name, String value) {
        switch (name) {
            case "event" -> event = value;
            case "data" -> data.append(value).append('\n');
            case "id" -> {
                if (value.indexOf('\0') < 0) {
                    id = value;
                }
            }
            case "retry" -> {
                if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    retry = new BigInteger(value).min(MAX_RETRY).longValue();
                }
            }
            default -> { } // "Otherwise: the field is ignored."
        }
    }

    private void dispatch(List<Message> messages) {
        lastEventId = id;
        // A `data` line without a value leaves its LF here: that is a message, of empty data.
        if (!data.isEmpty()) {
            data.setLength(data.length() - 1);
            messages.add(new Message(event.isEmpty() ? "message" : event, id, data.toString()));
        }
        data.setLength(0);
        event = "";
    }
}
