package com.datashop.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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

/// Holds the set to being read again when it must be, and never more often: with a real server, and a clock that the test moves.
class JwksSourceTest {
    private static final String OLD = set(Rfc.RS256.publicJwk("\"kid\":\"old\","));
    private static final String NEW = set(Rfc.ES256.publicJwk("\"kid\":\"new\","));
    private static final Instant START = Instant.ofEpochSecond(1_800_000_000);
    private static final String CLAIMS = "{\"sub\":\"ann\",\"exp\":1800003600}";
    private static final Duration SHORT = Duration.ofSeconds(2);

    private final AtomicInteger fetches = new AtomicInteger();
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
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
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
        server.stop(0);
    }

    @Test
    void aKeyThatIsRolledIsFoundByItsFirstToken() throws TokenException {
        var verifier = verifier(JwksSource.of(url, clock()));
        verifier.verify(oldToken());
        assertEquals(1, fetches.get());

        answer = exchange -> send(exchange, 200, NEW);
        verifier.verify(newToken());
        assertEquals(2, fetches.get());
        assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, oldToken()));
    }

    @Test
    void keysAreCachedHoweverManyTokensCome() throws TokenException {
        var verifier = verifier(JwksSource.of(url, clock()));
        for (int i = 0; i < 100; i++) {
            verifier.verify(oldToken());
            now = now.plusSeconds(10);
        }
        assertEquals(1, fetches.get());
    }

    @Test
    void unknownNamesAreLookedForOnceIn30Seconds() throws TokenException {
        var verifier = verifier(JwksSource.of(url, clock()));
        for (int i = 0; i < 50; i++) assertEquals(TokenRefusal.UNKNOWN_KEY, refusal(verifier, token("rs256", "RS256", "guess-" + i)));
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
        var verifier = verifier(JwksSource.of(url, clock()));
        refusal(verifier, newToken());
        answer = exchange -> send(exchange, 200, NEW);
        now = START.minusSeconds(86_400);
        verifier.verify(newToken());
        assertEquals(3, fetches.get());
    }

    @Test
    void onlyATokenThatMayBeOfAPublicKeyNotKnownYetCausesALook() {
        var verifier = new JwtVerifier(List.of(Rfc.HS256.keys(), JwksSource.of(url, clock())), null, null, clock());
        assertEquals(TokenRefusal.BAD_SIGNATURE, refusal(verifier, token("stranger-rs256", "RS256", "old")));
        assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, token("eddsa", "EdDSA", "old")));
        assertEquals(TokenRefusal.BAD_SIGNATURE, refusal(verifier, token("zeros", "HS256", "guess")));
        assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, token("zeros", "none", "guess")));
        assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, token("rs512", "RS512", "guess")));
        assertEquals(TokenRefusal.NOT_THREE_PARTS, refusal(verifier, "x"));
        assertEquals(1, fetches.get());
        assertEquals(TokenRefusal.UNKNOWN_KEY, refusal(verifier, token("rs256", "RS256", "guess")));
        assertEquals(2, fetches.get());
    }

    @Test
    void aSetThatNamesNoKeyIsReadAgainForATokenThatNoneOfItVerifies() throws TokenException {
        answer = exchange -> send(exchange, 200, set(Rfc.RS256.publicJwk("")));
        var verifier = verifier(JwksSource.of(url, clock()));
        answer = exchange -> send(exchange, 200, set(Rfc.ES256.publicJwk("")));
        verifier.verify(mint.token("es256", "{\"alg\":\"ES256\"}", CLAIMS));
        assertEquals(2, fetches.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"500", "204", "not JSON", "no key", "large", "cut", "hangs", "hangs in its body", "redirect without end"})
    void aFetchThatFailsKeepsTheKeys(String fault) throws TokenException {
        var source = JwksSource.of(url, clock(), SHORT);
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
        var verifier = verifier(JwksSource.of(url, clock()));
        server.stop(0);
        assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, newToken()));
        verifier.verify(oldToken());
    }

    @Test
    void allWhoAskAtOnceShareOneFetchAndAKnownKeyWaitsForNobody() throws Exception {
        var verifier = verifier(JwksSource.of(url, clock(), Duration.ofSeconds(60)));
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
        var source = JwksSource.of(url, clock(), Duration.ofSeconds(60));
        var verifier = verifier(source);
        var asked = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        answer = exchange -> {
            asked.countDown();
            go.await();
            send(exchange, 200, NEW);
        };
        var outcome = new ArrayList<String>();
        var caller = Thread.ofVirtual().start(() -> outcome.add(refusal(verifier, newToken()) + " " + Thread.currentThread().isInterrupted()));
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
        verifier(JwksSource.of(url, clock())).verify(oldToken());
        assertEquals(2, fetches.get());
    }

    @Test
    void aFileIsReadAgainLikeAUrl(@TempDir Path directory) throws IOException, TokenException {
        var file = Files.writeString(directory.resolve("jwks.json"), OLD);
        for (var location : List.of(file.toString(), file.toUri().toString())) {
            Files.writeString(file, OLD);
            var source = JwksSource.of(location, clock());
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

    @Test
    void aStartWithoutAnyKeyIsOneClearLine(@TempDir Path directory) throws IOException {
        String shown = "http://localhost:" + server.getAddress().getPort() + "/jwks.json";
        answer = exchange -> send(exchange, 404, "");
        assertEquals(shown + " answered with status 404", refusedStart(url));
        answer = exchange -> send(exchange, 200, "{\"keys\":[]}");
        assertEquals(shown + " has no key that can verify tokens", refusedStart(url));
        answer = exchange -> send(exchange, 200, "<html>");
        assertEquals(shown + " is not JSON: expected a value but found '<' at line 1 column 1", refusedStart(url));
        answer = exchange -> send(exchange, 200, OLD + " ".repeat(1 << 20));
        assertEquals(shown + " can not be read: IOException, body exceeds capacity: 1048576", refusedStart(url));
        server.stop(0);
        assertEquals(shown + " can not be connected to", refusedStart(url));
        assertEquals("is a URL without a host", refusedStart("https:///jwks"));
        assertEquals("is neither a URL nor the path of a file", refusedStart("http://a b/"));

        var file = directory.resolve("jwks.json");
        assertEquals(file + " does not exist", refusedStart(file.toString()));
        assertEquals(directory + " can not be read", refusedStart(directory.toString()));
        Files.writeString(file, "");
        assertEquals(file + " is not JSON: unexpected end, expected a value at line 1 column 1", refusedStart(file.toString()));
        Files.write(file, new byte[(1 << 20) + 1]);
        assertEquals(file + " is larger than 1048576 bytes", refusedStart(file.toString()));
    }

    @Test
    void aServerThatDoesNotAnswerStopsTheStartInTime() throws InterruptedException {
        var stop = new CountDownLatch(1);
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            stop.await();
        };
        var refusal = assertThrows(IllegalArgumentException.class, () -> JwksSource.of(url, clock(), SHORT));
        stop.countDown();
        assertTrue(refusal.getMessage().endsWith("/jwks.json did not answer within 2000 ms"), refusal.getMessage());
    }

    private String refusedStart(String location) {
        return assertThrows(IllegalArgumentException.class, () -> JwksSource.of(location, clock())).getMessage();
    }

    private InstantSource clock() {
        return () -> now;
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
