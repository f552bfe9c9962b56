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

    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    private static final BigInteger ED25519_ORDER = BigInteger.TWO.pow(252)
            .add(new BigInteger("27742317777372353535851937790883648493"));

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

    /// A token that is signed with this secret, by the JDK's function of this name.
    String mac(String function, byte[] secret, String header, String claims) {
        String signed = encoded(header.getBytes(UTF_8)) + "." + encoded(claims.getBytes(UTF_8));
        try {
            return signed + "." + encoded(mac(function, secret, signed.getBytes(ISO_8859_1)));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// A new pair: `RSA`, `EC` (of P-256), `Ed25519`, `Ed448`, or of another curve of EC by the JDK's name.
    static KeyPair pair(String kind) {
        String algorithm = kind.startsWith("secp") ? "EC" : kind;
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("RSA")) generator.initialize(2048);
            if (algorithm.equals("EC"))
                generator.initialize(new ECGenParameterSpec(kind.equals("EC") ? "secp256r1" : kind));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(kind, impossible);
        }
    }

    static String jwk(RSAPublicKey key) {
        return "{\"kty\":\"RSA\",\"n\":\"" + encoded(unsigned(key.getModulus())) + "\",\"e\":\""
                + encoded(unsigned(key.getPublicExponent())) + "\"}";
    }

    static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 && bytes.length > 1 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    /// A signature by any key, in the JDK's words, but `RSASSA-PSS-384` for the function with this hash.
    static byte[] signed(String function, PrivateKey key, byte[] input) throws GeneralSecurityException {
        return function.startsWith("RSASSA-PSS-")
                ? pss(Integer.parseInt(function.substring(11)), Integer.parseInt(function.substring(11)), key, input)
                : signed(Signature.getInstance(function), key, input);
    }

    private static byte[] pss(int hash, int salt, PrivateKey key, byte[] input) throws GeneralSecurityException {
        return pss(hash, hash, salt, key, input);
    }

    /// With these lengths in bits, of which RFC 7518, 3.5 wants all to be the same.
    private static byte[] pss(int hash, int mask, int salt, PrivateKey key, byte[] input)
            throws GeneralSecurityException {
        var signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec("SHA-" + hash, "MGF1", new MGF1ParameterSpec("SHA-" + mask),
                salt / 8, 1));
        return signed(signature, key, input);
    }

    private static byte[] signed(Signature signature, PrivateKey key, byte[] input) throws GeneralSecurityException {
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
            case "hs384" -> mac("HmacSHA384", secret, input);
            case "hs512" -> mac("HmacSHA512", secret, input);
            case "hs512-cut" -> Arrays.copyOf(mac("HmacSHA512", secret, input), 48);
            case "hs512-zero" -> mac("HmacSHA512", new byte[1], input);
            case "hs512-rsa-pem" -> mac("HmacSHA512", (pem(rsaPublic()) + "\n").getBytes(UTF_8), input);
            case "hs384-ec-der" -> mac("HmacSHA384", ecPublic().getEncoded(), input);
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
            case "rs384" -> signed("SHA384withRSA", rsaPrivate(), input);
            case "rs512" -> signed("SHA512withRSA", rsaPrivate(), input);
            case "rs1" -> signed("SHA1withRSA", rsaPrivate(), input);
            case "ps256" -> pss(256, 256, rsaPrivate(), input);
            case "ps384" -> pss(384, 384, rsaPrivate(), input);
            case "ps512" -> pss(512, 512, rsaPrivate(), input);
            case "ps256-salt-0" -> pss(256, 0, rsaPrivate(), input);
            case "ps384-salt-256" -> pss(384, 256, rsaPrivate(), input);
            case "ps512-salt-0" -> pss(512, 0, rsaPrivate(), input);
            case "ps512-mask-256" -> pss(512, 256, 512, rsaPrivate(), input);
            case "rs256-short" -> Arrays.copyOf(signed("SHA256withRSA", rsaPrivate(), input), 255);
            case "rs256-long" -> concatenated(new byte[1], signed("SHA256withRSA", rsaPrivate(), input));
            case "rs256-zeros" -> new byte[256];
            case "rs256-modulus" -> Rfc.RS256.bytes("n");
            case "stranger-rs256" -> signed("SHA256withRSA", STRANGER_RSA.getPrivate(), input);

            case "es256" -> signed("SHA256withECDSAinP1363Format", ecPrivate(), input);
            case "es384" -> signed("SHA384withECDSAinP1363Format", ecPrivate(Rfc.ES384, "secp384r1"), input);
            case "es384-256" -> signed("SHA256withECDSAinP1363Format", ecPrivate(Rfc.ES384, "secp384r1"), input);
            case "es384-zeros" -> new byte[96];
            case "es384-der" -> signed("SHA384withECDSA", ecPrivate(Rfc.ES384, "secp384r1"), input);
            case "es512" -> signed("SHA512withECDSAinP1363Format", ecPrivate(Rfc.ES512, "secp521r1"), input);
            case "es512-zeros" -> new byte[132];
            case "es512-64" -> new byte[128];
            case "es256-384" -> signed("SHA384withECDSAinP1363Format", ecPrivate(), input);
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
            case "ed448" -> signed("Ed448", KeyFactory.getInstance("Ed448").generatePrivate(
                    new EdECPrivateKeySpec(NamedParameterSpec.ED448, Rfc.ED448.bytes("d"))), input);
            case "ed448-zeros" -> new byte[114];
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
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(key.getEncoded()) + "\n-----END PUBLIC KEY-----";
    }

    private static PublicKey rsaPublic() throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(number(Rfc.RS256, "n"), number(Rfc.RS256, "e")));
    }

    private static PrivateKey rsaPrivate() throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePrivate(new RSAPrivateKeySpec(number(Rfc.RS256, "n"), number(Rfc.RS256, "d")));
    }

    private static PublicKey ecPublic() throws GeneralSecurityException {
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(new ECPoint(number(Rfc.ES256, "x"), number(Rfc.ES256, "y")),
                curve("secp256r1")));
    }

    private static PrivateKey ecPrivate() throws GeneralSecurityException {
        return ecPrivate(Rfc.ES256, "secp256r1");
    }

    private static PrivateKey ecPrivate(Rfc vector, String curve) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number(vector, "d"), curve(curve)));
    }

    private static PrivateKey edPrivate() throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519")
                .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, Rfc.EDDSA.bytes("d")));
    }

    private static ECParameterSpec curve(String name) throws GeneralSecurityException {
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
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
