package com.datashop.gateway.event;

import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonNames;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import java.util.List;

/// Finds the level that the data of an event names. It reads the bytes once and builds no tree.
///
/// The first of the [#MEMBERS] that can be read as a level counts. When a member is given twice, the last one counts,
/// as in every JSON parser. So the data is read to its end.
final class LevelReader {
    /// The members that may have a level, in the order in which they count. `log` is an object with a `level`.
    private static final List<String> MEMBERS = List.of("level", "severity", "severityNumber", "severity_number",
            "severityText", "severity_text", "log.level", "log", "@l", "lvl", "loglevel", "log_level", "levelname",
            "levelno", "level_name", "level_value", "priority", "PRIORITY", "Level", "LogLevel");
    private static final JsonNames NAMES = new JsonNames(MEMBERS);
    private static final int NESTED = MEMBERS.indexOf("log");
    private static final LevelScale[] SCALES = scales();
    private static final JsonNames NESTED_NAME = new JsonNames(List.of("level"));

    private LevelReader() { }

    private static LevelScale[] scales() {
        var scales = new LevelScale[MEMBERS.size()];
        for (int i = 0; i < scales.length; i++) scales[i] = scale(MEMBERS.get(i));
        return scales;
    }

    private static LevelScale scale(String name) {
        return switch (name) {
            case "severity" -> LevelScale.GOOGLE;
            case "severityNumber", "severity_number" -> LevelScale.OPENTELEMETRY;
            case "levelno" -> LevelScale.PYTHON;
            case "level_value" -> LevelScale.LOGBACK;
            default -> LevelScale.COMMON;
        };
    }

    /// The level that the JSON value in `bytes[from, to)` names. Null when it names none, or is not JSON.
    static Level read(byte[] bytes, int from, int to) {
        var data = new JsonScanner(bytes, from, to);
        try {
            if (data.peek() != JsonScanner.Kind.OBJECT) return null;
            var found = new Level[SCALES.length];
            data.beginObject();
            for (int name = data.nextName(NAMES); name != JsonNames.END; name = data.nextName(NAMES)) {
                if (name == JsonNames.OTHER) data.skip(JsonValue.MAX_DEPTH);
                else found[name] = name == NESTED ? nested(data) : value(data, SCALES[name]);
            }
            for (var level : found) if (level != null) return level;
            return null;
        } catch (JsonException foreign) { // others may write to a shared log, and their data is not checked
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
        for (int name = data.nextName(NESTED_NAME); name != JsonNames.END; name = data.nextName(NESTED_NAME)) {
            if (name == JsonNames.OTHER) data.skip(JsonValue.MAX_DEPTH);
            else level = value(data, LevelScale.COMMON);
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
