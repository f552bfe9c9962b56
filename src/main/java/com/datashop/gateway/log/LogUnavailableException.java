package com.datashop.gateway.log;

/// The log can not store an event now; it may later.
public final class LogUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param message the reason, for the publisher to read
    public LogUnavailableException(String message) {
        super(message);
    }
}
