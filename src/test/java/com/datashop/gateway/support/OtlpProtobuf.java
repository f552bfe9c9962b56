package com.datashop.gateway.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonBoolean;
import com.datashop.gateway.json.JsonNumber;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Writes OTLP's messages in protobuf, from the same messages in proto3's JSON: so one vector tests both encodings.
public final class OtlpProtobuf {
    private enum Type { MESSAGE, TEXT, BYTES, HEX, VARINT, FIXED32, FIXED64, DOUBLE }

    private record Field(int number, Type type, String message) { }

    /// The messages of `opentelemetry/proto/logs/v1/logs.proto` and what they consist of.
    private static final Map<String, Map<String, Field>> MESSAGES = Map.of(
            "Request", Map.of("resourceLogs", message(1, "ResourceLogs")),
            "ResourceLogs", Map.of("resource", message(1, "Resource"), "scopeLogs", message(2, "ScopeLogs"),
                    "schemaUrl", field(3, Type.TEXT)),
            "Resource", Map.of("attributes", message(1, "KeyValue"), "droppedAttributesCount", field(2, Type.VARINT)),
            "ScopeLogs", Map.of("scope", message(1, "Scope"), "logRecords", message(2, "LogRecord"), "schemaUrl",
                    field(3, Type.TEXT)),
            "Scope", Map.of("name", field(1, Type.TEXT), "version", field(2, Type.TEXT), "attributes",
                    message(3, "KeyValue")),
            "LogRecord", Map.ofEntries(Map.entry("timeUnixNano", field(1, Type.FIXED64)),
                    Map.entry("observedTimeUnixNano", field(11, Type.FIXED64)),
                    Map.entry("severityNumber", field(2, Type.VARINT)), Map.entry("severityText", field(3, Type.TEXT)),
                    Map.entry("body", message(5, "AnyValue")), Map.entry("attributes", message(6, "KeyValue")),
                    Map.entry("droppedAttributesCount", field(7, Type.VARINT)),
                    Map.entry("flags", field(8, Type.FIXED32)),
                    Map.entry("traceId", field(9, Type.HEX)),
                    Map.entry("spanId", field(10, Type.HEX)), Map.entry("eventName", field(12, Type.TEXT))),
            "KeyValue", Map.of("key", field(1, Type.TEXT), "value", message(2, "AnyValue")),
            "AnyValue", Map.of("stringValue", field(1, Type.TEXT), "boolValue", field(2, Type.VARINT), "intValue",
                    field(3, Type.VARINT), "doubleValue", field(4, Type.DOUBLE), "arrayValue", message(5, "ArrayValue"),
                    "kvlistValue", message(6, "KeyValueList"), "bytesValue", field(7, Type.BYTES)),
            "ArrayValue", Map.of("values", message(1, "AnyValue")),
            "KeyValueList", Map.of("values", message(1, "KeyValue")));

    private OtlpProtobuf() { }

    private static Field field(int number, Type type) {
        return new Field(number, type, null);
    }

    private static Field message(int number, String name) {
        return new Field(number, Type.MESSAGE, name);
    }

    /// An `ExportLogsServiceRequest`.
    public static byte[] request(JsonObject json) {
        return message("Request", json);
    }

    private static byte[] message(String name, JsonObject json) {
        var out = new ByteArrayOutputStream();
        json.members().forEach((member, value) -> {
            var field = MESSAGES.get(name).get(member);
            if (field == null) throw new AssertionError(name + " has no " + member);
            var values = value instanceof JsonArray array ? array.elements() : List.of(value);
            for (var one : values) out.writeBytes(field(field, one));
        });
        return out.toByteArray();
    }

    private static byte[] field(Field field, JsonValue value) {
        return switch (field.type()) {
            case MESSAGE -> bytes(field.number(), message(field.message(), (JsonObject) value));
            case TEXT -> bytes(field.number(), text(value).getBytes(UTF_8));
            case BYTES -> bytes(field.number(), Base64.getDecoder().decode(text(value)));
            case HEX -> bytes(field.number(), HexFormat.of().parseHex(text(value)));
            case VARINT -> varint(field.number(), Long.parseLong(text(value)));
            case FIXED32 -> fixed32(field.number(), Integer.parseUnsignedInt(text(value)));
            case FIXED64 -> fixed64(field.number(), Long.parseUnsignedLong(text(value)));
            case DOUBLE -> fixed64(field.number(), Double.doubleToRawLongBits(Double.parseDouble(text(value))));
        };
    }

    private static String text(JsonValue value) {
        return switch (value) {
            case JsonString string -> string.value();
            case JsonNumber number -> number.text();
            case JsonBoolean truth -> truth == JsonBoolean.TRUE ? "1" : "0";
            default -> throw new AssertionError(value);
        };
    }

    /// A field of a length and these bytes.
    public static byte[] bytes(int number, byte[] value) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(varint(number << 3 | 2));
        out.writeBytes(varint(value.length));
        out.writeBytes(value);
        return out.toByteArray();
    }

    private static byte[] varint(int number, long value) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(varint((long) number << 3));
        out.writeBytes(varint(value));
        return out.toByteArray();
    }

    private static byte[] fixed32(int number, int value) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(varint((long) number << 3 | 5));
        for (int i = 0; i < 32; i += 8) out.write(value >>> i);
        return out.toByteArray();
    }

    private static byte[] fixed64(int number, long value) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(varint((long) number << 3 | 1));
        for (int i = 0; i < 64; i += 8) out.write((int) (value >>> i));
        return out.toByteArray();
    }

    private static byte[] varint(long value) {
        var out = new ByteArrayOutputStream();
        long left = value;
        for (; (left & ~0x7FL) != 0; left >>>= 7) out.write((int) left & 0x7F | 0x80);
        out.write((int) left);
        return out.toByteArray();
    }
}
