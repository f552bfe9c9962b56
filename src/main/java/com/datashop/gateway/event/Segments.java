package com.datashop.gateway.event;

/// The grammar of channel names: segments with colons between them. The first segment is `logs`.
final class Segments {
    static final String ROOT = "logs:";
    static final String ANY = "*";
    static final int MAX_SEGMENT = 128;
    static final int MAX_CHANNEL = ROOT.length() + 3 * MAX_SEGMENT + 2;

    private static final String PUNCTUATION = "._~@-";

    private Segments() { }

    /// The segments of a channel or pattern.
    static String[] split(String text) {
        return text.split(":", -1);
    }

    /// The second segment of a channel or pattern.
    static String service(String text) {
        return text.substring(ROOT.length(), text.indexOf(':', ROOT.length()));
    }

    /// The third segment of a channel or pattern.
    static String workspace(String text) {
        int from = text.indexOf(':', ROOT.length()) + 1;
        int to = text.indexOf(':', from);
        return to < 0 ? text.substring(from) : text.substring(from, to);
    }

    /// Checks a segment.
    ///
    /// @param name the name of the segment, with which the message begins
    static void check(String name, String segment) throws InvalidChannelException {
        if (segment.isEmpty()) throw new InvalidChannelException(name + " is empty");
        if (segment.length() > MAX_SEGMENT)
            throw new InvalidChannelException(name + " is longer than " + MAX_SEGMENT + " characters");
        for (int i = 0; i < segment.length(); i++)
            if (!isAllowed(segment.charAt(i)))
                throw new InvalidChannelException(
                        name + " '" + shown(segment) + "' has a character other than A-Z a-z 0-9 . _ ~ @ -");
    }

    /// The text as a segment. Characters that a segment can not have become `_`, and 128 characters are kept.
    static String cleaned(String text) {
        int at = 0;
        while (at < text.length() && isAllowed(text.charAt(at))) at++;
        if (at == text.length() && at <= MAX_SEGMENT) return text;
        var cleaned = new StringBuilder();
        for (int i = 0; i < text.length() && cleaned.length() < MAX_SEGMENT; i++) {
            char c = text.charAt(i);
            cleaned.append(isAllowed(c) ? c : '_');
            boolean pair = Character.isHighSurrogate(c) && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair) i++; // one character
        }
        return cleaned.toString();
    }

    /// The text as it can be shown in an error: its beginning, and no character that a terminal or a log would obey.
    static String shown(String text) {
        var shown = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), 64); i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c <= '~' ? c : '?');
        }
        return text.length() > 64 ? shown + "..." : shown.toString();
    }

    private static boolean isAllowed(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || PUNCTUATION.indexOf(c) >= 0;
    }
}
