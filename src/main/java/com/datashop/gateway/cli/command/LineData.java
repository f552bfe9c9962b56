package com.datashop.gateway.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.client.EntryLine;
import com.datashop.gateway.client.EntryLines;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.json.JsonWriter;
import java.util.Optional;

/// Makes the entry of a line. A JSON object is the data itself. Other text becomes the message of an object.
///
/// It belongs to one thread at a time.
final class LineData {
    private final EntryLines entries;
    private final String level;
    private final boolean ndjson;
    private final JsonWriter writer = new JsonWriter();

    /// @param level the level of text
    /// @param ndjson whether each line must be JSON, of any kind
    LineData(EntryLines entries, Optional<String> level, boolean ndjson) {
        this.entries = entries;
        this.level = level.orElse(null);
        this.ndjson = ndjson;
    }

    /// Whether the line has nothing to publish.
    boolean isNothing(byte[] line) {
        return line.length == 0 || ndjson && firstByte(line) == 0;
    }

    /// The entry of the line; empty when the line must be JSON and is none.
    Optional<EntryLine> entry(long number, byte[] line) {
        if (ndjson || firstByte(line) == '{') {
            try {
                var in = new JsonScanner(line);
                byte[] value = in.compact(JsonValue.MAX_DEPTH);
                in.end();
                return Optional.of(entries.of(number, value));
            } catch (JsonException text) {
                if (ndjson) return Optional.empty();
            }
        }
        return Optional.of(text(number, line));
    }

    /// The entry whose message the line is. Bytes that are not UTF-8 become U+FFFD.
    EntryLine text(long number, byte[] line) {
        writer.reset().beginObject();
        if (level != null) writer.member("level", level);
        writer.name("message");
        try {
            writer.text(line, 0, line.length);
        } catch (JsonException notUtf8) {
            writer.value(new String(line, UTF_8));
        }
        return entries.of(number, writer.endObject().toBytes());
    }

    private static int firstByte(byte[] line) {
        for (byte b : line) if (b != ' ' && b != '\t') return b;
        return 0;
    }
}
