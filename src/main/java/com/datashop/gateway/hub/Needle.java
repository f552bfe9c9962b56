package com.datashop.gateway.hub;

/// A text to find in UTF-8, ignoring case.
///
/// Knuth, Morris and Pratt's search: one pass over the text whatever is asked, where the obvious nested loop takes seconds
/// for a needle like `aaaa...b` in a text of as many `a`.
final class Needle {
    private final int[] folded;
    /// For each place in the needle, the length of the longest proper prefix that also ends there.
    private final int[] fallback;

    /// @param text not empty
    Needle(String text) {
        folded = text.codePoints().map(Needle::fold).toArray();
        fallback = new int[folded.length];
        for (int i = 1, matched = 0; i < folded.length; i++) {
            while (matched > 0 && folded[i] != folded[matched]) matched = fallback[matched - 1];
            if (folded[i] == folded[matched]) matched++;
            fallback[i] = matched;
        }
    }

    /// Whether the valid UTF-8 in `bytes[from, to)` contains the text.
    boolean isIn(byte[] bytes, int from, int to) {
        int matched = 0;
        int i = from;
        while (i < to) {
            int c = bytes[i];
            if (c >= 0) {
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

    /// Upper case first, so that letters with two lower-case forms (a final sigma) are one.
    private static int fold(int c) {
        if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
        return Character.toLowerCase(Character.toUpperCase(c));
    }
}
