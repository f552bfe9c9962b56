package com.datashop.gateway.cli.command;

import java.util.HexFormat;

/// Makes log text harmless for a terminal. At most it can set colours.
///
/// Others write the logs. With control characters a log could move the terminal's cursor, set its title, make it type
/// something, or turn the reading direction around, so that a line shows a wrong text (CVE-2021-42574).
final class PlainText {
    /// The beginning of each further line of a text.
    static final String INDENT = "\n    ";
    private static final HexFormat HEX = HexFormat.of();
    private static final String RESET = "\u001b[0m";
    /// The longest colour sequence. A longer sequence is not a colour.
    private static final int LONGEST_COLOUR = 64;

    private PlainText() { }

    /// The harmless text.
    ///
    /// @param colours whether ANSI colours (`ESC [ ... m`) stay; they end with the text
    /// @param lines whether line ends stay, with the next line indented; otherwise they become blanks
    static String of(String text, boolean colours, boolean lines) {
        var plain = new StringBuilder(text.length() + 8);
        boolean coloured = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int end = c == 0x1B ? colourEnd(text, i) : -1;
            if (end > 0) {
                if (colours) {
                    plain.append(text, i, end);
                    coloured = true;
                }
                i = end;
                continue;
            }
            i += Character.charCount(c);
            if (c == '\n') plain.append(lines ? INDENT : " ");
            else if (c == '\r') continue;
            else if (c == '\t') plain.append("  ");
            else plain.appendCodePoint(shown(c));
        }
        if (coloured) plain.append(RESET);
        return plain.toString();
    }

    /// The end of the colour sequence that begins here; -1 when it is another sequence.
    private static int colourEnd(String text, int from) {
        if (from + 1 >= text.length() || text.charAt(from + 1) != '[') return -1;
        int most = Math.min(text.length(), from + LONGEST_COLOUR);
        for (int i = from + 2; i < most; i++) {
            char c = text.charAt(i);
            if (c == 'm') return i + 1;
            if ((c < '0' || c > '9') && c != ';' && c != ':') return -1;
        }
        return -1;
    }

    /// JSON text in which a terminal sees no control character: each is escaped, and the value stays the same.
    static String json(String json) {
        int at = 0;
        while (at < json.length() && shown(json.charAt(at)) == json.charAt(at)) at++;
        if (at == json.length()) return json;
        var plain = new StringBuilder(json.length() + 16);
        for (int i = 0; i < json.length(); ) {
            int c = json.codePointAt(i);
            int end = i + Character.charCount(c);
            if (shown(c) == c) plain.appendCodePoint(c);
            else for (; i < end; i++) plain.append("\\u").append(HEX.toHexDigits(json.charAt(i)));
            i = end;
        }
        return plain.toString();
    }

    private static int shown(int c) {
        if (c < 0x20) return 0x2400 + c; // The picture of the control character.
        if (c == 0x7F) return 0x2421;
        boolean steers = c >= 0x80 && c < 0xA0 || c >= 0xD800 && c < 0xE000 || c == 0x200E || c == 0x200F || c == 0x061C
                || c >= 0x2028 && c <= 0x202E || c >= 0x2066 && c <= 0x206F || c >= 0xFFF9 && c <= 0xFFFB
                || c >= 0xE0000 && c <= 0xE007F;
        return steers ? 0xFFFD : c;
    }
}
