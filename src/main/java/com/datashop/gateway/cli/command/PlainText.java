package com.datashop.gateway.cli.command;

/// Makes log text harmless for a terminal. At most it can set colours.
///
/// Others write the logs. With control characters a log could move the terminal's cursor, set its title, make it type
/// something, or turn the reading direction around, so that a line shows a wrong text (CVE-2021-42574).
final class PlainText {
    private static final String INDENT = "\n    ";
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

    private static int shown(int c) {
        if (c < 0x20) return 0x2400 + c; // The picture of the control character.
        if (c == 0x7F) return 0x2421;
        boolean steers = c >= 0x80 && c < 0xA0 || c >= 0xD800 && c < 0xE000 || c == 0x200E || c == 0x200F || c == 0x061C
                || c >= 0x2028 && c <= 0x202E || c >= 0x2066 && c <= 0x2069 || c >= 0xE0000 && c <= 0xE007F;
        return steers ? 0xFFFD : c;
    }
}
