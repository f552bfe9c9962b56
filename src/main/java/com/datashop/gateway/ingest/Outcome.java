package com.datashop.gateway.ingest;

/// The outcome of a shipper's request, as the metrics name it.
public enum Outcome {
    /// All of its records are stored.
    ACCEPTED,
    /// Some of its records are stored, and some were rejected.
    PARTIAL,
    /// The token is missing, unknown, or does not allow it.
    DENIED,
    /// The request is not what it has to be: sent again, it fails again.
    INVALID,
    /// The token is over its rate.
    LIMITED,
    /// The gateway can not take it now.
    UNAVAILABLE,
    /// The gateway failed.
    FAULT;

    private static final int LEAST_ERROR = 500;
    private static final int SERVICE_UNAVAILABLE = 503;

    /// The outcome of a request that is refused with this HTTP status.
    public static Outcome ofStatus(int status) {
        return switch (status) {
            case 401, 403 -> DENIED;
            case 429 -> LIMITED;
            case SERVICE_UNAVAILABLE -> UNAVAILABLE;
            default -> status >= LEAST_ERROR ? FAULT : INVALID;
        };
    }
}
