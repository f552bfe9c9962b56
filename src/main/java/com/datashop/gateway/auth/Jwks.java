package com.datashop.gateway.auth;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A JWK Set (RFC 7517, 5) that was read: the keys that can verify tokens, and why other keys were left out.
///
/// A key does not spoil the set when it is unknown, not for signatures, or too weak. Issuers put keys for other
/// purposes
/// beside them, and RFC 7517, 5 asks to ignore those. Only public members are read, so of a private key the public half
/// is used.
///
/// @param skipped one phrase for each key left out; it tells the key's position in the set, and nothing of its content
record Jwks(Keys keys, List<String> skipped) {
    /// The largest document. A key with a long chain of certificates takes some 10 KB.
    static final int MAX_BYTES = 1 << 20;
    /// The most keys. A token without `kid` may be tried against each of them, at some 30 µs.
    static final int MAX_KEYS = 100;

    /// How many reasons one line names. A person reads it.
    private static final int MAX_REASONS = 5;
    private static final int MIN_RSA_BITS = 2048;
    /// The largest that the JDK accepts. The time to verify grows with its square.
    private static final int MAX_RSA_BITS = 16384;
    private static final Set<Algorithm> RSA_ALGORITHMS = Set.of(Algorithm.RS256, Algorithm.RS384, Algorithm.RS512,
            Algorithm.PS256, Algorithm.PS384, Algorithm.PS512);
    private static final BigInteger THREE = BigInteger.valueOf(3);

    /// Reads the set.
    ///
    /// @throws IllegalArgumentException when it is not a set, or no key of it can verify; its message is one line
    static Jwks parse(byte[] document) {
        if (document.length > MAX_BYTES) throw new IllegalArgumentException("is larger than " + MAX_BYTES + " bytes");
        if (!(object(document).get("keys") instanceof JsonArray(var elements)))
            throw new IllegalArgumentException("is not a JWK Set: it has no array \"keys\"");
        if (elements.size() > MAX_KEYS) throw new IllegalArgumentException("has more than " + MAX_KEYS + " keys");
        var keys = new ArrayList<Key>();
        var skipped = new ArrayList<String>();
        for (int i = 0; i < elements.size(); i++) {
            try {
                keys.add(key(elements.get(i)));
            } catch (Unusable why) {
                skipped.add("key " + (i + 1) + " " + why.getMessage());
            }
        }
        if (keys.isEmpty()) {
            String why = String.join(", ", skipped.subList(0, Math.min(MAX_REASONS, skipped.size())));
            throw new IllegalArgumentException("has no key that can verify tokens" + (why.isEmpty() ? "" : ": " + why));
        }
        return new Jwks(new Keys(keys), List.copyOf(skipped));
    }

    private static JsonObject object(byte[] document) {
        try {
            if (JsonValue.parse(TextFile.withoutMark(document)) instanceof JsonObject object) return object;
        } catch (JsonException notJson) {
            throw new IllegalArgumentException("is not JSON: " + notJson.getMessage());
        } catch (IOException notUtf8) {
            throw new IllegalArgumentException(notUtf8.getMessage(), notUtf8);
        }
        throw new IllegalArgumentException("is not a JSON object");
    }

    private static Key key(JsonValue element) throws Unusable {
        if (!(element instanceof JsonObject jwk)) throw new Unusable("is not an object");
        var type = string(jwk, "kty");
        var use = string(jwk, "use");
        if (use != null && !use.equals("sig")) throw new Unusable("is not for signatures (use)");
        var operations = jwk.get("key_ops");
        boolean verifies = operations == null
                || operations instanceof JsonArray(var uses) && uses.contains(new JsonString("verify"));
        if (!verifies) throw new Unusable("is not for verifying (key_ops)");
        try {
            return switch (type) {
                case null -> throw new Unusable("has no kty");
                case "RSA" -> rsa(jwk);
                case "EC" -> ec(jwk);
                case "OKP" -> edwards(jwk);
                // A secret in a public document is not secret: "oct" belongs in JWT_SECRET.
                case "oct" -> throw new Unusable("is a secret, which does not belong in a JWK Set");
                default -> throw new Unusable("has a kty other than RSA, EC and OKP");
            };
        } catch (GeneralSecurityException refused) {
            throw new Unusable("is not a key that the JDK accepts");
        }
    }

    private static Key rsa(JsonObject jwk) throws Unusable, GeneralSecurityException {
        var algorithms = algorithms(jwk, RSA_ALGORITHMS);
        var modulus = new BigInteger(1, bytes(jwk, "n"));
        var exponent = new BigInteger(1, bytes(jwk, "e"));
        if (modulus.bitLength() < MIN_RSA_BITS) throw new Unusable("is RSA of fewer than " + MIN_RSA_BITS + " bits");
        if (modulus.bitLength() > MAX_RSA_BITS) throw new Unusable("is RSA of more than " + MAX_RSA_BITS + " bits");
        // With an exponent of 1, any message is its own signature.
        if (exponent.compareTo(THREE) < 0 || !exponent.testBit(0))
            throw new Unusable("has an exponent that is not odd and at least 3");
        var key = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
        Signature.getInstance("SHA256withRSA").initVerify(key);
        return new Key.Rsa(string(jwk, "kid"), algorithms, key);
    }

    private static Key ec(JsonObject jwk) throws Unusable, GeneralSecurityException {
        var curve = EcCurve.of(string(jwk, "crv"))
                .orElseThrow(() -> new Unusable("is on a curve other than P-256, P-384 and P-521"));
        algorithms(jwk, EnumSet.of(curve.algorithm()));
        var key = curve.key(bytes(jwk, "x", curve.bytes()), bytes(jwk, "y", curve.bytes()))
                .orElseThrow(() -> new Unusable("is not a point on its curve"));
        Signature.getInstance("SHA" + curve.algorithm().hashBits() + "withECDSAinP1363Format").initVerify(key);
        return new Key.Ec(string(jwk, "kid"), curve, key);
    }

    private static Key edwards(JsonObject jwk) throws Unusable, GeneralSecurityException {
        var curve = EdwardsCurve.of(string(jwk, "crv"))
                .orElseThrow(() -> new Unusable("is on a curve other than Ed25519 and Ed448"));
        algorithms(jwk, EnumSet.of(Algorithm.EDDSA));
        byte[] bytes = bytes(jwk, "x", curve.bytes());
        var y = curve.y(bytes);
        if (y.compareTo(curve.prime()) >= 0) throw new Unusable("is not a point on its curve");
        if (curve.isOfSmallOrder(y)) throw new Unusable("is a point of small order, for which anyone can sign");
        var key = curve.key(bytes);
        Signature.getInstance(curve.jose()).initVerify(key);
        return new Key.Edwards(string(jwk, "kid"), curve, key);
    }

    /// The one algorithm that its `alg` names, or else all that this type of key can do.
    private static Set<Algorithm> algorithms(JsonObject jwk, Set<Algorithm> possible) throws Unusable {
        var pinned = string(jwk, "alg");
        if (pinned == null) return possible;
        return Set.of(Algorithm.of(pinned).filter(possible::contains)
                .orElseThrow(() -> new Unusable("is for an algorithm (alg) that is not supported for it")));
    }

    /// The member of this name, or null when there is none.
    private static String string(JsonObject jwk, String name) throws Unusable {
        return switch (jwk.get(name)) {
            case null -> null;
            case JsonString(var text) -> text;
            case JsonValue _ -> throw new Unusable("has a member " + name + " that is not a string");
        };
    }

    private static byte[] bytes(JsonObject jwk, String name) throws Unusable {
        var text = string(jwk, name);
        if (text == null) throw new Unusable("has no " + name);
        return Base64Url.decoded(text).orElseThrow(
                () -> new Unusable("has a member " + name + " that is not base64url without padding"));
    }

    /// The bytes of a member. They have their full length, with leading zeros (RFC 7518, 6.2.1.2 and RFC 8037, 2).
    private static byte[] bytes(JsonObject jwk, String name, int length) throws Unusable {
        byte[] bytes = bytes(jwk, name);
        if (bytes.length != length) throw new Unusable("has a member " + name + " that is not " + length + " bytes");
        return bytes;
    }

    /// Says why a key is left out. The message continues "key 3".
    private static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String why) {
            super(why, null, false, false);
        }
    }
}
