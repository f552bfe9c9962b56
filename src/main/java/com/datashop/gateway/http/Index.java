package com.datashop.gateway.http;

import com.datashop.gateway.json.JsonWriter;

/// `GET /`: what there is.
public final class Index implements Handler {
    private final String version;

    public Index(String version) {
        this.version = version;
    }

    @Override
    public Reply handle(Request request) {
        return Reply.json(200, new JsonWriter().beginObject().member("message", "Logs SSE Gateway").member("version", version)
                .name("endpoints").beginObject()
                .member("health", "GET /health").member("health_live", "GET /health/live")
                .member("logs_stream", "GET /api/logs/stream?channels=logs:{service}:{workspace_id}:{resource_id}")
                .member("logs_publish", "POST /api/logs/publish").member("logs_channels", "GET /api/logs/channels")
                .member("test_publish", "POST /test/logs").member("admin_stats", "GET /admin/logs/stats").member("metrics", "GET /metrics")
                .endObject().endObject());
    }
}
