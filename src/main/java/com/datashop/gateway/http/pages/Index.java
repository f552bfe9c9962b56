package com.datashop.gateway.http.pages;

import com.datashop.gateway.http.Handler;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.json.JsonWriter;
import java.util.Map;

/// `GET /`: the log viewer for a browser, and for everybody else what there is.
public final class Index implements Handler {
    private final String version;
    private final boolean production;
    private final Asset viewer;

    public Index(String version, boolean production, PagePolicy policy) {
        this.version = version;
        viewer = Asset.negotiated("viewer/index.html", policy);
        this.production = production;
    }

    /// A browser asks for HTML by name; `*/*`, which curl, `fetch` and most clients send, is no wish for a page.
    @Override
    public Reply handle(Request request) {
        double html = request.quality("Accept", "text/html");
        if (html > 0 && html >= request.quality("Accept", "application/json")) return viewer.handle(request);
        return Reply.json(200, new JsonWriter().beginObject().member("message", "Logs SSE Gateway")
                .member("version", version)
                .member("environment", production ? "production" : "development")
                .name("endpoints").beginObject()
                .member("health", "GET /health").member("health_live", "GET /health/live")
                .member("logs_stream", "GET /api/logs/stream?channels=logs:{service}:{workspace_id}:{resource_id}")
                .member("logs_publish", "POST /api/logs/publish").member("logs_channels", "GET /api/logs/channels")
                .member("logs_events", "GET /api/logs/events?channels=logs:{service}:{workspace_id}:{resource_id}")
                .member("dashboard", "GET /admin")
                .member("test_publish", "POST /test/logs").member("admin_stats", "GET /admin/logs/stats")
                .member("metrics", "GET /metrics")
                .member("client", "GET /client.js").member("log_view", "GET /log-view.js")
                .member("react", "GET /react.js").member("openapi", "GET /openapi.json")
                .endObject().endObject(), Map.of("Vary", "Origin, Accept"));
    }
}
