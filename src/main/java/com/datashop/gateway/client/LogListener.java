package com.datashop.gateway.client;

import com.datashop.gateway.json.JsonObject;

/// Receives what a reader reads, on the reader's thread and in the order of the log.
public interface LogListener {
    /// The state of the stream.
    enum State {
        /// The stream is open.
        CONNECTED,
        /// The stream ended as planned, and goes on with a new connection at once. Users need not know.
        RENEWING,
        /// The stream broke, or the gateway cannot be reached. The reader tries again.
        LOST,
        /// The gateway asks the reader to come back later.
        REFUSED,
        /// The token has expired. The reader asks its source for a new one.
        EXPIRED
    }

    /// Receives an event.
    ///
    /// @param envelope the event as JSON text, in one line
    void event(String envelope);

    /// Learns that the listener has all that has come, and that the reader now waits for more.
    void pause();

    /// Receives a gap: events are missing here.
    void gap(JsonObject gap);

    /// Receives the new state of the stream.
    ///
    /// @param detail what happened, in one line; never a token
    void state(State state, String detail);
}
