package com.datashop.gateway.ingest.otlp;

import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.ingest.protobuf.ProtobufException;
import com.datashop.gateway.ingest.protobuf.ProtobufReader;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.json.UniqueMembers;
import java.util.HexFormat;

/// Reads an `ExportLogsServiceRequest` in protobuf.
///
/// The fields of a message may come in any order, and fields that many records share may come last. So it goes through
/// each message twice. That is cheap: protobuf states the length of a field, so passing over one costs almost nothing.
final class ProtobufLogs implements LogRecord.Values {
    private final byte[] body;
    private final RecordCollector records;
    private final JsonWriter out = new JsonWriter();
    private final UniqueMembers members = new UniqueMembers(out);
    private final LogRecord record = new LogRecord(out, members);
    private final ProtobufValues values;
    private final ProtobufPair pair;
    /// Goes through the record, the first and the second time.
    private final ProtobufReader fields;
    private int recordFrom;
    private int recordTo;
    private int bodyFrom;
    private int bodyTo;

    ProtobufLogs(byte[] body, RecordCollector records) {
        this.body = body;
        this.records = records;
        values = new ProtobufValues(body, out, members);
        pair = new ProtobufPair(body);
        fields = new ProtobufReader(body);
    }

    /// @throws ProtobufException when it is another message
    /// @throws JsonException when a text in it is not UTF-8
    /// @throws Declined when the request is refused for a record
    void read() throws ProtobufException, JsonException, Declined {
        var in = new ProtobufReader(body);
        while (in.next() != 0) if (in.field() == 1) readResourceLogs(in.from(), in.to());
    }

    private void readResourceLogs(int from, int to) throws ProtobufException, JsonException, Declined {
        var source = resource(from, to);
        var in = new ProtobufReader(body, from, to);
        while (in.next() != 0) if (in.field() == 2) readScopeLogs(in.from(), in.to(), source);
    }

    /// Reads the resource of a `ResourceLogs`. If it is given several times, all its attributes count: readers of
    /// protobuf merge a message that occurs again.
    private RecordSource resource(int from, int to) throws ProtobufException, JsonException {
        var parts = new Parts();
        out.reset();
        members.beginObject();
        int empty = out.size();
        var in = new ProtobufReader(body, from, to);
        while (in.next() != 0) if (in.field() == 1) readAttributes(in.message(), parts);
        boolean some = out.size() > empty;
        members.endObject();
        return new RecordSource(some ? out.toBytes() : null, parts, null);
    }

    private void readAttributes(ProtobufReader resource, Parts parts) throws ProtobufException, JsonException {
        while (resource.next() != 0) {
            if (resource.field() != 1) continue;
            pair.read(resource.from(), resource.to());
            if (members.name(body, pair.keyFrom, pair.keyTo)) values.write(pair, 0);
            note(parts);
        }
    }

    private void note(Parts parts) throws ProtobufException {
        int index = Parts.indexOf(body, pair.keyFrom, pair.keyTo);
        if (index >= 0) parts.note(index, pair.text());
    }

    private void readScopeLogs(int from, int to, RecordSource resource)
            throws ProtobufException, JsonException, Declined {
        var source = resource;
        var in = new ProtobufReader(body, from, to);
        while (in.next() != 0) {
            if (in.field() != 1) continue;
            var scope = in.message();
            while (scope.next() != 0) if (scope.field() == 1) source = resource.in(filled(scope.text()));
        }
        in.set(body, from, to);
        while (in.next() != 0) if (in.field() == 2) readRecord(in.from(), in.to(), source);
    }

    private void readRecord(int from, int to, RecordSource source) throws ProtobufException, JsonException, Declined {
        recordFrom = from;
        recordTo = to;
        record.clear();
        var in = fields.set(body, from, to);
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> record.time = in.fixed64();
                case 2 -> record.severityNumber = (int) in.varint();
                case 3 -> record.severityText = filled(in.text());
                case 5 -> {
                    if (!values.isSet(in.from(), in.to())) continue; // An empty one does not replace another.
                    bodyFrom = in.from();
                    bodyTo = in.to();
                    record.hasBody = true;
                }
                case 9 -> record.traceId = id(in);
                case 10 -> record.spanId = id(in);
                case 11 -> record.observedTime = in.fixed64();
                case 12 -> record.eventName = filled(in.text());
                default -> { } // The attributes come later, and nothing else is needed.
            }
        }
        record.addTo(records, source, this);
    }

    @Override
    public void writeBody() throws ProtobufException, JsonException {
        values.write(bodyFrom, bodyTo, 0);
    }

    @Override
    public void writeAttributes(Parts parts) throws ProtobufException, JsonException {
        var in = fields.set(body, recordFrom, recordTo);
        while (in.next() != 0) {
            if (in.field() != 6) continue;
            pair.read(in.from(), in.to());
            note(parts);
            boolean free = !record.isOwn(body, pair.keyFrom, pair.keyTo);
            if (free && members.name(body, pair.keyFrom, pair.keyTo)) values.write(pair, 0);
        }
    }

    /// The id in hexadecimal digits; null when it is all zeros, which means that there is none.
    private String id(ProtobufReader in) throws ProtobufException {
        boolean some = false;
        for (int i = in.from(); i < in.to(); i++) some |= body[i] != 0;
        return some ? HexFormat.of().formatHex(body, in.from(), in.to()) : null;
    }

    private static String filled(String text) {
        return text.isEmpty() ? null : text;
    }
}
