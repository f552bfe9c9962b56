package com.datashop.gateway.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the verifier to the vectors of the RFCs, to a table of forged tokens, and to what claims grant.
class JwtVerifierTest {
    private static final InstantSource NOW = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000));
    private static final Keys SECRET = Rfc.HS256.keys();
    private static final Keys PUBLIC = Jwks.parse(("{\"keys\":[" + String.join(",",
            Rfc.RS256.publicJwk("\"kid\":\"rsa\","), Rfc.RS256.publicJwk("\"kid\":\"ps\",\"alg\":\"PS256\","),
            Rfc.ES256.publicJwk("\"kid\":\"ec\","), Rfc.ES384.publicJwk("\"kid\":\"ec384\","),
            Rfc.ES512.publicJwk("\"kid\":\"ec521\","),
            Rfc.ED448.publicJwk("\"kid\":\"ed448\","), Rfc.EDDSA.publicJwk("\"kid\":\"ed\",")) + "]}").getBytes(UTF_8))
            .keys();
    private static final JwtVerifier ALL =
            new JwtVerifier(List.of(SECRET, PUBLIC), "https://issuer.example", "logs", NOW);
    private static final String GOOD =
            "\"iss\":\"https://issuer.example\",\"aud\":\"logs\",\"sub\":\"ann\",\"exp\":1800003600";

    private final Mint mint = new Mint();

    static List<Rfc> vectors() {
        return Rfc.all();
    }

    static List<TokenTable.Row> accepted() throws IOException {
        return TokenTable.of("accepted.txt", false, 30);
    }

    static List<TokenTable.Row> refused() throws IOException {
        return TokenTable.of("refused.txt", true, 200);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void theRfcsVectorsVerifyWithTheirKeyAndNoOther(Rfc vector) throws TokenException {
        assertEquals(14, vectors().size());
        var jwt = Jwt.parse(vector.token());
        assertEquals(vector.payload(), new String(jwt.payload(), UTF_8));
        for (var other : vectors())
            assertEquals(other.jwk().equals(vector.jwk()), other.keys().verify(jwt), other.name());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aVectorWithAnyBitOfItsSignatureFlippedDoesNotVerify(Rfc vector) throws TokenException {
        var jwt = Jwt.parse(vector.token());
        var keys = vector.keys();
        assertTrue(jwt.signature().length >= 32);
        for (int bit = 0; bit < 8 * jwt.signature().length; bit++) {
            jwt.signature()[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(keys.verify(jwt), "bit " + bit);
            jwt.signature()[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertTrue(keys.verify(jwt));
    }

    @Test
    void theVectorsShowEveryAlgorithm() throws TokenException {
        var seen = EnumSet.noneOf(Algorithm.class);
        for (var vector : vectors()) seen.add(Jwt.parse(vector.token()).algorithm());
        assertEquals(EnumSet.allOf(Algorithm.class), seen);
    }

    @Test
    void theRfcsUnsecuredTokenIsRefused() {
        String claims =
                "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        assertEquals(TokenRefusal.NOT_THREE_PARTS, refusal(ALL, "eyJhbGciOiJub25lIn0." + claims + "."));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void aGoodTokenProvesItsUser(TokenTable.Row row) throws TokenException {
        assertEquals("ann", ALL.verify(row.whole(mint)).grant().caller());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aForgedTokenIsRefusedForItsReason(TokenTable.Row row) throws TokenException {
        String whole = row.whole(mint);
        if (row.damage().isEmpty()) {
            assertEquals(TokenRefusal.valueOf(row.refusal()), refusal(ALL, whole));
        } else {
            assertEquals("ann", ALL.verify(whole).grant().caller());
            String damaged = damaged(whole, row.damage());
            assertNotEquals(whole, damaged);
            assertEquals(TokenRefusal.valueOf(row.refusal()), refusal(ALL, damaged));
        }
    }

    @Test
    void everyRefusalIsInTheTable() throws IOException {
        var seen = EnumSet.noneOf(TokenRefusal.class);
        for (var row : refused()) seen.add(TokenRefusal.valueOf(row.refusal()));
        assertEquals(EnumSet.complementOf(EnumSet.of(TokenRefusal.KEYS_UNAVAILABLE)), seen,
                "that one says nothing of the token");
    }

    @Test
    void theAcceptedAlgorithmsFollowFromTheConfiguredKeys() throws IOException {
        var publicOnly = new JwtVerifier(List.of(PUBLIC), "https://issuer.example", "logs", NOW);
        var secretOnly = new JwtVerifier(List.of(SECRET), "https://issuer.example", "logs", NOW);
        int symmetric = 0;
        int others = 0;
        for (var row : accepted()) {
            boolean isSymmetric = row.signature().startsWith("hs");
            symmetric += isSymmetric ? 1 : 0;
            others += isSymmetric ? 0 : 1;
            assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(isSymmetric ? publicOnly : secretOnly, row.whole(mint)),
                    row.toString());
        }
        assertTrue(symmetric > 10 && others > 5);
        // With a public key alone, its bytes are not even tried as a secret.
        int confusions = 0;
        for (var row : refused()) {
            if (!row.signature().matches("hs[0-9]+-(rsa|ec|ed)-.*")) continue;
            confusions++;
            assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(publicOnly, row.whole(mint)), row.toString());
        }
        assertTrue(confusions >= 10);
        var pinned =
                new JwtVerifier(List.of(Jwks.parse(("{\"keys\":[" + Rfc.RS256.publicJwk("\"alg\":\"PS256\",") + "]}")
                .getBytes(UTF_8)).keys()), null, null, NOW);
        assertEquals(TokenRefusal.WRONG_ALGORITHM,
                refusal(pinned, mint.token("rs256", "{\"alg\":\"RS256\"}", "{" + GOOD + "}")));
        assertNull(refusal(pinned, mint.token("ps256", "{\"alg\":\"PS256\"}", "{" + GOOD + "}")));
    }

    @Test
    void aTokenMayBe8192CharactersLongAndNoMore() {
        String header = "{\"alg\":\"HS256\"}";
        int overhead = mint.token("hs256", header, "").length();
        // 4 characters are 3 bytes: claims of this many fill the rest to the last character.
        int bytes = (Jwt.MAX_LENGTH - overhead) / 4 * 3 + (Jwt.MAX_LENGTH - overhead) % 4 * 3 / 4;
        String claims = "{" + GOOD + "}";
        String full = mint.token("hs256", header, claims + " ".repeat(bytes - claims.length()));
        assertEquals(Jwt.MAX_LENGTH, full.length());
        assertNull(refusal(ALL, full));
        assertEquals(TokenRefusal.TOO_LONG,
                refusal(ALL, mint.token("hs256", header, claims + " ".repeat(bytes - claims.length() + 1))));
    }

    @Test
    void theSessionEndsAtExpPlusTheLeeway() throws TokenException {
        assertEquals(Instant.ofEpochSecond(1_800_003_630), session(GOOD).expiry());
        assertEquals(Instant.ofEpochSecond(1_800_000_031, 250_000_000),
                session(GOOD.replace("1800003600", "1800000001.25")).expiry());
        assertEquals(Instant.ofEpochSecond(1_799_999_971 + 30), session(GOOD.replace("1800003600", "1799999971"))
                .expiry());
    }

    @Test
    void issuerAndAudienceAreCheckedOnlyWhenTheyAreSet() throws TokenException {
        var any = new JwtVerifier(List.of(SECRET), null, null, NOW);
        for (var claims : List.of("", ",\"iss\":\"x\"", ",\"iss\":7,\"aud\":{}", ",\"aud\":[\"a\",1]"))
            assertEquals("ann", any.verify(mint.token("hs256", "{\"alg\":\"HS256\"}",
                    "{\"sub\":\"ann\",\"exp\":1800003600" + claims + "}")).grant().caller());
    }

    @Test
    void aTokenWithoutWorkspacesReadsNothing() throws TokenException {
        for (var claims : List.of("", ",\"workspaces\":[]", ",\"services\":[\"etl\"]", ",\"services\":[\"*\"]",
                ",\"workspaces\":[\"w\"],\"services\":[]")) {
            var grant = session(GOOD + claims).grant();
            for (var service : List.of("etl", "*")) {
                assertFalse(grant.coversService(service), claims);
                for (var workspace : List.of("w", "*")) assertFalse(grant.covers(service, workspace), claims);
            }
        }
    }

    @Test
    void workspacesGrantAllServicesUnlessServicesNarrowThem() throws TokenException {
        var some = session(GOOD + ",\"workspaces\":[\"w\",\"v\",\"w\"]").grant();
        assertTrue(some.covers("etl", "w") && some.covers("faas", "v") && some.covers("*", "w"));
        assertFalse(some.covers("etl", "x") || some.covers("etl", "*") || some.covers("*", "*"));

        var all = session(GOOD + ",\"workspaces\":[\"*\"]").grant();
        assertTrue(all.covers("etl", "w") && all.covers("etl", "*") && all.covers("*", "*"));

        var narrowed = session(GOOD + ",\"workspaces\":[\"*\"],\"services\":[\"etl\",\"faas\"]").grant();
        assertTrue(narrowed.covers("etl", "w") && narrowed.covers("faas", "*"));
        assertFalse(narrowed.covers("function", "w") || narrowed.covers("*", "w") || narrowed.covers("*", "*"));
    }

    @Test
    void aUserIsAnyTextOfUpTo256Characters() throws TokenException {
        for (var user : List.of("a", "x".repeat(256), "Zoë 😀", "auth0|1234", "https://issuer.example/u?1"))
            assertEquals(user, session(GOOD.replace("\"ann\"", "\"" + user + "\"")).grant().caller());
    }

    @Test
    void aRefusalRepeatsNothingOfTheToken() throws IOException {
        int seen = 0;
        for (var row : refused()) {
            String token = row.whole(mint);
            if (!row.damage().isEmpty()) token = damaged(token, row.damage());
            String presented = token;
            var refusal = assertThrows(TokenException.class, () -> ALL.verify(presented));
            assertEquals(refusal.refusal().message(), refusal.getMessage());
            assertEquals(0, refusal.getStackTrace().length);
            seen++;
        }
        assertTrue(seen > 200);
        for (var refusal : TokenRefusal.values())
            assertTrue(refusal.label().matches("[a-z0-9]+(-[a-z0-9]+)*"), refusal.label());
    }

    @Test
    void aMutatedTokenIsRefusedAndNothingElseHappens() {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        var headers = List.of("{\"alg\":\"HS256\"}", "{\"alg\":\"RS256\",\"kid\":\"rsa\"}",
                "{\"alg\":\"PS256\",\"kid\":\"rsa\"}",
                "{\"alg\":\"ES256\",\"kid\":\"ec\"}", "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}",
                "{\"alg\":\"HS512\"}", "{\"alg\":\"PS384\",\"kid\":\"rsa\"}", "{\"alg\":\"ES512\",\"kid\":\"ec521\"}",
                "{\"alg\":\"EdDSA\",\"kid\":\"ed448\"}");
        var signatures = List.of("hs256", "rs256", "ps256", "es256", "eddsa", "hs512", "ps384", "es512", "ed448");
        var seen = EnumSet.noneOf(TokenRefusal.class);
        for (int kind = 0; kind < headers.size(); kind++) {
            String whole = mint.token(signatures.get(kind), headers.get(kind), "{" + GOOD + "}");
            assertNull(refusal(ALL, whole));
            for (int round = 0; round < 700; round++) {
                byte[] bytes = whole.getBytes(ISO_8859_1);
                for (int n = 1 + random.nextInt(3); n > 0; n--) {
                    int at = random.nextInt(bytes.length);
                    bytes[at] = random.nextInt(4) == 0 ? (byte) random.nextInt(256)
                            : bytes[random.nextInt(bytes.length)];
                }
                String mutated = new String(bytes, ISO_8859_1);
                if (mutated.equals(whole)) continue;
                var refusal = refusal(ALL, mutated);
                assertNotNull(refusal, "run again with -Dseed=" + seed);
                seen.add(refusal);
            }
        }
        assertTrue(seen.containsAll(EnumSet.of(TokenRefusal.BAD_SIGNATURE, TokenRefusal.NOT_BASE64URL,
                TokenRefusal.BAD_HEADER)), seen.toString());
    }

    private Session session(String claims) throws TokenException {
        return ALL.verify(mint.token("hs256", "{\"alg\":\"HS256\"}", "{" + claims + "}"));
    }

    /// Why it is refused, or null when it is not.
    private static TokenRefusal refusal(JwtVerifier verifier, String token) {
        try {
            verifier.verify(token);
            return null;
        } catch (TokenException refused) {
            return refused.refusal();
        }
    }

    private static String damaged(String token, String how) {
        var parts = token.split("\\.");
        String header = parts[0];
        String claims = parts[1];
        String signature = parts[2];
        String others = Mint.encoded(("{" + GOOD.replace("ann", "root") + "}").getBytes(UTF_8));
        return switch (how) {
            case "no-signature" -> header + "." + claims + ".";
            case "other-claims" -> header + "." + others + "." + signature;
            case "other-header" -> Mint.encoded("{ \"alg\":\"HS256\"}".getBytes(UTF_8)) + "." + claims + "."
                    + signature;
            case "none-header" -> Mint.encoded("{\"alg\":\"none\"}".getBytes(UTF_8)) + "." + claims + "." + signature;
            case "flipped-bit" -> header + "." + claims + "." + (signature.charAt(0) == 'A' ? 'B' : 'A')
                    + signature.substring(1);
            case "padded-signature" -> token + "=";
            case "padded-header" -> header + "=".repeat(4 - header.length() % 4) + "." + claims + "." + signature;
            case "standard-alphabet" -> token.replace('-', '+').replace('_', '/');
            case "other-last-character" -> token.substring(0, token.length() - 1)
                    + (char) (token.charAt(token.length() - 1) + 1);
            case "leading-blank" -> " " + token;
            case "trailing-blank" -> token + " ";
            case "trailing-newline" -> token + "\n";
            case "newline-inside" -> header + "." + claims.substring(0, 40) + "\r\n" + claims.substring(40) + "."
                    + signature;
            case "nul-inside" -> header + "\0." + claims + "." + signature;
            // Its low byte is a letter's: a decoder that narrows characters would read that letter.
            case "wide-letter-inside" -> (char) (header.charAt(0) + 0x100) + token.substring(1);
            case "percent-encoded" -> header + "." + claims + "." + "%" + Integer.toHexString(signature.charAt(0))
                    + signature.substring(1);
            case "bearer-before" -> "Bearer " + token;
            case "one-letter-more" -> token + "AA";
            case "four-parts" -> token + "." + signature;
            case "five-parts" -> header + "..AAAAAAAAAAAAAAAAAAAAAA." + claims + "." + signature;
            case "two-parts" -> header + "." + claims;
            case "trailing-dot" -> token + ".";
            case "leading-dot" -> "." + token;
            case "no-header" -> "." + claims + "." + signature;
            case "no-claims" -> header + ".." + signature;
            case "nothing" -> "";
            case "dots" -> "..";
            case "flattened-json" -> "{\"protected\":\"" + header + "\",\"payload\":\"" + claims + "\",\"signature\":\""
                    + signature + "\"}";
            case "thousands-of-dots" -> ".".repeat(10_000);
            default -> throw new IllegalArgumentException(how);
        };
    }
}
