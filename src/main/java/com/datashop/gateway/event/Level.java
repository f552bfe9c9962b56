package com.datashop.gateway.event;

import java.util.Locale;
import java.util.Optional;

/// How grave a log entry is, from `TRACE` up.
public enum Level {
    TRACE, DEBUG, INFO, WARN, ERROR, FATAL;

    /// No name of a level is longer; a longer text is not looked at.
    private static final int MAX_NAME = 16;

    /// The level of this name, in any case, with the names that common loggers and syslog use; empty when it is none.
    public static Optional<Level> named(String name) {
        if (name.length() > MAX_NAME) return Optional.empty();
        return Optional.ofNullable(switch (name.strip().toLowerCase(Locale.ROOT)) {
            case "trace", "verbose", "silly", "finest", "finer" -> TRACE;
            case "debug", "dbg", "fine" -> DEBUG;
            case "info", "information", "informational", "notice", "inf", "log" -> INFO;
            case "warn", "warning", "wrn" -> WARN;
            case "error", "err", "severe" -> ERROR;
            case "fatal", "critical", "crit", "alert", "emergency", "emerg", "panic" -> FATAL;
            default -> null;
        });
    }

    /// The level of this number as pino and bunyan write it (10 is trace, 60 is fatal); empty when it is none.
    public static Optional<Level> numbered(String number) {
        return Optional.ofNullable(switch (number) {
            case "10" -> TRACE;
            case "20" -> DEBUG;
            case "30" -> INFO;
            case "40" -> WARN;
            case "50" -> ERROR;
            case "60" -> FATAL;
            default -> null;
        });
    }

    public boolean isAtLeast(Level other) {
        return compareTo(other) >= 0;
    }
}
