package com.datashop.gateway.http;

/// Whether the gateway is fit to serve, as `/health` says it.
public enum Status {
    STARTING(503), HEALTHY(200), DEGRADED(200), DRAINING(503);

    private final int code;

    Status(int code) {
        this.code = code;
    }

    /// The HTTP status of `/health`.
    public int code() {
        return code;
    }

    /// The word in its body.
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
