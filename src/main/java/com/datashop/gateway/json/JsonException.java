package com.datashop.gateway.json;

import java.util.Arrays;

/// A refusal of JSON text: what is wrong with it, and where.
///
/// It carries no stack trace: the fault is in the input, and a hostile client should not be able to make us walk the
/// stack.
public final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String what;
    private final int line;
    private final int column;

    private JsonException(String what, int line, int column) {
        super(what + " at line " + line + " column " + column, null, false, false);
        this.what = what;
        this.line = line;
        this.column = column;
    }

    /// The refusal of `bytes` at the offset `position`. It counts the line and the column from index 0.
    ///
    /// A line ends with LF, CR or CRLF. A continuation byte of UTF-8 is not counted, so that a column is a code point.
    static JsonException at(String what, byte[] bytes, int position) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < position; i++) {
            byte b = bytes[i];
            if (b == '\r' || b == '\n' && (i == 0 || bytes[i - 1] != '\r')) {
                line++;
                column = 1;
            } else if (b == '\n') {
                column = 1; // the second half of CRLF: the line has been counted
            } else if ((b & 0xC0) != 0x80) {
                column++;
            }
        }
        return new JsonException(what, line, column);
    }

    /// The refusal of text that begins at `from` in `bytes`. Line and column are counted from there.
    static JsonException inText(String what, byte[] bytes, int from, int position) {
        return at(what, Arrays.copyOfRange(bytes, from, Math.min(position + 1, bytes.length)), position - from);
    }

    /// The message without the position.
    public String what() {
        return what;
    }

    /// The line of the offending character, from 1.
    public int line() {
        return line;
    }

    /// The column of the offending character, from 1, in code points.
    public int column() {
        return column;
    }
}
