package com.datashop.gateway.cli.command;

/// Counts the columns that text takes on a terminal. A wide character takes two, and a combining one takes none.
final class Columns {
    private static final char ESCAPE = 0x1B;
    /// The first and the last character of each wide range (UAX 11), but for the emoji.
    private static final int[] WIDE = {0x1100, 0x115F, 0x2329, 0x232A, 0x2E80, 0x303E, 0x3041, 0x33FF, 0x3400, 0x4DBF,
            0x4E00, 0xA4CF, 0xA960, 0xA97C, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19, 0xFE30, 0xFE6F,
            0xFF00, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x18DFF, 0x1B000, 0x1B2FF, 0x20000, 0x3FFFD};
    private static final int FIRST_FLAG_LETTER = 0x1F1E6;
    private static final int LAST_FLAG_LETTER = 0x1F1FF;
    private static final int LAST_NARROW = 0x2FF;

    private Columns() { }

    /// The column after the text, on the last row that it takes on a terminal of this width.
    ///
    /// @param text made by [PlainText]
    /// @param column the column before the text
    /// @param width the columns of the terminal; 0 for a row without an end
    static int after(String text, int column, int width) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (c == ESCAPE) { // A colour takes no column.
                i = text.indexOf('m', i) + 1;
                continue;
            }
            i += Character.charCount(c);
            int columns = of(c);
            if (c == '\n') column = 0;
            else if (width > 0 && column + columns > width) column = columns;
            else column += columns;
        }
        return column;
    }

    /// The text, cut where it takes more columns than there is room. A cut text ends with an ellipsis.
    ///
    /// @param text without colours
    /// @param room the most columns, at least 1
    static String cut(String text, int room) {
        if (text.length() * 2 <= room || after(text, 0, 0) <= room) return text;
        int column = 0;
        int i = 0;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            column += of(c);
            if (column >= room) break;
            i += Character.charCount(c);
        }
        return text.substring(0, i) + "…";
    }

    private static int of(int c) {
        if (c < ' ') return 0;
        if (c <= LAST_NARROW) return 1;
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT)
            return 0;
        for (int i = 0; i < WIDE.length; i += 2) if (c >= WIDE[i] && c <= WIDE[i + 1]) return 2;
        boolean isEmoji = Character.isEmojiPresentation(c) && (c < FIRST_FLAG_LETTER || c > LAST_FLAG_LETTER);
        return isEmoji ? 2 : 1;
    }
}
