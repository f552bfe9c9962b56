package com.datashop.gateway.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes tokens with the keys of the RFCs' vectors, and forges them.
final class Mint {
    private static final KeyPair STRANGER_RSA = pair("RSA");
    private static final KeyPair STRANGER_EC = pair("EC");
    private static final KeyPair STRANGER_ED = pair("Ed25519");
    /// The public half of the key that nobody here trusts, for forgers who bring it along.
    static final String STRANGER_JWK = jwk((RSAPublicKey) STRANGER_RSA.getPublic());

    private static final BigInteger P256_ORDER = new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    private static final BigInteger ED25519_ORDER = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    /// `header.claims.signature`, signed in the way called `signature` in the tables.
    String token(String signature, byte[] header, byte[] claims) {
        String signed = encoded(header) + "." + encoded(claims);
        try {
            return signed + "." + encoded(signature(signature, signed.getBytes(ISO_8859_1)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(signature, impossible);
        }
    }

    String token(String signature, String header, String claims) {
        return token(signature, header.getBytes(UTF_8), claims.getBytes(UTF_8));
    }

    static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static KeyPair pair(String algorithm) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("RSA")) generator.initialize(2048);
            if (algorithm.equals("EC")) generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(algorithm, impossible);
        }
    }

    static String jwk(RSAPublicKey key) {
        return "{\"kty\":\"RSA\",\"n\":\"" + encoded(unsigned(key.getModulus())) + "\",\"e\":\"" + encoded(unsigned(key.getPublicExponent())) + "\"}";
    }

    static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 && bytes.length > 1 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    /// A signature by any key, in the JDK's words.
    static byte[] signed(String function, PrivateKey key, byte[] input) throws GeneralSecurityException {
        return signed(function, key, input, 32);
    }

    private static byte[] signed(String function, PrivateKey key, byte[] input, int salt) throws GeneralSecurityException {
        var signature = Signature.getInstance(function);
        if (function.equals("RSASSA-PSS")) signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
        signature.initSign(key);
        signature.update(input);
        return signature.sign();
    }

    private byte[] signature(String how, byte[] input) throws GeneralSecurityException {
        byte[] secret = Rfc.HS256.bytes("k");
        return switch (how) {
            case "empty" -> new byte[0];
            case "zeros" -> new byte[32];

            case "hs256" -> mac("HmacSHA256", secret, input);
            case "hs512" -> mac("HmacSHA512", secret, input);
            case "hs256-short" -> Arrays.copyOf(mac("HmacSHA256", secret, input), 31);
            case "hs256-long" -> Arrays.copyOf(mac("HmacSHA256", secret, input), 33);
            case "hs256-zero" -> mac("HmacSHA256", new byte[1], input);
            case "hs256-rsa-pem" -> mac("HmacSHA256", (pem(rsaPublic()) + "\n").getBytes(UTF_8), input);
            case "hs256-rsa-pem-line" -> mac("HmacSHA256", pem(rsaPublic()).getBytes(UTF_8), input);
            case "hs256-rsa-der" -> mac("HmacSHA256", rsaPublic().getEncoded(), input);
            case "hs256-rsa-modulus" -> mac("HmacSHA256", Rfc.RS256.bytes("n"), input);
            case "hs256-rsa-jwk" -> mac("HmacSHA256", Rfc.RS256.publicJwk("\"kid\":\"rsa\",").getBytes(UTF_8), input);
            case "hs256-ec-der" -> mac("HmacSHA256", ecPublic().getEncoded(), input);
            case "hs256-ed-x" -> mac("HmacSHA256", Rfc.EDDSA.bytes("x"), input);
            case "stranger-hs256" -> mac("HmacSHA256", "secretsecretsecretsecretsecretsecret".getBytes(UTF_8), input);

            case "rs256" -> signed("SHA256withRSA", rsaPrivate(), input);
            case "rs512" -> signed("SHA512withRSA", rsaPrivate(), input);
            case "rs1" -> signed("SHA1withRSA", rsaPrivate(), input);
            case "ps256" -> signed("RSASSA-PSS", rsaPrivate(), input);
            case "ps256-salt-0" -> signed("RSASSA-PSS", rsaPrivate(), input, 0);
            case "rs256-short" -> Arrays.copyOf(signed("SHA256withRSA", rsaPrivate(), input), 255);
            case "rs256-long" -> concatenated(new byte[1], signed("SHA256withRSA", rsaPrivate(), input));
            case "rs256-zeros" -> new byte[256];
            case "rs256-modulus" -> Rfc.RS256.bytes("n");
            case "stranger-rs256" -> signed("SHA256withRSA", STRANGER_RSA.getPrivate(), input);

            case "es256" -> signed("SHA256withECDSAinP1363Format", ecPrivate(), input);
            case "es256-zeros" -> new byte[64];
            case "es256-zero-r" -> zeroed(signed("SHA256withECDSAinP1363Format", ecPrivate(), input), 0);
            case "es256-zero-s" -> zeroed(signed("SHA256withECDSAinP1363Format", ecPrivate(), input), 32);
            case "es256-orders" -> concatenated(unsigned(P256_ORDER), unsigned(P256_ORDER));
            case "es256-ones" -> concatenated(fixed(BigInteger.ONE), fixed(BigInteger.ONE));
            case "es256-der" -> signed("SHA256withECDSA", ecPrivate(), input);
            case "es256-der-zeros" -> new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0};
            case "es256-short" -> Arrays.copyOf(signed("SHA256withECDSAinP1363Format", ecPrivate(), input), 63);
            case "es256-long" -> Arrays.copyOf(signed("SHA256withECDSAinP1363Format", ecPrivate(), input), 65);
            case "es256-wide" -> wide(signed("SHA256withECDSAinP1363Format", ecPrivate(), input));
            case "stranger-es256" -> signed("SHA256withECDSAinP1363Format", STRANGER_EC.getPrivate(), input);

            case "eddsa" -> signed("Ed25519", edPrivate(), input);
            case "eddsa-zeros" -> new byte[64];
            case "eddsa-short" -> Arrays.copyOf(signed("Ed25519", edPrivate(), input), 63);
            case "eddsa-long" -> Arrays.copyOf(signed("Ed25519", edPrivate(), input), 65);
            case "eddsa-plus-order" -> plusOrder(signed("Ed25519", edPrivate(), input));
            case "stranger-eddsa" -> signed("Ed25519", STRANGER_ED.getPrivate(), input);

            default -> throw new IllegalArgumentException(how);
        };
    }

    private static byte[] mac(String function, byte[] key, byte[] input) throws GeneralSecurityException {
        var mac = Mac.getInstance(function);
        mac.init(new SecretKeySpec(key, function));
        return mac.doFinal(input);
    }

    private static String pem(PublicKey key) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded()) + "\n-----END PUBLIC KEY-----";
    }

    private static PublicKey rsaPublic() throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(number(Rfc.RS256, "n"), number(Rfc.RS256, "e")));
    }

    private static PrivateKey rsaPrivate() throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA").generatePrivate(new RSAPrivateKeySpec(number(Rfc.RS256, "n"), number(Rfc.RS256, "d")));
    }

    private static PublicKey ecPublic() throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(new ECPoint(number(Rfc.ES256, "x"), number(Rfc.ES256, "y")), p256()));
    }

    private static PrivateKey ecPrivate() throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number(Rfc.ES256, "d"), p256()));
    }

    private static PrivateKey edPrivate() throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519").generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, Rfc.EDDSA.bytes("d")));
    }

    private static ECParameterSpec p256() throws GeneralSecurityException {
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    private static BigInteger number(Rfc vector, String member) {
        return new BigInteger(1, vector.bytes(member));
    }

    private static byte[] zeroed(byte[] bytes, int from) {
        Arrays.fill(bytes, from, from + 32, (byte) 0);
        return bytes;
    }

    private static byte[] fixed(BigInteger number) {
        byte[] bytes = unsigned(number);
        return concatenated(new byte[32 - bytes.length], bytes);
    }

    static byte[] concatenated(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /// The same r and s, each with a zero before it.
    private static byte[] wide(byte[] signature) {
        byte[] wide = new byte[66];
        System.arraycopy(signature, 0, wide, 1, 32);
        System.arraycopy(signature, 32, wide, 34, 32);
        return wide;
    }

    /// The same signature with S plus the order, which RFC 8032, 5.1.7 does not allow: else each has a twin.
    private static byte[] plusOrder(byte[] signature) {
        byte[] s = new byte[32];
        for (int i = 0; i < 32; i++) s[i] = signature[63 - i];
        byte[] sum = fixed(new BigInteger(1, s).add(ED25519_ORDER));
        for (int i = 0; i < 32; i++) signature[63 - i] = sum[i];
        return signature;
    }
}
