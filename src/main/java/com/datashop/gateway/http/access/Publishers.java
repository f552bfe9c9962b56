package com.datashop.gateway.http.access;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Intake;
import java.util.Optional;

/// Finds out who wants to publish by HTTP: by the headers that the gateway's own endpoints take a service token from.
public final class Publishers {
    private final Intake intake;

    public Publishers(Intake intake) {
        this.intake = intake;
    }

    /// What the service token of the request allows.
    ///
    /// @throws Problem when there is none, it is not known, or it has used up its rate: before the body is read
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
