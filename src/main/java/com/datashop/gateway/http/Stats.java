package com.datashop.gateway.http;

import static java.lang.System.Logger.Level.ERROR;

import com.datashop.gateway.hub.Hub;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.metrics.Counter;
import com.datashop.gateway.metrics.CounterFamily;
import com.datashop.gateway.metrics.Histogram;
import com.datashop.gateway.metrics.ReadCounter;
import com.datashop.gateway.metrics.Registry;

/// Counts the work of this process since its start, and knows its status.
public final class Stats {
    private static final System.Logger LOG = System.getLogger(Stats.class.getName());

    private final Hub hub;
    private final EventLog log;
    private final long startTime;
    private final long startedAt = System.nanoTime();
    private final Counter published = new Counter();
    private final Histogram publishSeconds =
            new Histogram(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);
    private final CounterFamily<Refusal> refusals = new CounterFamily<>("reason", Refusal.class);
    private volatile Status status = Status.STARTING;

    /// @param startTime milliseconds since 1970
    public Stats(Hub hub, EventLog log, long startTime) {
        this.hub = hub;
        this.log = log;
        this.startTime = startTime;
    }

    /// Registers the counters under their names.
    public void declare(Registry registry) {
        registry.declare("gateway_events_published_total", "Events that were published to this node and stored.",
                published);
        registry.declare("gateway_publish_duration_seconds", "From a publish request's head to its answer.",
                publishSeconds);
        registry.declare("gateway_refusals_total", "Requests that were refused, by reason.", refusals);
        registry.declare("gateway_streams_total", "Streams that were opened.", new ReadCounter(hub::joined));
    }

    /// The status now. It is healthy only while the log can store events.
    public Status status() {
        var now = status;
        return now == Status.HEALTHY && log.trouble().isPresent() ? Status.DEGRADED : now;
    }

    public void become(Status status) {
        this.status = status;
    }

    /// @param nanoseconds how long the request took
    public void countPublished(int events, long nanoseconds) {
        published.add(events);
        publishSeconds.record(nanoseconds);
    }

    public void countRefused(Refusal refusal) {
        refusals.of(refusal).increment();
    }

    /// Logs a fault of the gateway in a request, and counts it.
    void logFault(Throwable fault, Request request) {
        LOG.log(ERROR, "event=fault method=" + request.method() + " path=" + request.path(), fault);
        countRefused(Refusal.FAULT);
    }

    /// The milliseconds since the start. Changes of the wall clock do not matter.
    public long uptime() {
        return (System.nanoTime() - startedAt) / 1_000_000;
    }

    /// Writes the counts of publishes and refusals as members of an object.
    public void writeRequestsTo(JsonWriter out) {
        publishSeconds.distribution().writeTo(out.name("publishing"));
        out.member("refusals", refusals.json());
    }

    /// The `stats` member of the health and admin replies.
    public void writeTo(JsonWriter out) {
        out.name("stats").beginObject().member("totalConnections", hub.joined())
                .member("logsPublished", published.value())
                .member("startTime", startTime).endObject();
    }
}
