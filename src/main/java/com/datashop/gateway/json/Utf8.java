package com.datashop.gateway.json;

import java.nio.charset.StandardCharsets;

/// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing beyond U+10FFFF.
public final class Utf8 {

    private Utf8() {
    }

    /// The index at which the text of `a` in `[from, to)` begins: behind a byte order mark, when one is there.
    ///
    /// PowerShell and some editors put the mark before UTF-8 text. It is not part of the text (RFC 3629, 6). A reader
    /// of JSON may ignore it (RFC 8259, 8.1).
    public static int start(byte[] a, int from, int to) {
        boolean marked = to - from >= 3 && a[from] == (byte) 0xEF && a[from + 1] == (byte) 0xBB
                && a[from + 2] == (byte) 0xBF;
        return marked ? from + 3 : from;
    }

    /// The index after the character that begins with the non-ASCII byte at `i`.
    ///
    /// It is -1 when the bytes up to `to` are not a character (RFC 3629, 4, the table of well-formed sequences).
    public static int characterEnd(byte[] a, int i, int to) {
        int lead = a[i] & 0xFF;
        // 80..BF only continue, C0 and C1 could only begin overlong forms, F5 and up lie beyond U+10FFFF.
        if (lead < 0xC2 || lead > 0xF4) {
            return -1;
        }
        int end = i + (lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4);
        if (end > to) {
            return -1;
        }
        int second = a[i + 1] & 0xFF;
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80; // below it: overlong
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF; // above it: a surrogate, or beyond U+10FFFF
        if (second < lowest || second > highest) {
            return -1;
        }
        for (int k = i + 2; k < end; k++) {
            if ((a[k] & 0xC0) != 0x80) {
                return -1;
            }
        }
        return end;
    }

    /// The code point of the well-formed character of `a` in `[from, to)`.
    static int codePoint(byte[] a, int from, int to) {
        int length = to - from;
        int point = length == 1 ? a[from] : a[from] & 0x7F >> length;
        for (int k = from + 1; k < to; k++) {
            point = point << 6 | a[k] & 0x3F;
        }
        return point;
    }

    /// The UTF-8 form of `text`.
    ///
    /// @throws JsonException when `text` has an unpaired surrogate, which String.getBytes would silently turn into a
    /// `?`
    static byte[] encoded(String text) throws JsonException {
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isSurrogate(text.charAt(i))) {
                continue;
            }
            if (Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                i++;
            } else {
                byte[] before = text.substring(0, i).getBytes(StandardCharsets.UTF_8);
                throw JsonException.at("an unpaired surrogate must be escaped in a string", before, before.length);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
