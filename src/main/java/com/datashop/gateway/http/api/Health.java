package com.datashop.gateway.http.api;

import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.http.Stats;
import com.datashop.gateway.hub.Hub;
import com.datashop.gateway.json.JsonWriter;

/// `GET /health`: whether to send requests here; `GET /health/live`: whether the process runs.
public final class Health {
    private final Hub hub;
    private final Stats stats;

    public Health(Hub hub, Stats stats) {
        this.hub = hub;
        this.stats = stats;
    }

    /// Ready or not.
    public Reply ready(Request request) {
        var status = stats.status();
        var body = new JsonWriter().beginObject().member("status", status.label()).member("connections", hub.subscribers().size())
                .member("channels", hub.channels().size());
        stats.writeTo(body);
        return Reply.json(status.code(), body.member("uptime", stats.uptime()).endObject());
    }

    /// Alive, since it answers.
    public Reply live(Request request) {
        return Reply.json(200, new JsonWriter().beginObject().member("status", "live").endObject());
    }
}
