package com.datashop.gateway.http;

/// The reason why a request is refused.
public enum Refusal {
    BAD_FRAMING(400, "Bad Request"),
    BAD_PARAMETER(400, "Bad Request"),
    BAD_BODY(400, "Bad Request"),
    NO_CREDENTIAL(401, "Unauthorized"),
    BAD_CREDENTIAL(401, "Unauthorized"),
    NOT_ALLOWED(403, "Forbidden"),
    CROSS_SITE(403, "Forbidden"),
    ADMIN_OFF(403, "Forbidden"),
    UNKNOWN_PATH(404, "Not Found"),
    WRONG_METHOD(405, "Method Not Allowed"),
    BODY_TOO_SLOW(408, "Request Timeout"),
    BODY_TOO_LARGE(413, "Content Too Large"),
    UNSUPPORTED_TYPE(415, "Unsupported Media Type"),
    ADDRESS_LIMIT(429, "Too Many Requests"),
    USER_LIMIT(429, "Too Many Requests"),
    RATE_LIMIT(429, "Too Many Requests"),
    /// This one is only counted. Its connection is cut without an answer.
    HEAD_CUT(408, "Request Timeout"),
    FAULT(500, "Internal Server Error"),
    LOG_UNAVAILABLE(503, "Service Unavailable"),
    KEYS_UNAVAILABLE(503, "Service Unavailable"),
    BODIES_FULL(503, "Service Unavailable"),
    NODE_FULL(503, "Service Unavailable"),
    HEAP_FULL(503, "Service Unavailable"),
    STARTING(503, "Service Unavailable"),
    DRAINING(503, "Service Unavailable");

    private final int status;
    private final String title;

    Refusal(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /// The HTTP status.
    public int status() {
        return status;
    }

    /// The status in the words of RFC 9110, 15.
    public String title() {
        return title;
    }

    /// The name in messages and metrics, such as `log-unavailable`.
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
