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

    /// A secret shared with the issuer.
    final class Secret implements Key {
        /// RFC 7518, 3.2: as long as the hash's output, or longer. A shorter one can be guessed from any one token.
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
            return algorithm == Algorithm.HS256;
        }

        @Override
        public boolean verifies(Jwt jwt) {
            if (!allows(jwt.algorithm())) return false;
            try {
                var mac = Mac.getInstance("HmacSHA256");
                mac.init(key);
                return MessageDigest.isEqual(mac.doFinal(jwt.signed()), jwt.signature());
            } catch (GeneralSecurityException everyJdkHasIt) {
                throw new IllegalStateException(everyJdkHasIt);
            }
        }
    }

    /// An RSA key, of one algorithm or of both.
    record Rsa(String id, Set<Algorithm> algorithms, RSAPublicKey key) implements Key {
        /// RFC 7518, 3.5: the salt is as long as the hash.
        private static final PSSParameterSpec PSS = new PSSParameterSpec("SHA-256", "MGF1",
                MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

        @Override
        public boolean allows(Algorithm algorithm) {
            return algorithms.contains(algorithm);
        }

        @Override
        public boolean verifies(Jwt jwt) {
            if (!allows(jwt.algorithm())) return false;
            return switch (jwt.algorithm()) {
                case RS256 -> isGood("SHA256withRSA", null, key, jwt);
                case PS256 -> isGood("RSASSA-PSS", PSS, key, jwt);
                case HS256, ES256, EDDSA -> false;
            };
        }
    }

    /// A key on the curve P-256.
    record P256(String id, ECPublicKey key) implements Key {
        private static final int COORDINATE = 32;

        @Override
        public boolean allows(Algorithm algorithm) {
            return algorithm == Algorithm.ES256;
        }

        @Override
        public boolean verifies(Jwt jwt) {
            return allows(jwt.algorithm()) && isInRange(jwt.signature()) && isGood("SHA256withECDSAinP1363Format", null, key, jwt);
        }

        /// RFC 7518, 3.4: r and s, 32 bytes each, and not DER. Each is from 1 to the order less 1; the JDK once took zeros for the
        /// signature of anything (CVE-2022-21449), so that is not left to it alone.
        private boolean isInRange(byte[] signature) {
            if (signature.length != 2 * COORDINATE) return false;
            var r = new BigInteger(1, signature, 0, COORDINATE);
            var s = new BigInteger(1, signature, COORDINATE, COORDINATE);
            var order = key.getParams().getOrder();
            return r.signum() > 0 && s.signum() > 0 && r.compareTo(order) < 0 && s.compareTo(order) < 0;
        }
    }

    /// An Ed25519 key.
    record Ed25519(String id, EdECPublicKey key) implements Key {
        @Override
        public boolean allows(Algorithm algorithm) {
            return algorithm == Algorithm.EDDSA;
        }

        @Override
        public boolean verifies(Jwt jwt) {
            return allows(jwt.algorithm()) && isGood("Ed25519", null, key, jwt);
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
