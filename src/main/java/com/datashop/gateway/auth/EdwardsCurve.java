package com.datashop.gateway.auth;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Optional;

/// A curve of EdDSA (RFC 8032, 5.1 and 5.2).
enum EdwardsCurve {
    ED25519("Ed25519", 32, BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19))) {
        /// Of order 1, 2 and 4 are y = 1, -1 and 0. A point of order 8 doubles to y = 0: x² = -y².
        @Override
        boolean isOfSmallOrder(BigInteger y) {
            var square = y.multiply(y).mod(prime());
            var doublesToZero = D.multiply(square).add(BigInteger.TWO).multiply(square).subtract(BigInteger.ONE);
            return isZeroOrOne(y) || doublesToZero.mod(prime()).signum() == 0;
        }
    },
    ED448("Ed448", 57, BigInteger.TWO.pow(448).subtract(BigInteger.TWO.pow(224)).subtract(BigInteger.ONE)) {
        /// Of order 1, 2 and 4 are y = 1, -1 and 0. The cofactor is 4, so there are no others.
        @Override
        boolean isOfSmallOrder(BigInteger y) {
            return isZeroOrOne(y);
        }
    };

    /// The d of edwards25519: -121665/121666.
    private static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(ED25519.prime)).mod(ED25519.prime);

    private final String jose;
    private final int bytes;
    private final BigInteger prime;

    EdwardsCurve(String jose, int bytes, BigInteger prime) {
        this.jose = jose;
        this.bytes = bytes;
        this.prime = prime;
    }

    /// The curve that a key's `crv` names.
    static Optional<EdwardsCurve> of(String crv) {
        return Arrays.stream(values()).filter(curve -> curve.jose.equals(crv)).findFirst();
    }

    /// The name in a key's `crv`, which is the JDK's name of the function too.
    String jose() {
        return jose;
    }

    /// The length of a key in bytes.
    int bytes() {
        return bytes;
    }

    BigInteger prime() {
        return prime;
    }

    /// Whether the point times the cofactor is nothing. So it is for a key of zeros, and for it the JDK takes zeros
    /// for the signature of one message in four.
    abstract boolean isOfSmallOrder(BigInteger y);

    /// The y of an encoded key: the least byte first, without the bit at its end, which says whether x is odd.
    BigInteger y(byte[] encoded) {
        byte[] greatestFirst = new byte[bytes];
        for (int i = 0; i < bytes; i++) greatestFirst[i] = encoded[bytes - 1 - i];
        greatestFirst[0] &= 0x7F;
        return new BigInteger(1, greatestFirst);
    }

    /// The key that is encoded so.
    ///
    /// @throws GeneralSecurityException when this JDK does not have the curve
    EdECPublicKey key(byte[] encoded) throws GeneralSecurityException {
        var point = new EdECPoint(encoded[bytes - 1] < 0, y(encoded));
        var spec = new EdECPublicKeySpec(new NamedParameterSpec(jose), point);
        return (EdECPublicKey) KeyFactory.getInstance(jose).generatePublic(spec);
    }

    /// Whether y is 0, 1 or -1.
    boolean isZeroOrOne(BigInteger y) {
        return y.multiply(y.multiply(y).subtract(BigInteger.ONE)).mod(prime).signum() == 0;
    }
}
