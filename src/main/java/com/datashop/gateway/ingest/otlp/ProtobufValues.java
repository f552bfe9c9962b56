package com.datashop.gateway.ingest.otlp;

import com.datashop.gateway.ingest.protobuf.ProtobufException;
import com.datashop.gateway.ingest.protobuf.ProtobufReader;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.json.UniqueMembers;
import java.util.Arrays;
import java.util.Base64;

/// Writes OpenTelemetry's values, which stand in protobuf, as JSON.
final class ProtobufValues {
    /// The kinds of an `AnyValue`, by the number of the field.
    private static final int STRING = 1;
    private static final int BOOL = 2;
    private static final int INT = 3;
    private static final int DOUBLE = 4;
    private static final int ARRAY = 5;
    private static final int LIST = 6;
    private static final int BYTES = 7;

    private final byte[] body;
    private final JsonWriter out;
    private final UniqueMembers members;

    ProtobufValues(byte[] body, JsonWriter out, UniqueMembers members) {
        this.body = body;
        this.out = out;
        this.members = members;
    }

    /// Whether the `AnyValue` in this place has a value.
    boolean isSet(int from, int to) throws ProtobufException {
        var in = new ProtobufReader(body, from, to);
        while (in.next() != 0) if (in.field() <= BYTES) return true;
        return false;
    }

    /// Writes the `AnyValue` in this place. Of several values in it the last counts, as for every reader of protobuf.
    ///
    /// @param depth how many values it is within
    void write(int from, int to, int depth) throws ProtobufException, JsonException {
        if (depth > Otlp.DEEPEST) throw new ProtobufException("values nest deeper than " + Otlp.DEEPEST);
        int kind = 0;
        int start = 0;
        int end = 0;
        long number = 0;
        var in = new ProtobufReader(body, from, to);
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case STRING, ARRAY, LIST, BYTES -> {
                    start = in.from();
                    end = in.to();
                }
                case BOOL, INT -> number = in.varint();
                case DOUBLE -> number = in.fixed64();
                default -> {
                    continue;
                }
            }
            kind = field;
        }
        switch (kind) {
            case STRING -> out.text(body, start, end);
            case BOOL -> out.value(number != 0);
            case INT -> out.value(number);
            case DOUBLE -> writeDouble(Double.longBitsToDouble(number));
            case ARRAY -> writeArray(start, end, depth);
            case LIST -> writeObject(start, end, depth);
            case BYTES -> out.value(Base64.getEncoder().encodeToString(Arrays.copyOfRange(body, start, end)));
            default -> out.nullValue();
        }
    }

    /// JSON has no number for what is not finite; proto3 has these words.
    private void writeDouble(double value) {
        if (Double.isNaN(value)) out.value("NaN");
        else if (Double.isInfinite(value)) out.value(value > 0 ? "Infinity" : "-Infinity");
        else out.value(value);
    }

    private void writeArray(int from, int to, int depth) throws ProtobufException, JsonException {
        out.beginArray();
        var in = new ProtobufReader(body, from, to);
        while (in.next() != 0) if (in.field() == 1) write(in.from(), in.to(), depth + 1);
        out.endArray();
    }

    private void writeObject(int from, int to, int depth) throws ProtobufException, JsonException {
        members.beginObject();
        var in = new ProtobufReader(body, from, to);
        var pair = new ProtobufPair(body);
        while (in.next() != 0) {
            if (in.field() != 1) continue;
            pair.read(in.from(), in.to());
            if (members.name(body, pair.keyFrom, pair.keyTo)) write(pair, depth + 1);
        }
        members.endObject();
    }

    /// Writes the value of the pair.
    void write(ProtobufPair pair, int depth) throws ProtobufException, JsonException {
        write(pair.valueFrom, pair.valueTo, depth);
    }
}
