package com.datashop.gateway.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.event.Level;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonValue;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes a line for eyes out of an event: time, level, channel, message, then the other members.
///
/// ```
///   10:42:07.123 WARN  logs:etl:w1:run7  disk almost full  used=0.97 host=db1
/// ```
///
/// Nothing that the log's text holds can steer the terminal: see [PlainText].
final class LogPrinter {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd ");
    private static final List<String> MESSAGES = List.of("message", "msg", "@m", "text", "body", "event", "MESSAGE");
    /// Said by the line already.
    private static final Set<String> SAID = Set.of("level", "severity", "lvl", "@l", "levelname", "log.level", "timestamp", "@timestamp", "time", "ts", "@t");
    private static final String RESET = "\u001b[0m";
    private static final String DIM = "\u001b[2m";

    private final boolean colours;
    private final int width;
    private final ZoneId zone;
    private final InstantSource clock;

    /// @param width the terminal's columns, which the other members must fit in; 0 for no bound
    LogPrinter(boolean colours, int width, ZoneId zone, InstantSource clock) {
        this.colours = colours;
        this.width = width;
        this.zone = zone;
        this.clock = clock;
    }

    /// The line, without its end. A message of several lines has its others indented.
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
        String message = fields == null ? text(data) : message(fields);
        var plain = new StringBuilder();
        plain.append(time(timestamp)).append(' ').append(String.format("%-5s", level.map(Enum::name).orElse("-"))).append(' ').append(channel).append("  ");
        int used = plain.length();
        var line = new StringBuilder();
        if (colours) {
            line.append(DIM).append(time(timestamp)).append(RESET).append(' ').append(colour(level)).append(String.format("%-5s", level.map(Enum::name).orElse("-")))
                    .append(RESET).append(' ').append(DIM).append(channel).append(RESET).append("  ");
        } else {
            line.append(plain);
        }
        line.append(PlainText.of(message, colours, true));
        if (fields != null) appendFields(line, fields, used + lastLine(message));
        return line.toString();
    }

    private static int lastLine(String message) {
        return message.length() - message.lastIndexOf('\n') - 1;
    }

    /// As many of the other members as fit, in their order.
    private void appendFields(StringBuilder line, Map<String, byte[]> fields, int used) throws JsonException {
        for (var field : fields.entrySet()) {
            if (SAID.contains(field.getKey())) continue;
            String value = PlainText.of(text(field.getValue()), false, false);
            String text = " " + PlainText.of(field.getKey(), false, false) + "=" + (value.indexOf(' ') >= 0 && !value.startsWith("{") ? '"' + value + '"' : value);
            used += text.length();
            if (width > 0 && used > width) return;
            line.append(colours ? DIM + text + RESET : text);
        }
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

    private String time(long timestamp) {
        var at = Instant.ofEpochMilli(timestamp).atZone(zone);
        boolean today = at.toLocalDate().equals(LocalDate.ofInstant(clock.instant(), zone));
        return today ? TIME.format(at) : DAY.format(at) + TIME.format(at);
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

    /// The members of an object, compact; of one that is given twice the last.
    private static Map<String, byte[]> members(JsonScanner in) throws JsonException {
        var members = new LinkedHashMap<String, byte[]>();
        in.beginObject();
        for (var name = in.nextName(); name != null; name = in.nextName()) members.put(name, in.compact(JsonValue.MAX_DEPTH));
        return members;
    }

    /// A string's text, or another value's JSON.
    private static String text(byte[] value) throws JsonException {
        if (value == null) return "";
        var in = new JsonScanner(value);
        return in.peek() == JsonScanner.Kind.STRING ? in.string() : new String(value, UTF_8);
    }
}
