package com.datashop.gateway.event;

import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import java.util.HashMap;
import java.util.Map;

/// Finds the level that the data of an event names. It reads the bytes once and builds no tree.
///
/// The first of the [#MEMBERS] that can be read as a level counts, and of a member given twice the last, as in every JSON parser.
/// So the data is read to its end.
final class LevelReader {
    private static final String LOG = "log";
    private static final String LEVEL = "level";

    /// A member that may name the level.
    private record Member(int rank, LevelScale scale) { }

    private static final Map<String, Member> MEMBERS = new HashMap<>();
    private static final int NESTED;
    private static final int RANKS;

    static {
        int rank = 0;
        for (var name : "level severity severityNumber severity_number severityText severity_text log.level".split(" "))
            MEMBERS.put(name, new Member(rank++, scale(name)));
        NESTED = rank++;
        for (var name : ("@l lvl loglevel log_level levelname levelno level_name level_value priority PRIORITY Level LogLevel").split(" "))
            MEMBERS.put(name, new Member(rank++, scale(name)));
        RANKS = rank;
    }

    private LevelReader() { }

    private static LevelScale scale(String name) {
        return switch (name) {
            case "severity" -> LevelScale.GOOGLE;
            case "severityNumber", "severity_number" -> LevelScale.OPENTELEMETRY;
            case "levelno" -> LevelScale.PYTHON;
            case "level_value" -> LevelScale.LOGBACK;
            default -> LevelScale.COMMON;
        };
    }

    /// The level that the JSON value in `bytes[from, to)` names. Null when it names none, or is no JSON.
    static Level read(byte[] bytes, int from, int to) {
        var data = new JsonScanner(bytes, from, to);
        try {
            if (data.peek() != JsonScanner.Kind.OBJECT) return null;
            var found = new Level[RANKS];
            data.beginObject();
            for (String name = data.nextName(); name != null; name = data.nextName()) {
                var member = MEMBERS.get(name);
                if (member != null) found[member.rank()] = value(data, member.scale());
                else if (name.equals(LOG)) found[NESTED] = nested(data);
                else data.skip(JsonValue.MAX_DEPTH);
            }
            for (var level : found) if (level != null) return level;
            return null;
        } catch (JsonException foreign) { // only what others wrote into a shared log was not checked when it was published
            return null;
        }
    }

    private static Level nested(JsonScanner data) throws JsonException {
        Level level = null;
        if (data.peek() != JsonScanner.Kind.OBJECT) {
            data.skip(JsonValue.MAX_DEPTH);
            return null;
        }
        data.beginObject();
        for (String name = data.nextName(); name != null; name = data.nextName()) {
            if (name.equals(LEVEL)) level = value(data, LevelScale.COMMON);
            else data.skip(JsonValue.MAX_DEPTH);
        }
        return level;
    }

    private static Level value(JsonScanner data, LevelScale scale) throws JsonException {
        return switch (data.peek()) {
            case STRING -> Level.ofText(data.string(), scale);
            case NUMBER -> Level.ofNumber(data.number(), scale);
            case OBJECT, ARRAY, TRUE, FALSE, NULL, END -> {
                data.skip(JsonValue.MAX_DEPTH);
                yield null;
            }
        };
    }
}
