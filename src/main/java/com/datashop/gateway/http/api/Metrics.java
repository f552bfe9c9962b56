package com.datashop.gateway.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.http.Handler;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Reply;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.http.access.AdminAccess;
import com.datashop.gateway.metrics.Registry;
import java.util.Map;

/// `GET /metrics`: what Prometheus scrapes.
public final class Metrics implements Handler {
    private final Registry registry;
    private final AdminAccess access;

    public Metrics(Registry registry, AdminAccess access) {
        this.registry = registry;
        this.access = access;
    }

    @Override
    public Reply handle(Request request) throws Problem {
        access.check(request);
        var text = new StringBuilder();
        registry.writeTo(text);
        return new Reply.Whole(200, Registry.CONTENT_TYPE, text.toString().getBytes(UTF_8), Map.of("Cache-Control", "no-store"));
    }
}
