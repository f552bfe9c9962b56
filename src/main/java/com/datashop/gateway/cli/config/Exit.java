package com.datashop.gateway.cli.config;

/// How the process ends when no signal ends it.
public enum Exit {
    /// Done what was asked.
    OK(0),
    /// Could not do it.
    FAILED(1),
    /// Was asked something that makes no sense: a bad flag or value.
    USAGE(2),
    /// The gateway refused the token (401, 403). Of the commands that talk to one.
    REFUSED(3),
    /// Ran out of memory where nobody could answer for it: half a gateway is worse than a new one.
    OUT_OF_MEMORY(3);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
