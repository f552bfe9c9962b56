package com.datashop.gateway.http.api;

import static java.lang.System.Logger.Level.WARNING;

import com.datashop.gateway.auth.Session;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.event.InvalidChannelException;
import com.datashop.gateway.event.InvalidTimeException;
import com.datashop.gateway.event.Timestamps;
import com.datashop.gateway.http.Handler;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Query;
import com.datashop.gateway.http.Refusal;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.http.Server;
import com.datashop.gateway.http.Stats;
import com.datashop.gateway.http.Status;
import com.datashop.gateway.http.access.Admission;
import com.datashop.gateway.http.access.ConnectionLimits;
import com.datashop.gateway.http.access.Readers;
import com.datashop.gateway.hub.Control;
import com.datashop.gateway.hub.Hub;
import com.datashop.gateway.hub.Start;
import com.datashop.gateway.hub.Subscription;
import com.datashop.gateway.sse.Frame;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/// `GET /api/logs/stream`: follows channels.
public final class Stream implements Handler {
    private static final System.Logger LOG = System.getLogger(Stream.class.getName());
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Type", Reply.EVENT_STREAM, "Cache-Control", "no-cache, no-transform", "X-Accel-Buffering", "no");
    private static final Map<String, String> REFUSED_HEADERS = Map.of("Content-Type", Reply.EVENT_STREAM,
            "Cache-Control", "no-cache, no-transform", "X-Accel-Buffering", "no", "Connection", "close");
    /// After so many seconds, at random, a refused client may find a place, another node, or the next process.
    private static final int RETRY_MIN = 5;
    private static final int RETRY_MAX = 15;
    /// The same when places are being freed just now.
    private static final int SOON_MIN = 1;
    private static final int SOON_MAX = 3;
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,9}");

    private final Hub hub;
    private final Readers readers;
    private final Stats stats;
    private final ConnectionLimits limits;
    private final int proxies;
    private final int maxChannels;
    private final Duration shutdown;
    private final AtomicBoolean warned = new AtomicBoolean();

    /// @param proxies how many proxies in front are believed when they say where a request comes from
    /// @param maxChannels how many channels and patterns one stream may name
    /// @param shutdown how long a drain may take: a client that is refused meanwhile need not come back before
    public Stream(Hub hub, Readers readers, Stats stats, ConnectionLimits limits, int proxies, int maxChannels, Duration shutdown) {
        this.hub = hub;
        this.readers = readers;
        this.stats = stats;
        this.limits = limits;
        this.proxies = proxies;
        this.maxChannels = maxChannels;
        this.shutdown = shutdown;
    }

    /// Opens a stream. A refusal closes its connection: a page would keep it open, and so keep others out.
    @Override
    public Reply handle(Request request) throws Problem, InterruptedException {
        try {
            return stream(request);
        } catch (Problem refused) {
            throw refused.with("Connection", "close");
        }
    }

    private Reply stream(Request request) throws Problem, InterruptedException {
        if (request.hasBody()) throw new Problem(Refusal.BAD_BODY, "a stream is asked for without a body");
        Session session;
        try {
            session = readers.session(request);
        } catch (Problem unproven) {
            if (unproven.refusal() == Refusal.KEYS_UNAVAILABLE) return refused(request, unproven, false); // it will pass
            throw unproven;
        }
        var subscription = subscription(request, session);
        if (stats.status() == Status.STARTING) return refused(request, new Problem(Refusal.STARTING, "this gateway is reading its log back"), false);
        if (stats.status() == Status.DRAINING) return refused(request, new Problem(Refusal.DRAINING, "this gateway is shutting down"), false);
        String address = request.caller(proxies);
        var user = readers.areProven() ? Optional.of(session.grant().caller()) : Optional.<String>empty();
        var entry = limits.enter(address, user, request.headLength());
        if (entry instanceof Admission.Refused(var problem, boolean soon)) { // no switch: see Server
            warnOfProxy(request, problem.refusal());
            return refused(request, problem, soon);
        }
        var place = (Admission.Place) entry;
        return new Reply.Stream(HEADERS, hub.stream(subscription, place::taken), () -> limits.leave(place));
    }

    /// A refusal that will pass. An `EventSource` never comes back after anything but 200, so it gets that, the wait, and the reason.
    ///
    /// @param soon whether places are being freed just now
    private Reply refused(Request request, Problem problem, boolean soon) throws Problem {
        long retrySeconds = ThreadLocalRandom.current().nextLong(soon ? SOON_MIN : RETRY_MIN, (soon ? SOON_MAX : RETRY_MAX) + 1)
                + (problem.refusal() == Refusal.DRAINING ? shutdown.toSeconds() : 0);
        if (!request.wantsEventStream()) throw problem.with("Retry-After", String.valueOf(retrySeconds));
        stats.countRefused(problem.refusal());
        var body = new ByteArrayOutputStream();
        body.writeBytes(Frame.retry(retrySeconds * 1000 + ThreadLocalRandom.current().nextInt(1000)).bytes());
        body.writeBytes(Control.refused(problem.refusal().status(), problem.refusal().label(), retrySeconds).bytes());
        return new Reply.Whole(200, Reply.EVENT_STREAM, body.toByteArray(), REFUSED_HEADERS);
    }

    private void warnOfProxy(Request request, Refusal refusal) {
        if (refusal == Refusal.ADDRESS_LIMIT && proxies == 0 && request.header("X-Forwarded-For").isPresent() && warned.compareAndSet(false, true))
            LOG.log(WARNING, "event=address-limit note=\"requests come through a proxy and TRUST_PROXY is 0: all of its clients count as one address\"");
    }

    private Subscription subscription(Request request, Session session) throws Problem {
        var grant = session.grant();
        var query = request.query();
        var asked = channels(query.all("channels"));
        var filter = Filters.of(query);
        var start = start(request, query);
        var granted = new ArrayList<ChannelPattern>();
        var denied = new ArrayList<ChannelPattern>();
        for (var pattern : asked) (grant.covers(pattern.service(), pattern.workspace()) ? granted : denied).add(pattern);
        if (granted.isEmpty()) throw new Problem(Refusal.NOT_ALLOWED, "none of these channels may be read");
        return new Subscription(new ChannelSet(granted), denied, filter, start, grant.caller(), session.expiry());
    }

    private Iterable<ChannelPattern> channels(List<String> lists) throws Problem {
        var channels = new LinkedHashSet<ChannelPattern>();
        for (var list : lists) {
            for (var name : list.split(",")) {
                if (name.isBlank()) continue;
                try {
                    channels.add(ChannelPattern.parse(withoutBlanks(name)));
                } catch (InvalidChannelException invalid) {
                    throw bad("channels: " + invalid.getMessage());
                }
                if (channels.size() > maxChannels) throw bad("channels names more than the " + maxChannels + " that MAX_CHANNELS_PER_STREAM allows");
            }
        }
        if (channels.isEmpty()) throw bad("channels is missing: name one as channels=logs:{service}:{workspace_id}:{resource_id}");
        return channels;
    }

    /// The name without the blanks around it. A regular expression takes seconds for a name with 60,000 blanks inside.
    private static String withoutBlanks(String name) {
        int from = 0;
        int to = name.length();
        while (from < to && isBlank(name.charAt(from))) from++;
        while (from < to && isBlank(name.charAt(to - 1))) to--;
        return name.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /// A cursor wins over `since`, and that over `tail`; each is checked all the same.
    private static Start start(Request request, Query query) throws Problem {
        String since = query.one("since");
        String tail = query.one("tail");
        String given = query.one("lastEventId");
        var timestamp = since == null ? null : new Start.Since(since(since.strip()));
        if (tail != null && !COUNT.matcher(tail.strip()).matches()) throw bad("tail must be a number of events");
        String cursor = request.header("Last-Event-ID").orElse(given);
        if (cursor != null) return EventId.parse(cursor.strip()).<Start>map(Start.After::new).orElseGet(Start.Unreadable::new);
        if (timestamp != null) return timestamp;
        return tail == null ? new Start.Live() : new Start.Newest(Integer.parseInt(tail.strip()));
    }

    private static long since(String text) throws Problem {
        try {
            return Timestamps.ofBeginning(text, System.currentTimeMillis());
        } catch (InvalidTimeException invalid) {
            throw bad("since " + invalid.getMessage() + "; or a duration like 10m or 2h");
        }
    }

    private static Problem bad(String detail) {
        return new Problem(Refusal.BAD_PARAMETER, detail);
    }
}
