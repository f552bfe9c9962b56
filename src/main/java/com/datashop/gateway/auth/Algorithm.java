package com.datashop.gateway.auth;

import java.util.Arrays;
import java.util.Optional;

/// The signature algorithms that a token may be signed with (RFC 7518, 3.1 and RFC 8037, 3.1). There is no `none` here.
public enum Algorithm {
    HS256("HS256"),
    RS256("RS256"),
    PS256("PS256"),
    ES256("ES256"),
    EDDSA("EdDSA");

    private final String jose;

    Algorithm(String jose) {
        this.jose = jose;
    }

    /// The name in a token's and in a key's `alg`.
    public String jose() {
        return jose;
    }

    /// Whether whoever can verify can sign too.
    boolean isSymmetric() {
        return this == HS256;
    }

    /// The algorithm of this name, to the letter: `NONE`, `None` and `hs256` are none.
    static Optional<Algorithm> of(String jose) {
        return Arrays.stream(values()).filter(algorithm -> algorithm.jose.equals(jose)).findFirst();
    }
}
