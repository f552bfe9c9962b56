package com.datashop.gateway.json;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes JSON text, without white space, into a growing buffer of UTF-8 bytes.
///
/// It places the commas and the colons; that names and values alternate and brackets pair is the caller's part. It is not
/// for more than one thread. Beyond the 2 GiB of an array it throws an ArithmeticException or IllegalArgumentException.
public final class JsonWriter {

    private static final String HEX = "0123456789abcdef";
    /// The most that one UTF-16 unit is written as: six bytes of an escape.
    private static final int LONGEST_UNIT = 6;
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private byte[] buffer = new byte[256];
    private int size;
    /// A value has just ended, so that another in the same array or object needs a comma. An opening bracket or a name clears it.
    private boolean ended;

    /// A writer that has written nothing.
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

    /// The name of the next member, whose value must follow.
    public JsonWriter name(String name) {
        separate();
        string(name);
        put(':');
        ended = false;
        return this;
    }

    /// A string, or `null` for null.
    ///
    /// Escaped is what must be (RFC 8259, 7), and an unpaired surrogate, so that the text is UTF-8 whatever the string is.
    public JsonWriter value(String value) {
        if (value == null) {
            return nullValue();
        }
        separate();
        string(value);
        ended = true;
        return this;
    }

    /// An integer.
    public JsonWriter value(long value) {
        return number(Long.toString(value));
    }

    /// `true` or `false`.
    public JsonWriter value(boolean value) {
        return token(value ? "true" : "false");
    }

    /// Any value.
    public JsonWriter value(JsonValue value) {
        value.writeTo(this);
        return this;
    }

    /// `null`.
    public JsonWriter nullValue() {
        return token("null");
    }

    /// A value's JSON text, written verbatim: the caller vouches that it is valid.
    public JsonWriter raw(byte[] json) {
        separate();
        reserve(json.length);
        System.arraycopy(json, 0, buffer, size, json.length);
        size += json.length;
        ended = true;
        return this;
    }

    /// A member that is a string, or `null` for null.
    public JsonWriter member(String name, String value) {
        return name(name).value(value);
    }

    /// A member that is an integer.
    public JsonWriter member(String name, long value) {
        return name(name).value(value);
    }

    /// A member that is `true` or `false`.
    public JsonWriter member(String name, boolean value) {
        return name(name).value(value);
    }

    /// A member that is any value.
    public JsonWriter member(String name, JsonValue value) {
        return name(name).value(value);
    }

    /// How many bytes [#flushTo] would write.
    public int size() {
        return size;
    }

    /// Writes what was written so far, and forgets it: the text goes on with what is written next.
    public void flushTo(OutputStream out) throws IOException {
        out.write(buffer, 0, size);
        size = 0;
    }

    /// A copy of what was written.
    public byte[] toBytes() {
        return Arrays.copyOf(buffer, size);
    }

    /// What was written.
    @Override
    public String toString() {
        return new String(buffer, 0, size, StandardCharsets.UTF_8);
    }

    /// A number that is valid JSON already.
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
            // The room for what is left, plainly written, and the closing quote is reserved at any time.
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
