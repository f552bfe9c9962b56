package com.datashop.gateway.auth;

import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/// The keys that tokens are verified with, of which the accepted algorithms follow.
public final class Keys implements KeySource {
    /// As long as no key is known.
    static final Keys NONE = new Keys(List.of());

    private final List<Key> keys;

    Keys(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /// The one key of HS256, HS384 and HS512.
    ///
    /// @throws IllegalArgumentException when it is shorter than 32 bytes; the message does not show it
    public static Keys ofSecret(byte[] secret) {
        if (secret.length < Key.Secret.MIN_BYTES)
            throw new IllegalArgumentException("must be at least " + Key.Secret.MIN_BYTES + " bytes long, or any token it signed gives it away");
        return new Keys(List.of(new Key.Secret(new SecretKeySpec(secret, "HMAC"))));
    }

    @Override
    public Keys keys() {
        return this;
    }

    @Override
    public Keys renewed() {
        return this;
    }

    @Override
    public boolean areKnown() {
        return true;
    }

    @Override
    public void close() { }

    /// Whether one of them takes part in this algorithm.
    boolean allows(Algorithm algorithm) {
        return keys.stream().anyMatch(key -> key.allows(algorithm));
    }

    /// Whether one of them has this name; null is nobody's.
    boolean contains(String id) {
        return id != null && keys.stream().anyMatch(key -> id.equals(key.id()));
    }

    /// The keys to try: of those that have the token's `kid` for a name, else of those that have no name, or of all when the token
    /// names none, each that allows its algorithm. Several may have one name (RFC 7517, 4.5).
    List<Key> candidates(Jwt jwt) {
        boolean isNamed = contains(jwt.keyId());
        return keys.stream()
                .filter(key -> jwt.keyId() == null || (isNamed ? jwt.keyId().equals(key.id()) : key.id() == null))
                .filter(key -> key.allows(jwt.algorithm()))
                .toList();
    }

    /// Whether one of the candidates verifies it.
    boolean verify(Jwt jwt) {
        return candidates(jwt).stream().anyMatch(key -> key.verifies(jwt));
    }

    int size() {
        return keys.size();
    }
}
