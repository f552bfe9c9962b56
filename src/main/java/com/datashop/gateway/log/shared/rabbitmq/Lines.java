package com.datashop.gateway.log.shared.rabbitmq;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.Entry;
import com.datashop.gateway.log.shared.EntryCheck;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// Writes batches as the body of a message, and reads them line by line.
///
/// A batch is a line that names it, `{"batch":"..","events":2}`, and a line for each of its events,
/// `{"channel":"..","timestamp":..,"data":..}`. The data is compact JSON, which has no line ends.
///
/// An object of this type belongs to one thread.
final class Lines {
    /// The most bytes of a line beside its data.
    static final int FRAME_BYTES = 512;
    /// The most digits of a timestamp.
    private static final int MAX_DIGITS = 15;
    private static final int MAX_BATCH_LINE = 128;
    private static final Pattern BATCH_LINE =
            Pattern.compile("\\{\"batch\":\"([a-z0-9-]{1,64})\",\"events\":([0-9]{1,8})}");
    private static final byte[] BATCH = "{\"batch\":\"".getBytes(US_ASCII);
    private static final byte[] CHANNEL = "{\"channel\":\"".getBytes(US_ASCII);
    private static final byte[] TIMESTAMP = "\",\"timestamp\":".getBytes(US_ASCII);
    private static final byte[] DATA = ",\"data\":".getBytes(US_ASCII);
    private static final byte[] END = {'}', '\n'};

    private final EntryCheck check = new EntryCheck();
    private String token = "";
    private int left;

    /// Encodes the batch as a body, or as a part of one.
    static byte[] encode(List<Draft> batch, String token) {
        byte[] batchLine = ("{\"batch\":\"" + token + "\",\"events\":" + batch.size() + "}\n").getBytes(US_ASCII);
        var heads = new byte[batch.size()][];
        int length = batchLine.length;
        for (int i = 0; i < heads.length; i++) {
            var draft = batch.get(i);
            heads[i] = ("{\"channel\":\"" + draft.channel().text() + "\",\"timestamp\":" + draft.timestamp()
                    + ",\"data\":").getBytes(US_ASCII);
            length = Math.addExact(length, heads[i].length + draft.data().length + END.length);
        }
        byte[] body = new byte[length];
        int at = put(body, 0, batchLine);
        for (int i = 0; i < heads.length; i++) {
            at = put(body, at, heads[i]);
            at = put(body, at, batch.get(i).data());
            at = put(body, at, END);
        }
        return body;
    }

    /// The token of an encoded batch.
    static String token(byte[] encoded) {
        int end = BATCH.length;
        while (encoded[end] != '"') end++;
        return new String(encoded, BATCH.length, end - BATCH.length, US_ASCII);
    }

    /// Whether the line names a batch. Other lines are events.
    static boolean isBatch(byte[] line, int length) {
        return has(line, length, 0, BATCH);
    }

    /// Takes note of a line that names a batch. The lines after it are its events.
    void batch(byte[] line, int length) {
        var named = BATCH_LINE.matcher(new String(line, 0, Math.min(length, MAX_BATCH_LINE), US_ASCII));
        boolean readable = named.matches();
        token = readable ? named.group(1) : "";
        left = readable ? Integer.parseInt(named.group(2)) : 0;
    }

    /// Begins a message. No batch is named yet.
    void begin() {
        token = "";
        left = 0;
    }

    /// The token of the batch that the lines belong to; empty when none is named.
    String token() {
        return token;
    }

    /// Reads a line as an event. It checks the line as a publish is checked, since anyone may write to the stream.
    ///
    /// @param line without its end
    /// @param whole whether this is the whole line; if not, it has more data than this node takes
    Entry entry(EventId id, byte[] line, int length, boolean whole) {
        boolean last = --left == 0;
        int at = CHANNEL.length;
        if (!has(line, length, 0, CHANNEL)) return new Entry.Foreign(id);
        int quote = at;
        while (quote < length && quote - at < FRAME_BYTES && line[quote] != '"') quote++;
        var channel = check.channel(new String(line, at, quote - at, US_ASCII));
        if (channel.isEmpty() || !has(line, length, quote, TIMESTAMP)) return new Entry.Foreign(id);
        at = quote + TIMESTAMP.length;
        int digits = at;
        while (digits < length && digits - at <= MAX_DIGITS && line[digits] >= '0' && line[digits] <= '9') digits++;
        long timestamp = EntryCheck.timestamp(new String(line, at, digits - at, US_ASCII));
        if (timestamp < 0 || !has(line, length, digits, DATA)) return new Entry.Foreign(id);
        if (!whole) return new Entry.TooLarge(id, channel.get(), token, last);
        if (line[length - 1] != '}') return new Entry.Foreign(id);
        byte[] data = Arrays.copyOfRange(line, digits + DATA.length, length - 1);
        return EntryCheck.entry(id, channel.get(), timestamp, data, token, last);
    }

    /// The same for the line that was read last.
    Entry entry(EventId id, Messages messages) {
        return entry(id, messages.line(), messages.lineLength(), messages.isWhole());
    }

    private static boolean has(byte[] line, int length, int at, byte[] text) {
        return at + text.length <= length && Arrays.equals(line, at, at + text.length, text, 0, text.length);
    }

    private static int put(byte[] into, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, into, at, bytes.length);
        return at + bytes.length;
    }
}
