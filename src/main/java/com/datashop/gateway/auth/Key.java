package com.datashop.gateway.auth;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/// A key that tokens are verified with.
///
/// The key says which algorithms it takes part in, and each kind of key calls only its own kind of function: there is no path on
/// which a public key's bytes become the secret of an HMAC (RFC 8725, 2.1), and none on which nothing is verified.
sealed interface Key {
    /// Its name in a token's `kid`, or null when it has none.
    String id();

    /// Whether a token signed with this algorithm may be verified with it.
    boolean allows(Algorithm algorithm);

    /// Whether the token's signature is this key's, by an algorithm that it allows.
    boolean verifies(Jwt jwt);

    /// A secret shared with the issuer. It takes part in all three algorithms of HMAC.
    final class Secret implements Key {
        /// RFC 7518, 3.2 asks for a key as long as the output of the hash. A shorter one than this can be guessed from
        /// any one token. For HS384 and HS512 it asks for 48 and 64 bytes. Those are not asked for here: the rule binds
        /// who makes the key, nobody guesses 256 bits, and the same secret is good for HS256. To refuse the longer
        /// hash would only turn away the tokens of issuers that have 32 bytes and sign with HS512, as many do.
        static final int MIN_BYTES = 32;

        private final SecretKey key;

        Secret(SecretKey key) {
            this.key = key;
        }

        @Override
        public String id() {
            return null;
        }

        @Override
        public boolean allows(Algorithm algorithm) {
            return algorithm.isSymmetric();
        }

        @Override
        public boolean verifies(Jwt jwt) {
            if (!allows(jwt.algorithm())) return false;
            try {
                var mac = Mac.getInstance("HmacSHA" + jwt.algorithm().hashBits());
                mac.init(key);
                return MessageDigest.isEqual(mac.doFinal(jwt.signed()), jwt.signature());
            } catch (GeneralSecurityException everyJdkHasIt) {
                throw new IllegalStateException(everyJdkHasIt);
            }
        }
    }

    /// An RSA key, of one algorithm or of all six.
    record Rsa(String id, Set<Algorithm> algorithms, RSAPublicKey key) implements Key {
        @Override
        public boolean allows(Algorithm algorithm) {
            return algorithms.contains(algorithm);
        }

        @Override
        public boolean verifies(Jwt jwt) {
            if (!allows(jwt.algorithm())) return false;
            int bits = jwt.algorithm().hashBits();
            return switch (jwt.algorithm().family()) {
                case RSA -> isGood("SHA" + bits + "withRSA", null, key, jwt);
                case PSS -> isGood("RSASSA-PSS", pss(bits), key, jwt);
                case HMAC, ECDSA, EDWARDS -> false;
            };
        }

        /// RFC 7518, 3.5: the salt is as long as the hash, and the mask is made with the same hash.
        private static PSSParameterSpec pss(int bits) {
            String hash = "SHA-" + bits;
            return new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), bits / Byte.SIZE,
                    PSSParameterSpec.TRAILER_FIELD_BC);
        }
    }

    /// A key of ECDSA.
    record Ec(String id, EcCurve curve, ECPublicKey key) implements Key {
        @Override
        public boolean allows(Algorithm algorithm) {
            return algorithm == curve.algorithm();
        }

        @Override
        public boolean verifies(Jwt jwt) {
            return allows(jwt.algorithm()) && isInRange(jwt.signature())
                    && isGood("SHA" + jwt.algorithm().hashBits() + "withECDSAinP1363Format", null, key, jwt);
        }

        /// RFC 7518, 3.4: r and s, each as long as a coordinate, and not DER. Each is from 1 to the order less 1; the JDK once took zeros for
        /// the signature of anything (CVE-2022-21449), so that is not left to it alone.
        private boolean isInRange(byte[] signature) {
            int half = curve.bytes();
            if (signature.length != 2 * half) return false;
            var r = new BigInteger(1, signature, 0, half);
            var s = new BigInteger(1, signature, half, half);
            var order = key.getParams().getOrder();
            return r.signum() > 0 && s.signum() > 0 && r.compareTo(order) < 0 && s.compareTo(order) < 0;
        }
    }

    /// A key of EdDSA.
    record Edwards(String id, EdwardsCurve curve, EdECPublicKey key) implements Key {
        @Override
        public boolean allows(Algorithm algorithm) {
            return algorithm == Algorithm.EDDSA;
        }

        @Override
        public boolean verifies(Jwt jwt) {
            return allows(jwt.algorithm()) && isGood(curve.jose(), null, key, jwt);
        }
    }

    /// Whether the signature is good. What the JDK throws at (a wrong length, a number out of range) is not.
    private static boolean isGood(String function, PSSParameterSpec parameters, PublicKey key, Jwt jwt) {
        try {
            var signature = Signature.getInstance(function);
            if (parameters != null) signature.setParameter(parameters);
            signature.initVerify(key);
            signature.update(jwt.signed());
            return signature.verify(jwt.signature());
        } catch (GeneralSecurityException notOne) {
            return false;
        }
    }
}
