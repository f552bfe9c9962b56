package com.datashop.gateway.auth;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A JWK Set (RFC 7517, 5), read: the keys that can verify tokens, and why the others were left out.
///
/// A key that is not understood, is not for signatures or is too weak does not spoil the set: issuers put keys for other purposes
/// beside them (RFC 7517, 5 asks to ignore those). Only public members are looked at, so a private key serves as its public half.
///
/// @param skipped one phrase for each key left out, which says its place in the set and shows nothing of it
record Jwks(Keys keys, List<String> skipped) {
    /// Of the document. A key with a long chain of certificates takes some 10 KB.
    static final int MAX_BYTES = 1 << 20;
    /// A token without `kid` may be tried against each of them, at some 30 µs.
    static final int MAX_KEYS = 100;

    /// In one line for a person to read.
    private static final int MAX_REASONS = 5;
    private static final int MIN_RSA_BITS = 2048;
    /// What the JDK goes up to; verifying takes the square of it.
    private static final int MAX_RSA_BITS = 16384;
    private static final int P256_BYTES = 32;
    private static final int ED25519_BYTES = 32;
    private static final BigInteger ED25519_PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger ED25519_D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(ED25519_PRIME)).mod(ED25519_PRIME);
    private static final BigInteger THREE = BigInteger.valueOf(3);

    /// Reads the set.
    ///
    /// @throws IllegalArgumentException when it is no set, or has no key that can verify; its message says so in one line
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
            if (JsonValue.parse(document) instanceof JsonObject object) return object;
        } catch (JsonException notJson) {
            throw new IllegalArgumentException("is not JSON: " + notJson.getMessage());
        }
        throw new IllegalArgumentException("is not a JSON object");
    }

    private static Key key(JsonValue element) throws Unusable {
        if (!(element instanceof JsonObject jwk)) throw new Unusable("is not an object");
        var type = string(jwk, "kty");
        var use = string(jwk, "use");
        if (use != null && !use.equals("sig")) throw new Unusable("is not for signatures (use)");
        if (jwk.get("key_ops") != null && !(jwk.get("key_ops") instanceof JsonArray(var uses) && uses.contains(new JsonString("verify"))))
            throw new Unusable("is not for verifying (key_ops)");
        try {
            return switch (type) {
                case null -> throw new Unusable("has no kty");
                case "RSA" -> rsa(jwk);
                case "EC" -> p256(jwk);
                case "OKP" -> ed25519(jwk);
                // A secret in a public document is none: "oct" belongs in JWT_SECRET.
                case "oct" -> throw new Unusable("is a secret, which does not belong in a JWK Set");
                default -> throw new Unusable("has a kty other than RSA, EC and OKP");
            };
        } catch (GeneralSecurityException refused) {
            throw new Unusable("is not a key that the JDK accepts");
        }
    }

    private static Key rsa(JsonObject jwk) throws Unusable, GeneralSecurityException {
        var algorithms = algorithms(jwk, EnumSet.of(Algorithm.RS256, Algorithm.PS256));
        var modulus = new BigInteger(1, bytes(jwk, "n"));
        var exponent = new BigInteger(1, bytes(jwk, "e"));
        if (modulus.bitLength() < MIN_RSA_BITS) throw new Unusable("is RSA of fewer than " + MIN_RSA_BITS + " bits");
        if (modulus.bitLength() > MAX_RSA_BITS) throw new Unusable("is RSA of more than " + MAX_RSA_BITS + " bits");
        // With an exponent of 1 any message is its own signature.
        if (exponent.compareTo(THREE) < 0 || !exponent.testBit(0)) throw new Unusable("has an exponent that is not odd and at least 3");
        var key = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
        Signature.getInstance("SHA256withRSA").initVerify(key);
        return new Key.Rsa(string(jwk, "kid"), algorithms, key);
    }

    private static Key p256(JsonObject jwk) throws Unusable, GeneralSecurityException {
        if (!"P-256".equals(string(jwk, "crv"))) throw new Unusable("is on a curve other than P-256");
        algorithms(jwk, EnumSet.of(Algorithm.ES256));
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        var curve = parameters.getParameterSpec(ECParameterSpec.class);
        var point = new ECPoint(new BigInteger(1, bytes(jwk, "x", P256_BYTES)), new BigInteger(1, bytes(jwk, "y", P256_BYTES)));
        if (!isOn(curve, point)) throw new Unusable("is not a point on its curve");
        var key = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve));
        Signature.getInstance("SHA256withECDSAinP1363Format").initVerify(key);
        return new Key.P256(string(jwk, "kid"), key);
    }

    /// Whether y² = x³ + ax + b, both coordinates being below the prime. The JDK's key factory does not ask.
    private static boolean isOn(ECParameterSpec parameters, ECPoint point) {
        var curve = parameters.getCurve();
        var prime = ((ECFieldFp) curve.getField()).getP();
        var x = point.getAffineX();
        var y = point.getAffineY();
        return x.compareTo(prime) < 0 && y.compareTo(prime) < 0
                && y.multiply(y).mod(prime).equals(x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB()).mod(prime));
    }

    private static Key ed25519(JsonObject jwk) throws Unusable, GeneralSecurityException {
        if (!"Ed25519".equals(string(jwk, "crv"))) throw new Unusable("is on a curve other than Ed25519");
        algorithms(jwk, EnumSet.of(Algorithm.EDDSA));
        // RFC 8032, 5.1.2: y, the least byte first, and in the bit left over at its end whether x is odd.
        byte[] bytes = bytes(jwk, "x", ED25519_BYTES);
        boolean isXOdd = bytes[ED25519_BYTES - 1] < 0;
        bytes[ED25519_BYTES - 1] &= 0x7F;
        var y = new BigInteger(1, reversed(bytes));
        if (y.compareTo(ED25519_PRIME) >= 0) throw new Unusable("is not a point on its curve");
        if (isOfSmallOrder(y)) throw new Unusable("is a point of small order, for which anyone can sign");
        var key = (EdECPublicKey) KeyFactory.getInstance("Ed25519").generatePublic(
                new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(isXOdd, y)));
        Signature.getInstance("Ed25519").initVerify(key);
        return new Key.Ed25519(string(jwk, "kid"), key);
    }

    /// Whether the point times eight is nothing: so it is for a key of zeros, and for it the JDK takes 64 zeros for
    /// the signature of one message in four. Of order 1, 2 and 4 are y = 1, -1 and 0; of order 8 is what doubles to y = 0: x² = -y².
    private static boolean isOfSmallOrder(BigInteger y) {
        var square = y.multiply(y).mod(ED25519_PRIME);
        var doublesToZero = ED25519_D.multiply(square).add(BigInteger.TWO).multiply(square).subtract(BigInteger.ONE);
        return y.multiply(square.subtract(BigInteger.ONE)).multiply(doublesToZero).mod(ED25519_PRIME).signum() == 0;
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) reversed[i] = bytes[bytes.length - 1 - i];
        return reversed;
    }

    /// Of the algorithms that the type of key can do, the one that its `alg` pins, else all.
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
        return Base64Url.decoded(text).orElseThrow(() -> new Unusable("has a member " + name + " that is not base64url without padding"));
    }

    /// RFC 7518, 6.2.1.2 and RFC 8037, 2: of full length, leading zeros included.
    private static byte[] bytes(JsonObject jwk, String name, int length) throws Unusable {
        byte[] bytes = bytes(jwk, name);
        if (bytes.length != length) throw new Unusable("has a member " + name + " that is not " + length + " bytes");
        return bytes;
    }

    /// Says why a key is left out; the message goes on from "key 3".
    private static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String why) {
            super(why, null, false, false);
        }
    }
}
