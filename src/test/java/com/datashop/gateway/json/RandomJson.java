package com.datashop.gateway.json;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Random;

/// Random values, and their text with random white space between its tokens.
final class RandomJson {

    private static final String[] NUMBERS =
            {"0", "-0", "7", "-12", "1.50", "0.001", "1e5", "-2E-07", "3.0e+10", "1e999999999",
        "9223372036854775808"};
    private static final String[] PIECES =
            {"a", "log", " ", "  ", "\"", "\\", "\n", "\t", "\u0000", "\u001b", "\u007f", "é", "€", "日",
        "😀", "\ud800", "\udfff", "{", "}", "[1, 2]", ":", ",", "/", "\ufeff", "\u2028"};
    private static final String SPACES = " \t\r\n";

    private final Random random;

    RandomJson(Random random) {
        this.random = random;
    }

    /// A value that nests at most `depth` levels.
    JsonValue value(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 5)) {
            case 0 -> JsonNull.NULL;
            case 1 -> JsonBoolean.of(random.nextBoolean());
            case 2 -> new JsonNumber(NUMBERS[random.nextInt(NUMBERS.length)]);
            case 3, 4 -> new JsonString(string());
            case 5, 6 -> {
                var elements = new ArrayList<JsonValue>();
                for (int n = random.nextInt(5); n > 0; n--) {
                    elements.add(value(depth - 1));
                }
                yield new JsonArray(elements);
            }
            default -> {
                var members = new LinkedHashMap<String, JsonValue>();
                for (int n = random.nextInt(5); n > 0; n--) {
                    members.put(string(), value(depth - 1));
                }
                yield new JsonObject(members);
            }
        };
    }

    private String string() {
        var text = new StringBuilder();
        for (int n = random.nextInt(6); n > 0; n--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    /// Writes `value` with white space wherever it may be.
    void spacedOut(JsonValue value, ByteArrayOutputStream out) {
        space(out);
        switch (value) {
            case JsonObject(var members) -> {
                out.write('{');
                space(out);
                boolean first = true;
                for (var member : members.entrySet()) {
                    if (!first) {
                        out.write(',');
                    }
                    first = false;
                    spacedOut(new JsonString(member.getKey()), out);
                    out.write(':');
                    spacedOut(member.getValue(), out);
                }
                out.write('}');
            }
            case JsonArray(var elements) -> {
                out.write('[');
                space(out);
                for (int i = 0; i < elements.size(); i++) {
                    if (i > 0) {
                        out.write(',');
                    }
                    spacedOut(elements.get(i), out);
                }
                out.write(']');
            }
            case JsonString _, JsonNumber _, JsonBoolean _,
                    JsonNull _ -> out.writeBytes(new JsonWriter().value(value).toBytes());
        }
        space(out);
    }

    private void space(ByteArrayOutputStream out) {
        for (int n = Math.max(0, random.nextInt(6) - 3); n > 0; n--) {
            out.write(SPACES.charAt(random.nextInt(4)));
        }
    }
}
