package com.datashop.gateway.hub;

/// The reason why a stream ended.
public enum End {
    /// The client closed the connection, or it broke.
    CLIENT_GONE,
    /// A write made no progress for too long.
    WRITE_TIMEOUT,
    /// The gateway stops, and everything was sent.
    SHUTDOWN,
    /// The gateway stops, and the client did not read fast enough to get everything in time.
    SHUTDOWN_TIMEOUT,
    /// History forgot an event while the client was receiving it. The client read slowly, and memory was short.
    EVENT_FORGOTTEN,
    /// The stream reached its maximum age. The client was asked to resume.
    MAX_AGE,
    /// The caller's token, or other proof, has expired.
    EXPIRED,
    /// The gateway had a fault of its own, which is in its log.
    FAILED
}
