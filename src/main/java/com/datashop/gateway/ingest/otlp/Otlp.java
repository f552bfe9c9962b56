package com.datashop.gateway.ingest.otlp;

import com.datashop.gateway.ingest.Answer;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.Dialect;
import com.datashop.gateway.ingest.Protocol;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.ingest.RecordCollector.Partial;
import com.datashop.gateway.ingest.Refused;
import com.datashop.gateway.ingest.Rejections;
import com.datashop.gateway.ingest.Shipment;
import com.datashop.gateway.ingest.protobuf.ProtobufException;
import com.datashop.gateway.ingest.protobuf.ProtobufWriter;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// OTLP/HTTP: `POST /v1/logs`. It answers in the encoding of the request.
public final class Otlp implements Dialect {
    /// The deepest nesting of values. The official readers of protobuf take 100 messages, which are fewer values.
    static final int DEEPEST = 64;
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json";

    @Override
    public Protocol protocol() {
        return Protocol.OTLP;
    }

    @Override
    public List<String> paths() {
        return List.of("/v1/logs");
    }

    @Override
    public List<String> roots() {
        return List.of("/v1/logs", "/v1/traces", "/v1/metrics");
    }

    @Override
    public void check(Shipment shipment) throws Declined {
        switch (shipment.mediaType().orElse("")) {
            case PROTOBUF -> { }
            case JSON -> shipment.requireUtf8();
            default -> throw new Declined(Reason.UNSUPPORTED_TYPE,
                    "Content-Type must be application/x-protobuf or application/json");
        }
    }

    @Override
    public AnswerWriter read(Shipment shipment, byte[] body, RecordCollector records) throws Declined {
        records.partial(Partial.YES);
        boolean protobuf = isProtobuf(shipment);
        try {
            if (protobuf) new ProtobufLogs(body, records).read();
            else new JsonLogs(body, records).read();
        } catch (ProtobufException | JsonException broken) {
            throw new Declined(Reason.BAD_BODY, "not an ExportLogsServiceRequest: " + broken.getMessage());
        }
        return taken -> {
            var rejections = taken.rejections().filter(rejected -> rejected.count() > 0);
            return protobuf ? protobuf(200, response(rejections)) : Answer.json(200, responseJson(rejections));
        };
    }

    @Override
    public Optional<Answer> refused(Shipment shipment, Refused refused) {
        int code = code(refused.status());
        return Optional.of(isProtobuf(shipment)
                ? protobuf(refused.status(), new ProtobufWriter().number(1, code).text(2, refused.text()))
                : Answer.json(refused.status(), new JsonWriter().beginObject().member("code", code)
                        .member("message", refused.text()).endObject()));
    }

    private static boolean isProtobuf(Shipment shipment) {
        return shipment.mediaType().orElse("").equals(PROTOBUF);
    }

    private static Answer protobuf(int status, ProtobufWriter message) {
        return new Answer(status, PROTOBUF, message.toBytes(), Map.of());
    }

    private static ProtobufWriter response(Optional<Rejections> rejections) {
        var response = new ProtobufWriter();
        rejections.ifPresent(rejected -> response.message(1,
                new ProtobufWriter().number(1, rejected.count()).text(2, reason(rejected))));
        return response;
    }

    /// Writes the answer in JSON. The count is a string, because proto3 writes numbers of 64 bits as strings.
    private static JsonWriter responseJson(Optional<Rejections> rejections) {
        var out = new JsonWriter().beginObject().name("partialSuccess").beginObject();
        rejections.ifPresent(rejected -> out.member("rejectedLogRecords", String.valueOf(rejected.count()))
                .member("errorMessage", reason(rejected)));
        return out.endObject().endObject();
    }

    private static String reason(Rejections rejected) {
        String more = rejected.count() == 1 ? "" : ", and " + (rejected.count() - 1) + " more";
        return "record " + rejected.firstIndex() + ": " + rejected.first().getMessage() + more;
    }

    /// The number of the `google.rpc.Code` for the status.
    private static int code(int status) {
        return switch (status) {
            case 401 -> 16; // UNAUTHENTICATED
            case 403 -> 7; // PERMISSION_DENIED
            case 404 -> 5; // NOT_FOUND
            case 405 -> 12; // UNIMPLEMENTED
            case 408 -> 4; // DEADLINE_EXCEEDED
            case 429 -> 8; // RESOURCE_EXHAUSTED
            case 500 -> 13; // INTERNAL
            case 503 -> 14; // UNAVAILABLE
            default -> 3; // INVALID_ARGUMENT
        };
    }
}
