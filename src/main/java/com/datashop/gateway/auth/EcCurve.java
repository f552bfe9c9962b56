package com.datashop.gateway.auth;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Optional;

/// A curve of ECDSA, with the one algorithm that goes with it (RFC 7518, 3.4).
enum EcCurve {
    P256("P-256", "secp256r1", 32, Algorithm.ES256),
    P384("P-384", "secp384r1", 48, Algorithm.ES384),
    P521("P-521", "secp521r1", 66, Algorithm.ES512);

    private final String jose;
    private final String name;
    private final int bytes;
    private final Algorithm algorithm;

    EcCurve(String jose, String name, int bytes, Algorithm algorithm) {
        this.jose = jose;
        this.name = name;
        this.bytes = bytes;
        this.algorithm = algorithm;
    }

    /// The curve that a key's `crv` names.
    static Optional<EcCurve> of(String crv) {
        return Arrays.stream(values()).filter(curve -> curve.jose.equals(crv)).findFirst();
    }

    /// The length of a coordinate, and of each half of a signature, in bytes.
    int bytes() {
        return bytes;
    }

    Algorithm algorithm() {
        return algorithm;
    }

    /// The key with this point; empty when the point is not on the curve.
    ///
    /// @throws GeneralSecurityException when this JDK does not have the curve
    Optional<ECPublicKey> key(byte[] x, byte[] y) throws GeneralSecurityException {
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        var curve = parameters.getParameterSpec(ECParameterSpec.class);
        var point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
        if (!isOn(curve, point)) return Optional.empty();
        var spec = new ECPublicKeySpec(point, curve);
        return Optional.of((ECPublicKey) KeyFactory.getInstance("EC").generatePublic(spec));
    }

    /// Whether y² = x³ + ax + b, both coordinates being below the prime. The JDK's key factory does not ask.
    private static boolean isOn(ECParameterSpec parameters, ECPoint point) {
        var curve = parameters.getCurve();
        var prime = ((ECFieldFp) curve.getField()).getP();
        var x = point.getAffineX();
        var y = point.getAffineY();
        var right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB()).mod(prime);
        return x.compareTo(prime) < 0 && y.compareTo(prime) < 0 && y.multiply(y).mod(prime).equals(right);
    }
}
