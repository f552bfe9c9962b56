package com.datashop.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nobody takes more than their part, and nobody who is in is put out for somebody else.
class LimitsTest {
    @Test
    void aStreamOverTheNodesLimitIsRefusedUntilOneLeaves() {
        try (var gateway = Gateway.start("MAX_CONNECTIONS=2"); var first = gateway.follow("logs:etl:w");
                var second = gateway.follow("logs:etl:w")) {
            second.await(message -> message.event().equals("connection"));
            try (var plain = opened(gateway, "Accept: */*"); var browser = gateway.follow("logs:etl:w")) {
                assertEquals(503, plain.status());
                int seconds = Integer.parseInt(plain.header("Retry-After"));
                assertTrue(seconds >= 1 && seconds <= 30, "Retry-After: " + seconds);
                assertEquals(200, browser.status());
                var refused = Gateway.object(browser.await(message -> message.event().equals("refused")).data());
                assertEquals("node-full", Gateway.string(refused, "reason"));
                assertEquals(503, Gateway.number(refused, "status"));
                assertTrue(browser.retry() >= 1000 * Gateway.number(refused, "retryAfter"));
                assertEquals(Follower.End.COMPLETE, browser.awaitEnd());
            }
            assertTrue(gateway.get("/metrics").body().contains("gateway_refusals_total{reason=\"node-full\"} 2"));
            first.leave();
            Await.until("a place is free", () -> {
                gateway.publish("w", "1"); // a write is what shows that a client is gone
                try (var next = opened(gateway, "Accept: */*")) {
                    return next.status() == 200;
                }
            });
            assertEquals(200, second.status());
            var id = gateway.publish("w", "2");
            second.await(message -> message.id().equals(id));
        }
    }

    @Test
    void anAddressIsOneHoweverItIsSpelled() {
        try (var gateway = Gateway.start("MAX_CONNECTIONS_PER_IP=1", "TRUST_PROXY=1")) {
            var one = List.of("203.0.113.7", "2001:db8:1:2::1", "198.51.100.1");
            var again = List.of(List.of("203.0.113.7", " 203.0.113.7 ", "203.0.113.7:4711", "::ffff:203.0.113.7",
                    "[::ffff:cb00:7107]:80", "evil, 203.0.113.7"),
                    List.of("2001:db8:1:2::2", "2001:DB8:1:2:ffff::", "[2001:db8:1:2::3]:443",
                    "2001:0db8:0001:0002:0:0:0:9"), List.of("10.0.0.1,198.51.100.1"));
            for (int i = 0; i < one.size(); i++) {
                try (var first = opened(gateway, "Accept: */*", "X-Forwarded-For: " + one.get(i))) {
                    assertEquals(200, first.status());
                    for (var spelling : again.get(i)) {
                        try (var second = opened(gateway, "Accept: */*", "X-Forwarded-For: " + spelling)) {
                            assertEquals(429, second.status(), spelling);
                            assertTrue(second.header("Retry-After") != null);
                        }
                    }
                    try (var other = opened(gateway, "Accept: */*", "X-Forwarded-For: 2001:db8:1:3::1")) {
                        assertEquals(200, other.status());
                    }
                }
                Await.until("the streams are gone", () -> {
                    gateway.publish("w", "1");
                    return gateway.get("/health").body().contains("\"connections\":0");
                });
            }
        }
    }

    @Test
    void aForwardedAddressIsBelievedFromAsManyProxiesAsAreTrusted() {
        try (var gateway = Gateway.start("MAX_CONNECTIONS_PER_IP=1", "TRUST_PROXY=2")) {
            try (var first = opened(gateway, "Accept: */*", "X-Forwarded-For: 1.1.1.1, 2.2.2.2",
                    "X-Forwarded-For: 3.3.3.3");
                    var same = opened(gateway, "Accept: */*", "X-Forwarded-For: 9.9.9.9, 2.2.2.2, 4.4.4.4");
                    var peer = opened(gateway, "Accept: */*", "X-Forwarded-For: 5.5.5.5");
                    var samePeer = opened(gateway, "Accept: */*", "X-Forwarded-For: garbage, 6.6.6.6")) {
                assertEquals(List.of(200, 429, 200, 429),
                        List.of(first.status(), same.status(), peer.status(), samePeer.status()));
            }
        }
    }

    @Test
    void withoutATrustedProxyTheHeaderCountsForNothing() {
        try (var gateway = Gateway.start("MAX_CONNECTIONS_PER_IP=1");
                var first = opened(gateway, "Accept: */*", "X-Forwarded-For: 1.1.1.1");
                var second = opened(gateway, "Accept: */*", "X-Forwarded-For: 2.2.2.2")) {
            assertEquals(List.of(200, 429), List.of(first.status(), second.status()));
        }
    }

    @Test
    void aProvenUserHasALimitAndAnUnprovenNameHasNone() {
        try (var gateway = Gateway.start("MAX_CONNECTIONS_PER_USER=1", "STREAM_AUTH=jwt", "JWT_SECRET="
                + Tokens.SECRET);
                var first = opened(gateway, "Accept: */*", "Authorization: Bearer " + Tokens.reader(60, "w"));
                var second = opened(gateway, "Accept: */*", "Authorization: Bearer " + Tokens.reader(61, "w"))) {
            assertEquals(List.of(200, 429), List.of(first.status(), second.status()));
        }
        try (var gateway = Gateway.start("MAX_CONNECTIONS_PER_USER=1"); var first = opened(gateway, "Accept: */*");
                var second = opened(gateway, "Accept: */*")) {
            assertEquals(List.of(200, 200), List.of(first.status(), second.status()));
        }
    }

    @Test
    void aHundredStreamsOpenAndCloseAndLeaveNothingTaken() {
        try (var gateway = Gateway.start("MAX_CONNECTIONS=10", "MAX_CONNECTIONS_PER_IP=10")) {
            for (int round = 0; round < 10; round++) {
                var followers = new ArrayList<Follower>();
                for (int i = 0; i < 10; i++) followers.add(opened(gateway, "Accept: */*"));
                for (var follower : followers) assertEquals(200, follower.status());
                assertEquals(200, gateway.send("HEAD", "/api/logs/channels").statusCode());
                for (int i = 0; i < 10; i++) {
                    if (i % 2 == 0) followers.get(i).reset();
                    else followers.get(i).close();
                }
                Await.until("they are gone", () -> {
                    gateway.publish("w", "1");
                    return gateway.get("/health").body().contains("\"connections\":0");
                });
                assertEquals(200, gateway.send("HEAD", "/api/logs/stream?channels=logs:etl:w").statusCode(),
                        "a HEAD gives its place back at once");
            }
        }
    }

    @Test
    void thePlacesOfClientsThatLeftAreFreeSoonHoweverLongTheHeartbeat() {
        try (var gateway = Gateway.start("MAX_CONNECTIONS=5", "HEARTBEAT_SECONDS=3600")) {
            for (int i = 0; i < 5; i++) opened(gateway, "Accept: */*").close();
            Await.until("a place is free", () -> {
                try (var next = opened(gateway, "Accept: */*")) {
                    return next.status() == 200;
                }
            });
        }
    }

    @Test
    void aListOfTokensMayHaveOneALineAndCountsOnlyWhenItIsWhole(@TempDir Path folder) throws IOException {
        var file = folder.resolve("tokens");
        Files.writeString(file, "narrow=etl/mine\nwide=etl\n");
        try (var gateway = Gateway.start("SERVICE_TOKENS_FILE=" + file)) {
            assertEquals(403, publish(gateway, "narrow"));
            assertEquals(200, publish(gateway, "wide"));
            long end = System.nanoTime() + 4_000_000_000L; // some looks: the text changes between any two of them
            for (int i = 0; System.nanoTime() < end; i++) {
                Files.writeString(file, "narrow=etl" + (i % 2 == 0 ? "" : "/mine") + ",x" + i + "=etl");
                assertEquals(403, publish(gateway, "narrow"), "half a list grants nothing");
            }
        }
    }

    @Test
    void aTokenThatPublishesTooFastIsRefusedUntilItsBucketFills() {
        try (var gateway = Gateway.start("PUBLISH_RATE=100", "SERVICE_TOKENS=" + Gateway.TOKEN + "=etl,other=etl")) {
            var burst = gateway.post("/api/logs/publish", batch(150), "Content-Type: application/x-ndjson",
                    "X-Service-Token: " + Gateway.TOKEN);
            assertEquals(200, burst.statusCode());
            assertEquals("\"publish\";q=200;w=2", burst.headers().firstValue("RateLimit-Policy").orElseThrow());
            assertTrue(burst.headers().firstValue("RateLimit").orElseThrow().matches("\"publish\";r=\\d+;t=0"));
            var debt = gateway.post("/api/logs/publish", batch(500), "Content-Type: application/x-ndjson",
                    "X-Service-Token: " + Gateway.TOKEN);
            assertEquals(200, debt.statusCode(),
                    "a batch is let in while the bucket is not empty, and takes it into debt");
            var refused = gateway.post("/api/logs/publish", batch(1), "Content-Type: application/x-ndjson",
                    "X-Service-Token: " + Gateway.TOKEN);
            assertEquals(429, refused.statusCode());
            int wait = Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow());
            assertTrue(wait >= 1 && wait <= 6, "Retry-After: " + wait);
            assertTrue(refused.body().contains("PUBLISH_RATE"));
            var other = gateway.post("/api/logs/publish", batch(1), "Content-Type: application/x-ndjson",
                    "X-Service-Token: other");
            assertEquals(200, other.statusCode(), "each token has its own");
            assertEquals(429, gateway.post("/api/logs/publish", batch(1), "Content-Type: application/x-ndjson",
                    "Authorization: Bearer " + Gateway.TOKEN).statusCode());
            Await.until("the bucket fills",
                    () -> gateway.post("/api/logs/publish", batch(1), "Content-Type: application/x-ndjson",
                    "X-Service-Token: " + Gateway.TOKEN).statusCode() == 200);
        }
    }

    @Test
    void serviceTokensAreRolledByChangingTheirFile(@TempDir Path folder) throws IOException {
        var file = folder.resolve("tokens");
        Files.writeString(file, "old=etl\n");
        try (var gateway = Gateway.start("SERVICE_TOKENS_FILE=" + file); var follower = gateway.follow("logs:etl:w")) {
            follower.await(message -> message.event().equals("connection"));
            assertEquals(200, publish(gateway, "old"));
            assertEquals(401, publish(gateway, "new"));
            Files.writeString(file, "new=etl\n");
            Await.until("the new token is known", () -> publish(gateway, "new") == 200);
            assertEquals(401, publish(gateway, "old"));
            Files.writeString(file, "this is no list of tokens");
            long end = System.nanoTime() + 2_500_000_000L; // it is looked at once a second
            while (System.nanoTime() < end)
                assertEquals(200, publish(gateway, "new"), "what can not be read leaves the old tokens");
            Files.writeString(file, "newer=etl");
            Await.until("the newer token is known", () -> publish(gateway, "newer") == 200);
            var id = gateway.post("/api/logs/publish", Gateway.entry("w", "\"last\""), "Content-Type: application/json",
                    "X-Service-Token: newer");
            var last = Gateway.string(Gateway.json(id), "id");
            follower.await(message -> message.id().equals(last)); // the stream was there all the while
        }
    }

    /// Follows a channel, and has the answer's head when it returns.
    private static Follower opened(Gateway gateway, String... headers) {
        var follower = gateway.follow("logs:etl:w", headers);
        follower.status();
        return follower;
    }

    private static int publish(Gateway gateway, String token) {
        return gateway.post("/api/logs/publish", Gateway.entry("w", "1"), "Content-Type: application/json",
                "X-Service-Token: " + token).statusCode();
    }

    private static String batch(int size) {
        return String.join("\n", IntStream.range(0, size).mapToObj(n -> Gateway.entry("w", String.valueOf(n)))
                .toList());
    }
}
