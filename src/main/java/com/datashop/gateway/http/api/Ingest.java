package com.datashop.gateway.http.api;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.http.Handler;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.RateHeaders;
import com.datashop.gateway.http.Refusals;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.http.access.Publishers;
import com.datashop.gateway.ingest.Answer;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Dialect;
import com.datashop.gateway.ingest.Intake;
import com.datashop.gateway.ingest.RateStanding;
import com.datashop.gateway.ingest.RecordCollector;
import com.datashop.gateway.ingest.Refused;
import com.datashop.gateway.ingest.Routing;
import com.datashop.gateway.ingest.Taken;
import com.datashop.gateway.ingest.Traffic;
import com.datashop.gateway.log.Receipt;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Handles the requests of a dialect, in the steps that all dialects share.
///
/// It also answers the requests that were refused, whoever refused them.
final class Ingest implements Handler, Refusals {
    private final Publishers publishers;
    private final Intake intake;
    private final Traffic traffic;
    private final int most;
    private final Dialect dialect;

    /// @param most how many bytes the data of all entries of a request may have together
    Ingest(Publishers publishers, Intake intake, Traffic traffic, int most, Dialect dialect) {
        this.publishers = publishers;
        this.intake = intake;
        this.traffic = traffic;
        this.most = most;
        this.dialect = dialect;
    }

    @Override
    public Reply handle(Request request) throws Problem, IOException, InterruptedException {
        long began = System.nanoTime();
        var shipment = new ShipmentHead(request);
        var grant = publishers.admitShipper(request);
        try {
            dialect.check(shipment);
            var routing = new Routing(intake, grant, shipment);
            return answer(request, shipment, grant, routing, began);
        } catch (Declined declined) {
            throw Problem.of(declined);
        }
    }

    private Reply answer(Request request, ShipmentHead shipment, Grant grant, Routing routing, long began)
            throws Declined, Problem, IOException, InterruptedException {
        try (var body = request.body(dialect::decodes)) {
            long now = System.currentTimeMillis();
            var records = new RecordCollector(routing, body.bytes().length, most, body.claim(), now);
            var reading = dialect.read(shipment, body.bytes(), records);
            var drafts = records.drafts();
            body.becameDrafts(drafts, records.answerBytes());
            Optional<Receipt> receipt = Optional.empty();
            Optional<RateStanding> standing = Optional.empty();
            if (!drafts.isEmpty()) {
                var stored = intake.store(grant, drafts, began);
                receipt = Optional.of(stored.receipt());
                standing = stored.standing();
            }
            var taken = new Taken(drafts, receipt, records.rejections(), now);
            traffic.countTaken(dialect.protocol(), drafts.size(), taken.rejected());
            return reply(reading.answer(taken), RateHeaders.of(standing));
        }
    }

    @Override
    public Reply.Whole reply(Request request, Problem problem) {
        var refusal = problem.refusal();
        traffic.countRefused(dialect.protocol(), refusal.status());
        String retry = problem.headers().get("Retry-After");
        var refused = new Refused(refusal.status(), problem.getMessage(), problem.index(),
                retry == null ? 0 : Long.parseLong(retry));
        return dialect.refused(new ShipmentHead(request), refused).map(answer -> reply(answer, problem.headers()))
                .orElseGet(problem::reply);
    }

    static Reply.Whole reply(Answer answer, Map<String, String> headers) {
        var all = new LinkedHashMap<>(headers);
        all.put("Cache-Control", "no-store");
        all.putAll(answer.headers());
        return new Reply.Whole(answer.status(), answer.contentType(), answer.body(), all);
    }
}
