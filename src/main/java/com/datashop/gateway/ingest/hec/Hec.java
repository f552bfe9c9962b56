package com.datashop.gateway.ingest.hec;

import com.datashop.gateway.ingest.Answer;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.Dialect;
import com.datashop.gateway.ingest.Protocol;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.ingest.Refused;
import com.datashop.gateway.ingest.Shipment;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Splunk HEC: JSON events that follow one another, or raw lines.
///
/// It ignores the `Content-Type`, because Docker sends none.
public final class Hec implements Dialect {
    /// Says whether the collector is healthy.
    public static final List<String> HEALTH = List.of("/services/collector/health", "/services/collector/health/1.0");
    private static final List<String> EVENT =
            List.of("/services/collector", "/services/collector/event", "/services/collector/event/1.0");
    private static final List<String> RAW = List.of("/services/collector/raw", "/services/collector/raw/1.0");
    private static final String NO_DATA = "the body has no event";

    @Override
    public Protocol protocol() {
        return Protocol.HEC;
    }

    @Override
    public List<String> paths() {
        return Stream.concat(EVENT.stream(), RAW.stream()).toList();
    }

    @Override
    public List<String> roots() {
        return List.of("/services");
    }

    @Override
    public AnswerWriter read(Shipment shipment, byte[] body, RecordCollector records) throws Declined {
        try {
            if (RAW.contains(shipment.path())) new RawReader(body, records, HecDefaults.of(shipment)).read();
            else new HecEventReader(body, records, HecDefaults.of(shipment)).read();
        } catch (JsonException broken) {
            String what = RAW.contains(shipment.path()) ? "" : "not JSON: ";
            throw new Declined(Reason.BAD_BODY, what + broken.getMessage()).at(records.count());
        }
        if (records.count() == 0) throw new Declined(Reason.BAD_BODY, NO_DATA);
        return _ -> Answer.json(200, reply(HecCode.SUCCESS).endObject());
    }

    @Override
    public Optional<Answer> refused(Shipment shipment, Refused refused) {
        var code = refused.detail().equals(NO_DATA) ? HecCode.NO_DATA : HecCode.ofStatus(refused.status());
        var out = reply(code);
        refused.index().ifPresent(index -> out.member("invalid-event-number", index));
        return Optional.of(Answer.json(refused.status(), out.member("detail", refused.detail()).endObject()));
    }

    /// The answer to `GET` on a path of [#HEALTH].
    public static Answer health(boolean healthy) {
        var code = healthy ? HecCode.HEALTHY : HecCode.UNHEALTHY;
        return Answer.json(healthy ? 200 : 503, reply(code).endObject());
    }

    private static JsonWriter reply(HecCode code) {
        return new JsonWriter().beginObject().member("text", code.text()).member("code", code.number());
    }
}
