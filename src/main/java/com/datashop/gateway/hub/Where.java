package com.datashop.gateway.hub;

import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;

/// A member that the data must have, by its dotted path and the text of its value.
///
/// A name in the data may contain dots: `log.level` is a member of that name, or `level` in `log`. Each object on the
/// way belongs to one position in the path, because the names before it have used up the start of the path. So one pass
/// over the data is enough, without a tree.
///
/// @param path names with dots between them, at most [#MAX_NAMES]
/// @param value the text of a string, a number's token, `true`, `false` or `null`
public record Where(String path, String value) {
    /// The most names in a path. Each name takes a frame of the stack and a bit.
    public static final int MAX_NAMES = 32;

    /// @throws IllegalArgumentException when the path is empty or has too many names
    public Where {
        long dots = path.chars().filter(c -> c == '.').count();
        if (path.isEmpty() || dots >= MAX_NAMES) throw new IllegalArgumentException("no path");
    }

    /// Whether the JSON value in `bytes[from, to)` has the member with the value. False when it is not JSON.
    boolean isIn(byte[] bytes, int from, int to) {
        var data = new JsonScanner(bytes, from, to);
        try {
            return matches(data, 0);
        } catch (JsonException foreign) { // Others may write unchecked data into a shared log.
            return false;
        }
    }

    /// Whether the value at the scanner has the part of the path from `at` on.
    ///
    /// When a member occurs twice, the last one counts. So each name has a bit, whose number is the count of dots after
    /// it in the path.
    private boolean matches(JsonScanner data, int at) throws JsonException {
        if (at > path.length()) return isValue(data);
        if (data.peek() != JsonScanner.Kind.OBJECT) {
            data.skip(JsonValue.MAX_DEPTH);
            return false;
        }
        int found = 0;
        data.beginObject();
        for (String name = data.nextName(); name != null; name = data.nextName()) {
            int end = at + name.length();
            if (!path.startsWith(name, at) || end < path.length() && path.charAt(end) != '.') {
                data.skip(JsonValue.MAX_DEPTH);
                continue;
            }
            int bit = 1 << dots(end);
            found = matches(data, end + 1) ? found | bit : found & ~bit;
        }
        return found != 0;
    }

    private int dots(int from) {
        int dots = 0;
        for (int i = from; i < path.length(); i++) if (path.charAt(i) == '.') dots++;
        return dots;
    }

    private boolean isValue(JsonScanner data) throws JsonException {
        return switch (data.peek()) {
            case STRING -> data.string().equals(value);
            case NUMBER -> data.number().equals(value);
            case TRUE -> passed(data, "true");
            case FALSE -> passed(data, "false");
            case NULL -> passed(data, "null");
            case OBJECT, ARRAY, END -> {
                data.skip(JsonValue.MAX_DEPTH);
                yield false;
            }
        };
    }

    private boolean passed(JsonScanner data, String literal) throws JsonException {
        data.skip(0);
        return literal.equals(value);
    }
}
