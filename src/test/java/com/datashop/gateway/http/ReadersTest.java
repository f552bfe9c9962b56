package com.datashop.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Tokens;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Each subscriber sees its own workspaces and no others.
class ReadersTest {
    private static final String[] JWT = {"STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET};

    @Test
    void aTokenIsTakenFromTheHeaderTheCookieOrTheQueryInThatOrder() {
        try (var gateway = Gateway.start(JWT)) {
            var good = Tokens.reader(60, "w");
            for (var follower : List.of(gateway.follow("logs:etl:w", "Authorization: Bearer " + good),
                    gateway.follow("logs:etl:w", "Cookie: theme=dark; logs_token=" + good + "; other=1"),
                    gateway.follow("logs:etl:w&access_token=" + good),
                    gateway.follow("logs:etl:w&access_token=bad", "Authorization: Bearer " + good),
                    gateway.follow("logs:etl:w&access_token=bad", "Cookie: logs_token=" + good))) {
                assertEquals("ann",
                        Gateway.string(Gateway.object(follower.await(message -> message.event().equals("connection"))
                        .data()), "userId"));
                follower.close();
            }
            try (var bad = gateway.follow("logs:etl:w&access_token=" + good, "Authorization: Bearer bad")) {
                assertEquals(401, bad.status(), "the header is what counts, good or bad");
            }
        }
    }

    @Test
    void whoeverIsNotProvenIsAskedForATokenAndToldWhatIsWrongWithIt() {
        try (var gateway = Gateway.start(JWT)) {
            for (var path : List.of("/api/logs/stream?channels=logs:etl:w", "/api/logs/channels")) {
                var none = gateway.get(path);
                assertEquals(401, none.statusCode());
                assertTrue(none.headers().firstValue("WWW-Authenticate").orElseThrow().startsWith("Bearer"));
                var expired = gateway.get(path, "Authorization: Bearer " + Tokens.reader(-60, "w"));
                assertEquals(401, expired.statusCode());
                assertTrue(expired.body().contains("expired"), expired.body());
                assertTrue(expired.headers().firstValue("WWW-Authenticate").orElseThrow().contains("invalid_token"));
            }
        }
    }

    @Test
    void channelsOfOtherWorkspacesAreLeftOutAndNamed() {
        try (var gateway = Gateway.start(JWT)) {
            var token = "Authorization: Bearer " + Tokens.reader(60, "w1", "w2");
            var others = gateway.publish("w3", "1");
            try (var follower = gateway.follow("logs:etl:w1,logs:etl:w3,logs:*:w2:*,logs:etl:*,logs:etl:*:r&tail=10",
                    token)) {
                var connection = Gateway.object(follower.await(message -> message.event().equals("connection")).data());
                assertEquals("[\"logs:etl:w1\",\"logs:*:w2:*\"]", connection.get("channels").toString());
                assertEquals("[\"logs:etl:w3\",\"logs:etl:*\",\"logs:etl:*:r\"]", connection.get("denied").toString(),
                        "a star for the workspace needs all of them");
                gateway.publish("w3", "2");
                gateway.publish("w3/r", "3");
                var own = gateway.publish("w2/r", "4");
                assertEquals(own, follower.nextLog().id(), "neither live nor from history comes what is not ours, "
                        + others);
            }
            try (var none = gateway.follow("logs:etl:w3,logs:*:*:*", token)) {
                assertEquals(403, none.status());
            }
            try (var all = gateway.follow("logs:*:*", "Authorization: Bearer " + Tokens.reader(60, "*"))) {
                assertNull(Gateway.object(all.await(message -> message.event().equals("connection")).data())
                        .get("denied"));
            }
            try (var narrowed = gateway.follow("logs:etl:w1,logs:faas:w1,logs:*:w1", "Authorization: Bearer "
                    + Tokens.sign(
                    "{\"sub\":\"bob\",\"exp\":" + (System.currentTimeMillis() / 1000 + 60)
                    + ",\"workspaces\":[\"w1\"],\"services\":[\"faas\"]}"))) {
                var connection = Gateway.object(narrowed.await(message -> message.event().equals("connection")).data());
                assertEquals("[\"logs:faas:w1\"]", connection.get("channels").toString());
            }
            try (var nothing = gateway.follow("logs:etl:w1", "Authorization: Bearer "
                    + Tokens.sign("{\"sub\":\"bob\",\"exp\":" + (System.currentTimeMillis() / 1000 + 60) + "}"))) {
                assertEquals(403, nothing.status(), "a token without workspaces reads nothing");
            }
            var listed = gateway.get("/api/logs/channels", token).body();
            assertTrue(listed.contains("logs:etl:w2:r") && !listed.contains("w3"), listed);
        }
    }

    @Test
    void aStreamEndsWhenItsTokenHasExpired() {
        try (var gateway = Gateway.start(JWT);
                var follower = gateway.follow("logs:etl:w", "Authorization: Bearer " + Tokens.reader(-25, "w"))) {
            var id = gateway.publish("w", "1");
            assertEquals(id, follower.nextLog().id(), "within the leeway it is served");
            assertEquals("expired",
                    Gateway.string(Gateway.object(follower.await(message -> message.event().equals("expired")).data()),
                    "type"));
            assertEquals(Follower.End.COMPLETE, follower.awaitEnd());
            assertTrue(gateway.get("/metrics").body().contains("gateway_stream_ends_total{reason=\"expired\"} 1"));
        }
    }

    @Test
    void aTokenThatExpiresInMidReplayEndsItAtOnceHoweverSlowlyTheClientReads() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET, "MAX_BODY_BYTES=8MiB",
                "WRITE_TIMEOUT_SECONDS=600")) {
            for (int i = 0; i < 5; i++) gateway.publish("w", "\"" + "x".repeat(3_000_000) + "\"");
            try (var stalled = Follower.options().receiveBuffer(4096).paused()
                    .open(gateway.port(), "/api/logs/stream?channels=logs:etl:w&tail=5", "Authorization: Bearer "
                    + Tokens.reader(-24, "w"))) {
                assertEquals(200, stalled.status());
                Await.until("it is ended, though it writes", () -> gateway.get("/metrics").body()
                        .contains("gateway_stream_ends_total{reason=\"expired\"} 1"));
                assertTrue(gateway.get("/metrics").body()
                        .contains("gateway_stream_ends_total{reason=\"write-timeout\"} 0"));
            }
        }
    }

    @Test
    void aProxyThatProvesItselfSaysWhoReadsWhat() {
        try (var gateway = Gateway.start("STREAM_AUTH=proxy", "PROXY_SECRET=between-us")) {
            try (var follower = gateway.follow("logs:etl:w1,logs:etl:w2,logs:*:w3:*", "X-Proxy-Secret: between-us",
                    "X-User-Id: ann", "X-Workspace-Ids: w1 , w3")) {
                var connection = Gateway.object(follower.await(message -> message.event().equals("connection")).data());
                assertEquals("ann", Gateway.string(connection, "userId"));
                assertEquals("[\"logs:etl:w1\",\"logs:*:w3:*\"]", connection.get("channels").toString());
            }
            for (var headers : List.of(new String[] {"X-User-Id: ann", "X-Workspace-Ids: w1"},
                    new String[] {"X-Proxy-Secret: guess", "X-User-Id: ann", "X-Workspace-Ids: w1"},
                    new String[] {"X-Proxy-Secret: between-us", "X-Workspace-Ids: w1"},
                    new String[] {"X-Proxy-Secret: between-us", "X-User-Id: root", "X-User-Id: ann",
                    "X-Workspace-Ids: w1"},
                    new String[] {"X-Proxy-Secret: between-us", "X-User-Id: ann", "X-Workspace-Ids: w1",
                    "X-Workspace-Ids: w2"},
                    new String[] {"X-Proxy-Secret: between-us", "X-Proxy-Secret: guess", "X-User-Id: ann",
                    "X-Workspace-Ids: w1"})) {
                try (var refused = gateway.follow("logs:etl:w1", headers)) {
                    assertEquals(401, refused.status());
                    assertTrue(refused.header("WWW-Authenticate") != null);
                }
            }
            try (var nothing = gateway.follow("logs:etl:w1", "X-Proxy-Secret: between-us", "X-User-Id: ann")) {
                assertEquals(403, nothing.status());
            }
        }
    }

    @Test
    void noTokenIsEverShown() {
        var token = Tokens.reader(60, "w");
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET, "ADMIN_TOKEN=admin-secret");
                var follower = gateway.follow("logs:etl:w&access_token=" + token)) {
            follower.await(message -> message.event().equals("connection"));
            for (var path : List.of("/admin/logs/stats", "/metrics")) {
                var shown = gateway.get(path, "Authorization: Bearer admin-secret");
                assertEquals(200, shown.statusCode());
                assertFalse(shown.body().contains(token.substring(0, 20)) || shown.body().contains("admin-secret")
                        || shown.body().contains(Gateway.TOKEN));
                assertEquals("no-store", shown.headers().firstValue("Cache-Control").orElseThrow());
                assertEquals(401, gateway.get(path).statusCode());
                assertEquals(401, gateway.get(path, "Authorization: Bearer admin-secre").statusCode());
            }
        }
    }
}
