package com.datashop.gateway.ingest.otlp;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.ingest.protobuf.ProtobufException;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonNames;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonScanner.Kind;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.json.UniqueMembers;
import com.datashop.gateway.json.Utf8;
import java.util.ArrayList;
import java.util.List;

/// Reads an `ExportLogsServiceRequest` in proto3's JSON.
///
/// It also takes the names of the `.proto` files, such as `resource_logs`.
///
/// Members may come in any order. It skips a member that depends on a later one, and reads it afterwards.
final class JsonLogs implements LogRecord.Values {
    private static final JsonNames REQUEST = new JsonNames(List.of("resourceLogs", "resource_logs"));
    private static final JsonNames RESOURCE_LOGS = new JsonNames(List.of("resource", "scopeLogs", "scope_logs"));
    private static final JsonNames RESOURCE = new JsonNames(List.of("attributes"));
    private static final JsonNames SCOPE_LOGS = new JsonNames(List.of("scope", "logRecords", "log_records"));
    private static final JsonNames SCOPE = new JsonNames(List.of("name"));
    private static final JsonNames RECORD = new JsonNames(List.of("timeUnixNano", "observedTimeUnixNano",
            "severityNumber", "severityText", "traceId", "spanId", "eventName", "body", "attributes", "time_unix_nano",
            "observed_time_unix_nano", "severity_number", "severity_text", "trace_id", "span_id", "event_name"));
    /// The index at which the names of the `.proto` files begin.
    private static final int OWN_NAMES = 9;

    private final byte[] body;
    private final RecordCollector records;
    private final JsonWriter out = new JsonWriter();
    private final UniqueMembers members = new UniqueMembers(out);
    private final LogRecord record = new LogRecord(out, members);
    private final JsonValues values;
    private Range message;
    private Range attributes;

    /// The bytes of a value in the body.
    private record Range(int from, int to) { }

    /// Reads one element of a list.
    private interface Element {
        void read(JsonScanner in) throws JsonException, ProtobufException, Declined;
    }

    JsonLogs(byte[] body, RecordCollector records) {
        this.body = body;
        this.records = records;
        values = new JsonValues(body, out, members);
    }

    /// @throws JsonException when it is not JSON, or another message
    /// @throws Declined when the request is refused for a record
    void read() throws JsonException, ProtobufException, Declined {
        var in = new JsonScanner(body, Utf8.start(body, 0, body.length), body.length);
        in.beginObject();
        for (int name = in.nextName(REQUEST); name != JsonNames.END; name = in.nextName(REQUEST)) {
            if (name == JsonNames.OTHER) in.skip(JsonValue.MAX_DEPTH);
            else readList(in, this::readResourceLogs);
        }
        in.end();
    }

    private static void readList(JsonScanner in, Element element) throws JsonException, ProtobufException, Declined {
        if (JsonScalars.isNull(in)) return;
        in.beginArray();
        while (in.nextElement()) element.read(in);
    }

    private void readResourceLogs(JsonScanner in) throws JsonException, ProtobufException, Declined {
        RecordSource source = null;
        var waiting = new ArrayList<Range>();
        in.beginObject();
        for (int name = in.nextName(RESOURCE_LOGS); name != JsonNames.END; name = in.nextName(RESOURCE_LOGS)) {
            if (name == 0 && in.peek() != Kind.NULL) {
                source = resource(in);
            } else if (name <= 0) {
                in.skip(JsonValue.MAX_DEPTH);
            } else if (source != null && waiting.isEmpty()) {
                readScopeLogs(in, source);
            } else {
                waiting.add(rangeOf(in));
            }
        }
        for (var range : waiting) readScopeLogs(scanner(range), source == null ? RecordSource.UNKNOWN : source);
    }

    private RecordSource resource(JsonScanner in) throws JsonException {
        var parts = new Parts();
        out.reset();
        members.beginObject();
        int empty = out.size();
        in.beginObject();
        for (int name = in.nextName(RESOURCE); name != JsonNames.END; name = in.nextName(RESOURCE)) {
            if (name == JsonNames.OTHER || in.peek() == Kind.NULL) in.skip(JsonValue.MAX_DEPTH);
            else values.writePairs(in, 0, (key, value) -> {
                note(parts, key, value);
                return members.name(key);
            });
        }
        boolean some = out.size() > empty;
        members.endObject();
        return new RecordSource(some ? out.toBytes() : null, parts, null);
    }

    private static void note(Parts parts, String key, JsonScanner value) throws JsonException {
        int index = Parts.indexOf(key);
        if (index >= 0 && value != null) parts.note(index, JsonValues.text(value));
    }

    private void readScopeLogs(JsonScanner list, RecordSource resource)
            throws JsonException, ProtobufException, Declined {
        readList(list, in -> readScope(in, resource));
    }

    private void readScope(JsonScanner in, RecordSource resource) throws JsonException, ProtobufException, Declined {
        RecordSource source = null;
        var waiting = new ArrayList<Range>();
        in.beginObject();
        for (int name = in.nextName(SCOPE_LOGS); name != JsonNames.END; name = in.nextName(SCOPE_LOGS)) {
            if (name == 0 && in.peek() != Kind.NULL) {
                source = resource.in(scope(in));
            } else if (name <= 0) {
                in.skip(JsonValue.MAX_DEPTH);
            } else if (source != null && waiting.isEmpty()) {
                var known = source;
                readList(in, each -> readRecord(each, known));
            } else {
                waiting.add(rangeOf(in));
            }
        }
        var known = source == null ? resource : source;
        for (var range : waiting) readList(scanner(range), each -> readRecord(each, known));
    }

    private static String scope(JsonScanner in) throws JsonException {
        String scope = null;
        in.beginObject();
        for (int name = in.nextName(SCOPE); name != JsonNames.END; name = in.nextName(SCOPE)) {
            if (name == JsonNames.OTHER) in.skip(JsonValue.MAX_DEPTH);
            else scope = JsonScalars.text(in);
        }
        return scope;
    }

    private void readRecord(JsonScanner in, RecordSource source) throws JsonException, ProtobufException, Declined {
        record.clear();
        message = null;
        attributes = null;
        in.beginObject();
        for (int name = in.nextName(RECORD); name != JsonNames.END; name = in.nextName(RECORD)) {
            switch (name >= OWN_NAMES ? name - OWN_NAMES : name) {
                case 0 -> record.time = JsonScalars.unsigned(in);
                case 1 -> record.observedTime = JsonScalars.unsigned(in);
                case 2 -> record.severityNumber = JsonScalars.severity(in);
                case 3 -> record.severityText = JsonScalars.text(in);
                case 4 -> record.traceId = JsonScalars.id(in, "traceId");
                case 5 -> record.spanId = JsonScalars.id(in, "spanId");
                case 6 -> record.eventName = JsonScalars.text(in);
                case 7 -> message = rangeOf(in);
                case 8 -> attributes = rangeOf(in);
                default -> in.skip(JsonValue.MAX_DEPTH);
            }
        }
        record.hasBody = message != null && JsonValues.isSet(scanner(message));
        record.addTo(records, source, this);
    }

    @Override
    public void writeBody() throws JsonException {
        values.write(scanner(message), 0);
    }

    @Override
    public void writeAttributes(Parts parts) throws JsonException {
        if (attributes == null || JsonScalars.isNull(scanner(attributes))) return;
        values.writePairs(scanner(attributes), 0, (key, value) -> {
            note(parts, key, value);
            return !record.isOwn(key) && members.name(key);
        });
    }

    private static Range rangeOf(JsonScanner in) throws JsonException {
        int from = JsonScalars.pass(in);
        return new Range(from, in.position());
    }

    private JsonScanner scanner(Range range) {
        return new JsonScanner(body, range.from(), range.to());
    }
}
