package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.OtlpProtobuf;
import java.io.ByteArrayOutputStream;
import java.util.Collections;

/// The protocols by which the same records are sent, and the request of each.
enum Shipper {
    PUBLISH(Figure.SHIP_PUBLISH, "/api/logs/publish", "application/x-ndjson"),
    INGEST(Figure.SHIP_INGEST, "/api/logs/ingest", "application/x-ndjson"),
    OTLP_PROTOBUF(Figure.SHIP_OTLP, "/v1/logs", "application/x-protobuf"),
    OTLP_JSON(Figure.SHIP_OTLP_JSON, "/v1/logs", "application/json"),
    LOKI(Figure.SHIP_LOKI, "/loki/api/v1/push", "application/json"),
    HEC(Figure.SHIP_HEC, "/services/collector/event", "application/json"),
    ELASTIC(Figure.SHIP_ELASTIC, "/elastic/_bulk", "application/x-ndjson");

    private final Figure figure;
    private final String path;
    private final String type;

    Shipper(Figure figure, String path, String type) {
        this.figure = figure;
        this.path = path;
        this.type = type;
    }

    Figure figure() {
        return figure;
    }

    /// A request with this many records for a channel of its own.
    ///
    /// @param message the text of each record
    Publication request(String channel, int records, String message) {
        byte[] body = body(channel, records, message);
        String address = this == PUBLISH ? path : path + "?service=etl&workspace_id=bench&resource_id=" + channel;
        var request = new ByteArrayOutputStream();
        request.writeBytes(("POST " + address + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                + "\r\nX-Service-Token: " + Gateway.TOKEN + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(UTF_8));
        request.writeBytes(body);
        return Publication.plain(request.toByteArray(), records);
    }

    private byte[] body(String channel, int records, String message) {
        String data = "{\"level\":\"INFO\",\"message\":\"" + message + "\"}";
        return switch (this) {
            case PUBLISH -> text(records, "\n", "{\"service\":\"etl\",\"workspace_id\":\"bench\",\"resource_id\":\""
                    + channel + "\",\"logData\":" + data + "}");
            case INGEST -> text(records, "\n", data);
            case OTLP_JSON -> otlp(records, message).getBytes(UTF_8);
            case OTLP_PROTOBUF -> OtlpProtobuf.request(Gateway.object(otlp(records, message)));
            case LOKI -> ("{\"streams\":[{\"stream\":{\"level\":\"info\"},\"values\":["
                    + repeated(records, ",", "[\"1763877600000000000\",\"" + message + "\"]") + "]}]}").getBytes(UTF_8);
            case HEC -> text(records, "", "{\"time\":1763877600.123,\"event\":" + data + "}");
            case ELASTIC -> text(records, "\n", "{\"create\":{}}\n" + data + "\n");
        };
    }

    private static String otlp(int records, String message) {
        return "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":"
                + "\"etl\"}}]},\"scopeLogs\":[{\"scope\":{\"name\":\"bench\"},\"logRecords\":["
                + repeated(records, ",", "{\"timeUnixNano\":\"1763877600123456789\",\"severityNumber\":9,"
                + "\"severityText\":\"INFO\",\"body\":{\"stringValue\":\"" + message + "\"},\"attributes\":[{\"key\":"
                + "\"rows\",\"value\":{\"intValue\":\"4711\"}}]}") + "]}]}]}";
    }

    private static byte[] text(int records, String between, String record) {
        return repeated(records, between, record).getBytes(UTF_8);
    }

    private static String repeated(int records, String between, String record) {
        return String.join(between, Collections.nCopies(records, record));
    }
}
