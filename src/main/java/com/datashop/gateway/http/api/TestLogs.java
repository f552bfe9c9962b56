package com.datashop.gateway.http.api;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.http.Handler;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.RateHeaders;
import com.datashop.gateway.http.Refusal;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.http.access.Publishers;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Intake;
import com.datashop.gateway.ingest.entries.Entries;
import com.datashop.gateway.ingest.entries.EntryDefaults;
import com.datashop.gateway.json.JsonWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/// `POST /test/logs`: publishes a sample, so that one can try a stream without a publisher.
public final class TestLogs implements Handler {
    private final Publishers publishers;
    private final boolean free;
    private final Intake intake;

    /// @param free whether no service token is needed; pages of other sites are refused even then
    public TestLogs(Publishers publishers, boolean free, Intake intake) {
        this.publishers = publishers;
        this.free = free;
        this.intake = intake;
    }

    @Override
    public Reply handle(Request request) throws Problem, IOException, InterruptedException {
        long began = System.nanoTime();
        // Any page that a developer visits could post text/plain here. Browsers do not ask the gateway first (Fetch,
        // 4.10), but they tell whether the page is from another site.
        if (free && request.isCrossSite())
            throw new Problem(Refusal.CROSS_SITE, "a page of another site may not publish here");
        var grant = free ? Grant.all("test") : publishers.admit(request);
        try (var body = request.body()) {
            var now = Instant.now();
            var sample = new JsonWriter().beginObject().member("level", "INFO").member("message", "Test log at " + now)
                    .member("source", "test").endObject();
            var defaults = new EntryDefaults("etl", "workspace123", "workflow456", sample.toBytes());
            var entries = new Entries(intake, grant, defaults, false, now.toEpochMilli());
            var draft = entries.readOne(body.bytes());
            var stored = intake.store(grant, List.of(draft), began);
            var reply = Publish.single(draft, stored.receipt()).name("logData").raw(draft.data()).endObject();
            return Reply.json(200, reply, RateHeaders.of(stored.standing()));
        } catch (Declined declined) {
            throw Problem.of(declined);
        }
    }
}
