package com.datashop.gateway.event;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Reads points in time as publishers and subscribers write them: milliseconds since 1970, or RFC 3339.
public final class Timestamps {
    /// The last millisecond that RFC 3339 can write, of the year 9999.
    public static final long MAX = 253_402_300_799_999L;

    /// RFC 3339, 5.6; it also allows lower case and a blank for the `T`. A blank in the offset is the `+` of a URL that was not encoded.
    private static final Pattern RFC_3339 =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)[Tt ](\\d\\d:\\d\\d:\\d\\d)(?:\\.(\\d{1,9})\\d{0,20})?([Zz]|[+ -]\\d\\d:\\d\\d)");
    private static final Pattern MILLISECONDS = Pattern.compile("\\d{1,15}");

    private Timestamps() { }

    /// Milliseconds since 1970; empty when the text is neither form or no such time exists.
    public static OptionalLong parse(String text) {
        return MILLISECONDS.matcher(text).matches() ? ofMilliseconds(text) : ofRfc3339(text);
    }

    /// Milliseconds since 1970 from their decimal digits.
    public static OptionalLong ofMilliseconds(String digits) {
        if (!MILLISECONDS.matcher(digits).matches()) return OptionalLong.empty();
        long milliseconds = Long.parseLong(digits);
        return milliseconds <= MAX ? OptionalLong.of(milliseconds) : OptionalLong.empty();
    }

    /// Milliseconds since 1970 from an RFC 3339 date and time.
    public static OptionalLong ofRfc3339(String text) {
        var parts = RFC_3339.matcher(text);
        if (!parts.matches()) return OptionalLong.empty();
        String fraction = parts.group(3) == null ? "" : "." + parts.group(3);
        String offset = parts.group(4).toUpperCase(java.util.Locale.ROOT).replace(' ', '+');
        try {
            long milliseconds = OffsetDateTime.parse(parts.group(1) + "T" + parts.group(2) + fraction + offset).toInstant().toEpochMilli();
            return milliseconds >= 0 && milliseconds <= MAX ? OptionalLong.of(milliseconds) : OptionalLong.empty();
        } catch (DateTimeException noSuchTime) {
            return OptionalLong.empty();
        }
    }
}
