package com.datashop.gateway.http.api;

import com.datashop.gateway.auth.Session;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.http.Handler;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Query;
import com.datashop.gateway.http.Refusal;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.http.access.Entrance;
import com.datashop.gateway.http.access.Readers;
import com.datashop.gateway.hub.Past;
import com.datashop.gateway.hub.PastPage;
import com.datashop.gateway.hub.PastQuery;
import com.datashop.gateway.log.LogUnavailableException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// `GET /api/logs/events`: a page of the past.
///
/// The request takes a seat among the streams until its page is written. The page is read while the client receives it.
public final class Events implements Handler {
    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";
    private static final int LIMIT = 1000;
    private static final int MAX_LIMIT = 10_000;
    private static final String RETRY_SECONDS = "2";
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,9}");

    private final Past past;
    private final Readers readers;
    private final Entrance entrance;
    private final int maxChannels;

    /// @param maxChannels how many channels and patterns one request may name
    public Events(Past past, Readers readers, Entrance entrance, int maxChannels) {
        this.past = past;
        this.readers = readers;
        this.entrance = entrance;
        this.maxChannels = maxChannels;
    }

    @Override
    public Reply handle(Request request) throws Problem, InterruptedException {
        if (request.hasBody()) throw new Problem(Refusal.BAD_BODY, "a request for a page must not have a body");
        var session = readers.session(request);
        var asked = AskedChannels.of(request.query(), maxChannels);
        var query = query(request.query(), asked, session);
        var admission = entrance.enter(request, session);
        var refused = admission.refused();
        if (refused != null)
            throw refused.problem().with("Retry-After",
                    String.valueOf(entrance.retrySeconds(refused.problem(), refused.soon())));
        var seat = admission.seat();
        boolean taken = false;
        try {
            boolean lines = wantsLines(request);
            var page = past.open(query);
            var headers = headers(request, page, query, lines);
            var denied = asked.denied(session.grant());
            taken = true;
            return new Reply.Pieces(lines ? LINES : JSON, headers, out -> write(page, lines, denied, out),
                    () -> entrance.leave(seat));
        } catch (LogUnavailableException unreadable) {
            throw new Problem(Refusal.LOG_UNAVAILABLE, unreadable.getMessage()).with("Retry-After", RETRY_SECONDS);
        } finally {
            if (!taken) entrance.leave(seat);
        }
    }

    private static void write(PastPage page, boolean lines, List<ChannelPattern> denied, OutputStream out)
            throws IOException {
        var writer = lines ? new PageWriter.Ndjson(out) : new PageWriter.Json(out, denied);
        try {
            page.writeTo(writer);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException(stopping);
        }
        writer.end(page);
    }

    private static Map<String, String> headers(Request request, PastPage page, PastQuery query, boolean lines)
            throws Problem, InterruptedException {
        var headers = new LinkedHashMap<>(Map.of("Cache-Control", "no-store"));
        if (!lines) return headers;
        headers.put("X-Accel-Buffering", "no");
        var next = page.next();
        if (next.isPresent()) {
            String link = request.reference(query.isForward() ? "after" : "before", next.get().toString());
            headers.put("Link", "<" + link + ">; rel=\"next\"");
        }
        return headers;
    }

    private static boolean wantsLines(Request request) {
        double lines = request.quality("Accept", LINES);
        return lines > 0 && lines >= request.quality("Accept", JSON);
    }

    private static PastQuery query(Query query, AskedChannels asked, Session session) throws Problem {
        var filter = Filters.of(query);
        String since = query.one("since");
        String until = query.one("until");
        var from = since == null ? OptionalLong.empty() : OptionalLong.of(Times.since(since));
        var to = until == null ? OptionalLong.empty() : OptionalLong.of(Times.until(until));
        var before = place(query, "before");
        var after = place(query, "after");
        if (before.isPresent() && after.isPresent() && after.get().isAfter(before.get()))
            throw bad("before is below after: nothing is between them");
        int limit = limit(query.one("limit"));
        return new PastQuery(asked.granted(session.grant()), filter, from, to, before, after, limit, session.expiry());
    }

    private static Optional<EventId> place(Query query, String name) throws Problem {
        String text = query.one(name);
        if (text == null) return Optional.empty();
        return Optional.of(EventId.parse(text.strip())
                .orElseThrow(() -> bad(name + " must be an id, as 1763881200000-42")));
    }

    private static int limit(String text) throws Problem {
        if (text == null) return LIMIT;
        int limit = COUNT.matcher(text.strip()).matches() ? Integer.parseInt(text.strip()) : 0;
        if (limit < 1 || limit > MAX_LIMIT) throw bad("limit must be a number from 1 to " + MAX_LIMIT);
        return limit;
    }

    private static Problem bad(String detail) {
        return new Problem(Refusal.BAD_PARAMETER, detail);
    }
}
