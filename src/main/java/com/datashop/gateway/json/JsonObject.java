package com.datashop.gateway.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;

/// A JSON object: its members, in the order in which they were given. It can not be modified.
///
/// Two objects are equal when their members are, in any order (RFC 8259, 1: an object is unordered).
public record JsonObject(SequencedMap<String, JsonValue> members) implements JsonValue {

    /// Copies `members`.
    ///
    /// @throws NullPointerException when a name or a value is null
    public JsonObject {
        // LinkedHashMap keeps the order. It also turns a bucket of colliding names into a tree, because String is
        // Comparable. So names that an attacker chose to collide cost logarithmic time, and not linear time.
        var copy = new LinkedHashMap<>(members);
        for (var member : copy.entrySet()) {
            Objects.requireNonNull(member.getKey(), "name");
            Objects.requireNonNull(member.getValue(), member.getKey());
        }
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
