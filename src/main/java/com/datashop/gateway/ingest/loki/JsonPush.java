package com.datashop.gateway.ingest.loki;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonScanner.Kind;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.json.Utf8;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads a push in JSON: `{"streams":[{"stream":{labels},"values":[["nanoseconds","line",{metadata}]]}]}`.
final class JsonPush {
    private final byte[] body;
    private final Lines lines;

    JsonPush(byte[] body, Lines lines) {
        this.body = body;
        this.lines = lines;
    }

    /// @throws Declined when the body is not such a push
    void read() throws Declined {
        try {
            var in = new JsonScanner(body, Utf8.start(body, 0, body.length), body.length);
            if (in.peek() != Kind.OBJECT)
                throw new Declined(Reason.BAD_BODY, "the body must be an object with streams");
            in.beginObject();
            for (var name = in.nextName(); name != null; name = in.nextName()) {
                if (name.equals("streams")) streams(in);
                else in.skip(JsonValue.MAX_DEPTH);
            }
            in.end();
        } catch (JsonException invalid) {
            throw new Declined(Reason.BAD_BODY, "not JSON: " + invalid.getMessage());
        }
    }

    private void streams(JsonScanner in) throws JsonException, Declined {
        array(in, "streams");
        while (in.nextElement()) stream(in);
    }

    /// Reads one stream. The labels may follow the lines, so it notes where the lines begin and reads them last.
    private void stream(JsonScanner in) throws JsonException, Declined {
        Map<String, String> labels = Map.of();
        int from = -1;
        object(in, "a stream");
        for (var name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "stream" -> labels = texts(in, "stream");
                case "values" -> {
                    if (from >= 0) throw lines.bad("values is given twice in a stream");
                    array(in.peek(), "values");
                    from = in.position();
                    in.skip(JsonValue.MAX_DEPTH);
                }
                default -> in.skip(JsonValue.MAX_DEPTH);
            }
        }
        lines.stream(labels);
        if (from >= 0) values(new JsonScanner(body, from, in.position()));
    }

    private void values(JsonScanner in) throws JsonException, Declined {
        in.beginArray();
        while (in.nextElement()) value(in);
    }

    private void value(JsonScanner in) throws JsonException, Declined {
        array(in, "a value");
        if (!in.nextElement()) throw incomplete();
        long nanoseconds = nanoseconds(in);
        if (!in.nextElement()) throw incomplete();
        if (in.peek() != Kind.STRING) throw lines.bad("the line must be a string");
        String line = in.string();
        Map<String, String> metadata = Map.of();
        boolean more = in.nextElement();
        if (more) {
            metadata = texts(in, "the metadata");
            more = in.nextElement();
        }
        if (more) throw incomplete();
        lines.add(nanoseconds, line, metadata);
    }

    private long nanoseconds(JsonScanner in) throws JsonException, Declined {
        String text = switch (in.peek()) {
            case STRING -> in.string();
            case NUMBER -> in.number();
            case OBJECT, ARRAY, TRUE, FALSE, NULL, END -> throw badTime();
        };
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException none) {
            throw badTime();
        }
    }

    private Map<String, String> texts(JsonScanner in, String what) throws JsonException, Declined {
        var texts = new LinkedHashMap<String, String>();
        object(in, what);
        for (var name = in.nextName(); name != null; name = in.nextName()) {
            if (in.peek() != Kind.STRING) throw lines.bad("every member of " + what + " must be a string");
            texts.put(name, in.string());
        }
        return texts;
    }

    private void object(JsonScanner in, String what) throws JsonException, Declined {
        if (in.peek() != Kind.OBJECT) throw lines.bad(what + " must be an object");
        in.beginObject();
    }

    private void array(JsonScanner in, String what) throws JsonException, Declined {
        array(in.peek(), what);
        in.beginArray();
    }

    private void array(Kind kind, String what) throws Declined {
        if (kind != Kind.ARRAY) throw lines.bad(what + " must be an array");
    }

    private Declined badTime() {
        return lines.bad("the time must be a whole number of nanoseconds since 1970, as a string");
    }

    private Declined incomplete() {
        return lines.bad("a value must be an array of a time, a line, and perhaps an object of metadata");
    }
}
