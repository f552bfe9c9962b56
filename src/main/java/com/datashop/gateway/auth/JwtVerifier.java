package com.datashop.gateway.auth;

import java.time.InstantSource;
import java.util.List;

/// Finds out what the bearer of a JWT may read, and until when.
///
/// The order is that of trust: the form, then the signature, and only then what is signed is looked at.
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

    /// What this token proves.
    ///
    /// It may wait for a [JwksSource] that looks for another key, no longer than that source's timeout.
    ///
    /// @throws TokenException when it proves nothing, or nothing yet: [TokenRefusal#KEYS_UNAVAILABLE]
    public Session verify(String token) throws TokenException {
        var jwt = Jwt.parse(token);
        // Asked first: keys that are read meanwhile must not make a good token a forged one.
        boolean areAllKnown = jwt.algorithm().isSymmetric() || sources.stream().allMatch(KeySource::areKnown);
        if (sources.stream().noneMatch(source -> isProven(jwt, source)))
            throw new TokenException(areAllKnown ? whyNot(jwt) : TokenRefusal.KEYS_UNAVAILABLE);
        return Claims.parse(jwt.payload()).session(clock.instant(), issuer, audience);
    }

    /// Looks for keys no more.
    @Override
    public void close() {
        sources.forEach(KeySource::close);
    }

    private static boolean isProven(Jwt jwt, KeySource source) {
        var keys = source.keys();
        if (keys.verify(jwt)) return true;
        // A set of public keys has no secret. Any other key may be there by now, also one in the place of a known key
        // of that name.
        if (jwt.algorithm().isSymmetric()) return false;
        var renewed = source.renewed();
        return renewed != keys && renewed.verify(jwt);
    }

    private TokenRefusal whyNot(Jwt jwt) {
        if (sources.stream().noneMatch(source -> source.keys().allows(jwt.algorithm()))) return TokenRefusal.WRONG_ALGORITHM;
        return sources.stream().allMatch(source -> source.keys().candidates(jwt).isEmpty()) ? TokenRefusal.UNKNOWN_KEY : TokenRefusal.BAD_SIGNATURE;
    }
}
