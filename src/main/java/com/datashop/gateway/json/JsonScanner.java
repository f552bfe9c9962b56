package com.datashop.gateway.json;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// A strict cursor over JSON text (RFC 8259) in UTF-8 bytes: it checks what it passes, and compacts values without a tree.
///
/// ```
/// beginObject ─▶ nextName ─▶ string | number | skip | compact | begin… ─▶ nextName … null
/// beginArray  ─▶ nextElement ─▶ (a value, likewise) ─▶ nextElement … false
/// ```
///
/// The caller takes exactly one value after each name and each `true`; then what passes is JSON, whatever the bytes are.
/// After a [JsonException] the scanner is of no further use. Names given twice pass: only a tree can tell.
/// It is not for more than one thread, and the bytes must not change meanwhile.
public final class JsonScanner {

    /// What kind of value starts at a place; [#END] when nothing does, since only white space is left.
    public enum Kind { OBJECT, ARRAY, STRING, NUMBER, TRUE, FALSE, NULL, END }

    private final byte[] bytes;
    private final int to;
    private int position;
    private int nameStart;
    /// Right after `{` or `[`: the one place where the end may come, and a comma may not, before a member or element.
    private boolean fresh;
    private final ValueWalk walk;

    /// A cursor at the start of `utf8`, which is not copied.
    public JsonScanner(byte[] utf8) {
        this(utf8, 0, utf8.length);
    }

    /// A cursor over the bytes `[from, to)` of `utf8`; lines and columns of errors count from index 0.
    ///
    /// @throws IndexOutOfBoundsException when the range is not within the array
    public JsonScanner(byte[] utf8, int from, int to) {
        Objects.checkFromToIndex(from, to, utf8.length);
        this.bytes = utf8;
        this.to = to;
        this.position = from;
        this.walk = new ValueWalk(utf8, to);
    }

    /// Whether `text` is a number and nothing else.
    static boolean isNumber(String text) {
        var scanner = new JsonScanner(text.getBytes(StandardCharsets.UTF_8));
        try {
            return scanner.number().length() == text.length();
        } catch (JsonException notOne) {
            return false;
        }
    }

    /// Skips white space, and tells what starts there, of which only the first byte is looked at.
    ///
    /// @throws JsonException when no value starts so
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

    /// Enters an object; [#nextName()] is next.
    ///
    /// @throws JsonException when none starts here
    public void beginObject() throws JsonException {
        begin('{', "an object");
    }

    /// Enters an array; [#nextElement()] is next.
    ///
    /// @throws JsonException when none starts here
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

    /// The name of the next member, decoded, with its colon consumed; or null at the object's end, with that consumed.
    public String nextName() throws JsonException {
        int end = nameEnd();
        return end < 0 ? null : Tokens.decoded(bytes, nameStart + 1, end - 1);
    }

    /// The same without a string: the name's place in the list of `names`. [JsonNames#OTHER] is any other name, and
    /// [JsonNames#END] the end.
    public int nextName(JsonNames names) throws JsonException {
        int end = nameEnd();
        return end < 0 ? JsonNames.END : names.find(bytes, nameStart + 1, end - 1);
    }

    /// The place behind the next name, with its colon consumed, or -1 at the object's end.
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

    /// Whether there is another element, at which the cursor then stands; at the array's end false, with that consumed.
    public boolean nextElement() throws JsonException {
        int i = separatorEnd(']', "a value or ']'", "',' or ']'");
        if (i < 0) {
            return false;
        }
        position = i;
        return true;
    }

    /// The place behind what separates members or elements, or -1 when it was the end of them.
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

    /// The place of the first byte that is not white space, of which there must be one.
    private int start(String wanted) throws JsonException {
        int i = Tokens.spaceEnd(bytes, position, to);
        if (i >= to) {
            throw Tokens.expected(wanted, bytes, i, to);
        }
        return i;
    }

    /// A string's value, decoded; an escaped unpaired surrogate comes as that char (RFC 8259, 8.2).
    ///
    /// @throws JsonException when none starts here, or it is not well-formed
    public String string() throws JsonException {
        int i = start("a string");
        if (bytes[i] != '"') {
            throw Tokens.expected("a string", bytes, i, to);
        }
        position = Tokens.stringEnd(bytes, i, to);
        return Tokens.decoded(bytes, i + 1, position - 1);
    }

    /// A number's text as it came.
    ///
    /// @throws JsonException when none starts here, or it is not well-formed
    public String number() throws JsonException {
        int i = start("a number");
        if (bytes[i] != '-' && (bytes[i] < '0' || bytes[i] > '9')) {
            throw Tokens.expected("a number", bytes, i, to);
        }
        position = Tokens.numberEnd(bytes, i, to);
        return new String(bytes, i, position - i, StandardCharsets.ISO_8859_1);
    }

    /// Passes any value, checking it.
    ///
    /// @param maxDepth how deep arrays and objects may nest: a scalar has depth 0, `[]` has 1
    /// @throws JsonException when no value starts here, it is not well-formed, or nests deeper
    public void skip(int maxDepth) throws JsonException {
        position = walk.end(start("a value"), maxDepth);
    }

    /// Passes any value, as [#skip(int)] does, and returns its own tokens, byte for byte, without the white space between them.
    ///
    /// It allocates what it returns, and for a value of more than 64 levels a bit or two for each. Only when the value
    /// is the whole array, and compact, that array is returned.
    public byte[] compact(int maxDepth) throws JsonException {
        int i = start("a value");
        position = walk.end(i, maxDepth);
        return walk.compacted(i, position);
    }

    /// Requires that nothing but white space is left.
    public void end() throws JsonException {
        position = Tokens.spaceEnd(bytes, position, to);
        if (position < to) {
            throw Tokens.expected("the end", bytes, position, to);
        }
    }

    /// A refusal at the present position, for callers that refuse a value for reasons of their own.
    public JsonException error(String what) {
        return JsonException.at(what, bytes, position);
    }

    /// The same, at the name that [#nextName()] returned last.
    JsonException errorAtName(String what) {
        return JsonException.at(what, bytes, nameStart);
    }
}
