package com.datashop.gateway.ingest.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonNames;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonScanner.Kind;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.json.UniqueMembers;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// Writes OpenTelemetry's values, which stand in proto3's JSON, as plain JSON.
final class JsonValues {
    /// Takes each pair of a list.
    interface Pairs {
        /// @return whether the value is to be written as a member, whose name has been
        boolean begin(String key, JsonScanner value) throws JsonException;
    }

    private static final JsonNames KINDS = new JsonNames(List.of("stringValue", "boolValue", "intValue", "doubleValue",
            "arrayValue", "kvlistValue", "bytesValue", "string_value", "bool_value", "int_value", "double_value",
            "array_value", "kvlist_value", "bytes_value"));
    /// Behind so many names of kinds the same come as protobuf's own files have them.
    private static final int KIND_COUNT = 7;
    private static final int STRING = 0;
    private static final int INT = 2;
    private static final JsonNames VALUES = new JsonNames(List.of("values"));
    private static final JsonNames PAIR = new JsonNames(List.of("key", "value"));
    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

    private final byte[] body;
    private final JsonWriter out;
    private final UniqueMembers members;

    JsonValues(byte[] body, JsonWriter out, UniqueMembers members) {
        this.body = body;
        this.out = out;
        this.members = members;
    }

    /// Whether the `AnyValue` at the scanner's place has a value.
    static boolean isSet(JsonScanner in) throws JsonException {
        boolean set = false;
        if (JsonScalars.isNull(in)) return false;
        in.beginObject();
        for (int kind = in.nextName(KINDS); kind != JsonNames.END; kind = in.nextName(KINDS)) {
            set |= kind != JsonNames.OTHER && in.peek() != Kind.NULL;
            in.skip(JsonValue.MAX_DEPTH);
        }
        return set;
    }

    /// The `AnyValue` at the scanner's place as text, when it is a string or a whole number; else null.
    static String text(JsonScanner in) throws JsonException {
        String text = null;
        if (JsonScalars.isNull(in)) return null;
        in.beginObject();
        for (int kind = in.nextName(KINDS); kind != JsonNames.END; kind = in.nextName(KINDS)) {
            if (kind != JsonNames.OTHER && kind % KIND_COUNT == STRING) text = JsonScalars.text(in);
            else if (kind != JsonNames.OTHER && kind % KIND_COUNT == INT) text = String.valueOf(JsonScalars.signed(in));
            else in.skip(JsonValue.MAX_DEPTH);
        }
        return text;
    }

    /// Writes the `AnyValue` at the scanner's place.
    ///
    /// @param depth how many values it is within
    void write(JsonScanner in, int depth) throws JsonException {
        if (depth > Otlp.DEEPEST) throw in.error("values nest deeper than " + Otlp.DEEPEST);
        boolean written = false;
        if (!JsonScalars.isNull(in)) {
            in.beginObject();
            for (int kind = in.nextName(KINDS); kind != JsonNames.END; kind = in.nextName(KINDS)) {
                if (kind == JsonNames.OTHER || in.peek() == Kind.NULL) {
                    in.skip(JsonValue.MAX_DEPTH);
                    continue;
                }
                if (written) throw in.error("a value of two kinds");
                written = true;
                write(in, kind % KIND_COUNT, depth);
            }
        }
        if (!written) out.nullValue();
    }

    private void write(JsonScanner in, int kind, int depth) throws JsonException {
        switch (kind) {
            case STRING -> writeString(in);
            case 1 -> writeBoolean(in);
            case INT -> out.value(JsonScalars.signed(in));
            case 3 -> writeDouble(in);
            case 4 -> writeArray(in, depth);
            case 5 -> writeObject(in, depth);
            default -> writeBytes(in);
        }
    }

    private void writeString(JsonScanner in) throws JsonException {
        if (in.peek() != Kind.STRING) throw in.error("stringValue must be a string");
        out.raw(in.compact(0));
    }

    private void writeBoolean(JsonScanner in) throws JsonException {
        var kind = in.peek();
        if (kind != Kind.TRUE && kind != Kind.FALSE) throw in.error("boolValue must be true or false");
        in.skip(0);
        out.value(kind == Kind.TRUE);
    }

    private void writeDouble(JsonScanner in) throws JsonException {
        if (in.peek() == Kind.NUMBER) {
            out.raw(in.compact(0));
            return;
        }
        String text = in.string();
        if (NOT_FINITE.contains(text)) {
            out.value(text);
            return;
        }
        var number = new JsonScanner(text.getBytes(UTF_8));
        out.raw(number.number().getBytes(UTF_8));
        number.end();
    }

    /// proto3 takes base64 of both alphabets, with its padding or without.
    private void writeBytes(JsonScanner in) throws JsonException {
        String text = in.string().replace('-', '+').replace('_', '/');
        try {
            out.value(Base64.getEncoder().encodeToString(Base64.getDecoder().decode(text)));
        } catch (IllegalArgumentException invalid) {
            throw in.error("bytesValue must be base64");
        }
    }

    private void writeArray(JsonScanner in, int depth) throws JsonException {
        out.beginArray();
        in.beginObject();
        for (int name = in.nextName(VALUES); name != JsonNames.END; name = in.nextName(VALUES)) {
            if (name == JsonNames.OTHER || in.peek() == Kind.NULL) {
                in.skip(JsonValue.MAX_DEPTH);
                continue;
            }
            in.beginArray();
            while (in.nextElement()) write(in, depth + 1);
        }
        out.endArray();
    }

    private void writeObject(JsonScanner in, int depth) throws JsonException {
        members.beginObject();
        in.beginObject();
        for (int name = in.nextName(VALUES); name != JsonNames.END; name = in.nextName(VALUES)) {
            if (name == JsonNames.OTHER || in.peek() == Kind.NULL) in.skip(JsonValue.MAX_DEPTH);
            else writePairs(in, depth + 1, (key, _) -> members.name(key));
        }
        members.endObject();
    }

    /// Writes the members that the array of pairs at the scanner's place has.
    ///
    /// @param depth how many values theirs are within
    void writePairs(JsonScanner in, int depth, Pairs pairs) throws JsonException {
        in.beginArray();
        while (in.nextElement()) writePair(in, depth, pairs);
    }

    /// The value may stand before its key.
    private void writePair(JsonScanner in, int depth, Pairs pairs) throws JsonException {
        String key = "";
        int from = -1;
        int to = -1;
        in.beginObject();
        for (int name = in.nextName(PAIR); name != JsonNames.END; name = in.nextName(PAIR)) {
            if (name == 0) {
                String given = JsonScalars.text(in);
                key = given == null ? "" : given;
            } else {
                int start = JsonScalars.pass(in);
                if (name == JsonNames.OTHER) continue;
                from = start;
                to = in.position();
            }
        }
        var value = from < 0 ? null : new JsonScanner(body, from, to);
        if (!pairs.begin(key, value)) return;
        if (from < 0) out.nullValue();
        else write(new JsonScanner(body, from, to), depth);
    }
}
