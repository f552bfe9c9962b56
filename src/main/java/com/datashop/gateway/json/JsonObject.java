package com.datashop.gateway.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;

/// A JSON object: its members in the order given, unmodifiable.
///
/// Two objects are equal when their members are, in any order (RFC 8259, 1: an object is unordered).
public record JsonObject(SequencedMap<String, JsonValue> members) implements JsonValue {

    /// Copies `members`.
    ///
    /// @throws NullPointerException when a name or a value is null
    public JsonObject {
        // LinkedHashMap keeps the order, and turns a bucket of colliding names into a tree: String is Comparable, so names
        // chosen to collide cost a logarithm and not a line.
        var copy = new LinkedHashMap<>(members);
        copy.forEach((name, value) -> {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, name);
        });
        members = Collections.unmodifiableSequencedMap(copy);
    }

    /// The value of the member called `name`, or null when there is none.
    public JsonValue get(String name) {
        return members.get(name);
    }

    @Override
    public void writeTo(JsonWriter out) {
        out.beginObject();
        members.forEach(out::member);
        out.endObject();
    }

    @Override
    public String toString() {
        return new JsonWriter().value(this).toString();
    }
}
