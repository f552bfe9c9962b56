package com.datashop.gateway.event;

/// Says what is wrong with a text that should name a channel or a pattern.
public final class InvalidChannelException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidChannelException(String message) {
        super(message);
    }
}
