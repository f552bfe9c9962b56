package com.datashop.gateway.auth;

import java.util.Arrays;
import java.util.Optional;

/// The algorithms that a token may be signed with (RFC 7518, 3.1 and RFC 8037, 3.1). There is no `none` here.
public enum Algorithm {
    HS256(Family.HMAC, 256),
    HS384(Family.HMAC, 384),
    HS512(Family.HMAC, 512),
    RS256(Family.RSA, 256),
    RS384(Family.RSA, 384),
    RS512(Family.RSA, 512),
    PS256(Family.PSS, 256),
    PS384(Family.PSS, 384),
    PS512(Family.PSS, 512),
    ES256(Family.ECDSA, 256),
    ES384(Family.ECDSA, 384),
    ES512(Family.ECDSA, 512),
    /// The curve of the key decides which hash it uses.
    EDDSA(Family.EDWARDS, 0);

    /// What an algorithm does with the hash.
    enum Family {
        HMAC,
        RSA,
        PSS,
        ECDSA,
        EDWARDS
    }

    private final Family family;
    private final int hashBits;

    Algorithm(Family family, int hashBits) {
        this.family = family;
        this.hashBits = hashBits;
    }

    /// The name in a token's and in a key's `alg`.
    public String jose() {
        return this == EDDSA ? "EdDSA" : name();
    }

    Family family() {
        return family;
    }

    /// The length of its SHA-2 hash in bits; 0 where the key decides.
    int hashBits() {
        return hashBits;
    }

    /// Whether whoever can verify can sign too.
    boolean isSymmetric() {
        return family == Family.HMAC;
    }

    /// The algorithm of this name, to the letter: `NONE`, `None` and `hs256` are none.
    static Optional<Algorithm> of(String jose) {
        return Arrays.stream(values()).filter(algorithm -> algorithm.jose().equals(jose)).findFirst();
    }
}
