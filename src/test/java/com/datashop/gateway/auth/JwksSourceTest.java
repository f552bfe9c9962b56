package com.datashop.gateway.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds the set to being read again when it must be, and never more often: with a real server, and a clock that the
/// test moves.
class JwksSourceTest extends KeyServer {
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
            assertEquals(TokenRefusal.UNKNOWN_KEY, refusal(verifier, guess(i)));
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
        var bad = List.of(token("stranger-rs256", "RS256", "old"), token("eddsa", "EdDSA", "old"),
                token("es512-zeros", "ES512", "guess"),
                mint.token("stranger-es256", "{\"alg\":\"ES256\"}", CLAIMS));
        for (int second = 0; second < 90; second++) {
            refusal(verifier, guess(second));
            for (var token : bad) refusal(verifier, token);
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
    void aSetThatNamesNoKeyIsReadAgainForATokenThatNoneOfItVerifies() throws TokenException {
        answer = exchange -> send(exchange, 200, set(Rfc.RS256.publicJwk("")));
        var verifier = verifier(source(url));
        answer = exchange -> send(exchange, 200, set(Rfc.ES256.publicJwk("")));
        verifier.verify(mint.token("es256", "{\"alg\":\"ES256\"}", CLAIMS));
        assertEquals(2, fetches.get());
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

    @Test
    void aSourceThatIsClosedLooksNoMore() {
        var source = source(url);
        source.close();
        now = START.plus(LATER).plus(LATER);
        assertEquals(1, fetches.get());
        assertTrue(source.isIdle(), "it is not looking either");
        assertTrue(source.keys().contains("old"), "the keys stay");
    }

    private static boolean isProven(JwtVerifier verifier, String token) {
        try {
            verifier.verify(token);
            return true;
        } catch (TokenException refused) {
            return false;
        }
    }
}
