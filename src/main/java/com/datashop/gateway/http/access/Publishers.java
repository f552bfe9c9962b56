package com.datashop.gateway.http.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Intake;
import java.util.Base64;
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

    /// The same for a log shipper, whose protocol may have further places for a token: the scheme `Splunk`, and the
    /// password of the scheme `Basic`.
    ///
    /// @throws Problem as [#grant] does
    public Grant shipper(Request request) throws Problem {
        try {
            var grant = intake.authenticate(token(request).or(() -> request.credential("Splunk"))
                    .or(() -> request.credential("Basic").flatMap(Publishers::password)));
            intake.requireRate(grant);
            return grant;
        } catch (Declined declined) {
            throw Problem.of(declined);
        }
    }

    /// The text behind the first colon (RFC 7617, 2); empty when there is none, or it is not base64.
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
