package com.datashop.gateway.http.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.auth.Grant;
import com.datashop.gateway.auth.JwtVerifier;
import com.datashop.gateway.auth.Session;
import com.datashop.gateway.auth.TokenException;
import com.datashop.gateway.auth.TokenRefusal;
import com.datashop.gateway.http.Problem;
import com.datashop.gateway.http.Refusal;
import com.datashop.gateway.http.Request;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Authenticates a caller who wants to read, and decides what the caller may read.
public interface Readers extends AutoCloseable {
    /// The most characters of a user name. A longer one is refused.
    int MAX_USER = 256;

    /// Authenticates the caller. The session says what the caller may read, and until when.
    ///
    /// @throws Problem when the caller is not proven
    Session session(Request request) throws Problem;

    /// Whether the user's name is proven. Otherwise the caller may claim any name.
    boolean areProven();

    /// Stops fetching keys.
    @Override
    default void close() { }

    /// Readers of `STREAM_AUTH=none`: anyone may read anything, and `X-User-Id` names the user.
    static Readers anyone() {
        return new Anyone();
    }

    /// Readers of `STREAM_AUTH=jwt`: a JWT says what its bearer may read.
    static Readers jwt(JwtVerifier verifier) {
        return new ByJwt(verifier);
    }

    /// Readers of `STREAM_AUTH=proxy`: a reverse proxy says who reads what, and proves itself with a secret.
    static Readers proxy(String secret) {
        return new ByProxy(secret.getBytes(UTF_8));
    }

    /// The readers of `STREAM_AUTH=none`.
    record Anyone() implements Readers {
        @Override
        public Session session(Request request) throws Problem {
            return new Session(Grant.all(user(request).orElse("anonymous")), Instant.MAX);
        }

        @Override
        public boolean areProven() {
            return false;
        }
    }

    /// The readers of `STREAM_AUTH=jwt`.
    record ByJwt(JwtVerifier verifier) implements Readers {
        private static final String COOKIE = "logs_token";
        private static final String PARAMETER = "access_token";
        /// The seconds after which a client may come back. The gateway fetches keys again after that time.
        private static final String RETRY_AFTER = "15";

        @Override
        public Session session(Request request) throws Problem {
            var token = request.bearer().or(() -> request.cookie(COOKIE));
            if (token.isEmpty()) token = Optional.ofNullable(request.query().one(PARAMETER));
            if (token.isEmpty())
                throw new Problem(Refusal.NO_CREDENTIAL, "reading needs a token: Authorization: Bearer T, the cookie "
                        + COOKIE + ", or " + PARAMETER)
                        .with("WWW-Authenticate", "Bearer realm=\"logs\"");
            try {
                return verifier.verify(token.get());
            } catch (TokenException refused) {
                if (refused.refusal() == TokenRefusal.KEYS_UNAVAILABLE)
                    throw new Problem(Refusal.KEYS_UNAVAILABLE, refused.getMessage() + ": JWT_JWKS can not be reached")
                            .with("Retry-After", RETRY_AFTER);
                throw new Problem(Refusal.BAD_CREDENTIAL, refused.getMessage())
                        .with("WWW-Authenticate", "Bearer realm=\"logs\", error=\"invalid_token\", error_description=\""
                                + refused.getMessage() + "\"");
            }
        }

        @Override
        public boolean areProven() {
            return true;
        }

        @Override
        public void close() {
            verifier.close();
        }
    }

    /// The readers of `STREAM_AUTH=proxy`.
    record ByProxy(byte[] secret) implements Readers {
        private static final List<String> NAMES = List.of("X-Proxy-Secret", "X-User-Id", "X-Workspace-Ids");

        @Override
        public Session session(Request request) throws Problem {
            for (var name : NAMES)
                if (request.count(name) > 1)
                    throw unproven(Refusal.BAD_CREDENTIAL, name
                            + " is given twice: the proxy must overwrite what the client sends");
            var presented = request.header("X-Proxy-Secret")
                    .orElseThrow(() -> unproven(
                            Refusal.NO_CREDENTIAL, "reading goes through the proxy, which sends X-Proxy-Secret"));
            if (!MessageDigest.isEqual(secret, presented.getBytes(UTF_8)))
                throw unproven(Refusal.BAD_CREDENTIAL, "that is not the PROXY_SECRET");
            String user = user(request).orElseThrow(() -> unproven(
                    Refusal.NO_CREDENTIAL, "the proxy did not say who reads: X-User-Id is missing"));
            var workspaces = request.header("X-Workspace-Ids").stream().flatMap(ids -> Arrays.stream(ids.split(",")))
                    .map(String::strip)
                    .filter(id -> !id.isEmpty()).collect(Collectors.toSet());
            return new Session(new Grant(user, List.of(new Grant.Scope(Set.of(Grant.ANY), workspaces))), Instant.MAX);
        }

        @Override
        public boolean areProven() {
            return true;
        }

        private static Problem unproven(Refusal refusal, String detail) {
            return new Problem(refusal, detail).with("WWW-Authenticate", "Proxy-Secret");
        }
    }

    private static Optional<String> user(Request request) throws Problem {
        var user = request.header("X-User-Id");
        if (user.isPresent() && user.get().length() > MAX_USER)
            throw new Problem(Refusal.BAD_PARAMETER, "X-User-Id is longer than " + MAX_USER + " characters");
        return user;
    }
}
