package com.datashop.gateway.http;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonScanner;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.log.Receipt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `POST /api/logs/publish`: one entry, an array of them, or one a line; checked whole, then stored, all or nothing.
public final class Publish implements Handler {
    private static final String RETRY_SECONDS = "2";

    private final Publishers publishers;
    private final EventLog log;
    private final Stats stats;

    public Publish(Publishers publishers, EventLog log, Stats stats) {
        this.publishers = publishers;
        this.log = log;
        this.stats = stats;
    }

    @Override
    public Reply handle(Request request) throws Problem, IOException, InterruptedException {
        long began = System.nanoTime();
        var grant = publishers.grant(request);
        String type = request.mediaType().orElse("nothing");
        boolean lines = switch (type) {
            case "application/json" -> false;
            case "application/x-ndjson", "application/ndjson" -> true;
            default -> throw new Problem(Refusal.UNSUPPORTED_TYPE, "Content-Type must be application/json or application/x-ndjson");
        };
        byte[] body = request.body();
        long now = System.currentTimeMillis();
        boolean single = !lines && firstByte(body) != '[';
        var drafts = new ArrayList<Draft>();
        try {
            if (lines) readLines(body, grant, now, drafts);
            else if (single) readOne(new JsonScanner(body), grant, now, drafts);
            else readArray(new JsonScanner(body), grant, now, drafts);
        } catch (JsonException invalid) {
            var problem = new Problem(Refusal.BAD_BODY, "not JSON: " + invalid.getMessage());
            throw single ? problem : problem.at(drafts.size());
        } catch (Problem refused) {
            throw single ? refused : refused.at(drafts.size());
        }
        if (drafts.isEmpty()) throw new Problem(Refusal.BAD_BODY, "the batch is empty");
        var headers = publishers.take(grant, drafts.size());
        var receipt = append(log, drafts);
        stats.countPublished(drafts.size(), System.nanoTime() - began);
        return Reply.json(200, single ? single(drafts.getFirst(), receipt).endObject() : batch(drafts.size(), receipt, now), headers);
    }

    /// Stores the batch.
    ///
    /// @throws Problem when the log can not do that now
    static Receipt append(EventLog log, List<Draft> drafts) throws Problem, InterruptedException {
        try {
            return log.append(drafts);
        } catch (LogUnavailableException unavailable) {
            throw new Problem(Refusal.LOG_UNAVAILABLE, unavailable.getMessage()).with("Retry-After", RETRY_SECONDS);
        }
    }

    /// The reply to a single entry, still open.
    static JsonWriter single(Draft draft, Receipt receipt) {
        return new JsonWriter().beginObject().member("success", true).member("channel", draft.channel().text())
                .member("id", receipt.first().toString()).member("delivered", receipt.delivered()).member("timestamp", draft.timestamp());
    }

    private static JsonWriter batch(int published, Receipt receipt, long now) {
        return new JsonWriter().beginObject().member("success", true).member("published", published).member("delivered", receipt.delivered())
                .member("firstId", receipt.first().toString()).member("lastId", receipt.last().toString()).member("timestamp", now).endObject();
    }

    private static void readOne(JsonScanner in, Grant grant, long now, List<Draft> into) throws JsonException, Problem {
        var draft = allowed(grant, EntryReader.read(in, EntryReader.Defaults.NONE, now));
        in.end();
        into.add(draft);
    }

    private static void readArray(JsonScanner in, Grant grant, long now, List<Draft> into) throws JsonException, Problem {
        in.beginArray();
        while (in.nextElement()) into.add(allowed(grant, EntryReader.read(in, EntryReader.Defaults.NONE, now)));
        in.end();
    }

    /// One entry a line; a line ends with LF, or CR LF, and a blank one is none.
    private static void readLines(byte[] body, Grant grant, long now, List<Draft> into) throws JsonException, Problem {
        for (int from = 0, to; from < body.length; from = to + 1) {
            to = from;
            while (to < body.length && body[to] != '\n') to++;
            var line = new JsonScanner(body, from, to);
            if (line.peek() != JsonScanner.Kind.END) readOne(line, grant, now, into);
        }
    }

    static Draft allowed(Grant grant, Draft draft) throws Problem {
        var channel = draft.channel();
        if (grant.covers(channel.service(), channel.workspace())) return draft;
        boolean service = grant.coversService(channel.service());
        throw new Problem(Refusal.NOT_ALLOWED, service
                ? "the service token may not publish for workspace_id " + channel.workspace()
                : "the service token may not publish for service " + channel.service());
    }

    /// The first byte that is not white space, or 0.
    private static int firstByte(byte[] body) {
        for (byte b : body) if (b != ' ' && b != '\t' && b != '\n' && b != '\r') return b;
        return 0;
    }
}
