package com.datashop.gateway.auth;

import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/// The keys that verify tokens. They decide which algorithms are accepted.
public final class Keys implements KeySource {
    /// No keys: the state before any are known.
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
            throw new IllegalArgumentException("must be at least " + Key.Secret.MIN_BYTES
                    + " bytes long, or any token it signed gives it away");
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

    /// Whether one of the keys can be used with this algorithm.
    boolean allows(Algorithm algorithm) {
        return keys.stream().anyMatch(key -> key.allows(algorithm));
    }

    /// Whether one of the keys has this name. No key has the name null.
    boolean contains(String id) {
        return id != null && keys.stream().anyMatch(key -> id.equals(key.id()));
    }

    /// The keys to try for this token. Each allows the token's algorithm.
    ///
    /// They are the keys whose name is the token's `kid`. If there are none, they are those without a name. When the
    /// token
    /// has no `kid`, they are all keys. Several keys may have the same name (RFC 7517, 4.5).
    List<Key> candidates(Jwt jwt) {
        boolean isNamed = contains(jwt.keyId());
        return keys.stream()
                .filter(key -> jwt.keyId() == null || (isNamed ? jwt.keyId().equals(key.id()) : key.id() == null))
                .filter(key -> key.allows(jwt.algorithm()))
                .toList();
    }

    /// Whether one of the candidates verifies the token.
    boolean verify(Jwt jwt) {
        return candidates(jwt).stream().anyMatch(key -> key.verifies(jwt));
    }

    int size() {
        return keys.size();
    }
}
