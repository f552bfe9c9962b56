package com.datashop.gateway.support;

/// One dispatched message of an event stream, as a browser would hand it to its listeners.
///
/// @param event the event's type, "message" when the stream named none
/// @param id    the last event ID in force after this message, "" when there was none yet
/// @param data  the data lines, joined by LF
public record Message(String event, String id, String data) {
    /// Whether this is a log event: those are unnamed, control messages are named.
    public boolean isLog() {
        return event.equals("message");
    }

    /// Whether this is the message that greets a stream.
    public boolean isConnection() {
        return event.equals("connection");
    }

    /// Whether this tells of missing events.
    public boolean isGap() {
        return event.equals("gap");
    }
}
