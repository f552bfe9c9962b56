package com.datashop.gateway.client;

/// The gateway refused a request for good. Another try is useless.
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /// @param status the HTTP status
    /// @param detail the gateway's explanation; never a token
    public RefusedException(int status, String detail) {
        super(detail);
        this.status = status;
    }

    /// The HTTP status.
    public int status() {
        return status;
    }

    /// Whether the caller is not proven or not allowed (401, 403).
    public boolean isOfAccess() {
        return status == 401 || status == 403;
    }
}
