package com.datashop.gateway.ingest.elastic;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.ingest.Answer;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Declined.Reason;
import com.datashop.gateway.ingest.Dialect;
import com.datashop.gateway.ingest.JsonRecord;
import com.datashop.gateway.ingest.Protocol;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.ingest.RecordCollector.Partial;
import com.datashop.gateway.ingest.Refused;
import com.datashop.gateway.ingest.Shipment;
import com.datashop.gateway.ingest.Taken;
import com.datashop.gateway.ingest.elastic.BulkReader.Action;
import com.datashop.gateway.ingest.elastic.BulkReader.Item;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonScanner.Kind;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `POST /elastic/_bulk` and `POST /elastic/{index}/_bulk`: documents to create or to index.
///
/// Each document becomes an entry, or is rejected alone.
public final class ElasticBulk implements Dialect {
    private static final String PREFIX = "/elastic/";
    private static final String SUFFIX = "/_bulk";
    private static final int CREATED = 201;

    @Override
    public Protocol protocol() {
        return Protocol.ELASTIC;
    }

    @Override
    public List<String> paths() {
        return List.of("/elastic/_bulk", "/elastic/{index}/_bulk");
    }

    @Override
    public List<String> roots() {
        return List.of("/elastic");
    }

    @Override
    public void check(Shipment shipment) throws Declined {
        shipment.requireUtf8();
        String index = index(shipment.path());
        if (index != null && index.length() > BulkReader.LONGEST_INDEX)
            throw new Declined(Reason.BAD_PARAMETER, "the index is longer than "
                    + BulkReader.LONGEST_INDEX + " characters");
        switch (shipment.mediaType().orElse("")) {
            case "application/x-ndjson", "application/json", "application/vnd.elasticsearch+x-ndjson",
                    "application/vnd.elasticsearch+json" -> { }
            default -> throw new Declined(Reason.UNSUPPORTED_TYPE,
                    "Content-Type must be application/x-ndjson or application/json");
        }
    }

    @Override
    public AnswerWriter read(Shipment shipment, byte[] body, RecordCollector records) throws Declined {
        long began = System.nanoTime();
        records.partial(Partial.ALWAYS);
        var reader = new BulkReader(body);
        var outcomes = new ArrayList<ItemOutcome>();
        String index = index(shipment.path());
        for (var item = reader.next(); item != null; item = reader.next()) {
            var outcome = outcome(item, body, records);
            records.holdForAnswer(outcome.held(index));
            outcomes.add(outcome);
        }
        if (outcomes.isEmpty()) throw new Declined(Reason.BAD_BODY, "the request has no action");
        return taken -> answer(outcomes, index, taken, began);
    }

    /// The index in the path; null when there is none.
    private static String index(String path) {
        int to = path.length() - SUFFIX.length();
        if (to < PREFIX.length()) return null;
        // In a path, a plus is not a blank.
        return URLDecoder.decode(path.substring(PREFIX.length(), to).replace("+", "%2B"), UTF_8);
    }

    private static ItemOutcome outcome(Item item, byte[] body, RecordCollector records) throws Declined {
        try {
            add(item, body, records);
            return new ItemOutcome(item, CREATED, null);
        } catch (Declined refused) {
            records.reject(refused);
            return new ItemOutcome(item, refused.reason() == Reason.NOT_ALLOWED ? 403 : 400, refused.getMessage());
        }
    }

    private static void add(Item item, byte[] body, RecordCollector records) throws Declined {
        if (item.action() == Action.UPDATE || item.action() == Action.DELETE)
            throw new Declined(Reason.BAD_BODY,
                    "only create and index are understood: the events of a log do not change");
        try {
            // Copied, because an error counts its position from the start of the array.
            var in = new JsonScanner(Arrays.copyOfRange(body, item.from(), item.to()));
            if (in.peek() != Kind.OBJECT) throw new Declined(Reason.BAD_BODY, "the document must be an object");
            var document = JsonRecord.read(in);
            in.end();
            var channel = records.channel(document.service(), document.workspace(), document.resource());
            records.add(channel, document.time().orElse(records.now()), document.data());
        } catch (JsonException invalid) {
            throw new Declined(Reason.BAD_BODY, "not JSON: " + invalid.what() + " at line " + item.line() + " column "
                    + invalid.column());
        }
    }

    private static Answer answer(List<ItemOutcome> outcomes, String index, Taken taken, long began) {
        var answer = ElasticAnswers.object().member("took", (System.nanoTime() - began) / 1_000_000)
                .member("errors", taken.rejected() > 0).name("items").beginArray();
        String first = taken.receipt().map(receipt -> receipt.first().toString()).orElse("");
        int number = 0;
        for (var outcome : outcomes) outcome.writeTo(answer, index, first + "." + number++);
        return ElasticAnswers.answer(200, answer.endArray().endObject());
    }

    /// The refusal in Elasticsearch's own form, which its clients show.
    @Override
    public Optional<Answer> refused(Shipment shipment, Refused refused) {
        return Optional.of(ElasticAnswers.error(refused.status(), refused.text()));
    }
}
