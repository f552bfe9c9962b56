package com.datashop.gateway.json;

import java.util.OptionalLong;

/// A JSON number, kept as the text that it came as, so that no digit is lost and no exponent is ever computed.
///
/// Two numbers are equal when their texts are: `1` is not `1.0`.
public record JsonNumber(String text) implements JsonValue {

    /// The characters of [Long#MIN_VALUE], the longest integer token in range (a leading zero is not a token).
    private static final int LONGEST_LONG = 20;

    /// @throws IllegalArgumentException when `text` is not a number by the grammar (RFC 8259, 6)
    public JsonNumber {
        if (!JsonScanner.isNumber(text)) {
            throw new IllegalArgumentException("not a JSON number");
        }
    }

    /// The number as a long: present when its text is an integer (no fraction, no exponent, not even `1.0` or `1e2`) in range.
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
