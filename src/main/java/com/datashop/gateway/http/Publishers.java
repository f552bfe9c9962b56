package com.datashop.gateway.http;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.auth.ServiceTokens;
import java.util.function.Supplier;

/// Finds out who wants to publish, and what that caller may.
public final class Publishers {
    private final Supplier<ServiceTokens> tokens;

    /// @param tokens the tokens as they are now
    public Publishers(Supplier<ServiceTokens> tokens) {
        this.tokens = tokens;
    }

    /// What the service token of the request allows.
    ///
    /// @throws Problem when there is none, or it is not known
    Grant grant(Request request) throws Problem {
        var token = request.header("X-Service-Token").or(request::bearer);
        if (token.isEmpty()) throw unproven(Refusal.NO_CREDENTIAL, "publishing needs a service token: X-Service-Token: T, or Authorization: Bearer T");
        return tokens.get().grant(token.get()).orElseThrow(() -> unproven(Refusal.BAD_CREDENTIAL, "the service token is not known"));
    }

    private static Problem unproven(Refusal refusal, String detail) {
        return new Problem(refusal, detail).with("WWW-Authenticate", "Bearer realm=\"publish\"");
    }
}
