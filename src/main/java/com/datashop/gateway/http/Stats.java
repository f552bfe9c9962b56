package com.datashop.gateway.http;

import com.datashop.gateway.hub.Hub;
import com.datashop.gateway.json.JsonWriter;
import java.util.concurrent.atomic.LongAdder;

/// What this process has done since it started, and how it is now.
public final class Stats {
    private final Hub hub;
    private final long startTime;
    private final LongAdder logsPublished = new LongAdder();
    private volatile Status status = Status.STARTING;

    /// @param startTime milliseconds since 1970
    public Stats(Hub hub, long startTime) {
        this.hub = hub;
        this.startTime = startTime;
    }

    public Status status() {
        return status;
    }

    public void become(Status status) {
        this.status = status;
    }

    void countPublished(int events) {
        logsPublished.add(events);
    }

    long uptime() {
        return System.currentTimeMillis() - startTime;
    }

    /// The `stats` member of the health and admin replies.
    void writeTo(JsonWriter out) {
        out.name("stats").beginObject().member("totalConnections", hub.joined()).member("logsPublished", logsPublished.sum())
                .member("startTime", startTime).endObject();
    }
}
