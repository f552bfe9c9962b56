package com.datashop.gateway.http;

import com.sun.net.httpserver.Headers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Which pages of other origins may use the gateway (WHATWG Fetch, 3.2).
///
/// Any origin, and then without credentials; or those of a list, compared exactly and echoed, with credentials.
public final class Cors {
    private static final String ANY = "*";
    /// RFC 6454, 7: scheme, host and port, and nothing after.
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[a-z0-9.\\[\\]:_-]+");
    private static final List<String> HEADERS = List.of(
            "Content-Type", "Authorization", "X-Service-Token", "Last-Event-ID", "Cache-Control", "X-User-Id");
    /// A day; browsers cut it to what they like.
    private static final String MAX_AGE_SECONDS = "86400";

    private final Set<String> origins;

    private Cors(Set<String> origins) {
        this.origins = origins;
    }

    /// Reads `*` or a comma-separated list of origins.
    ///
    /// @throws IllegalArgumentException when an entry is no origin; its message names it
    public static Cors parse(String list) {
        var origins = Arrays.stream(list.split(",")).map(String::strip).filter(origin -> !origin.isEmpty()).toList();
        if (origins.equals(List.of(ANY))) return new Cors(Set.of());
        for (var origin : origins)
            if (!ORIGIN.matcher(origin).matches())
                throw new IllegalArgumentException("'" + origin + "' is not an origin like https://app.example.com, in lower case and without a path");
        if (origins.isEmpty()) throw new IllegalArgumentException("names no origin");
        return new Cors(Set.copyOf(origins));
    }

    /// Sets what every reply carries.
    ///
    /// @param origin the request's `Origin`, or null
    void apply(String origin, Headers reply) {
        reply.set("Vary", "Origin");
        if (origins.isEmpty()) {
            reply.set("Access-Control-Allow-Origin", ANY);
        } else if (origin != null && origins.contains(origin)) {
            reply.set("Access-Control-Allow-Origin", origin);
            reply.set("Access-Control-Allow-Credentials", "true");
        }
        reply.set("Access-Control-Expose-Headers", "Retry-After, RateLimit, RateLimit-Policy");
    }

    /// What a preflight is answered beside that.
    ///
    /// @param methods what the path answers
    /// @param asked the request's `Access-Control-Request-Headers`, or null
    Map<String, String> preflight(String methods, String asked) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Allow", methods);
        headers.put("Access-Control-Allow-Methods", methods);
        headers.put("Access-Control-Max-Age", MAX_AGE_SECONDS);
        var wanted = asked == null ? List.<String>of() : Arrays.stream(asked.toLowerCase(Locale.ROOT).split(",")).map(String::strip).toList();
        var allowed = HEADERS.stream().filter(name -> wanted.contains(name.toLowerCase(Locale.ROOT))).toList();
        if (!allowed.isEmpty()) headers.put("Access-Control-Allow-Headers", String.join(", ", allowed));
        return headers;
    }
}
