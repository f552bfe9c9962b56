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
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys that can not be read, at the start or later: what is there goes on, and it is looked for again.
class JwksOutageTest extends KeyServer {
    private static final Duration SHORT = Duration.ofSeconds(2);

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
            Await.until("look " + look, () -> fetches.get() >= expected && source.isIdle());
            verifier.verify(oldToken());
        }
        answer = exchange -> send(exchange, 200, NEW);
        Await.until("the new set", () -> {
            now = now.plusSeconds(15); // the longest pause, and not ten minutes
            return source.keys().contains("new");
        });
        assertEquals(TokenRefusal.WRONG_ALGORITHM, refusal(verifier, oldToken()));
    }

    private String refusedStart(String location) {
        return assertThrows(IllegalArgumentException.class, () -> source(location)).getMessage();
    }
}
