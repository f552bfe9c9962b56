package com.datashop.gateway.json;

import java.nio.charset.StandardCharsets;

/// The tokens of RFC 8259. Each method gets the index at which a token begins in `a`, and returns where it ends.
///
/// A token that is not well-formed is refused. The methods are static and get everything as arguments, so that the hot
/// loops work on local variables. `to` is the end of the bytes that they may look at.
final class Tokens {

    /// The bytes that stand for themselves in a string: ASCII without controls, quote and backslash (RFC 8259, 7).
    private static final boolean[] PLAIN = new boolean[256];

    static {
        for (int b = 0x20; b < 0x80; b++) {
            PLAIN[b] = b != '"' && b != '\\';
        }
    }

    private Tokens() {
    }

    /// The index of the first byte from `i` on that is not white space (RFC 8259, 2: these four bytes and no other).
    static int spaceEnd(byte[] a, int i, int to) {
        while (i < to) {
            byte b = a[i];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                break;
            }
            i++;
        }
        return i;
    }

    /// The index after the string whose opening quote is at `quote`.
    static int stringEnd(byte[] a, int quote, int to) throws JsonException {
        int i = quote + 1;
        while (true) {
            while (i < to && PLAIN[a[i] & 0xFF]) {
                i++;
            }
            if (i >= to) {
                throw notClosed(a, quote);
            }
            byte b = a[i];
            if (b == '"') {
                return i + 1;
            } else if (b == '\\') {
                i = escapeEnd(a, i, to, quote);
            } else if (b < 0) {
                i = characterEnd(a, i, to);
            } else {
                throw JsonException.at("a control character (%s) must be escaped in a string".formatted(hex(b)), a, i);
            }
        }
    }

    /// The index after the name at `i`. It checks that a string begins there.
    static int nameEnd(String wanted, byte[] a, int i, int to) throws JsonException {
        if (i >= to || a[i] != '"') {
            throw expected(wanted, a, i, to);
        }
        return stringEnd(a, i, to);
    }

    /// The index after the colon that must follow the name that ends at `i`.
    static int colonEnd(byte[] a, int i, int to) throws JsonException {
        int colon = spaceEnd(a, i, to);
        if (colon >= to || a[colon] != ':') {
            throw expected("':'", a, colon, to);
        }
        return colon + 1;
    }

    private static int escapeEnd(byte[] a, int backslash, int to, int quote) throws JsonException {
        int i = backslash + 1;
        if (i >= to) {
            throw notClosed(a, quote);
        }
        switch (a[i]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return i + 1;
            }
            case 'u' -> {
                for (int k = i + 1; k <= i + 4; k++) {
                    if (k >= to) {
                        throw notClosed(a, quote);
                    }
                    // A byte of UTF-8 as a char is Latin-1. There Character.digit knows only ASCII digits and letters.
                    if (Character.digit((char) (a[k] & 0xFF), 16) < 0) {
                        throw expected("four hex digits after \\u", a, k, to);
                    }
                }
                return i + 5;
            }
            default -> throw expected("one of \" \\ / b f n r t u after a backslash", a, i, to);
        }
    }

    private static int characterEnd(byte[] a, int i, int to) throws JsonException {
        int end = Utf8.characterEnd(a, i, to);
        if (end < 0) {
            throw JsonException.at("invalid UTF-8 (%s)".formatted(hex(a[i])), a, i);
        }
        return end;
    }

    /// The index after the number at `i`. The caller has seen a minus or a digit there (RFC 8259, 6).
    static int numberEnd(byte[] a, int i, int to) throws JsonException {
        int digits = a[i] == '-' ? i + 1 : i;
        int end = digitsEnd(a, digits, to);
        if (a[digits] == '0' && end > digits + 1) {
            throw JsonException.at("a number must not have a leading zero", a, i);
        }
        if (end < to && a[end] == '.') {
            end = digitsEnd(a, end + 1, to);
        }
        if (end < to && (a[end] | 0x20) == 'e') {
            boolean signed = end + 1 < to && (a[end + 1] == '+' || a[end + 1] == '-');
            end = digitsEnd(a, signed ? end + 2 : end + 1, to);
        }
        return end;
    }

    private static int digitsEnd(byte[] a, int from, int to) throws JsonException {
        int i = from;
        while (i < to && a[i] >= '0' && a[i] <= '9') {
            i++;
        }
        if (i == from) {
            throw expected("a digit", a, i, to);
        }
        return i;
    }

    /// The index after the literal at `i`. The caller has seen its first letter (RFC 8259, 3).
    static int literalEnd(String literal, byte[] a, int i, int to) throws JsonException {
        for (int k = 1; k < literal.length(); k++) {
            if (i + k >= to || a[i + k] != literal.charAt(k)) {
                throw expected(literal, a, i + k, to);
            }
        }
        return i + literal.length();
    }

    /// The text that the characters in `[from, to)` of a string stand for. The string is already checked.
    static String decoded(byte[] a, int from, int to) {
        for (int i = from; i < to; i++) {
            if (a[i] == '\\') {
                return unescaped(a, from, to);
            }
        }
        return new String(a, from, to - from, StandardCharsets.UTF_8);
    }

    private static String unescaped(byte[] a, int from, int to) {
        char[] chars = new char[to - from]; // no character has more UTF-16 units than bytes
        int n = 0;
        for (int i = from; i < to; ) {
            byte b = a[i];
            if (b == '\\') {
                chars[n++] = escaped(a, i + 1);
                i += a[i + 1] == 'u' ? 6 : 2;
            } else if (b >= 0) {
                chars[n++] = (char) b;
                i++;
            } else {
                int end = Utf8.characterEnd(a, i, to);
                n += Character.toChars(Utf8.codePoint(a, i, end), chars, n);
                i = end;
            }
        }
        return new String(chars, 0, n);
    }

    private static char escaped(byte[] a, int i) {
        return switch (a[i]) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int unit = 0;
                for (int k = i + 1; k <= i + 4; k++) {
                    unit = unit << 4 | Character.digit((char) a[k], 16);
                }
                yield (char) unit;
            }
            default -> (char) a[i]; // the quote, the backslash and the slash stand for themselves
        };
    }

    private static JsonException notClosed(byte[] a, int quote) {
        return JsonException.at("a string is not closed", a, quote);
    }

    /// The refusal of the byte at `i`, where `wanted` should be.
    ///
    /// It names the end of the input, bytes that are not UTF-8, or another character.
    static JsonException expected(String wanted, byte[] a, int i, int to) {
        if (i >= to) {
            return JsonException.at("unexpected end, expected " + wanted, a, i);
        }
        byte b = a[i];
        int end = b < 0 ? Utf8.characterEnd(a, i, to) : i + 1;
        if (end < 0) {
            return JsonException.at("invalid UTF-8 (%s)".formatted(hex(b)), a, i);
        }
        int point = Utf8.codePoint(a, i, end);
        if (point == 0xFEFF) {
            // RFC 8259, 8.1 lets a parser ignore it. But then we would store other bytes than we checked.
            return JsonException.at("a byte order mark (U+FEFF) is not allowed", a, i);
        }
        return JsonException.at("expected " + wanted + " but found " + shown(point), a, i);
    }

    /// A character for a message: in quotes when a person can see it, else its code. So no control reaches a log.
    private static String shown(int point) {
        if (point < 0x20 || point == 0x7F) {
            return "a control character (%s)".formatted(hex((byte) point));
        }
        boolean visible = switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR, Character.SPACE_SEPARATOR -> point == ' ';
            default -> true;
        };
        return visible ? "'" + Character.toString(point) + "'" : "U+%04X".formatted(point);
    }

    private static String hex(byte b) {
        return "0x%02X".formatted(b & 0xFF);
    }
}
