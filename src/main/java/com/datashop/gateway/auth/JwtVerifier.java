package com.datashop.gateway.auth;

import java.time.InstantSource;
import java.util.List;

/// Finds out what the bearer of a JWT may read, and until when.
///
/// The order is that of trust: the form, then the signature, and only then what is signed is looked at.
public final class JwtVerifier {
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
    /// It may wait for a [JwksSource] that looks for an unknown key, no longer than that source's timeout.
    ///
    /// @throws TokenException when it proves nothing
    public Session verify(String token) throws TokenException {
        var jwt = Jwt.parse(token);
        if (sources.stream().noneMatch(source -> isProven(jwt, source))) throw new TokenException(whyNot(jwt));
        return Claims.parse(jwt.payload()).session(clock.instant(), issuer, audience);
    }

    private static boolean isProven(Jwt jwt, KeySource source) {
        var keys = source.keys();
        if (keys.verify(jwt)) return true;
        // A set of public keys has no secret, and a key that is known by name was looked for: another look would find nothing.
        // A token without a name may be of a new key of a set that gives none.
        if (jwt.algorithm().isSymmetric() || keys.contains(jwt.keyId())) return false;
        var renewed = source.renewed();
        return renewed != keys && renewed.verify(jwt);
    }

    private TokenRefusal whyNot(Jwt jwt) {
        if (sources.stream().noneMatch(source -> source.keys().allows(jwt.algorithm()))) return TokenRefusal.WRONG_ALGORITHM;
        return sources.stream().allMatch(source -> source.keys().candidates(jwt).isEmpty()) ? TokenRefusal.UNKNOWN_KEY : TokenRefusal.BAD_SIGNATURE;
    }
}
