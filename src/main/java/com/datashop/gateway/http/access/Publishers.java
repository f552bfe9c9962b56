package com.datashop.gateway.http.access;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Intake;
import java.util.Optional;

/// Authenticates publishers by the headers from which the gateway's own endpoints take a service token.
public final class Publishers {
    private final Intake intake;

    public Publishers(Intake intake) {
        this.intake = intake;
    }

    /// The grant of the request's service token. It also checks the rate, before the body is read.
    ///
    /// @throws Problem when there is no token, the token is not known, or it has used up its rate
    public Grant grant(Request request) throws Problem {
        try {
            var grant = intake.authenticate(token(request));
            intake.requireRate(grant);
            return grant;
        } catch (Declined declined) {
            throw Problem.of(declined);
        }
    }

    private static Optional<String> token(Request request) {
        return request.header("X-Service-Token").or(request::bearer);
    }
}
