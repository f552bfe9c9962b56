package com.datashop.gateway.client;

import com.datashop.gateway.json.JsonObject;

/// Is told what a reader reads, on the reader's thread, in the order of the log.
public interface LogListener {
    /// How the stream stands.
    enum State {
        /// The stream is on.
        CONNECTED,
        /// It ended as it should, and goes on with a new connection at once: nobody need be told.
        RENEWING,
        /// It broke, or the gateway can not be reached. The reader tries again.
        LOST,
        /// The gateway asks to come back later.
        REFUSED,
        /// The token has expired, and a new one is asked for.
        EXPIRED
    }

    /// An event.
    ///
    /// @param envelope the event as JSON text, in one line
    /// @param more whether another message has come already
    void event(String envelope, boolean more);

    /// Events are missing here.
    void gap(JsonObject gap);

    /// The stream has another state.
    ///
    /// @param detail what happened, in one line; never a token
    void state(State state, String detail);
}
