package com.datashop.gateway.hub;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.Level;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import java.util.Optional;

/// Which events of its channels a subscriber wants to see: those of a level at least, and those that contain a text.
///
/// It runs on the subscriber's own thread, for replay and live alike.
public final class Filter {
    /// Lets everything through.
    public static final Filter NONE = new Filter(Level.TRACE, "");

    private static final String LEVEL = "level";

    private final Level level;
    private final Needle needle;

    /// @param level the least level; an event with no readable `data.level` passes only `TRACE`
    /// @param text what the data's JSON text must contain, ignoring case; empty for anything
    public Filter(Level level, String text) {
        this.level = level;
        needle = text.isEmpty() ? null : new Needle(text);
    }

    /// Whether nothing is held back: only then can what was lost be counted.
    public boolean isOpen() {
        return level == Level.TRACE && needle == null;
    }

    /// Whether the subscriber wants the event.
    public boolean accepts(Event event) {
        return (level == Level.TRACE || levelOf(event).filter(found -> found.isAtLeast(level)).isPresent())
                && (needle == null || needle.isIn(event.frame().bytes(), event.dataOffset(), event.dataEnd()));
    }

    /// The level that the data names itself; empty when it names none that is known. Reads no further than that member.
    static Optional<Level> levelOf(Event event) {
        var data = new JsonScanner(event.frame().bytes(), event.dataOffset(), event.dataEnd());
        try {
            if (data.peek() != JsonScanner.Kind.OBJECT) return Optional.empty();
            data.beginObject();
            for (String name = data.nextName(); name != null; name = data.nextName()) {
                if (!name.equals(LEVEL)) {
                    data.skip(JsonValue.MAX_DEPTH);
                    continue;
                }
                return switch (data.peek()) {
                    case STRING -> Level.named(data.string());
                    case NUMBER -> Level.numbered(data.number());
                    case OBJECT, ARRAY, TRUE, FALSE, NULL, END -> Optional.empty();
                };
            }
            return Optional.empty();
        } catch (JsonException checkedWhenPublished) {
            throw new IllegalStateException(checkedWhenPublished);
        }
    }
}
