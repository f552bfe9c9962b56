package com.datashop.gateway.http;

import com.datashop.gateway.ingest.RateStanding;
import java.util.Map;
import java.util.Optional;

/// The headers that tell a publisher how its rate stands (draft-ietf-httpapi-ratelimit-headers-10).
public final class RateHeaders {
    private RateHeaders() { }

    /// None when there is no limit.
    public static Map<String, String> of(Optional<RateStanding> standing) {
        if (standing.isEmpty()) return Map.of();
        var now = standing.get();
        return Map.of("RateLimit-Policy", "\"publish\";q=" + now.most() + ";w=" + now.window(),
                "RateLimit", "\"publish\";r=" + now.left() + ";t=" + now.seconds());
    }
}
