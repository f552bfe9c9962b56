package com.datashop.gateway.http;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.auth.ServiceTokens;
import java.util.Map;
import java.util.function.Supplier;

/// Finds out who wants to publish, what that caller may, and whether it has had its part.
public final class Publishers {
    private final Supplier<ServiceTokens> tokens;
    private final PublishRate rate;

    /// @param tokens the tokens as they are now
    public Publishers(Supplier<ServiceTokens> tokens, PublishRate rate) {
        this.tokens = tokens;
        this.rate = rate;
    }

    /// What the service token of the request allows.
    ///
    /// @throws Problem when there is none, it is not known, or it has used up its rate: before the body is read
    Grant grant(Request request) throws Problem {
        var token = request.header("X-Service-Token").or(request::bearer)
                .orElseThrow(() -> unproven(Refusal.NO_CREDENTIAL, "publishing needs a service token: X-Service-Token: T, or Authorization: Bearer T"));
        var grant = tokens.get().grant(token).orElseThrow(() -> unproven(Refusal.BAD_CREDENTIAL, "the service token is not known"));
        rate.take(grant.caller(), 0);
        return grant;
    }

    /// Counts the events against the publisher's rate, and returns the headers that tell it how it stands.
    ///
    /// @throws Problem when it has used up its rate
    Map<String, String> take(Grant publisher, int events) throws Problem {
        return rate.take(publisher.caller(), events);
    }

    private static Problem unproven(Refusal refusal, String detail) {
        return new Problem(refusal, detail).with("WWW-Authenticate", "Bearer realm=\"publish\"");
    }
}
