package com.datashop.gateway.ingest.loki;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.Level;
import com.datashop.gateway.ingest.JsonRecord;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.json.JsonWriter;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// A line of a push, and what becomes of it.
///
/// Text becomes `{"message":line,...labels and metadata}`. A line that is a JSON object stays what it is, and gets the
/// labels and metadata under `labels`. When it has no level that can be read it gets that of the labels too.
///
/// @param text null when it is an object
/// @param record what an object says of itself
record LogLine(String text, JsonRecord record) {
    private static final String MESSAGE = "message";
    private static final String LEVEL = "level";
    private static final String LABELS = "labels";
    private static final JsonRecord SAYS_NOTHING = new JsonRecord(new byte[0], null, null, null, OptionalLong.empty());
    /// The length of an object without members, in bytes.
    private static final int EMPTY = 2;

    static LogLine read(String line) {
        int at = 0;
        while (at < line.length() && " \t\r\n".indexOf(line.charAt(at)) >= 0) at++;
        if (at == line.length() || line.charAt(at) != '{') return new LogLine(line, SAYS_NOTHING);
        try {
            var in = new JsonScanner(line.getBytes(UTF_8));
            var record = JsonRecord.read(in);
            in.end();
            return new LogLine(null, record);
        } catch (JsonException noObject) {
            return new LogLine(line, SAYS_NOTHING);
        }
    }

    /// The data of its entry.
    ///
    /// @param labels with the metadata
    byte[] with(Map<String, String> labels) {
        if (text == null) return labels.isEmpty() ? record.data() : objectWith(labels);
        var data = new JsonWriter().beginObject().member(MESSAGE, text);
        labels.forEach((name, value) -> {
            if (!name.equals(MESSAGE)) data.member(name, value);
        });
        return data.endObject().toBytes();
    }

    private byte[] objectWith(Map<String, String> labels) {
        var member = new JsonWriter().beginObject();
        labels.forEach(member::member);
        byte[] labelsData = member.endObject().toBytes();
        var names = names();
        var added = new JsonWriter().beginObject();
        if (!names.contains(LEVEL) && Level.ofData(record.data()).isEmpty())
            Level.ofData(labelsData).ifPresent(level -> added.member(LEVEL, level.name().toLowerCase(Locale.ROOT)));
        String name = LABELS; // with underscores before it when the line has such a member
        while (names.contains(name)) name = "_" + name;
        return joined(record.data(), added.name(name).raw(labelsData).endObject().toBytes());
    }

    /// Those of the object's names that an added member could have.
    private Set<String> names() {
        var names = new HashSet<String>();
        var in = new JsonScanner(record.data());
        try {
            in.beginObject();
            for (var name = in.nextName(); name != null; name = in.nextName()) {
                if (name.endsWith(LABELS) || name.equals(LEVEL)) names.add(name);
                in.skip(JsonValue.MAX_DEPTH);
            }
            return names;
        } catch (JsonException wasRead) {
            throw new IllegalStateException(wasRead);
        }
    }

    private static byte[] joined(byte[] object, byte[] other) {
        if (object.length == EMPTY) return other;
        var joined = new byte[object.length + other.length - 1];
        System.arraycopy(object, 0, joined, 0, object.length - 1);
        joined[object.length - 1] = ',';
        System.arraycopy(other, 1, joined, object.length, other.length - 1);
        return joined;
    }
}
