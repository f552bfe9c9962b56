package com.datashop.gateway.log;

/// The log can never store a batch of this size. Nothing of it is stored.
public final class BatchTooLargeException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param message the limit and who sets it, for the publisher to read
    public BatchTooLargeException(String message) {
        super(message);
    }
}
