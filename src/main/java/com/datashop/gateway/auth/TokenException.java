package com.datashop.gateway.auth;

/// A refusal of a subscriber's token.
///
/// It carries no stack trace: it is about the input, and hostile input should not buy the walk over the stack.
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
