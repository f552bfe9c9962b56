package com.datashop.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds the reading of JWK Sets to taking every good key, and leaving out every other.
class JwksTest {
    private static final String GOOD_RSA = Rfc.RS256.publicJwk("\"kid\":\"rsa\",");

    static List<String> leftOut() throws IOException {
        try (var in = JwksTest.class.getResourceAsStream("jwk-left-out.txt")) {
            var rows = new String(in.readAllBytes(), UTF_8).lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
            assertTrue(rows.size() > 50);
            return rows;
        }
    }

    @ParameterizedTest
    @MethodSource("leftOut")
    void aKeyThatIsOfNoUseIsLeftOutAndSpoilsNothing(String row) {
        var cells = row.split(" \\| ", 2);
        String huge = Mint.encoded(Mint.unsigned(BigInteger.TWO.pow(16384).add(BigInteger.ONE)));
        String jwk = cells[1].replace("%n%", text(Rfc.RS256, "n")).replace("%x%", text(Rfc.ES256, "x"))
                .replace("%y%", text(Rfc.ES256, "y"))
                .replace("%ed%", text(Rfc.EDDSA, "x")).replace("%huge%", huge);
        var jwks = parse(jwk, GOOD_RSA, jwk);
        assertEquals(1, jwks.keys().size());
        assertEquals(2, jwks.skipped().size());
        assertTrue(jwks.skipped().getFirst().startsWith("key 1 ") && jwks.skipped().getFirst().contains(cells[0]),
                jwks.skipped().toString());
        assertTrue(jwks.skipped().getLast().startsWith("key 3 "), jwks.skipped().toString());

        var none = assertThrows(IllegalArgumentException.class, () -> parse(jwk));
        assertEquals("has no key that can verify tokens: " + jwks.skipped().getFirst(), none.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "\"keys\"", "{\"keys\":null}", "{\"keys\":{}}", "{\"keys\":[]}",
            "{\"keys\":[],\"keys\":[]}", "<html>",
        "{\"kty\":\"RSA\"}", "{\"keys\":[}", "-----BEGIN PUBLIC KEY-----"})
    void whatIsNoSetIsRefusedInOneLine(String document) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> Jwks.parse(document.getBytes(UTF_8)));
        assertTrue(refusal.getMessage().matches("(is|has) [ -~]+"), refusal.getMessage());
    }

    @Test
    void aSetMayHave100KeysAnd1MiB() {
        assertEquals(100, parse(Collections.nCopies(100, GOOD_RSA).toArray(String[]::new)).keys().size());
        var many = assertThrows(IllegalArgumentException.class,
                () -> parse(Collections.nCopies(101, GOOD_RSA).toArray(String[]::new)));
        assertEquals("has more than 100 keys", many.getMessage());

        byte[] document = ("{\"keys\":[" + GOOD_RSA + "]}").getBytes(UTF_8);
        byte[] full = Arrays.copyOf(document, 1 << 20);
        Arrays.fill(full, document.length, full.length, (byte) ' ');
        assertEquals(1, Jwks.parse(full).keys().size());
        var large = assertThrows(IllegalArgumentException.class,
                () -> Jwks.parse(Mint.concatenated(full, new byte[] {' '})));
        assertEquals("is larger than 1048576 bytes", large.getMessage());
    }

    @Test
    void privateAndUnknownMembersAreIgnored() {
        var jwks = parse(Rfc.RS256.jwk().toString(), Rfc.ES256.jwk().toString(), Rfc.EDDSA.jwk().toString(),
                Rfc.ES384.jwk().toString(), Rfc.ES512.jwk().toString(),
                Rfc.ED448.jwk().toString(),
                Rfc.RS256.publicJwk(
                "\"use\":\"sig\",\"key_ops\":[\"sign\",\"verify\"],\"x5c\":[\"AA\"],\"x5t\":7,\"ext\":true,"
                + "\"exp\":null,"));
        assertEquals(7, jwks.keys().size());
        assertEquals(List.of(), jwks.skipped());
        for (var algorithm : Algorithm.values())
            assertEquals(!algorithm.isSymmetric(), jwks.keys().allows(algorithm), algorithm.jose());
    }

    @Test
    void keysOfOneNameAreAllTried() throws TokenException {
        var stranger = Mint.jwk((RSAPublicKey) Mint.pair("RSA").getPublic()).replace("{", "{\"kid\":\"one\",");
        var keys = parse(stranger, Rfc.ES256.publicJwk("\"kid\":\"one\","), Rfc.RS256.publicJwk("\"kid\":\"one\","))
                .keys();
        var mint = new Mint();
        for (var how : List.of("rs256", "ps256", "es256"))
            assertTrue(keys.verify(Jwt.parse(mint.token(how, "{\"alg\":\"" + how.toUpperCase() + "\",\"kid\":\"one\"}",
                    "{}"))), how);
        assertFalse(keys.verify(Jwt.parse(mint.token("eddsa", "{\"alg\":\"EdDSA\",\"kid\":\"one\"}", "{}"))));
    }

    @Test
    void aTokenThatNamesAKeyIsTriedWithKeysWithoutANameOnlyWhenNoneHasThatName() throws TokenException {
        var mint = new Mint();
        var named = Jwt.parse(mint.token("rs256", "{\"alg\":\"RS256\",\"kid\":\"one\"}", "{}"));
        var unnamed = Jwt.parse(mint.token("rs256", "{\"alg\":\"RS256\"}", "{}"));
        String stranger = Mint.jwk((RSAPublicKey) Mint.pair("RSA").getPublic()).replace("{", "{\"kid\":\"one\",");
        var other = parse(stranger, Rfc.RS256.publicJwk("")).keys();
        assertFalse(other.verify(named));
        assertTrue(other.verify(unnamed));
        assertTrue(parse(Rfc.RS256.publicJwk("")).keys().verify(named));
        assertFalse(parse(Rfc.RS256.publicJwk("\"kid\":\"two\",")).keys().verify(named));
    }

    @Test
    void newKeysOfEveryKindVerifyWhatTheySignAndNothingElse() throws GeneralSecurityException, TokenException {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        var kinds = List.of("RSA", "secp256r1", "secp384r1", "secp521r1", "Ed25519", "Ed448");
        int verified = 0;
        for (int round = 0; round < 20; round++) {
            for (var kind : kinds.subList(round < 4 ? 0 : 1, kinds.size())) {
                var pair = Mint.pair(kind);
                var keys = parse(jwk(pair.getPublic())).keys();
                for (var algorithm : Algorithm.values()) {
                    boolean fits = switch (algorithm) {
                        case HS256, HS384, HS512 -> false;
                        case RS256, RS384, RS512, PS256, PS384, PS512 -> kind.equals("RSA");
                        case ES256 -> kind.equals("secp256r1");
                        case ES384 -> kind.equals("secp384r1");
                        case ES512 -> kind.equals("secp521r1");
                        case EDDSA -> kind.startsWith("Ed");
                    };
                    assertEquals(fits, keys.allows(algorithm), kind + " " + algorithm);
                    if (!fits) continue;
                    byte[] claims = new byte[1 + random.nextInt(300)];
                    random.nextBytes(claims);
                    String signed = Mint.encoded(("{\"alg\":\"" + algorithm.jose() + "\"}").getBytes(UTF_8)) + "."
                            + Mint.encoded(claims);
                    byte[] signature = Mint.signed(function(algorithm, kind), pair.getPrivate(),
                            signed.getBytes(UTF_8));
                    assertTrue(keys.verify(Jwt.parse(signed + "." + Mint.encoded(signature))),
                            "run again with -Dseed=" + seed);
                    signature[random.nextInt(signature.length)] ^= (byte) (1 << random.nextInt(8));
                    assertFalse(keys.verify(Jwt.parse(signed + "." + Mint.encoded(signature))),
                            "run again with -Dseed=" + seed);
                    verified++;
                }
            }
        }
        assertEquals(4 * 6 + 20 * 5, verified);
    }

    /// The JDK's name for it.
    private static String function(Algorithm algorithm, String kind) {
        String bits = algorithm.name().substring(2);
        return switch (algorithm.name().substring(0, 2)) {
            case "RS" -> "SHA" + bits + "withRSA";
            case "PS" -> "RSASSA-PSS-" + bits;
            case "ES" -> "SHA" + bits + "withECDSAinP1363Format";
            default -> kind;
        };
    }

    private static String jwk(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> Mint.jwk(rsa);
            case ECPublicKey ec -> {
                int bits = ec.getParams().getCurve().getField().getFieldSize();
                yield "{\"kty\":\"EC\",\"crv\":\"P-" + bits + "\",\"x\":\"" + fixed(ec.getW().getAffineX(), bits)
                        + "\",\"y\":\"" + fixed(ec.getW().getAffineY(), bits) + "\"}";
            }
            // Its X.509 form ends with the key as RFC 8032 has it, after 12 bytes: so the JDK's own encoder is held
            // against our decoder.
            case EdECPublicKey ed -> "{\"kty\":\"OKP\",\"crv\":\"" + ed.getParams().getName() + "\",\"x\":\""
                    + Mint.encoded(Arrays.copyOfRange(ed.getEncoded(), 12, ed.getEncoded().length)) + "\"}";
            default -> throw new IllegalStateException();
        };
    }

    @Test
    void aByteOrderMarkBeforeASetIsIgnoredAndUtf16IsNamed() {
        byte[] set = ("{\"keys\":[" + GOOD_RSA + "]}").getBytes(UTF_8);
        assertEquals(1, Jwks.parse(Mint.concatenated(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, set))
                .keys().size());
        for (var charset : List.of("UTF-16", "x-UTF-16LE-BOM", "X-UTF-32BE-BOM", "X-UTF-32LE-BOM")) {
            byte[] wide = new String(set, UTF_8).getBytes(Charset.forName(charset));
            var refusal = assertThrows(IllegalArgumentException.class, () -> Jwks.parse(wide), charset);
            assertEquals("is in UTF-16 or UTF-32: save it as UTF-8", refusal.getMessage(), charset);
        }
    }

    @Test
    void aSecretIsAtLeast32BytesLong() {
        for (int length : new int[] {0, 1, 31}) {
            var refusal = assertThrows(IllegalArgumentException.class,
                    () -> Keys.ofSecret("s".repeat(length).getBytes(UTF_8)));
            assertEquals("must be at least 32 bytes long, or any token it signed gives it away", refusal.getMessage());
        }
        for (int length : new int[] {32, 33, 47, 48, 63, 64, 4096})
            for (var algorithm : Algorithm.values())
                assertEquals(algorithm.name().startsWith("HS"), Keys.ofSecret(new byte[length]).allows(algorithm));
    }

    @Test
    void base64UrlIsReadInItsOneSpellingOnly() {
        int taken = 0;
        var all = new ArrayList<String>();
        String alphabet = "ABCQZabcqz019-_+/=. \n";
        for (int a = 0; a < alphabet.length(); a++)
            for (int b = 0; b < alphabet.length(); b++) {
                all.add("" + alphabet.charAt(a) + alphabet.charAt(b));
                for (int c = 0; c < alphabet.length(); c++)
                    all.add("" + alphabet.charAt(a) + alphabet.charAt(b) + alphabet.charAt(c));
            }
        for (var text : all) {
            boolean isSpelling = text.matches("[A-Za-z0-9_-]+") && (text.length() == 2 ? "AQgw" : "AEIMQUYcgkosw048")
                    .indexOf(text.charAt(text.length() - 1)) >= 0;
            assertEquals(isSpelling, Base64Url.decoded(text).isPresent(), text);
            taken += isSpelling ? 1 : 0;
        }
        assertTrue(taken > 100);
        assertEquals(0, Base64Url.decoded("").orElseThrow().length);
        assertTrue(Base64Url.decoded("A").isEmpty() && Base64Url.decoded("AAAAA").isEmpty());
    }

    private static Jwks parse(String... keys) {
        return Jwks.parse(("{\"keys\":[" + String.join(",", keys) + "]}").getBytes(UTF_8));
    }

    private static String text(Rfc vector, String member) {
        return Mint.encoded(vector.bytes(member));
    }

    private static String fixed(BigInteger coordinate, int bits) {
        byte[] bytes = Mint.unsigned(coordinate);
        return Mint.encoded(Mint.concatenated(new byte[(bits + 7) / 8 - bytes.length], bytes));
    }
}
