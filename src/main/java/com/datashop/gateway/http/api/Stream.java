package com.datashop.gateway.http.api;

import com.datashop.gateway.auth.Session;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.http.Handler;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Query;
import com.datashop.gateway.http.Refusal;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.http.Stats;
import com.datashop.gateway.http.access.Entrance;
import com.datashop.gateway.http.access.Readers;
import com.datashop.gateway.hub.Hub;
import com.datashop.gateway.hub.Start;
import com.datashop.gateway.hub.Subscription;
import com.datashop.gateway.sse.Control;
import com.datashop.gateway.sse.Frame;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/// `GET /api/logs/stream`: follows channels.
public final class Stream implements Handler {
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Type", Reply.EVENT_STREAM, "Cache-Control", "no-cache, no-transform", "X-Accel-Buffering", "no");
    private static final Map<String, String> REFUSED_HEADERS = Map.of("Content-Type", Reply.EVENT_STREAM,
            "Cache-Control", "no-cache, no-transform", "X-Accel-Buffering", "no", "Connection", "close");
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,9}");

    private final Hub hub;
    private final Readers readers;
    private final Stats stats;
    private final Entrance entrance;
    private final int maxChannels;

    /// @param maxChannels how many channels and patterns one stream may name
    public Stream(Hub hub, Readers readers, Stats stats, Entrance entrance, int maxChannels) {
        this.hub = hub;
        this.readers = readers;
        this.stats = stats;
        this.entrance = entrance;
        this.maxChannels = maxChannels;
    }

    /// Opens a stream. A refusal closes the connection. A browser would keep it open, and take the place of others.
    @Override
    public Reply handle(Request request) throws Problem, InterruptedException {
        try {
            return open(request);
        } catch (Problem refused) {
            throw refused.with("Connection", "close");
        }
    }

    private Reply open(Request request) throws Problem, InterruptedException {
        if (request.hasBody()) throw new Problem(Refusal.BAD_BODY, "a request for a stream must not have a body");
        Session session;
        try {
            session = readers.session(request);
        } catch (Problem unproven) {
            if (unproven.refusal() == Refusal.KEYS_UNAVAILABLE) return refused(request, unproven, false);
            throw unproven;
        }
        var subscription = subscription(request, session);
        var admission = entrance.enter(request, session);
        var refused = admission.refused();
        if (refused != null) return refused(request, refused.problem(), refused.soon());
        var seat = admission.seat();
        if (subscription.start().named().isPresent()) entrance.returned();
        return new Reply.Stream(HEADERS, hub.stream(subscription, seat::noteSubscriber), () -> entrance.leave(seat));
    }

    /// Refuses a stream for a reason that will pass.
    ///
    /// An `EventSource` comes back only after a 200. So it gets a 200 that tells it the wait and the reason.
    ///
    /// @param soon whether seats are becoming free just now
    private Reply refused(Request request, Problem problem, boolean soon) throws Problem {
        long retrySeconds = entrance.retrySeconds(problem, soon);
        if (!request.wantsEventStream()) throw problem.with("Retry-After", String.valueOf(retrySeconds));
        stats.countRefused(problem.refusal());
        var body = new ByteArrayOutputStream();
        body.writeBytes(Frame.retry(retrySeconds * 1000 + ThreadLocalRandom.current().nextInt(1000)).bytes());
        body.writeBytes(Control.refused(problem.refusal().status(), problem.refusal().label(), retrySeconds).bytes());
        return new Reply.Whole(200, Reply.EVENT_STREAM, body.toByteArray(), REFUSED_HEADERS);
    }

    private Subscription subscription(Request request, Session session) throws Problem {
        var grant = session.grant();
        var query = request.query();
        var asked = AskedChannels.of(query, maxChannels);
        var filter = Filters.of(query);
        var start = start(request, query);
        var granted = asked.granted(grant);
        return new Subscription(granted, asked.denied(grant), filter, start, grant.caller(), session.expiry());
    }

    /// The start that the request asks for. A cursor goes before `since`, and `since` before `tail`. All are checked.
    private static Start start(Request request, Query query) throws Problem {
        String since = query.one("since");
        String tail = query.one("tail");
        String given = query.one("lastEventId");
        var timestamp = since == null ? null : new Start.Since(Times.since(since));
        if (tail != null && !COUNT.matcher(tail.strip()).matches()) throw bad("tail must be a number of events");
        String cursor = request.header("Last-Event-ID").orElse(given);
        if (cursor != null)
            return EventId.parse(cursor.strip()).<Start>map(Start.After::new).orElseGet(Start.Unreadable::new);
        if (timestamp != null) return timestamp;
        return tail == null ? new Start.Live() : new Start.Newest(Integer.parseInt(tail.strip()));
    }

    private static Problem bad(String detail) {
        return new Problem(Refusal.BAD_PARAMETER, detail);
    }
}
