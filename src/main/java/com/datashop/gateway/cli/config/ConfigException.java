package com.datashop.gateway.cli.config;

/// Says in one line what is wrong with the configuration, and names the variable.
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " ")); // It may quote a value with several lines.
    }
}
