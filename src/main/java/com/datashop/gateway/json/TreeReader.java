package com.datashop.gateway.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;

/// Builds the tree of a value with a [JsonScanner]. It refuses values that nest too deep, and names given twice.
///
/// It recurses, at most [JsonValue#MAX_DEPTH] times.
final class TreeReader {

    /// How many UTF-16 units of a name a message repeats. A name may be as long as the input.
    private static final int SHOWN_NAME = 64;

    private final JsonScanner in;

    private TreeReader(JsonScanner in) {
        this.in = in;
    }

    /// The one value of `in`.
    static JsonValue read(JsonScanner in) throws JsonException {
        JsonValue value = new TreeReader(in).value(0);
        in.end();
        return value;
    }

    private JsonValue value(int depth) throws JsonException {
        return switch (in.peek()) {
            case OBJECT -> object(deeper(depth));
            case ARRAY -> array(deeper(depth));
            case STRING -> new JsonString(in.string());
            case NUMBER -> new JsonNumber(in.number());
            case TRUE -> literal(JsonBoolean.TRUE);
            case FALSE -> literal(JsonBoolean.FALSE);
            case NULL -> literal(JsonNull.NULL);
            case END -> throw in.error("unexpected end, expected a value");
        };
    }

    private int deeper(int depth) throws JsonException {
        if (depth == JsonValue.MAX_DEPTH) {
            throw in.error("nesting deeper than " + JsonValue.MAX_DEPTH);
        }
        return depth + 1;
    }

    private JsonValue literal(JsonValue value) throws JsonException {
        in.skip(0);
        return value;
    }

    private JsonObject object(int depth) throws JsonException {
        var members = new LinkedHashMap<String, JsonValue>();
        in.beginObject();
        for (String name; (name = in.nextName()) != null; ) {
            if (members.containsKey(name)) {
                throw in.errorAtName("the name %s is given twice".formatted(shown(name)));
            }
            members.put(name, value(depth));
        }
        return new JsonObject(members);
    }

    private JsonArray array(int depth) throws JsonException {
        var elements = new ArrayList<JsonValue>();
        in.beginArray();
        while (in.nextElement()) {
            elements.add(value(depth));
        }
        return new JsonArray(elements);
    }

    private static String shown(String name) {
        String start = name.length() > SHOWN_NAME ? name.substring(0, SHOWN_NAME) + "..." : name;
        return new JsonString(start).toString();
    }
}
