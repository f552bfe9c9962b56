package com.datashop.gateway.json;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Reads JSON text (RFC 8259) in UTF-8 strictly, token by token. It can compact a value without building a tree.
///
/// ```
/// beginObject ─▶ nextName ─▶ string | number | skip | compact | begin… ─▶ nextName … null
/// beginArray  ─▶ nextElement ─▶ (a value, likewise) ─▶ nextElement … false
/// ```
///
/// The caller takes exactly one value after each name, and after each `true` of [#nextElement()]. Then the text that
/// the scanner has passed is valid JSON, whatever the bytes are. After a [JsonException] the scanner cannot be used any
/// more. It accepts a name that is given twice: only a tree can find that. It belongs to one thread, and the bytes must
/// not change while it is used.
public final class JsonScanner {

    /// The kinds of values. [#END] means that only white space is left.
    public enum Kind { OBJECT, ARRAY, STRING, NUMBER, TRUE, FALSE, NULL, END }

    private final byte[] bytes;
    private final int to;
    private int position;
    private int nameStart;
    /// Whether the scanner is right after `{` or `[`. Only there may the end come, or a first member without a comma.
    private boolean fresh;
    private final ValueWalk walk;

    /// Begins at the start of `utf8`, which is not copied.
    public JsonScanner(byte[] utf8) {
        this(utf8, 0, utf8.length);
    }

    /// Reads the bytes `[from, to)` of `utf8`. The lines and columns of errors count from index 0.
    ///
    /// @throws IndexOutOfBoundsException when the range is not within the array
    public JsonScanner(byte[] utf8, int from, int to) {
        Objects.checkFromToIndex(from, to, utf8.length);
        this.bytes = utf8;
        this.to = to;
        this.position = from;
        this.walk = new ValueWalk(utf8, to);
    }

    /// Whether the whole `text` is one number.
    static boolean isNumber(String text) {
        var scanner = new JsonScanner(text.getBytes(StandardCharsets.UTF_8));
        try {
            return scanner.number().length() == text.length();
        } catch (JsonException notOne) {
            return false;
        }
    }

    /// Skips white space, and returns the kind of the value that starts there. It looks at the first byte only.
    ///
    /// @throws JsonException when no value starts with this byte
    public Kind peek() throws JsonException {
        position = Tokens.spaceEnd(bytes, position, to);
        if (position >= to) {
            return Kind.END;
        }
        return switch (bytes[position]) {
            case '{' -> Kind.OBJECT;
            case '[' -> Kind.ARRAY;
            case '"' -> Kind.STRING;
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> Kind.NUMBER;
            case 't' -> Kind.TRUE;
            case 'f' -> Kind.FALSE;
            case 'n' -> Kind.NULL;
            default -> throw Tokens.expected("a value", bytes, position, to);
        };
    }

    /// The offset of the next unread byte, from index 0 of the array.
    public int position() {
        return position;
    }

    /// Enters an object. Call [#nextName()] next.
    ///
    /// @throws JsonException when no object starts here
    public void beginObject() throws JsonException {
        begin('{', "an object");
    }

    /// Enters an array. Call [#nextElement()] next.
    ///
    /// @throws JsonException when no array starts here
    public void beginArray() throws JsonException {
        begin('[', "an array");
    }

    private void begin(char bracket, String wanted) throws JsonException {
        position = start(wanted);
        if (bytes[position] != bracket) {
            throw Tokens.expected(wanted, bytes, position, to);
        }
        position++;
        fresh = true;
    }

    /// The name of the next member, decoded; null at the end of the object. It consumes the colon, or the closing
    /// brace.
    public String nextName() throws JsonException {
        int end = nameEnd();
        return end < 0 ? null : Tokens.decoded(bytes, nameStart + 1, end - 1);
    }

    /// The index of the next member's name in the list of `names`. It makes no string.
    ///
    /// Any other name is [JsonNames#OTHER], and the end of the object is [JsonNames#END].
    public int nextName(JsonNames names) throws JsonException {
        int end = nameEnd();
        return end < 0 ? JsonNames.END : names.find(bytes, nameStart + 1, end - 1);
    }

    /// The offset after the next name. It consumes the colon, or returns -1 at the end of the object.
    private int nameEnd() throws JsonException {
        String wanted = fresh ? "a name or '}'" : "a name";
        int i = separatorEnd('}', wanted, "',' or '}'");
        if (i < 0) {
            return -1;
        }
        nameStart = i;
        int end = Tokens.nameEnd(wanted, bytes, i, to);
        position = Tokens.colonEnd(bytes, end, to);
        return end;
    }

    /// Whether there is another element. If so, the scanner stands at it; if not, the closing bracket is consumed.
    public boolean nextElement() throws JsonException {
        int i = separatorEnd(']', "a value or ']'", "',' or ']'");
        if (i < 0) {
            return false;
        }
        position = i;
        return true;
    }

    /// The offset after the comma, or -1 when the object or array ends here.
    private int separatorEnd(char close, String wantedFirst, String wantedNext) throws JsonException {
        int i = Tokens.spaceEnd(bytes, position, to);
        if (i >= to) {
            throw Tokens.expected(fresh ? wantedFirst : wantedNext, bytes, i, to);
        }
        boolean first = fresh;
        fresh = false;
        if (bytes[i] == close) {
            position = i + 1;
            return -1;
        }
        if (first) {
            return i;
        }
        if (bytes[i] != ',') {
            throw Tokens.expected(wantedNext, bytes, i, to);
        }
        return Tokens.spaceEnd(bytes, i + 1, to);
    }

    /// The offset of the next byte that is not white space. There must be one.
    private int start(String wanted) throws JsonException {
        int i = Tokens.spaceEnd(bytes, position, to);
        if (i >= to) {
            throw Tokens.expected(wanted, bytes, i, to);
        }
        return i;
    }

    /// The value of a string, decoded. An escaped unpaired surrogate becomes that char (RFC 8259, 8.2).
    ///
    /// @throws JsonException when no string starts here, or it is not well-formed
    public String string() throws JsonException {
        int i = start("a string");
        if (bytes[i] != '"') {
            throw Tokens.expected("a string", bytes, i, to);
        }
        position = Tokens.stringEnd(bytes, i, to);
        return Tokens.decoded(bytes, i + 1, position - 1);
    }

    /// The text of a number, unchanged.
    ///
    /// @throws JsonException when no number starts here, or it is not well-formed
    public String number() throws JsonException {
        int i = start("a number");
        if (bytes[i] != '-' && (bytes[i] < '0' || bytes[i] > '9')) {
            throw Tokens.expected("a number", bytes, i, to);
        }
        position = Tokens.numberEnd(bytes, i, to);
        return new String(bytes, i, position - i, StandardCharsets.ISO_8859_1);
    }

    /// Skips any value, and checks it.
    ///
    /// @param maxDepth how deep arrays and objects may nest: a scalar has depth 0, `[]` has 1
    /// @throws JsonException when no value starts here, it is not well-formed, or nests deeper
    public void skip(int maxDepth) throws JsonException {
        position = walk.end(start("a value"), maxDepth);
    }

    /// Skips any value, as [#skip(int)] does, and returns its bytes without the white space between tokens.
    ///
    /// It allocates the result, and one or two bits for each level when the value nests deeper than 64 levels. When the
    /// value is the whole array and compact already, it returns that array.
    public byte[] compact(int maxDepth) throws JsonException {
        int i = start("a value");
        position = walk.end(i, maxDepth);
        return walk.compacted(i, position);
    }

    /// Checks that only white space is left.
    public void end() throws JsonException {
        position = Tokens.spaceEnd(bytes, position, to);
        if (position < to) {
            throw Tokens.expected("the end", bytes, position, to);
        }
    }

    /// A refusal at the present position, for a caller with a reason of its own.
    public JsonException error(String what) {
        return JsonException.at(what, bytes, position);
    }

    /// A refusal at the name that [#nextName()] returned last.
    JsonException errorAtName(String what) {
        return JsonException.at(what, bytes, nameStart);
    }
}
