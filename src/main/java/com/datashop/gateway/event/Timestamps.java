package com.datashop.gateway.event;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Pattern;

/// Reads points in time as publishers and subscribers write them: RFC 3339, or a number whose size decides its unit.
///
/// All results are milliseconds since 1970. Parts of a millisecond are cut off.
public final class Timestamps {
    /// The first millisecond of 1990. An older time was probably written in another unit.
    public static final long MIN = 631_152_000_000L;
    /// The last millisecond of the year 2200.
    public static final long MAX = 7_289_654_399_999L;

    private static final String RANGE = "must not be before 1990 or after 2200";
    private static final String FORM =
            "must be an RFC 3339 time, or a number of seconds, milliseconds, microseconds or nanoseconds since 1970";

    /// From these values on, a number counts milliseconds, microseconds, and nanoseconds.
    private static final long MILLISECONDS = 100_000_000_000L;
    private static final long MICROSECONDS = 100_000_000_000_000L;
    private static final long NANOSECONDS = 100_000_000_000_000_000L;

    /// A JSON number that is short enough to be cheap. Its exponent fits an `int`.
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,40}(?:\\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,9})?");
    private static final int LONGEST_LONG = 18;

    private static final int SECONDS_END = 19;
    /// The longest text that is looked at, in characters. No real fraction is longer.
    private static final int LONGEST = 96;

    private Timestamps() { }

    /// Whether a log entry may have this time, in milliseconds since 1970.
    public static boolean isPlausible(long milliseconds) {
        return milliseconds >= MIN && milliseconds <= MAX;
    }

    /// Reads a JSON number.
    ///
    /// @throws InvalidTimeException when the number is not a time from 1990 to 2200
    public static long ofNumber(String number) throws InvalidTimeException {
        return inRange(milliseconds(checked(number)));
    }

    /// Reads RFC 3339 (5.6) and its common variants.
    ///
    /// A blank may stand for the `T` and a comma for the point. The zone may lack its colon, or be absent (UTC).
    ///
    /// @throws InvalidTimeException when the text is not such a time, or one before 1990 or after 2200
    public static long ofText(String text) throws InvalidTimeException {
        return inRange(instant(checked(text)));
    }

    /// Reads a parameter: a duration before `now`, a number, or RFC 3339.
    ///
    /// A blank counts as a `+` too: a query that was not percent-encoded turns a `+` into a blank.
    ///
    /// @param now milliseconds since 1970
    /// @throws InvalidTimeException when the text is none of these, or a time before 1990 or after 2200
    public static long ofParameter(String text, long now) throws InvalidTimeException {
        var ago = Ago.of(checked(text));
        if (ago.isPresent()) return Math.max(0, now - ago.getAsLong());
        return inRange(looksLikeNumber(text) ? milliseconds(withPlus(text)) : instant(withPlus(text)));
    }

    /// Reads a parameter as [#ofParameter] does. The number 0 means the beginning of the log.
    public static long ofBeginning(String text, long now) throws InvalidTimeException {
        return isZero(text) ? 0 : ofParameter(text, now);
    }

    private static long inRange(long milliseconds) throws InvalidTimeException {
        if (milliseconds < MIN || milliseconds > MAX) throw new InvalidTimeException(RANGE);
        return milliseconds;
    }

    private static String checked(String text) throws InvalidTimeException {
        if (text.length() > LONGEST) throw new InvalidTimeException(FORM);
        return text;
    }

    private static boolean isZero(String text) {
        return text.length() <= LONGEST && NUMBER.matcher(text).matches() && new BigDecimal(text).signum() == 0;
    }

    /// Whether the text has no dash after a year.
    private static boolean looksLikeNumber(String text) {
        return text.length() < SECONDS_END || text.charAt(4) != '-';
    }

    private static long milliseconds(String number) throws InvalidTimeException {
        if (isDigits(number, 0, number.length()) && number.length() <= LONGEST_LONG) {
            long value = Long.parseLong(number);
            if (value < MILLISECONDS) return value * 1000;
            return value < MICROSECONDS ? value : value < NANOSECONDS ? value / 1000 : value / 1_000_000;
        }
        if (!NUMBER.matcher(number).matches()) throw new InvalidTimeException(FORM);
        var value = new BigDecimal(number);
        var milliseconds = value.scaleByPowerOfTen(isBelow(value, MILLISECONDS) ? 3
                : isBelow(value, MICROSECONDS) ? 0 : isBelow(value, NANOSECONDS) ? -3 : -6);
        // Only the exponent has changed so far. To write out 1e999999999 would take a gigabyte.
        if (isBelow(milliseconds, MIN) || !isBelow(milliseconds, MAX + 1)) throw new InvalidTimeException(RANGE);
        return milliseconds.longValue();
    }

    /// Compares the numbers of digits first, so it is fast for every exponent.
    private static boolean isBelow(BigDecimal value, long bound) {
        return value.compareTo(BigDecimal.valueOf(bound)) < 0;
    }

    private static long instant(String text) throws InvalidTimeException {
        if (text.length() < SECONDS_END || !hasDateAndTime(text)) throw new InvalidTimeException(FORM);
        int end = fractionEnd(text);
        int milliseconds = 0;
        for (int i = SECONDS_END + 1; i <= SECONDS_END + 3; i++)
            milliseconds = milliseconds * 10 + (i < end ? text.charAt(i) - '0' : 0);
        return (seconds(text) - offset(text.substring(end))) * 1000 + milliseconds;
    }

    private static boolean hasDateAndTime(String text) {
        char separator = text.charAt(10);
        return isDigits(text, 0, 4) && text.charAt(4) == '-' && isDigits(text, 5, 7)
                && text.charAt(7) == '-' && isDigits(text, 8, 10)
                && (separator == 'T' || separator == 't' || separator == ' ')
                && isDigits(text, 11, 13) && text.charAt(13) == ':' && isDigits(text, 14, 16) && text.charAt(16) == ':'
                && isDigits(text, 17, SECONDS_END);
    }

    /// Seconds since 1970 as if the zone were UTC.
    ///
    /// A leap second (RFC 3339, 5.6) is the first second of the next minute, as in POSIX.
    private static long seconds(String text) throws InvalidTimeException {
        int hour = number(text, 11);
        int minute = number(text, 14);
        int second = number(text, 17);
        if (hour > 23 || minute > 59 || second > 60) throw new InvalidTimeException(FORM);
        try {
            var date = LocalDate.of(number(text, 0) * 100 + number(text, 2), number(text, 5), number(text, 8));
            return ((date.toEpochDay() * 24 + hour) * 60 + minute) * 60 + second;
        } catch (DateTimeException noSuchDay) {
            throw new InvalidTimeException(FORM);
        }
    }

    /// The index at which the fraction ends. Without a fraction, it is the end of the seconds.
    private static int fractionEnd(String text) throws InvalidTimeException {
        boolean fraction = text.startsWith(".", SECONDS_END) || text.startsWith(",", SECONDS_END);
        if (!fraction) return SECONDS_END;
        int end = SECONDS_END + 1;
        while (end < text.length() && isDigits(text, end, end + 1)) end++;
        if (end == SECONDS_END + 1) throw new InvalidTimeException(FORM);
        return end;
    }

    /// The offset of the zone from UTC, in seconds. The formats of Ruby and Go have a blank before it.
    private static int offset(String zone) throws InvalidTimeException {
        if (zone.isEmpty() || zone.equals("Z") || zone.equals("z")) return 0;
        String signed = zone.startsWith(" +") || zone.startsWith(" -") ? zone.substring(1) : zone;
        boolean colon = signed.length() == 6 && signed.charAt(3) == ':';
        int minutesAt = colon ? 4 : 3;
        char sign = signed.charAt(0);
        if (signed.length() != minutesAt + 2 || sign != '+' && sign != '-' || !isDigits(signed, 1, 3)
                || !isDigits(signed, minutesAt, minutesAt + 2)) throw new InvalidTimeException(FORM);
        int hours = number(signed, 1);
        int minutes = number(signed, minutesAt);
        if (hours > 23 || minutes > 59) throw new InvalidTimeException(FORM);
        return (hours * 60 + minutes) * (sign == '+' ? 60 : -60);
    }

    /// Puts back the `+` of an exponent or a zone.
    ///
    /// The blank between date and time stays, and so does a blank before a sign.
    private static String withPlus(String text) {
        var restored = new StringBuilder(text);
        for (int i = 1; i < text.length() - 1; i++)
            if (text.charAt(i) == ' ' && i != 10 && isDigits(text, i + 1, i + 2)) restored.setCharAt(i, '+');
        return restored.toString();
    }

    /// The two digits at this index as a number.
    private static int number(String text, int at) {
        return (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
    }

    private static boolean isDigits(String text, int from, int to) {
        for (int i = from; i < to; i++) if (text.charAt(i) < '0' || text.charAt(i) > '9') return false;
        return from < to;
    }
}
