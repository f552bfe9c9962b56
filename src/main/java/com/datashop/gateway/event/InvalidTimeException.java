package com.datashop.gateway.event;

/// Says what is wrong with a text that should name a point in time.
///
/// Its message follows the name of the member or parameter.
public final class InvalidTimeException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidTimeException(String message) {
        super(message);
    }
}
