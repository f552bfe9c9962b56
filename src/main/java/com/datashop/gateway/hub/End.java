package com.datashop.gateway.hub;

/// Why a stream ended.
public enum End {
    /// The client closed the connection, or it broke.
    CLIENT_GONE,
    /// A write made no progress for too long.
    WRITE_TIMEOUT,
    /// The gateway stops, and everything was sent.
    SHUTDOWN,
    /// The gateway stops, and the client did not read fast enough to get everything before.
    SHUTDOWN_TIMEOUT,
    /// History forgot an event in the midst of it: the client read so slowly, and memory was too short to hold the event for it.
    EVENT_FORGOTTEN,
    /// It was as old as a stream may get. The client was asked to resume.
    MAX_AGE,
    /// What proved the caller has expired.
    EXPIRED,
    /// A fault of the gateway's own, which is in its log.
    FAILED
}
