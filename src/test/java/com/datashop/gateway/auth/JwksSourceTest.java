package com.datashop.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds the set to being read again when it must be, and never more often: with a real server, and a clock that the
/// test moves.
class JwksSourceTest {
    private static final String OLD = set(Rfc.RS256.publicJwk("\"kid\":\"old\","));
    private static final String NEW = set(Rfc.ES256.publicJwk("\"kid\":\"new\","));
    private static final Instant START = Instant.ofEpochSecond(1_800_000_000);
    private static final String CLAIMS = "{\"sub\":\"ann\",\"exp\":1800003600}";
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration TICK = Duration.ofMillis(5);
    private static final Duration LATER = Duration.ofMinutes(10);

    private final AtomicInteger fetches = new AtomicInteger();
    private final List<JwksSource> sources = new ArrayList<>();
    private final Mint mint = new Mint();
    private volatile Answer answer = exchange -> send(exchange, 200, OLD);
    private volatile Instant now = START;
    private HttpServer server;
    private String url;

    private interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    @BeforeEach
    void open() throws IOException {
        open(0);
    }

    private void open(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                fetches.incrementAndGet();
                answer.to(exchange);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        url = "http://localhost:" + server.getAddress().getPort() + "/jwks.json?secret=1";
    }

    @AfterEach
    void close() {
        sources.forEach(JwksSource::close);
        server.stop(0);
    }

    @Test
    void aKeyThatIsRolledIsFoundByItsFirstToken() throws TokenException {
        var verifier = verifier(source(url));
        verifier.verify(oldToken());
        assertEquals(1, fetches.get());

        answer = exchange -> send(exchange, 200, NEW);
        verifier.verify(newToken());
        assertEquals(2, fetches.get());
        assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, oldToken()));
    }

    @Test
    void keysAreCachedHoweverManyTokensCome() throws TokenException {
        var verifier = verifier(source(url));
        for (int i = 0; i < 100; i++) {
            verifier.verify(oldToken());
            now = now.plusSeconds(5);
        }
        assertEquals(1, fetches.get());
    }

    @Test
    void unknownNamesAreLookedForOnceIn30Seconds() throws TokenException {
        var verifier = verifier(source(url));
        for (int i = 0; i < 50; i++)
            assertEquals(TokenRefusal.UNKNOWN_KEY, refusal(verifier, token("rs256", "RS256", "guess-" + i)));
        assertEquals(2, fetches.get());

        now = START.plusMillis(29_999);
        answer = exchange -> send(exchange, 200, NEW);
        assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, newToken()));
        assertEquals(2, fetches.get());
        verifier.verify(oldToken());

        now = START.plusSeconds(30);
        verifier.verify(newToken());
        assertEquals(3, fetches.get());
    }

    @Test
    void aClockThatIsSetBackDoesNotStopTheLooks() throws TokenException {
        var verifier = verifier(source(url));
        refusal(verifier, newToken());
        answer = exchange -> send(exchange, 200, NEW);
        now = START.minusSeconds(86_400);
        verifier.verify(newToken());
        assertEquals(3, fetches.get());
    }

    @Test
    void onlyATokenThatMayBeOfAPublicKeyNotKnownYetCausesALook() {
        var verifier = new JwtVerifier(List.of(Rfc.HS256.keys(), source(url)), null, null, clock());
        assertEquals(TokenRefusal.BAD_SIGNATURE, refusal(verifier, token("zeros", "HS256", "guess")));
        assertEquals(TokenRefusal.BAD_SIGNATURE, refusal(verifier, token("zeros", "HS512", "old")));
        assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, token("zeros", "none", "guess")));
        assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, token("rs512", "RS1", "guess")));
        assertEquals(TokenRefusal.NOT_THREE_PARTS, refusal(verifier, "x"));
        assertEquals(1, fetches.get());
        assertEquals(TokenRefusal.UNKNOWN_KEY, refusal(verifier, token("rs256", "RS256", "guess")));
        assertEquals(2, fetches.get());
    }

    @Test
    void aKeyThatIsReplacedUnderItsNameIsFoundByItsFirstToken() throws TokenException {
        for (var how : List.of("RS256", "ES256", "EdDSA")) {
            answer = exchange -> send(exchange, 200, set(Mint.STRANGER_JWK.replace("{", "{\"kid\":\"old\",")));
            var verifier = verifier(source(url));
            int before = fetches.get();
            var key = how.equals("RS256") ? Rfc.RS256 : how.equals("ES256") ? Rfc.ES256 : Rfc.EDDSA;
            answer = exchange -> send(exchange, 200, set(key.publicJwk("\"kid\":\"old\",")));
            verifier.verify(token(how.toLowerCase(Locale.ROOT), how, "old"));
            assertEquals(before + 1, fetches.get(), how);
            var old = refusal(verifier, token("stranger-rs256", "RS256", "old"));
            assertTrue(old == TokenRefusal.BAD_SIGNATURE || old == TokenRefusal.WRONG_ALGORITHM,
                    "the replaced key is gone: " + old);
        }
    }

    @Test
    void badTokensOfEveryKindCauseOneFetchIn30Seconds() {
        var verifier = verifier(source(url));
        for (int second = 0; second < 90; second++) {
            for (var token : List.of(token("stranger-rs256", "RS256", "old"), token("eddsa", "EdDSA", "old"),
                    token("rs256", "RS256", "guess-" + second),
                    token("es512-zeros", "ES512", "guess"),
                            mint.token("stranger-es256", "{\"alg\":\"ES256\"}", CLAIMS))) refusal(verifier, token);
            now = now.plusSeconds(1);
        }
        assertEquals(1 + 3, fetches.get());
    }

    @Test
    void aKeyThatIsWithdrawnIsGoneWithinTenMinutesWithoutAnyToken() throws TokenException {
        var source = source(url);
        var verifier = verifier(source);
        verifier.verify(oldToken());
        answer = exchange -> send(exchange, 200, NEW);
        now = START.plus(LATER).minusMillis(1);
        verifier.verify(oldToken());
        assertEquals(1, fetches.get());

        now = START.plus(LATER);
        Await.until("the set to be read again", () -> !source.keys().contains("old"));
        assertEquals(2, fetches.get());
        now = now.plus(LATER);
        Await.until("the set to be read again", () -> fetches.get() == 3);
    }

    @Test
    void aTokenMayCauseALookRightAfterOneThatNobodyCaused() throws TokenException {
        var verifier = verifier(source(url));
        now = START.plus(LATER);
        Await.until("the set to be read again", () -> fetches.get() == 2);
        answer = exchange -> send(exchange, 200, NEW);
        Await.until("its new key to be found", () -> isProven(verifier, newToken()));
        assertEquals(3, fetches.get());
    }

    @Test
    void aUrlThatIsAwayAtTheStartIsTriedAgainEverMoreSeldom() throws Exception {
        var away = new Socket(); // holds its port, and does not listen
        away.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        int port = away.getLocalPort();
        var source = source("http://localhost:" + port + "/jwks.json");
        var verifier = new JwtVerifier(List.of(Rfc.HS256.keys(), source), null, null, () -> START);
        assertFalse(source.areKnown());
        assertEquals(TokenRefusal.KEYS_UNAVAILABLE, refusal(verifier, oldToken()));
        assertEquals(TokenRefusal.KEYS_UNAVAILABLE, refusal(verifier, token("zeros", "ES512", "guess")));
        assertEquals("ann", verifier.verify(mint.token("hs256", "{\"alg\":\"HS256\"}", CLAIMS)).grant().caller(),
                "the secret is known");
        assertEquals(TokenRefusal.BAD_SIGNATURE, refusal(verifier, token("zeros", "HS256", "guess")));
        assertEquals(TokenRefusal.NOT_THREE_PARTS, refusal(verifier, "x"));

        answer = exchange -> send(exchange, 503, "");
        away.close();
        server.stop(0);
        open(port);
        int tries = 0;
        for (int pause : new int[] {1, 2, 4, 8, 15, 15, 15}) {
            now = now.plusSeconds(pause).minusMillis(1);
            for (int i = 0; i < 20; i++) assertEquals(TokenRefusal.KEYS_UNAVAILABLE, refusal(verifier, oldToken()));
            assertEquals(tries, fetches.get(), "not before " + pause + " s, whoever asks");
            now = now.plusMillis(1);
            int expected = ++tries;
            Await.until("the try after " + pause + " s", () -> fetches.get() == expected && source.isIdle());
        }
        answer = exchange -> send(exchange, 200, OLD);
        now = now.plusSeconds(15);
        Await.until("the keys to be read", source::areKnown);
        verifier.verify(oldToken());
        assertEquals(TokenRefusal.UNKNOWN_KEY, refusal(verifier, token("rs256", "RS256", "guess")),
                "now there is something to say");
    }

    @Test
    void aSetThatNamesNoKeyIsReadAgainForATokenThatNoneOfItVerifies() throws TokenException {
        answer = exchange -> send(exchange, 200, set(Rfc.RS256.publicJwk("")));
        var verifier = verifier(source(url));
        answer = exchange -> send(exchange, 200, set(Rfc.ES256.publicJwk("")));
        verifier.verify(mint.token("es256", "{\"alg\":\"ES256\"}", CLAIMS));
        assertEquals(2, fetches.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"500", "204", "not JSON", "no key", "large", "cut", "hangs", "hangs in its body",
            "redirect without end"})
    void aFetchThatFailsKeepsTheKeys(String fault) throws TokenException {
        var source = source(url, SHORT);
        var verifier = verifier(source);
        var keys = source.keys();
        var stop = new CountDownLatch(1);
        answer = exchange -> {
            switch (fault) {
                case "500" -> send(exchange, 500, NEW);
                case "204" -> exchange.sendResponseHeaders(204, -1);
                case "not JSON" -> send(exchange, 200, "<html>");
                case "no key" -> send(exchange, 200, "{\"keys\":[]}");
                case "large" -> send(exchange, 200, NEW + " ".repeat(1 << 20));
                case "cut" -> {
                    exchange.sendResponseHeaders(200, NEW.length() + 1);
                    exchange.getResponseBody().write(NEW.getBytes(UTF_8));
                    exchange.getResponseBody().flush();
                }
                case "hangs" -> stop.await();
                case "hangs in its body" -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write(NEW.getBytes(UTF_8));
                    exchange.getResponseBody().flush();
                    stop.await();
                }
                case "redirect without end" -> {
                    exchange.getResponseHeaders().set("Location", "/again");
                    exchange.sendResponseHeaders(302, -1);
                }
                default -> throw new IllegalArgumentException(fault);
            }
        };
        try {
            assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, newToken()));
            assertTrue(fetches.get() >= 2);
            assertSame(keys, source.keys());
            verifier.verify(oldToken());
        } finally {
            stop.countDown();
        }
        // And it is not the last word: the next look finds what is there by then.
        answer = exchange -> send(exchange, 200, NEW);
        now = now.plusSeconds(30);
        verifier.verify(newToken());
    }

    @Test
    void aServerThatIsGoneKeepsTheKeys() throws TokenException {
        var verifier = verifier(source(url));
        server.stop(0);
        assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, newToken()));
        verifier.verify(oldToken());
    }

    @Test
    void allWhoAskAtOnceShareOneFetchAndAKnownKeyWaitsForNobody() throws Exception {
        var verifier = verifier(source(url, Duration.ofSeconds(60)));
        var asked = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        answer = exchange -> {
            asked.countDown();
            go.await();
            send(exchange, 200, NEW);
        };
        String token = newToken();
        var verified = new ArrayList<Future<Session>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) verified.add(threads.submit(() -> verifier.verify(token)));
            asked.await();
            // While the fetch hangs: one that is known is done, and done here.
            verifier.verify(oldToken());
            assertEquals(50, verified.stream().filter(future -> !future.isDone()).count());
            go.countDown();
            for (var session : verified) assertEquals("ann", session.get().grant().caller());
        }
        assertEquals(2, fetches.get());
    }

    @Test
    void aWaitingCallerThatIsInterruptedStaysSoAndTheFetchGoesOn() throws Exception {
        var source = source(url, Duration.ofSeconds(60));
        var verifier = verifier(source);
        var asked = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        answer = exchange -> {
            asked.countDown();
            go.await();
            send(exchange, 200, NEW);
        };
        var outcome = new ArrayList<String>();
        var caller = Thread.ofVirtual()
                .start(() -> outcome.add(refusal(verifier, newToken()) + " " + Thread.currentThread().isInterrupted()));
        asked.await();
        caller.interrupt();
        caller.join();
        assertEquals(List.of("WRONG_ALGORITHM true"), outcome);
        go.countDown();
        verifier.verify(newToken());
        assertEquals(2, fetches.get());
    }

    @Test
    void aRedirectIsFollowed() throws TokenException {
        answer = exchange -> {
            if (exchange.getRequestURI().getPath().equals("/there")) {
                send(exchange, 200, OLD);
            } else {
                exchange.getResponseHeaders().set("Location", "/there");
                exchange.sendResponseHeaders(301, -1);
            }
        };
        verifier(source(url)).verify(oldToken());
        assertEquals(2, fetches.get());
    }

    @Test
    void aFileIsReadAgainLikeAUrl(@TempDir Path directory) throws IOException, TokenException {
        var file = Files.writeString(directory.resolve("jwks.json"), OLD);
        for (var location : List.of(file.toString(), file.toUri().toString())) {
            Files.writeString(file, OLD);
            var source = source(location);
            var verifier = verifier(source);
            verifier.verify(oldToken());
            Files.writeString(file, "{"); // a writer caught in the middle
            assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, newToken()));
            Files.writeString(file, NEW);
            assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, newToken()));
            now = now.plusSeconds(30);
            verifier.verify(newToken());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"404", "503", "{\"keys\":[]}", "<html>", "large",
            "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}"})
    void aUrlWithoutAnyKeyDoesNotStopTheStart(String fault) throws TokenException {
        answer = exchange -> {
            if (fault.length() == 3) send(exchange, Integer.parseInt(fault), OLD);
            else send(exchange, 200, fault.equals("large") ? OLD + " ".repeat(1 << 20) : fault);
        };
        var source = source(url);
        assertFalse(source.areKnown());
        assertEquals(TokenRefusal.KEYS_UNAVAILABLE, refusal(verifier(source), oldToken()));
        answer = exchange -> send(exchange, 200, OLD);
        now = now.plusSeconds(1);
        Await.until("the keys to be read", source::areKnown);
        verifier(source).verify(oldToken());
    }

    @Test
    void aLocationThatIsNoneAndAFileWithoutAnyKeyStopTheStartWithOneClearLine(@TempDir Path directory)
            throws IOException {
        assertEquals("is a URL without a host", refusedStart("https:///jwks"));
        assertEquals("is a URL without a host", refusedStart("https:jwks"));
        assertEquals("is a URL with a port above 65535", refusedStart("https://issuer.example:65536/jwks"));
        assertEquals("is a URL, but not of http, https or file", refusedStart("ftp://issuer.example/jwks"));
        assertEquals("is neither a URL nor the path of a file", refusedStart("http://a b/"));
        assertEquals("is a URL without a host", refusedStart("http://issuer.example:port/"));

        var file = directory.resolve("jwks.json");
        assertEquals(file + " does not exist", refusedStart(file.toString()));
        assertEquals(file + " does not exist", refusedStart(file.toUri().toString()));
        assertEquals(directory + " can not be read", refusedStart(directory.toString()));
        Files.writeString(file, "");
        assertEquals(file + " is not JSON: unexpected end, expected a value at line 1 column 1",
                refusedStart(file.toString()));
        Files.write(file, new byte[(1 << 20) + 1]);
        assertEquals(file + " is larger than 1048576 bytes", refusedStart(file.toString()));
        Files.writeString(file, OLD, UTF_16);
        assertEquals(file + " is in UTF-16 or UTF-32: save it as UTF-8", refusedStart(file.toString()));
        Files.writeString(file, "{\"keys\":[]}");
        assertEquals(file + " has no key that can verify tokens", refusedStart(file.toString()));
        assertEquals(0, fetches.get());
    }

    @Test
    void aFileMayBeginWithAByteOrderMark(@TempDir Path directory) throws IOException, TokenException {
        var file = Files.writeString(directory.resolve("jwks.json"), "\uFEFF" + OLD);
        verifier(source(file.toString())).verify(oldToken());
    }

    @Test
    void aServerThatDoesNotAnswerHoldsUpTheStartNoLongerThanTheTimeout() throws Exception {
        var stop = new CountDownLatch(1);
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            stop.await();
        };
        var source = assertTimeoutPreemptively(Duration.ofSeconds(30), () -> source(url, SHORT));
        assertFalse(source.areKnown());
        assertEquals(TokenRefusal.KEYS_UNAVAILABLE, refusal(verifier(source), oldToken()));
        stop.countDown();
        answer = exchange -> send(exchange, 200, OLD);
        Await.until("the keys to be read", () -> {
            now = now.plusSeconds(15);
            return source.areKnown();
        });
    }

    @Test
    void anOutageKeepsTheKeysHoweverLongItLastsAndEndsByItself() throws TokenException {
        var source = source(url);
        var verifier = verifier(source);
        answer = exchange -> send(exchange, 503, "");
        for (int look = 2; look < 20; look++) {
            now = now.plus(LATER);
            int expected = look;
            Await.until("look " + look, () -> fetches.get() >= expected);
            verifier.verify(oldToken());
        }
        answer = exchange -> send(exchange, 200, NEW);
        Await.until("the new set", () -> {
            now = now.plusSeconds(15); // the longest pause, and not ten minutes
            return source.keys().contains("new");
        });
        assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, oldToken()));
    }

    @Test
    void aSourceThatIsClosedLooksNoMore() {
        var source = source(url);
        source.close();
        now = START.plus(LATER).plus(LATER);
        assertEquals(1, fetches.get());
        assertTrue(source.isIdle(), "it is not looking either");
        assertTrue(source.keys().contains("old"), "the keys stay");
    }

    private String refusedStart(String location) {
        return assertThrows(IllegalArgumentException.class, () -> source(location)).getMessage();
    }

    private InstantSource clock() {
        return () -> now;
    }

    private JwksSource source(String location) {
        return source(location, JwksSource.TIMEOUT);
    }

    private JwksSource source(String location, Duration timeout) {
        var source = JwksSource.of(location, clock(), timeout, TICK);
        sources.add(source);
        return source;
    }

    private static boolean isProven(JwtVerifier verifier, String token) {
        try {
            verifier.verify(token);
            return true;
        } catch (TokenException refused) {
            return false;
        }
    }

    private JwtVerifier verifier(JwksSource source) {
        return new JwtVerifier(List.of(source), null, null, () -> START);
    }

    private String oldToken() {
        return token("rs256", "RS256", "old");
    }

    private String newToken() {
        return token("es256", "ES256", "new");
    }

    private String token(String signature, String algorithm, String kid) {
        return mint.token(signature, "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + kid + "\"}", CLAIMS);
    }

    private static TokenRefusal refusal(JwtVerifier verifier, String token) {
        return assertThrows(TokenException.class, () -> verifier.verify(token)).refusal();
    }

    private static String set(String jwk) {
        return "{\"keys\":[" + jwk + "]}";
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
