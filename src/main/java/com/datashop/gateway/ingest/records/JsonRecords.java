package com.datashop.gateway.ingest.records;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.Answer;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.Dialect;
import com.datashop.gateway.ingest.Protocol;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.ingest.RecordCollector.Partial;
import com.datashop.gateway.ingest.Shipment;
import com.datashop.gateway.ingest.Taken;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.log.Receipt;
import java.util.List;

/// `POST /api/logs/ingest`: any JSON values, or lines of text.
public final class JsonRecords implements Dialect {
    private static final String PARTIAL = "partial";

    @Override
    public Protocol protocol() {
        return Protocol.INGEST;
    }

    @Override
    public List<String> paths() {
        return List.of("/api/logs/ingest");
    }

    @Override
    public List<String> roots() {
        return List.of("/api/logs/ingest");
    }

    @Override
    public void check(Shipment shipment) throws Declined {
        shipment.requireUtf8();
        form(shipment);
        partial(shipment);
    }

    @Override
    public AnswerWriter read(Shipment shipment, byte[] body, RecordCollector records) throws Declined {
        records.partial(partial(shipment) ? Partial.YES : Partial.NO);
        boolean single = new RecordsReader(body, records).read(form(shipment));
        if (records.count() == 0) throw new Declined(Reason.BAD_BODY, "the body has no record");
        return taken -> answer(taken, single);
    }

    private static Form form(Shipment shipment) throws Declined {
        return switch (shipment.mediaType().orElse("")) {
            case "application/json", "text/json" -> Form.JSON;
            case "application/x-ndjson", "application/ndjson", "application/jsonl",
                    "application/x-jsonlines" -> Form.LINES;
            case "text/plain" -> Form.TEXT;
            // curl --data-binary names a form, and some senders name nothing.
            case "", "application/x-www-form-urlencoded", "application/octet-stream" -> Form.UNSAID;
            default -> throw new Declined(Reason.UNSUPPORTED_TYPE,
                    "Content-Type must be application/json, application/x-ndjson or text/plain");
        };
    }

    private static boolean partial(Shipment shipment) throws Declined {
        return switch (shipment.parameter(PARTIAL).orElse("false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Declined(Reason.BAD_PARAMETER, PARTIAL + " must be true or false");
        };
    }

    /// The answer, in the form of `publish`.
    private static Answer answer(Taken taken, boolean single) {
        var receipt = taken.receipt().orElseThrow();
        var reply = single ? single(taken.drafts().getFirst(), receipt) : several(taken, receipt);
        taken.rejections().ifPresent(rejections -> rejections.writeTo(reply));
        return Answer.json(200, reply.endObject());
    }

    private static JsonWriter single(Draft draft, Receipt receipt) {
        return new JsonWriter().beginObject().member("success", true).member("channel", draft.channel().text())
                .member("id", receipt.first().toString()).member("delivered", receipt.delivered())
                .member("timestamp", draft.timestamp());
    }

    private static JsonWriter several(Taken taken, Receipt receipt) {
        return new JsonWriter().beginObject().member("success", true).member("published", taken.drafts().size())
                .member("delivered", receipt.delivered()).member("firstId", receipt.first().toString())
                .member("lastId", receipt.last().toString()).member("timestamp", taken.now());
    }
}
