package com.datashop.gateway.auth;

/// A refusal of a subscriber's token.
///
/// It carries no stack trace: the fault is in the input, and a hostile client should not be able to make us walk the
/// stack.
public final class TokenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final TokenRefusal refusal;

    TokenException(TokenRefusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    /// Why it was refused.
    public TokenRefusal refusal() {
        return refusal;
    }
}
