package com.datashop.gateway.cli.config;

/// Says in one line what is wrong with the configuration, naming the variable.
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " ")); // it may quote a value, which may have lines
    }
}
