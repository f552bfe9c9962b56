package com.datashop.gateway.cli.config;

/// The ways in which the process ends when no signal ends it.
public enum Exit {
    /// The command succeeded.
    OK(0),
    /// The command failed.
    FAILED(1),
    /// A flag or a value was bad.
    USAGE(2),
    /// The gateway refused the token (401, 403). Only commands that talk to a gateway end so.
    REFUSED(3),
    /// Memory ran out where no request could be refused for it. Half a gateway is worse than a new one.
    OUT_OF_MEMORY(3);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
