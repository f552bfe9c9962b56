package com.datashop.gateway.ingest.loki;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.ingest.Answer;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.Dialect;
import com.datashop.gateway.ingest.Protocol;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.ingest.Refused;
import com.datashop.gateway.ingest.Shipment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `POST /loki/api/v1/push`: a push in JSON, or in protobuf with snappy.
///
/// Like Loki, it takes a body without a type as protobuf.
public final class LokiPush implements Dialect {
    private static final String SNAPPY = "snappy";
    private static final String PROTOBUF = "application/x-protobuf";

    @Override
    public Protocol protocol() {
        return Protocol.LOKI;
    }

    @Override
    public List<String> paths() {
        return List.of("/loki/api/v1/push");
    }

    @Override
    public List<String> roots() {
        return List.of("/loki");
    }

    @Override
    public void check(Shipment shipment) throws Declined {
        if (isJson(shipment)) shipment.requireUtf8();
    }

    /// Accepts this header. Some clients send it, because a protobuf body is in snappy anyway (grafana/loki#3407).
    @Override
    public boolean decodes(String coding) {
        return coding.equals(SNAPPY);
    }

    @Override
    public AnswerWriter read(Shipment shipment, byte[] body, RecordCollector records) throws Declined {
        var lines = new Lines(records);
        if (!isJson(shipment)) new ProtobufPush(Unpacked.of(body, records), lines).read();
        else if (shipment.header("Content-Encoding").filter(SNAPPY::equalsIgnoreCase).isPresent())
            new JsonPush(Unpacked.of(body, records), lines).read();
        else new JsonPush(body, lines).read();
        return _ -> Answer.empty(204);
    }

    private static boolean isJson(Shipment shipment) throws Declined {
        return switch (shipment.mediaType().orElse(PROTOBUF)) {
            case "application/json" -> true;
            case PROTOBUF -> false;
            default -> throw new Declined(Reason.UNSUPPORTED_TYPE,
                    "Content-Type must be application/json or application/x-protobuf");
        };
    }

    @Override
    public Optional<Answer> refused(Shipment shipment, Refused refused) {
        byte[] text = (refused.text() + "\n").getBytes(UTF_8);
        return Optional.of(new Answer(refused.status(), "text/plain; charset=utf-8", text, Map.of()));
    }
}
