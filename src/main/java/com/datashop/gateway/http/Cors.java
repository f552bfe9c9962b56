package com.datashop.gateway.http;

import com.sun.net.httpserver.Headers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Decides which pages of other origins may use the gateway (WHATWG Fetch, 3.2).
///
/// Either any origin may, without credentials. Or the origins of a list may, with credentials. These are compared
/// exactly and echoed.
public final class Cors {
    private static final String ANY = "*";
    /// RFC 6454, 7: scheme, host and port, and nothing after them.
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[a-z0-9.\\[\\]:_-]+");
    /// The most headers that a preflight may ask for, so that the answer has a bound.
    private static final int MAX_HEADERS = 32;
    /// The most characters of a header's name. A longer name is left out.
    private static final int MAX_HEADER = 128;
    /// RFC 9110, 5.6.2: the characters of a header's name beside letters and digits.
    private static final String PUNCTUATION = "!#$%&'*+-.^_`|~";
    private static final String EXPOSED = "Retry-After, RateLimit, RateLimit-Policy, Link, WWW-Authenticate";
    /// A day. Browsers use less if they like.
    private static final String MAX_AGE_SECONDS = "86400";

    private final Set<String> origins;

    private Cors(Set<String> origins) {
        this.origins = origins;
    }

    /// Reads `*` or a comma-separated list of origins.
    ///
    /// @throws IllegalArgumentException when an entry is not an origin; the message names the entry
    public static Cors parse(String list) {
        var origins = Arrays.stream(list.split(",")).map(String::strip).filter(origin -> !origin.isEmpty()).toList();
        if (origins.equals(List.of(ANY))) return new Cors(Set.of());
        for (var origin : origins)
            if (!ORIGIN.matcher(origin).matches())
                throw new IllegalArgumentException("'" + origin
                        + "' is not an origin like https://app.example.com, in lower case and without a path");
        if (origins.isEmpty()) throw new IllegalArgumentException("names no origin");
        return new Cors(Set.copyOf(origins));
    }

    /// Sets the headers that every reply carries.
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
        reply.set("Access-Control-Expose-Headers", EXPOSED);
    }

    /// The other headers that answer a preflight.
    ///
    /// @param methods the methods that the path answers
    /// @param asked the lines of the request's `Access-Control-Request-Headers`
    Map<String, String> preflight(String methods, List<String> asked) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Allow", methods);
        headers.put("Access-Control-Allow-Methods", methods);
        headers.put("Access-Control-Max-Age", MAX_AGE_SECONDS);
        var allowed = allowed(asked);
        if (!allowed.isEmpty()) headers.put("Access-Control-Allow-Headers", String.join(", ", allowed));
        return headers;
    }

    /// The requested headers with valid names. Tracing libraries add their own, such as `traceparent` and `baggage`.
    private static Set<String> allowed(List<String> asked) {
        var names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        var allowed = new LinkedHashSet<String>();
        for (var line : asked) {
            for (int from = 0, to; from <= line.length() && allowed.size() < MAX_HEADERS; from = to + 1) {
                to = line.indexOf(',', from);
                if (to < 0) to = line.length();
                var name = line.substring(from, to).strip();
                if (isName(name) && names.add(name)) allowed.add(name);
            }
        }
        return allowed;
    }

    private static boolean isName(String text) {
        if (text.isEmpty() || text.length() > MAX_HEADER) return false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean allowed = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                    || PUNCTUATION.indexOf(c) >= 0;
            if (!allowed) return false;
        }
        return true;
    }
}
