package com.datashop.gateway.ingest.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Level;
import com.datashop.gateway.event.Timestamps;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.Routing;
import com.datashop.gateway.ingest.journal.JournalEntry.Field;
import com.datashop.gateway.json.JsonWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Makes a draft of each entry of the journal.
///
/// The data is `{"level","message","unit","host"}` and all fields of the journal, with their names in lower case.
///
/// A field that occurs several times becomes an array. Bytes that are not UTF-8 become base64 text. In the message they
/// become U+FFFD, so that people can read the rest. The level comes from `PRIORITY`, and the host from `_HOSTNAME`. The
/// unit comes from `UNIT`, which the service manager sets in its own messages, or else from `_SYSTEMD_UNIT`.
final class JournalDrafts {
    private static final List<Level> BY_PRIORITY = List.of(Level.FATAL, Level.FATAL, Level.FATAL, Level.ERROR,
            Level.WARN, Level.INFO, Level.INFO, Level.DEBUG);
    private static final String LEVEL = "level";
    private static final String MESSAGE = "message";
    private static final String UNIT = "unit";
    private static final String HOST = "host";
    private static final long MICROS_A_MILLI = 1000;

    private final Routing routing;
    private final JsonWriter data = new JsonWriter();

    JournalDrafts(Routing routing) {
        this.routing = routing;
    }

    /// @param now the time of an entry that names none, in milliseconds since 1970
    /// @throws Declined when its time is implausible, or the sender may not publish to its channel
    Draft draft(JournalEntry entry, long now) throws Declined {
        var fields = byName(entry);
        return new Draft(channel(entry, fields), time(entry, now), data(entry, fields));
    }

    private static Map<String, List<Field>> byName(JournalEntry entry) {
        var fields = new LinkedHashMap<String, List<Field>>();
        for (var field : entry.fields())
            fields.computeIfAbsent(field.name().toLowerCase(Locale.ROOT), _ -> new ArrayList<>(1)).add(field);
        return fields;
    }

    private Channel channel(JournalEntry entry, Map<String, List<Field>> fields) throws Declined {
        return routing.channel(first(entry, fields, Routing.SERVICE), first(entry, fields, Routing.WORKSPACE),
                first(entry, fields, Routing.RESOURCE));
    }

    private static String first(JournalEntry entry, Map<String, List<Field>> fields, List<String> names) {
        for (var name : names) {
            var found = fields.get(name);
            if (found != null && !entry.text(found.getFirst()).isBlank()) return entry.text(found.getFirst());
        }
        return null;
    }

    private static long time(JournalEntry entry, long now) throws Declined {
        String name = "__REALTIME_TIMESTAMP";
        String text = entry.first(name);
        if (text == null) {
            name = "_SOURCE_REALTIME_TIMESTAMP";
            text = entry.first(name);
        }
        if (text == null) return now;
        try {
            long time = Math.floorDiv(Long.parseLong(text), MICROS_A_MILLI);
            if (Timestamps.isPlausible(time)) return time;
        } catch (NumberFormatException none) {
            // Refused below.
        }
        throw new Declined(Reason.BAD_BODY, name + " must be a number of microseconds since 1970, from 1990 to 2200");
    }

    private byte[] data(JournalEntry entry, Map<String, List<Field>> fields) {
        data.reset().beginObject();
        var level = level(entry);
        if (level != null) data.member(LEVEL, level.name().toLowerCase(Locale.ROOT));
        if (fields.containsKey(MESSAGE)) values(entry, MESSAGE, fields.get(MESSAGE));
        derived(entry, fields, UNIT, "_systemd_unit");
        derived(entry, fields, HOST, "_hostname");
        fields.forEach((name, values) -> {
            boolean written = name.equals(MESSAGE) || name.equals(UNIT) || name.equals(HOST)
                    || level != null && name.equals(LEVEL);
            if (!written) values(entry, name, values);
        });
        return data.endObject().toBytes();
    }

    private static Level level(JournalEntry entry) {
        String priority = entry.first("PRIORITY");
        boolean known = priority != null && priority.matches("[0-7]");
        return known ? BY_PRIORITY.get(priority.charAt(0) - '0') : null;
    }

    private void derived(JournalEntry entry, Map<String, List<Field>> fields, String name, String from) {
        var values = fields.containsKey(name) ? fields.get(name) : fields.get(from);
        if (values != null) values(entry, name, values);
    }

    private void values(JournalEntry entry, String name, List<Field> values) {
        data.name(name);
        if (values.size() > 1) data.beginArray();
        for (var value : values) value(entry, name, value);
        if (values.size() > 1) data.endArray();
    }

    private void value(JournalEntry entry, String name, Field field) {
        String text = entry.text(field);
        boolean utf8 = text.indexOf('\uFFFD') < 0 || Arrays.equals(text.getBytes(UTF_8), entry.copy(field));
        data.value(utf8 || name.equals(MESSAGE) ? text : Base64.getEncoder().encodeToString(entry.copy(field)));
    }
}
