package com.datashop.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Intake;
import java.util.Base64;
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
    Grant grant(Request request) throws Problem {
        try {
            var grant = intake.authenticate(token(request));
            intake.requireRate(grant);
            return grant;
        } catch (Declined declined) {
            throw Problem.of(declined);
        }
    }

    /// The same for a log shipper, whose protocol may have further places for a token: the scheme `Splunk`, and the
    /// password of the scheme `Basic`.
    ///
    /// @throws Problem as [#grant] does
    Grant shipper(Request request) throws Problem {
        try {
            var grant = intake.authenticate(token(request).or(() -> request.credential("Splunk"))
                    .or(() -> request.credential("Basic").flatMap(Publishers::password)));
            intake.requireRate(grant);
            return grant;
        } catch (Declined declined) {
            throw Problem.of(declined);
        }
    }

    /// What stands behind the first colon (RFC 7617, 2); empty when that is nothing, or not base64.
    private static Optional<String> password(String credential) {
        try {
            var pair = new String(Base64.getDecoder().decode(credential), UTF_8);
            int colon = pair.indexOf(':');
            return Optional.of(colon < 0 ? "" : pair.substring(colon + 1)).filter(password -> !password.isEmpty());
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static Optional<String> token(Request request) {
        return request.header("X-Service-Token").or(request::bearer);
    }
}
