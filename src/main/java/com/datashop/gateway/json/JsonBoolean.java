package com.datashop.gateway.json;

/// The JSON literals `true` and `false`.
public enum JsonBoolean implements JsonValue {
    TRUE(true),
    FALSE(false);

    private final boolean value;

    JsonBoolean(boolean value) {
        this.value = value;
    }

    /// The literal for `value`.
    public static JsonBoolean of(boolean value) {
        return value ? TRUE : FALSE;
    }

    /// The literal as a Java boolean.
    public boolean value() {
        return value;
    }

    @Override
    public void writeTo(JsonWriter out) {
        out.value(value);
    }

    @Override
    public String toString() {
        return Boolean.toString(value);
    }
}
