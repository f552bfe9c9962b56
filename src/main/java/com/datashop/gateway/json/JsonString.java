package com.datashop.gateway.json;

import java.util.Objects;

/// A JSON string, decoded. It may hold unpaired surrogates, because escapes can spell them (RFC 8259, 8.2).
public record JsonString(String value) implements JsonValue {

    /// @throws NullPointerException when `value` is null
    public JsonString {
        Objects.requireNonNull(value, "value");
    }

    @Override
    public void writeTo(JsonWriter out) {
        out.value(value);
    }

    @Override
    public String toString() {
        return new JsonWriter().value(value).toString();
    }
}
