package com.datashop.gateway.hub;

import java.util.Arrays;

/// A text to find in JSON, ignoring case and with the escapes of its strings undone.
///
/// It uses the search of Knuth, Morris and Pratt, which makes one pass over the JSON for any text. The obvious nested
/// loop takes seconds for a needle like `aaaa...b` in a long text of `a`. The escapes are undone on the way, so nothing
/// is copied.
public final class Needle {
    private final int[] folded;
    /// For each place in the needle, the length of the longest proper prefix that also ends there.
    private final int[] fallback;
    /// The bytes that cannot begin the text: ASCII without the backslash, which may stand for anything.
    private final boolean[] passed = new boolean[256];

    /// @param text not empty
    public Needle(String text) {
        folded = text.codePoints().map(Needle::fold).toArray();
        fallback = new int[folded.length];
        for (int i = 1, matched = 0; i < folded.length; i++) {
            while (matched > 0 && folded[i] != folded[matched]) matched = fallback[matched - 1];
            if (folded[i] == folded[matched]) matched++;
            fallback[i] = matched;
        }
        for (int b = 0; b < 0x80; b++) passed[b] = b != '\\' && fold(b) != folded[0];
    }

    /// Whether the JSON text in `bytes[from, to)`, which is valid, contains the text.
    boolean isIn(byte[] bytes, int from, int to) {
        int matched = 0;
        int i = from;
        while (i < to) {
            if (matched == 0) {
                while (i < to && passed[bytes[i] & 0xFF]) i++;
                if (i == to) return false;
            }
            int c = bytes[i];
            if (c == '\\') {
                c = escaped(bytes, i + 1);
                i += bytes[i + 1] == 'u' ? c >= Character.MIN_SUPPLEMENTARY_CODE_POINT ? 12 : 6 : 2;
            } else if (c >= 0) {
                i++;
            } else {
                int length = c >= (byte) 0xF0 ? 4 : c >= (byte) 0xE0 ? 3 : 2;
                c = c & 0xFF >> length + 1;
                for (int k = 1; k < length; k++) c = c << 6 | bytes[i + k] & 0x3F;
                i += length;
            }
            c = fold(c);
            while (matched > 0 && c != folded[matched]) matched = fallback[matched - 1];
            if (c == folded[matched] && ++matched == folded.length) return true;
        }
        return false;
    }

    /// The character that an escape stands for (RFC 8259, 7). `i` points behind the backslash.
    ///
    /// Two escapes of surrogates make one character.
    private static int escaped(byte[] bytes, int i) {
        return switch (bytes[i]) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                char first = unit(bytes, i + 1);
                if (!Character.isHighSurrogate(first) || bytes[i + 5] != '\\' || bytes[i + 6] != 'u') yield first;
                char second = unit(bytes, i + 7);
                yield Character.isLowSurrogate(second) ? Character.toCodePoint(first, second) : first;
            }
            default -> bytes[i]; // The quote, the backslash and the slash stand for themselves.
        };
    }

    private static char unit(byte[] bytes, int i) {
        int unit = 0;
        for (int k = i; k < i + 4; k++) unit = unit << 4 | Character.digit(bytes[k], 16);
        return (char) unit;
    }

    /// Folds to upper case first, so that letters with two lower-case forms (a final sigma) become one.
    private static int fold(int c) {
        if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
        return Character.toLowerCase(Character.toUpperCase(c));
    }

    /// Needles are equal when they find the same: their texts may differ in case.
    @Override
    public boolean equals(Object other) {
        return other instanceof Needle needle && Arrays.equals(folded, needle.folded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(folded);
    }
}
