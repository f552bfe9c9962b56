package com.datashop.gateway.ingest.otlp;

import com.datashop.gateway.event.Level;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonScanner.Kind;
import com.datashop.gateway.json.JsonValue;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;

/// Reads scalars as proto3 writes them in JSON.
///
/// A number of 64 bits may be a string, and null stands for an absent value.
///
/// See https://protobuf.dev/programming-guides/json/.
final class JsonScalars {
    /// The longest number of 64 bits in characters, even with a fraction of zeros.
    private static final int LONGEST = 48;
    private static final int LONGEST_LONG = 18;
    /// The number of digits of 2^64.
    private static final int MOST_DIGITS = 20;
    private static final Pattern DIGITS = Pattern.compile("-?[0-9]{1," + LONGEST_LONG + "}");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?");
    private static final Pattern SEVERITY =
            Pattern.compile("SEVERITY_NUMBER_(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)([2-4]?)");
    private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-fA-F]*");
    private static final Pattern ZEROS = Pattern.compile("0*");
    private static final BigDecimal LEAST_SIGNED = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MOST_SIGNED = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal MOST_UNSIGNED = new BigDecimal("18446744073709551615");

    private JsonScalars() { }

    /// Passes over a null, and says whether there was one.
    static boolean isNull(JsonScanner in) throws JsonException {
        if (in.peek() != Kind.NULL) return false;
        in.skip(0);
        return true;
    }

    /// Reads a text; null when it is absent or empty.
    static String text(JsonScanner in) throws JsonException {
        if (isNull(in)) return null;
        String text = in.string();
        return text.isEmpty() ? null : text;
    }

    /// Reads a signed number of 64 bits.
    static long signed(JsonScanner in) throws JsonException {
        return whole(in, LEAST_SIGNED, MOST_SIGNED);
    }

    /// Reads an unsigned number of 64 bits; 0 when it is absent.
    static long unsigned(JsonScanner in) throws JsonException {
        return isNull(in) ? 0 : whole(in, BigDecimal.ZERO, MOST_UNSIGNED);
    }

    private static long whole(JsonScanner in, BigDecimal least, BigDecimal most) throws JsonException {
        String text = in.peek() == Kind.STRING ? in.string() : in.number();
        if (DIGITS.matcher(text).matches()) {
            long value = Long.parseLong(text);
            if (value < 0 && least.signum() == 0) throw in.error("a negative number, where none may be,");
            return value;
        }
        if (text.length() <= LONGEST && NUMBER.matcher(text).matches()) {
            var value = new BigDecimal(text);
            boolean fits = value.precision() - value.scale() <= MOST_DIGITS && value.scale() <= LONGEST
                    && value.stripTrailingZeros().scale() <= 0 && value.compareTo(least) >= 0
                    && value.compareTo(most) <= 0;
            if (fits) return value.toBigInteger().longValue();
        }
        throw in.error("not a whole number of 64 bits");
    }

    /// Reads the number of a severity, or its name; 0 when it is absent.
    static int severity(JsonScanner in) throws JsonException {
        if (isNull(in)) return 0;
        if (in.peek() == Kind.STRING) {
            String name = in.string();
            if (name.equals("SEVERITY_NUMBER_UNSPECIFIED")) return 0;
            var severity = SEVERITY.matcher(name);
            if (severity.matches()) {
                int within = severity.group(2).isEmpty() ? 1 : Integer.parseInt(severity.group(2));
                return Level.valueOf(severity.group(1)).ordinal() * 4 + within;
            }
            if (DIGITS.matcher(name).matches()) return severity(in, Long.parseLong(name));
            throw in.error("severityNumber is no severity");
        }
        return severity(in, signed(in));
    }

    /// Checks that the number is one of an enum, which has 32 bits. A number without a name is a severity too.
    private static int severity(JsonScanner in, long number) throws JsonException {
        if ((int) number != number) throw in.error("severityNumber is no severity");
        return (int) number;
    }

    /// Reads an id in hexadecimal digits, in lower case; null when it is absent or all zeros.
    static String id(JsonScanner in, String name) throws JsonException {
        String id = text(in);
        if (id == null) return null;
        if (!HEXADECIMAL.matcher(id).matches()) throw in.error(name + " must be hexadecimal digits");
        return ZEROS.matcher(id).matches() ? null : id.toLowerCase(Locale.ROOT);
    }

    /// Passes over a value, and returns where it begins.
    static int pass(JsonScanner in) throws JsonException {
        in.peek();
        int from = in.position();
        in.skip(JsonValue.MAX_DEPTH);
        return from;
    }
}
