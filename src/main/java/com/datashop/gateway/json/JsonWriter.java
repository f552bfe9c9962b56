package com.datashop.gateway.json;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes JSON text, without white space, into a growing buffer of UTF-8 bytes.
///
/// It writes the commas and the colons. The caller must alternate names and values, and pair the brackets. A writer
/// belongs to one thread. Beyond the 2 GiB of an array it throws an ArithmeticException or IllegalArgumentException.
public final class JsonWriter {

    private static final String HEX = "0123456789abcdef";
    /// The most bytes that one UTF-16 unit becomes: those of an escape.
    private static final int LONGEST_UNIT = 6;
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private byte[] buffer = new byte[256];
    private int size;
    /// Whether a value has just ended. Another one in the same array or object then needs a comma.
    ///
    /// An opening bracket and a name clear this.
    private boolean ended;

    /// An empty writer.
    public JsonWriter() {
    }

    /// Opens an object.
    public JsonWriter beginObject() {
        return open('{');
    }

    /// Closes the object.
    public JsonWriter endObject() {
        return close('}');
    }

    /// Opens an array.
    public JsonWriter beginArray() {
        return open('[');
    }

    /// Closes the array.
    public JsonWriter endArray() {
        return close(']');
    }

    /// Writes the name of the next member. Its value must follow.
    public JsonWriter name(String name) {
        separate();
        string(name);
        put(':');
        ended = false;
        return this;
    }

    /// Writes a string, or `null` for null.
    ///
    /// It escapes what must be escaped (RFC 8259, 7), and unpaired surrogates, so that the text is valid UTF-8 for
    /// every
    /// string.
    public JsonWriter value(String value) {
        if (value == null) {
            return nullValue();
        }
        separate();
        string(value);
        ended = true;
        return this;
    }

    /// Writes an integer.
    public JsonWriter value(long value) {
        return number(Long.toString(value));
    }

    /// Writes a number with a fraction.
    ///
    /// @param value finite
    public JsonWriter value(double value) {
        return number(Double.toString(value));
    }

    /// `true` or `false`.
    public JsonWriter value(boolean value) {
        return token(value ? "true" : "false");
    }

    /// Writes any value.
    public JsonWriter value(JsonValue value) {
        value.writeTo(this);
        return this;
    }

    /// Writes `null`.
    public JsonWriter nullValue() {
        return token("null");
    }

    /// Writes JSON text unchanged. The caller vouches that it is one valid value.
    public JsonWriter raw(byte[] json) {
        separate();
        reserve(json.length);
        System.arraycopy(json, 0, buffer, size, json.length);
        size += json.length;
        ended = true;
        return this;
    }

    /// Writes a part of a JSON text unchanged. The caller vouches that it is one valid value.
    public JsonWriter raw(byte[] json, int from, int to) {
        separate();
        reserve(to - from);
        System.arraycopy(json, from, buffer, size, to - from);
        size += to - from;
        ended = true;
        return this;
    }

    /// Writes a string of these bytes. It copies those that need no escape.
    ///
    /// @throws JsonException when they are not UTF-8; what was written before stays
    public JsonWriter text(byte[] utf8, int from, int to) throws JsonException {
        int start = size;
        boolean before = ended;
        separate();
        if (!quote(utf8, from, to)) {
            size = start;
            ended = before;
            throw notUtf8(utf8, from, to);
        }
        ended = true;
        return this;
    }

    /// Writes the name of the next member, which is in these bytes, as [#text] does.
    ///
    /// @throws JsonException when they are not UTF-8; what was written before stays
    public JsonWriter name(byte[] utf8, int from, int to) throws JsonException {
        text(utf8, from, to);
        put(':');
        ended = false;
        return this;
    }

    private static JsonException notUtf8(byte[] a, int from, int to) {
        int i = from;
        for (int end; i < to; i = end) {
            end = a[i] >= 0 ? i + 1 : Utf8.characterEnd(a, i, to);
            if (end < 0) break;
        }
        return JsonException.inText("not UTF-8", a, from, i);
    }

    /// @return false when it is not UTF-8
    private boolean quote(byte[] a, int from, int to) {
        reserve(Math.addExact(to - from, 2));
        buffer[size++] = '"';
        int plain = from;
        int i = from;
        while (i < to) {
            byte b = a[i];
            if (b >= ' ' && b != '"' && b != '\\') {
                i++;
            } else if (b < 0) {
                i = Utf8.characterEnd(a, i, to);
                if (i < 0) return false;
            } else {
                copy(a, plain, i);
                reserve(Math.addExact(to - i, LONGEST_UNIT));
                escape((char) b);
                plain = ++i;
            }
        }
        copy(a, plain, to);
        buffer[size++] = '"';
        return true;
    }

    private void copy(byte[] a, int from, int to) {
        System.arraycopy(a, from, buffer, size, to - from);
        size += to - from;
    }

    /// Forgets what was written, and keeps the buffer for what is written next.
    public JsonWriter reset() {
        size = 0;
        ended = false;
        return this;
    }

    /// Writes a member whose value is a string, or `null` for null.
    public JsonWriter member(String name, String value) {
        return name(name).value(value);
    }

    /// Writes a member whose value is an integer.
    public JsonWriter member(String name, long value) {
        return name(name).value(value);
    }

    /// Writes a member whose value is `true` or `false`.
    public JsonWriter member(String name, boolean value) {
        return name(name).value(value);
    }

    /// Writes a member with any value.
    public JsonWriter member(String name, JsonValue value) {
        return name(name).value(value);
    }

    /// The number of bytes that [#flushTo] would write.
    public int size() {
        return size;
    }

    /// Writes the text so far to `out`, and forgets it. The next text continues it.
    public void flushTo(OutputStream out) throws IOException {
        out.write(buffer, 0, size);
        size = 0;
    }

    /// A copy of the text so far.
    public byte[] toBytes() {
        return Arrays.copyOf(buffer, size);
    }

    /// The text so far.
    @Override
    public String toString() {
        return new String(buffer, 0, size, StandardCharsets.UTF_8);
    }

    /// The position of the name that was written last, after `before`. A comma may stand between.
    int nameStart(int before) {
        return buffer[before] == ',' ? before + 1 : before;
    }

    /// Whether two parts of what was written are the same.
    boolean equal(int from, int to, int otherFrom, int otherTo) {
        return Arrays.equals(buffer, from, to, buffer, otherFrom, otherTo);
    }

    /// A part of what was written.
    String text(int from, int to) {
        return new String(buffer, from, to - from, StandardCharsets.UTF_8);
    }

    /// Takes back the name that was written last.
    ///
    /// @param before how much was written before it
    void back(int before) {
        ended = buffer[before] == ',';
        size = before;
    }

    /// Writes a number whose text is valid JSON already.
    JsonWriter number(String text) {
        return token(text);
    }

    private JsonWriter open(char bracket) {
        separate();
        put(bracket);
        ended = false;
        return this;
    }

    private JsonWriter close(char bracket) {
        put(bracket);
        ended = true;
        return this;
    }

    private JsonWriter token(String ascii) {
        separate();
        reserve(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            buffer[size++] = (byte) ascii.charAt(i);
        }
        ended = true;
        return this;
    }

    private void separate() {
        if (ended) {
            put(',');
        }
    }

    private void string(String value) {
        int length = value.length();
        reserve(Math.addExact(length, 2));
        buffer[size++] = '"';
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c >= ' ' && c < 0x80 && c != '"' && c != '\\') {
                buffer[size++] = (byte) c;
                continue;
            }
            // There is always room reserved for the rest, each unit as one byte, and for the closing quote.
            reserve(Math.addExact(length - i, LONGEST_UNIT));
            if (c < 0x80) {
                escape(c);
            } else if (c < 0x800) {
                buffer[size++] = (byte) (0xC0 | c >> 6);
                continuation(c);
            } else if (!Character.isSurrogate(c)) {
                buffer[size++] = (byte) (0xE0 | c >> 12);
                continuation(c >> 6);
                continuation(c);
            } else if (Character.isSupplementaryCodePoint(value.codePointAt(i))) {
                int point = value.codePointAt(i++);
                buffer[size++] = (byte) (0xF0 | point >> 18);
                continuation(point >> 12);
                continuation(point >> 6);
                continuation(point);
            } else {
                unicodeEscape(c);
            }
        }
        buffer[size++] = '"';
    }

    private void continuation(int bits) {
        buffer[size++] = (byte) (0x80 | bits & 0x3F);
    }

    private void escape(char c) {
        switch (c) {
            case '"', '\\' -> shortEscape(c);
            case '\b' -> shortEscape('b');
            case '\f' -> shortEscape('f');
            case '\n' -> shortEscape('n');
            case '\r' -> shortEscape('r');
            case '\t' -> shortEscape('t');
            default -> unicodeEscape(c);
        }
    }

    private void shortEscape(char c) {
        buffer[size++] = '\\';
        buffer[size++] = (byte) c;
    }

    private void unicodeEscape(char c) {
        shortEscape('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            buffer[size++] = (byte) HEX.charAt(c >> shift & 0xF);
        }
    }

    private void put(char ascii) {
        reserve(1);
        buffer[size++] = (byte) ascii;
    }

    private void reserve(int more) {
        int needed = Math.addExact(size, more);
        if (needed > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.clamp(2L * buffer.length, needed, LONGEST_ARRAY));
        }
    }
}
