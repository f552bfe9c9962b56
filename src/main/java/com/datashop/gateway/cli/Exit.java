package com.datashop.gateway.cli;

/// How the process ends when no signal ends it.
enum Exit {
    /// Done what was asked.
    OK(0),
    /// Could not do it.
    FAILED(1),
    /// Was asked something that makes no sense: a bad flag or value.
    USAGE(2);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
