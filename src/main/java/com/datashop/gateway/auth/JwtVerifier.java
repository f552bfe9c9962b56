package com.datashop.gateway.auth;

import java.time.InstantSource;
import java.util.List;

/// Finds out what the bearer of a JWT may read, and until when.
///
/// The order is that of trust: first the form, then the signature, and only then the signed claims.
public final class JwtVerifier implements AutoCloseable {
    private final List<KeySource> sources;
    private final String issuer;
    private final String audience;
    private final InstantSource clock;

    /// @param issuer what `iss` must be, or null for anything
    /// @param audience what `aud` must be or contain, or null for anything
    public JwtVerifier(List<KeySource> sources, String issuer, String audience, InstantSource clock) {
        this.sources = List.copyOf(sources);
        this.issuer = issuer;
        this.audience = audience;
        this.clock = clock;
    }

    /// The session that this token proves.
    ///
    /// It may wait for a [JwksSource] that looks for another key, but not longer than the timeout of that source.
    ///
    /// @throws TokenException when it proves nothing, or nothing yet: [TokenRefusal#KEYS_UNAVAILABLE]
    public Session verify(String token) throws TokenException {
        var jwt = Jwt.parse(token);
        // This is asked first: a good token must not count as forged because keys are read in the meantime.
        boolean areAllKnown = jwt.algorithm().isSymmetric() || sources.stream().allMatch(KeySource::areKnown);
        if (sources.stream().noneMatch(source -> isProven(jwt, source)))
            throw new TokenException(areAllKnown ? whyNot(jwt) : TokenRefusal.KEYS_UNAVAILABLE);
        return Claims.parse(jwt.payload()).session(clock.instant(), issuer, audience);
    }

    /// Stops looking for keys.
    @Override
    public void close() {
        sources.forEach(KeySource::close);
    }

    private static boolean isProven(Jwt jwt, KeySource source) {
        var keys = source.keys();
        if (keys.verify(jwt)) return true;
        // A set of public keys has no secret. The set may have any other key by now, also a new key under the name of
        // a known one.
        if (jwt.algorithm().isSymmetric()) return false;
        var renewed = source.renewed();
        return renewed != keys && renewed.verify(jwt);
    }

    private TokenRefusal whyNot(Jwt jwt) {
        if (sources.stream().noneMatch(source -> source.keys().allows(jwt.algorithm())))
            return TokenRefusal.WRONG_ALGORITHM;
        boolean isUnknown = sources.stream().allMatch(source -> source.keys().candidates(jwt).isEmpty());
        return isUnknown ? TokenRefusal.UNKNOWN_KEY : TokenRefusal.BAD_SIGNATURE;
    }
}
