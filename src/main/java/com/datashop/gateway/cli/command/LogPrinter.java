package com.datashop.gateway.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.Level;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes a readable line of an event: time, level, channel, message, and then the other members.
///
/// ```
///   10:42:07.123 WARN  logs:etl:w1:run7  disk almost full  used=0.97 host=db1
/// ```
///
/// No text in a log can control the terminal: see [PlainText].
final class LogPrinter {
    private static final List<String> MESSAGES = List.of("message", "msg", "@m", "text", "body", "event", "MESSAGE");
    /// The members that the line shows already.
    private static final Set<String> SHOWN = Set.of(
            "level", "severity", "lvl", "@l", "levelname", "log.level", "timestamp", "@timestamp", "time", "ts", "@t");
    private static final int LONGEST_LEVEL = 5;
    private static final int NANOS_A_MILLI = 1_000_000;
    /// The columns that members need on a row. With fewer they get a row of their own.
    private static final int LEAST_ROOM = 12;
    private static final String RESET = "\u001b[0m";
    private static final String DIM = "\u001b[2m";

    private final boolean colours;
    private final Width width;
    private final ZoneId zone;
    private final InstantSource clock;

    /// @param width the columns in which the other members must fit
    LogPrinter(boolean colours, Width width, ZoneId zone, InstantSource clock) {
        this.colours = colours;
        this.width = width;
        this.zone = zone;
        this.clock = clock;
    }

    /// The line without its end. The further lines of a message are indented.
    String line(String envelope) {
        byte[] bytes = envelope.getBytes(UTF_8);
        try {
            var members = members(new JsonScanner(bytes));
            byte[] data = members.getOrDefault("data", new byte[0]);
            return line(Long.parseLong(text(members.get("timestamp"))), text(members.get("channel")), data);
        } catch (JsonException | NumberFormatException foreign) {
            return PlainText.of(envelope, false, false);
        }
    }

    private String line(long timestamp, String channel, byte[] data) throws JsonException {
        var level = Level.ofData(data);
        var fields = new JsonScanner(data).peek() == JsonScanner.Kind.OBJECT ? members(new JsonScanner(data)) : null;
        String message = PlainText.of(fields == null ? text(data) : message(fields), colours, true);
        var line = new StringBuilder();
        append(line, DIM, time(timestamp)).append(' ');
        append(line, colour(level), name(level)).append(' ');
        append(line, DIM, PlainText.of(channel, false, false)).append("  ").append(message);
        if (fields != null) appendFields(line, fields);
        return line.toString();
    }

    private StringBuilder append(StringBuilder line, String colour, String text) {
        return colours ? line.append(colour).append(text).append(RESET) : line.append(text);
    }

    /// Appends the other members in their order. On a terminal they are cut where its row ends.
    private void appendFields(StringBuilder line, Map<String, byte[]> fields) throws JsonException {
        var text = new StringBuilder();
        for (var field : fields.entrySet()) {
            if (SHOWN.contains(field.getKey())) continue;
            String value = PlainText.of(text(field.getValue()), false, false);
            text.append(' ').append(PlainText.of(field.getKey(), false, false)).append('=')
                    .append(value.indexOf(' ') >= 0 && !value.startsWith("{") ? '"' + value + '"' : value);
        }
        if (text.isEmpty()) return;
        int columns = width.columns();
        if (columns == 0) {
            append(line, DIM, text.toString());
            return;
        }
        int room = columns - Columns.after(line.toString(), 0, columns);
        if (room < LEAST_ROOM) {
            line.append(PlainText.INDENT);
            room = columns - Columns.after(PlainText.INDENT, 0, columns);
            text.deleteCharAt(0);
        }
        append(line, DIM, Columns.cut(text.toString(), room));
    }

    private static String message(Map<String, byte[]> fields) throws JsonException {
        for (var name : MESSAGES) {
            byte[] value = fields.get(name);
            if (value != null && value.length > 0 && value[0] == '"') {
                fields.remove(name);
                return text(value);
            }
        }
        return "";
    }

    /// The time of the day. The day comes before it when that is not today.
    ///
    /// A DateTimeFormatter would take 30 ms before the first line.
    private String time(long timestamp) {
        var at = LocalDateTime.ofInstant(Instant.ofEpochMilli(timestamp), zone);
        var text = new StringBuilder();
        if (!at.toLocalDate().equals(LocalDate.ofInstant(clock.instant(), zone)))
            text.append(at.toLocalDate()).append(' ');
        padded(text, at.getHour(), 2).append(':');
        padded(text, at.getMinute(), 2).append(':');
        padded(text, at.getSecond(), 2).append('.');
        return padded(text, at.getNano() / NANOS_A_MILLI, 3).toString();
    }

    private static StringBuilder padded(StringBuilder text, int number, int digits) {
        var plain = String.valueOf(number);
        return text.append("0".repeat(Math.max(0, digits - plain.length()))).append(plain);
    }

    /// The name of the level in a column of its own.
    private static String name(Optional<Level> level) {
        var name = level.isEmpty() ? "-" : level.get().name();
        return name + " ".repeat(LONGEST_LEVEL - name.length());
    }

    private static String colour(Optional<Level> level) {
        if (level.isEmpty()) return DIM;
        return switch (level.get()) {
            case TRACE, DEBUG -> DIM;
            case INFO -> "\u001b[32m";
            case WARN -> "\u001b[33m";
            case ERROR -> "\u001b[31m";
            case FATAL -> "\u001b[1;31m";
        };
    }

    /// The members of an object as compact JSON. When a member is given twice, the last one counts.
    private static Map<String, byte[]> members(JsonScanner in) throws JsonException {
        var members = new LinkedHashMap<String, byte[]>();
        in.beginObject();
        for (var name = in.nextName(); name != null; name = in.nextName())
            members.put(name, in.compact(JsonValue.MAX_DEPTH));
        return members;
    }

    /// A string's text, or another value's JSON.
    private static String text(byte[] value) throws JsonException {
        if (value == null) return "";
        var in = new JsonScanner(value);
        return in.peek() == JsonScanner.Kind.STRING ? in.string() : new String(value, UTF_8);
    }
}
