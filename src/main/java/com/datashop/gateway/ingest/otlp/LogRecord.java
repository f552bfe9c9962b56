package com.datashop.gateway.ingest.otlp;

import com.datashop.gateway.event.Level;
import com.datashop.gateway.event.Timestamps;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.ingest.protobuf.ProtobufException;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.json.UniqueMembers;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// One log record, in any encoding. It makes the entry.
///
/// One object serves all records of a request, one after the other.
///
/// A field of the record wins over an attribute of the same name.
final class LogRecord {
    /// Writes the values of the request, whose encoding it knows.
    interface Values {
        /// Writes the body, which is a value.
        void writeBody() throws ProtobufException, JsonException;

        /// Writes the attributes as members, without those that [#isOwn] names, and notes the parts of the channel.
        void writeAttributes(Parts parts) throws ProtobufException, JsonException;
    }

    private static final long NANOS_A_MILLI = 1_000_000;
    private static final int LAST_SEVERITY = 24;
    /// The name of the level for each number of a severity. OpenTelemetry has four numbers for each level.
    private static final List<String> LEVELS = IntStream.range(0, LAST_SEVERITY)
            .mapToObj(number -> Level.values()[number / 4].name().toLowerCase(Locale.ROOT)).toList();
    private static final NameTable NAMES = new NameTable(List.of("level", "message", "resource", "scope", "traceId",
            "spanId", "severityNumber", "severityText", "eventName"));

    private final JsonWriter out;
    private final UniqueMembers members;
    private final Parts parts = new Parts();
    /// Nanoseconds since 1970; 0 when unknown.
    long time;
    long observedTime;
    /// 0 when unspecified.
    int severityNumber;
    /// Null when absent or empty, like the other texts.
    String severityText;
    String eventName;
    /// In hexadecimal digits.
    String traceId;
    String spanId;
    boolean hasBody;

    private RecordSource source;
    private String level;
    /// A bit for each of [#NAMES] that is a field of this record.
    private int own;

    /// @param out where values are written
    LogRecord(JsonWriter out, UniqueMembers members) {
        this.out = out;
        this.members = members;
    }

    /// Begins another record.
    void clear() {
        time = 0;
        observedTime = 0;
        severityNumber = 0;
        severityText = null;
        eventName = null;
        traceId = null;
        spanId = null;
        hasBody = false;
    }

    /// Adds this record as an entry.
    ///
    /// @throws Declined when this record refuses the request
    void addTo(RecordCollector records, RecordSource source, Values values)
            throws Declined, ProtobufException, JsonException {
        this.source = source;
        parts.clear();
        settleLevel();
        byte[] data = data(values);
        try {
            var of = source.parts();
            var channel = records.channel(either(parts.service(), of.service()),
                    either(parts.workspace(), of.workspace()), either(parts.resource(), of.resource()));
            records.add(channel, timestamp(records.now()), data);
        } catch (Declined refused) {
            records.reject(refused);
        }
    }

    private static String either(String first, String second) {
        return first != null ? first : second;
    }

    /// The first plausible time: that of the record, of its observation, or of its receipt.
    ///
    /// A device without a clock of its own starts in 1970.
    private long timestamp(long now) {
        long milliseconds = Long.divideUnsigned(time, NANOS_A_MILLI);
        if (Timestamps.isPlausible(milliseconds)) return milliseconds;
        milliseconds = Long.divideUnsigned(observedTime, NANOS_A_MILLI);
        return Timestamps.isPlausible(milliseconds) ? milliseconds : now;
    }

    /// Sets the level: the logger's text if it can be read as a level, or else the severity's number.
    private void settleLevel() {
        boolean numbered = severityNumber >= 1 && severityNumber <= LAST_SEVERITY;
        level = severityText;
        if (numbered && (severityText == null || Level.named(severityText).isEmpty()))
            level = LEVELS.get(severityNumber - 1);
        if (level == null || level.equals(severityText)) severityText = null;
        own = bit("level", level) | bit("message", hasBody ? "" : null) | bit("resource", source.json())
                | bit("scope", source.scope()) | bit("traceId", traceId) | bit("spanId", spanId)
                | bit("severityNumber", severityNumber == 0 ? null : "") | bit("severityText", severityText)
                | bit("eventName", eventName);
    }

    private static int bit(String name, Object value) {
        return value == null ? 0 : 1 << NAMES.indexOf(name);
    }

    /// Whether the record has a field of this name.
    boolean isOwn(String name) {
        int index = NAMES.indexOf(name);
        return index >= 0 && (own >> index & 1) == 1;
    }

    /// Whether the record has a field of this name, which is in UTF-8.
    boolean isOwn(byte[] utf8, int from, int to) {
        int index = NAMES.indexOf(utf8, from, to);
        return index >= 0 && (own >> index & 1) == 1;
    }

    private byte[] data(Values values) throws ProtobufException, JsonException {
        out.reset();
        members.beginObject();
        if (level != null) out.member("level", level);
        if (hasBody) {
            out.name("message");
            values.writeBody();
        }
        values.writeAttributes(parts);
        if (source.json() != null) out.name("resource").raw(source.json());
        if (source.scope() != null) out.member("scope", source.scope());
        if (traceId != null) out.member("traceId", traceId);
        if (spanId != null) out.member("spanId", spanId);
        if (severityNumber != 0) out.member("severityNumber", severityNumber);
        if (severityText != null) out.member("severityText", severityText);
        if (eventName != null) out.member("eventName", eventName);
        members.endObject();
        return out.toBytes();
    }
}
