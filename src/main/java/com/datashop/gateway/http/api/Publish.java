package com.datashop.gateway.http.api;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.http.Handler;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.RateHeaders;
import com.datashop.gateway.http.Refusal;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.http.access.Publishers;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Intake;
import com.datashop.gateway.ingest.entries.Batch;
import com.datashop.gateway.ingest.entries.Entries;
import com.datashop.gateway.ingest.entries.Entries.Form;
import com.datashop.gateway.ingest.entries.EntryDefaults;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.log.Receipt;
import java.io.IOException;

/// `POST /api/logs/publish`: one entry, an array of entries, or one on each line; stored all or nothing.
///
/// With `partial=true` the good entries are stored, and the answer lists the others.
public final class Publish implements Handler {
    private static final String PARTIAL = "partial";

    private final Publishers publishers;
    private final Intake intake;

    public Publish(Publishers publishers, Intake intake) {
        this.publishers = publishers;
        this.intake = intake;
    }

    @Override
    public Reply handle(Request request) throws Problem, IOException, InterruptedException {
        long began = System.nanoTime();
        var grant = publishers.admit(request);
        var form = form(request);
        boolean partial = partial(request);
        try (var body = request.body()) {
            long now = System.currentTimeMillis();
            var batch = new Entries(intake, grant, EntryDefaults.NONE, partial, now).read(body.bytes(), form);
            body.becameDrafts(batch.drafts());
            var stored = intake.store(grant, batch.drafts(), began);
            var receipt = stored.receipt();
            var reply = batch.single() ? single(batch.drafts().getFirst(), receipt) : several(batch, receipt, now);
            batch.rejections().ifPresent(rejections -> rejections.writeTo(reply));
            return Reply.json(200, reply.endObject(), RateHeaders.of(stored.standing()));
        } catch (Declined declined) {
            throw Problem.of(declined);
        }
    }

    private static Form form(Request request) throws Problem {
        return switch (request.mediaType().orElse("nothing")) {
            case "application/json" -> Form.JSON;
            case "application/x-ndjson", "application/ndjson" -> Form.LINES;
            default -> throw new Problem(Refusal.UNSUPPORTED_TYPE,
                    "Content-Type must be application/json or application/x-ndjson");
        };
    }

    private static boolean partial(Request request) throws Problem {
        var query = request.query();
        if (query.all(PARTIAL).isEmpty()) return false;
        String partial = query.one(PARTIAL);
        if ("true".equals(partial)) return true;
        if ("false".equals(partial)) return false;
        throw new Problem(Refusal.BAD_PARAMETER, PARTIAL + " must be true or false");
    }

    /// The reply to a single entry, as an object that is still open.
    static JsonWriter single(Draft draft, Receipt receipt) {
        return new JsonWriter().beginObject().member("success", true).member("channel", draft.channel().text())
                .member("id", receipt.first().toString()).member("delivered", receipt.delivered())
                .member("timestamp", draft.timestamp());
    }

    /// The reply to a batch, as an object that is still open.
    private static JsonWriter several(Batch batch, Receipt receipt, long now) {
        return new JsonWriter().beginObject().member("success", true).member("published", batch.drafts().size())
                .member("delivered", receipt.delivered()).member("firstId", receipt.first().toString())
                .member("lastId", receipt.last().toString()).member("timestamp", now);
    }
}
