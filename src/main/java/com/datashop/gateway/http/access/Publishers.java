package com.datashop.gateway.http.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Request;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.ingest.Intake;
import java.util.Base64;
import java.util.Optional;

/// Authenticates publishers by the service token in the headers of their requests.
public final class Publishers {
    private final Intake intake;

    public Publishers(Intake intake) {
        this.intake = intake;
    }

    /// Admits the request by its service token and its rate, before the body is read.
    ///
    /// @return the grant of the token
    /// @throws Problem when there is no token, the token is not known, or it has used up its rate
    public Grant admit(Request request) throws Problem {
        return admit(token(request));
    }

    /// Admits a log shipper's request.
    ///
    /// Its protocol may also carry the token in the scheme `Splunk`, or as the password of the scheme `Basic`.
    ///
    /// @return the grant of the token
    /// @throws Problem as [#admit] does
    public Grant admitShipper(Request request) throws Problem {
        return admit(token(request).or(() -> request.credential("Splunk"))
                .or(() -> request.credential("Basic").flatMap(Publishers::password)));
    }

    private Grant admit(Optional<String> token) throws Problem {
        try {
            var grant = intake.authenticate(token);
            intake.requireRate(grant);
            return grant;
        } catch (Declined declined) {
            throw Problem.of(declined);
        }
    }

    /// The text after the first colon (RFC 7617, 2); empty when there is none, or it is not base64.
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
