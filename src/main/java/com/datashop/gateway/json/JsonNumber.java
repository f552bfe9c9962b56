package com.datashop.gateway.json;

import java.util.OptionalLong;

/// A JSON number. It keeps its text, so that no digit is lost and no exponent is ever computed.
///
/// Two numbers are equal when their texts are: `1` is not `1.0`.
public record JsonNumber(String text) implements JsonValue {

    /// The length of [Long#MIN_VALUE], the longest integer that fits. (The grammar has no leading zeros.)
    private static final int LONGEST_LONG = 20;

    /// @throws IllegalArgumentException when `text` is not a number by the grammar (RFC 8259, 6)
    public JsonNumber {
        if (!JsonScanner.isNumber(text)) {
            throw new IllegalArgumentException("not a JSON number");
        }
    }

    /// The number as a long, when its text is an integer in range.
    ///
    /// A text with a fraction or an exponent is not an integer, not even `1.0` or `1e2`.
    public OptionalLong asLong() {
        if (text.length() > LONGEST_LONG) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException fractionOrExponentOrOutOfRange) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void writeTo(JsonWriter out) {
        out.number(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
