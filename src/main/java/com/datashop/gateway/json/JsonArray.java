package com.datashop.gateway.json;

import java.util.List;

/// A JSON array: its elements, in order. It can not be modified.
public record JsonArray(List<JsonValue> elements) implements JsonValue {

    /// Copies `elements`.
    ///
    /// @throws NullPointerException when an element is null
    public JsonArray {
        elements = List.copyOf(elements);
    }

    @Override
    public void writeTo(JsonWriter out) {
        out.beginArray();
        elements.forEach(out::value);
        out.endArray();
    }

    @Override
    public String toString() {
        return new JsonWriter().value(this).toString();
    }
}
