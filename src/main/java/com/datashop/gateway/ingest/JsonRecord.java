package com.datashop.gateway.ingest;

import com.datashop.gateway.event.InvalidTimeException;
import com.datashop.gateway.event.Timestamps;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonNames;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonScanner.Kind;
import com.datashop.gateway.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// A record that is any JSON value, with the channel and the time that it names.
///
/// @param data the value, compact
/// @param service null when the record names none; workspace and resource likewise
/// @param time the first of its times that is plausible, in milliseconds since 1970
public record JsonRecord(byte[] data, String service, String workspace, String resource, OptionalLong time) {
    /// The names by which a record gives its time. The first whose value is a plausible time counts.
    private static final List<String> TIME = List.of("timestamp", "@timestamp", "time", "ts", "date", "@t");
    private static final List<String> MEMBERS = members();
    private static final JsonNames NAMES = new JsonNames(MEMBERS);
    private static final int WORKSPACE = Routing.SERVICE.size();
    private static final int RESOURCE = WORKSPACE + Routing.WORKSPACE.size();
    private static final int TIMES = RESOURCE + Routing.RESOURCE.size();
    private static final JsonNames NESTED = new JsonNames(List.of("name"));
    private static final int NESTED_SERVICE = Routing.SERVICE.indexOf("service.name");

    private static List<String> members() {
        var members = new ArrayList<>(Routing.SERVICE);
        members.addAll(Routing.WORKSPACE);
        members.addAll(Routing.RESOURCE);
        members.addAll(TIME);
        return members;
    }

    /// Reads the value that comes next in the scanner.
    ///
    /// @throws JsonException when it is not JSON, or nests deeper than [JsonValue#MAX_DEPTH]
    public static JsonRecord read(JsonScanner in) throws JsonException {
        return of(in.compact(JsonValue.MAX_DEPTH));
    }

    /// Reads a value that is compact JSON already.
    public static JsonRecord of(byte[] data) throws JsonException {
        var in = new JsonScanner(data);
        if (in.peek() != Kind.OBJECT) return new JsonRecord(data, null, null, null, OptionalLong.empty());
        var found = new String[MEMBERS.size()];
        in.beginObject();
        for (int name = in.nextName(NAMES); name != JsonNames.END; name = in.nextName(NAMES)) {
            if (name == JsonNames.OTHER) in.skip(JsonValue.MAX_DEPTH);
            else if (name == 0 && in.peek() == Kind.OBJECT) found[NESTED_SERVICE] =
                    nestedName(in, found[NESTED_SERVICE]);
            else found[name] = scalar(in);
        }
        return new JsonRecord(data, first(found, 0, WORKSPACE), first(found, WORKSPACE, RESOURCE),
                first(found, RESOURCE, TIMES), time(found));
    }

    private static String nestedName(JsonScanner in, String otherwise) throws JsonException {
        String name = otherwise;
        in.beginObject();
        for (int at = in.nextName(NESTED); at != JsonNames.END; at = in.nextName(NESTED)) {
            if (at == JsonNames.OTHER) in.skip(JsonValue.MAX_DEPTH);
            else name = scalar(in);
        }
        return name;
    }

    /// The text of a string or a number; null of anything else.
    private static String scalar(JsonScanner in) throws JsonException {
        return switch (in.peek()) {
            case STRING -> in.string();
            case NUMBER -> in.number();
            case OBJECT, ARRAY, TRUE, FALSE, NULL, END -> {
                in.skip(JsonValue.MAX_DEPTH);
                yield null;
            }
        };
    }

    private static String first(String[] found, int from, int to) {
        for (int i = from; i < to; i++) if (found[i] != null && !found[i].isBlank()) return found[i];
        return null;
    }

    private static OptionalLong time(String[] found) {
        for (int i = TIMES; i < found.length; i++) {
            if (found[i] == null) continue;
            var time = plausible(found[i]);
            if (time.isPresent()) return time;
        }
        return OptionalLong.empty();
    }

    /// The time that the text names, as RFC 3339 or a number; empty when that is not plausible.
    private static OptionalLong plausible(String text) {
        try {
            boolean date = text.length() > 4 && text.charAt(4) == '-';
            return OptionalLong.of(date ? Timestamps.ofText(text) : Timestamps.ofNumber(text));
        } catch (InvalidTimeException other) {
            return OptionalLong.empty();
        }
    }
}
