package com.datashop.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.log.EventLog;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/// `POST /test/logs`: publishes a sample, so that one can see a stream move with no publisher at hand.
public final class TestLogs implements Handler {
    private final Publishers publishers;
    private final boolean free;
    private final EventLog log;
    private final Stats stats;

    /// @param free whether anyone may; else it asks for a service token
    public TestLogs(Publishers publishers, boolean free, EventLog log, Stats stats) {
        this.publishers = publishers;
        this.free = free;
        this.log = log;
        this.stats = stats;
    }

    @Override
    public Reply handle(Request request) throws Problem, IOException, InterruptedException {
        long began = System.nanoTime();
        var grant = free ? Grant.all("test") : publishers.grant(request);
        byte[] body = request.body();
        var now = Instant.now();
        var sample = new JsonWriter().beginObject().member("level", "INFO").member("message", "Test log at " + now).member("source", "test").endObject();
        var draft = Publish.allowed(grant, read(new JsonScanner(body.length == 0 ? "{}".getBytes(UTF_8) : body),
                new EntryReader.Defaults("etl", "workspace123", "workflow456", sample.toBytes()), now.toEpochMilli()));
        var headers = publishers.take(grant, 1);
        var receipt = Publish.append(log, List.of(draft));
        stats.countPublished(1, System.nanoTime() - began);
        return Reply.json(200, Publish.single(draft, receipt).name("logData").raw(draft.data()).endObject(), headers);
    }

    private static Draft read(JsonScanner in, EntryReader.Defaults defaults, long now) throws Problem {
        try {
            var draft = EntryReader.read(in, defaults, now);
            in.end();
            return draft;
        } catch (JsonException invalid) {
            throw new Problem(Refusal.BAD_BODY, "not JSON: " + invalid.getMessage());
        }
    }
}
