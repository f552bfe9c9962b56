package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.JSON;
import static com.datashop.gateway.http.Door.TOKEN;
import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.http.Door.members;
import static com.datashop.gateway.http.Door.object;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.Gateway.number;
import static com.datashop.gateway.support.Gateway.string;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Wire;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The answers of the endpoints beside stream and publish, and of any endpoint to a request that it does not know.
class EndpointsTest {
    private static final String[] PRODUCTION = {"NODE_ENV=production", "STREAM_AUTH=none", "SERVICE_TOKENS=t=etl"};
    private Gateway gateway;

    @BeforeEach
    void start() {
        gateway = Gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void theIndexNamesTheEndpoints() {
        var answer = ask(gateway.port(), request("GET", "/"));
        assertEquals(200, answer.status());
        assertEquals("application/json", answer.header("Content-Type"));
        var index = object(answer);
        assertEquals(List.of("message", "version", "environment", "endpoints"), members(index));
        assertEquals("development", string(index, "environment"));
        assertTrue(string(index, "version").matches("[0-9]+\\.[0-9]+\\.[0-9]+.*"), string(index, "version"));
        var endpoints = (JsonObject) index.get("endpoints");
        assertTrue(members(endpoints).containsAll(List.of("health", "logs_stream", "logs_publish", "test_publish",
                "admin_stats")), endpoints::toString);
        for (var name : members(endpoints)) {
            var words = string(endpoints, name).split("[ ?]");
            if (!words[0].equals("GET") || words[1].contains("stream")) continue;
            int expected = words[1].equals("/api/logs/events") ? 400 : 200; // it needs channels
            assertEquals(expected, ask(gateway.port(), request("GET", words[1])).status(), name);
        }
    }

    @Test
    void healthCountsTheStreamsOfNowAndOfAllTime() {
        long before = System.currentTimeMillis();
        var health = Gateway.json(gateway.get("/health"));
        assertEquals(List.of("status", "connections", "channels", "stats", "uptime"), members(health));
        assertEquals("healthy", string(health, "status"));
        assertEquals(List.of("totalConnections", "logsPublished", "startTime"),
                members((JsonObject) health.get("stats")));
        long startTime = number((JsonObject) health.get("stats"), "startTime");
        assertTrue(startTime <= before && startTime > before - 60_000, "milliseconds since 1970");
        assertTrue(number(health, "uptime") >= 0 && number(health, "uptime") < 60_000);
        assertEquals(List.of(0L, 0L, 0L, 0L), counts());
        try (var one = gateway.follow("logs:etl:w:r,logs:etl:*"); var two = gateway.follow("logs:etl:w:r")) {
            one.next();
            two.next();
            assertEquals(List.of(2L, 2L, 2L, 0L), counts());
            gateway.publishAll("w/r", List.of("1", "2", "3"));
            assertEquals(List.of(2L, 2L, 2L, 3L), counts());
        }
        // A departed client is found by writing to it.
        Await.until("both are gone", () -> {
            gateway.publish("w/r", "4");
            gateway.publish("w", "4");
            return counts().get(0) == 0;
        });
        assertEquals(List.of(0L, 0L, 2L), counts().subList(0, 3));
    }

    @Test
    void theProcessIsAliveWhateverItsHealth() {
        var answer = ask(gateway.port(), request("GET", "/health/live"));
        assertEquals(200, answer.status());
        assertEquals("application/json", answer.header("Content-Type"));
    }

    @Test
    void channelsAreThoseWithEventsOrSubscribers() {
        assertEquals("{\"channels\":[]}", ask(gateway.port(), request("GET", "/api/logs/channels")).text());
        gateway.publish("b/r", "1");
        var last = gateway.publishReply("b/r", "2");
        try (var follower = gateway.follow("logs:etl:a,logs:etl:b:r,logs:*:c")) {
            follower.next();
            var channels = Gateway.json(gateway.get("/api/logs/channels"));
            assertEquals(List.of("channels"), members(channels));
            assertEquals(
                    "[{\"channel\":\"logs:etl:a\",\"lastId\":null,\"lastTimestamp\":null,\"events\":0},"
                    + "{\"channel\":\"logs:etl:b:r\",\"lastId\":\""
                    + string(last, "id") + "\",\"lastTimestamp\":" + number(last, "timestamp") + ",\"events\":2}]",
                    channels.get("channels").toString());
        }
    }

    @Test
    void theAdminSeesWhoFollowsWhat() {
        try (var one = gateway.follow("logs:etl:w:r,logs:etl:*", "X-User-Id: ann");
                var two = gateway.follow("logs:etl:w:r")) {
            String connectionId = string(Gateway.object(one.next().data()), "connectionId");
            two.next();
            gateway.publish("w/r", "1");
            one.nextLog();
            two.nextLog();
            var stats = Gateway.json(gateway.get("/admin/logs/stats"));
            assertEquals(List.of("totalConnections", "totalChannels", "channels", "stats"), members(stats)
                    .subList(0, 4));
            assertEquals(List.of(2L, 2L), List.of(number(stats, "totalConnections"), number(stats, "totalChannels")));
            assertEquals(List.of("totalConnections", "logsPublished", "startTime"),
                    members((JsonObject) stats.get("stats")));
            assertEquals(1, number((JsonObject) stats.get("stats"), "logsPublished"));
            Map<String, JsonObject> channels = new LinkedHashMap<>();
            for (var channel : ((JsonArray) stats.get("channels")).elements())
                channels.put(string((JsonObject) channel, "channel"), (JsonObject) channel);
            assertEquals(List.of("logs:etl:*", "logs:etl:w:r"), channels.keySet().stream().sorted().toList());
            var channel = channels.get("logs:etl:w:r");
            assertEquals(List.of("channel", "subscriberCount", "connections"), members(channel));
            assertEquals(2, number(channel, "subscriberCount"));
            var connections = ((JsonArray) channel.get("connections")).elements();
            assertEquals(2, connections.size());
            var ann = connections.stream().map(JsonObject.class::cast)
                    .filter(connection -> string(connection, "userId").equals("ann")).findFirst().orElseThrow();
            assertEquals(List.of("connectionId", "userId", "connectedAt", "logsSent"), members(ann));
            assertEquals(connectionId, string(ann, "connectionId"));
            assertEquals(1, number(ann, "logsSent"), "counted before it was written");
            assertTrue(Math.abs(number(ann, "connectedAt") - System.currentTimeMillis()) < 60_000,
                    "milliseconds since 1970");
        }
    }

    @Test
    void theAdminPagesAskForTheirTokenOnceItIsSet() {
        try (var guarded = Gateway.start("ADMIN_TOKEN=s3cret=")) {
            for (var header : List.of("X-Nothing: 1", "Authorization: Bearer wrong", "Authorization: Bearer s3cret",
                    "Authorization: Basic s3cret=", "Authorization: s3cret=", TOKEN,
                    "X-Service-Token: s3cret=")) {
                var answer = ask(guarded.port(), request("GET", "/admin/logs/stats", header));
                assertProblem(401, "ADMIN_TOKEN", answer, header);
                assertTrue(answer.header("WWW-Authenticate").startsWith("Bearer"), header);
            }
            assertEquals(200, ask(guarded.port(), request("GET", "/admin/logs/stats", "Authorization: Bearer s3cret="))
                    .status());
        }
    }

    @Test
    void inProductionTheAdminPagesAreOffWithoutATokenAndTheSampleNeedsOne() {
        try (var production = Gateway.start(PRODUCTION)) {
            assertProblem(403, "ADMIN_TOKEN", ask(production.port(), request("GET", "/admin/logs/stats")));
            assertProblem(403, "ADMIN_TOKEN",
                    ask(production.port(), request("GET", "/admin/logs/stats", "Authorization: Bearer x")));
            var refused = ask(production.port(), request("POST", "/test/logs"));
            assertProblem(401, "token", refused);
            assertNotNull(refused.header("WWW-Authenticate"));
            assertProblem(401, "token", ask(production.port(), request("POST", "/test/logs", TOKEN)),
                    "a development token");
            assertEquals(200, ask(production.port(), request("POST", "/test/logs", "X-Service-Token: t")).status());
            assertProblem(403, "faas", ask(production.port(),
                    request("POST", "/test/logs", "{\"service\":\"faas\"}".getBytes(UTF_8),
                    "Authorization: Bearer t")));
            assertEquals(200, ask(production.port(), request("GET", "/health")).status());
        }
        try (var production = Gateway.start("NODE_ENV=production", "STREAM_AUTH=none", "SERVICE_TOKENS=t=etl",
                "ADMIN_TOKEN=a")) {
            assertEquals(200, ask(production.port(), request("GET", "/admin/logs/stats", "Authorization: Bearer a"))
                    .status());
            assertProblem(401, "ADMIN_TOKEN",
                    ask(production.port(), request("GET", "/admin/logs/stats", "Authorization: Bearer t")));
        }
    }

    @Test
    void theSampleNeedsNothing() {
        try (var follower = gateway.follow("logs:etl:workspace123:workflow456")) {
            follower.next();
            var answer = ask(gateway.port(), request("POST", "/test/logs"));
            assertEquals(200, answer.status());
            var reply = object(answer);
            assertEquals(List.of("success", "channel", "id", "delivered", "timestamp", "logData"), members(reply));
            assertEquals("logs:etl:workspace123:workflow456", string(reply, "channel"));
            assertEquals(1, number(reply, "delivered"));
            var sample = (JsonObject) reply.get("logData");
            assertTrue(string(sample, "message").startsWith("Test log"));
            var log = follower.nextLog();
            assertEquals(string(reply, "id"), log.id());
            assertTrue(log.data().endsWith("\"data\":" + sample + "}"), log::data);
            assertEquals(200, ask(gateway.port(), request("POST", "/test/logs", new byte[0])).status(),
                    "Content-Length: 0");
            assertEquals(200, ask(gateway.port(),
                    request("POST", "/test/logs", "{}".getBytes(UTF_8), "Content-Type: text/plain")).status());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"service\":\"faas\",\"workspace_id\":\"w\",\"function_id\":\"f\",\"logData\":{ \"n\" : 1.00 "
                + "}}|logs:faas:w:f|{\"n\":1.00}",
        "{\"workspace_id\":\"w\",\"logData\":null}|logs:etl:w:workflow456|null",
        "{\"resource_id\":\"r\",\"logData\":[]}|logs:etl:workspace123:r|[]",
        "{\"workflow_id\":null,\"logData\":0}|logs:etl:workspace123:workflow456|0"})
    void theSampleTakesWhatItIsGiven(String body, String channel, String data) {
        for (var type : List.of("Content-Type: application/json", "X-No-Type: 1")) {
            var answer = ask(gateway.port(), request("POST", "/test/logs", body.getBytes(UTF_8), type));
            assertEquals(200, answer.status(), answer::toString);
            assertEquals(channel, string(object(answer), "channel"));
            assertTrue(answer.text().endsWith("\"logData\":" + data + "}"), answer::toString);
        }
    }

    @Test
    void theSampleRefusesWhatPublishRefuses() {
        for (var body : List.of("{", "[]", "null", "{\"service\":1}", "{\"service\":\"a b\"}",
                "{\"workflow_id\":\"a\",\"function_id\":\"b\"}", "{\"timestamp\":\"yesterday\"}", "{} {}"))
            assertProblem(400, "", ask(gateway.port(), request("POST", "/test/logs", body.getBytes(UTF_8), JSON)),
                    body);
        assertEquals(List.of(), Door.channels(gateway));
    }

    @Test
    void anUnknownPathIsNotFound() {
        for (var path : List.of("/nowhere", "/health/", "/health/dead", "/Health", "/api", "/api/logs",
                "/api/logs/stream/x", "/admin/", "/dashboard", "/%68ealth", "/./health", "/x/../health",
                "/health;a=b", "/favicon.ico", "/.env", "/%2e%2e/%2e%2e/etc/passwd"))
            for (var method : List.of("GET", "POST", "OPTIONS")) {
                var problem = assertProblem(404, "path", ask(gateway.port(), request(method, path)), path);
                assertEquals(List.of("type", "title", "status", "detail", "error"), members(problem), path);
                assertEquals("Not Found", string(problem, "title"));
            }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"/|GET, HEAD, OPTIONS", "/health|GET, HEAD, OPTIONS",
            "/health/live|GET, HEAD, OPTIONS", "/api/logs/stream|GET, HEAD, OPTIONS",
        "/api/logs/channels|GET, HEAD, OPTIONS", "/admin/logs/stats|GET, HEAD, OPTIONS",
                "/client.js|GET, HEAD, OPTIONS", "/api/logs/publish|OPTIONS, POST", "/test/logs|OPTIONS, POST"})
    void anotherMethodIsRefusedWithThoseThatAreAllowed(String path, String allowed) {
        for (var method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW", "get", "Post")) {
            if (List.of(allowed.split(", ")).contains(method)) continue;
            var answer = ask(gateway.port(), request(method, path));
            assertProblem(405, allowed, answer, method + " " + path);
            assertEquals(allowed, answer.header("Allow"), method);
        }
        if (allowed.contains("HEAD")) return;
        var head = head(path);
        assertEquals(405, head.status());
        assertEquals(allowed, head.header("Allow"));
    }

    @Test
    void headIsAnsweredLikeGetWithoutTheBody() {
        for (var path : List.of("/", "/client.js", "/health/live", "/api/logs/channels", "/nowhere",
                "/api/logs/stream")) {
            var get = ask(gateway.port(), request("GET", path));
            var head = head(path);
            assertEquals(get.status(), head.status(), path);
            for (var name : List.of("Content-Type", "Content-Length", "Vary", "Access-Control-Allow-Origin"))
                assertEquals(get.header(name), head.header(name), path + " " + name);
            assertEquals(0, head.body().length);
        }
        assertEquals(200, head("/health").status());
        assertEquals(200, head("/admin/logs/stats").status());
    }

    @Test
    void headOfAStreamIsItsHeadersAndTheEnd() {
        try (var connection = Wire.connect(gateway.port())) {
            connection.send(request("HEAD", "/api/logs/stream?channels=logs:a:b"));
            var head = connection.receive("HEAD");
            assertEquals(200, head.status());
            assertEquals("text/event-stream", head.header("Content-Type"));
            assertEquals("no-cache, no-transform", head.header("Cache-Control"));
            assertNull(head.header("Content-Length"));
            assertTrue(connection.closedByPeer(), "the end");
        }
        assertEquals(List.of(0L, 0L, 0L, 0L), counts(), "it was no stream");
    }

    @Test
    void oneConnectionServesManyRequestsOfAllKinds() {
        try (var connection = Wire.connect(gateway.port())) {
            for (int i = 0; i < 20; i++) {
                assertEquals(200, ask(connection, request("GET", "/health").getBytes(UTF_8)).status());
                connection.send(request("HEAD", "/health"));
                assertEquals(200, connection.receive("HEAD").status());
                assertEquals(404, ask(connection, request("GET", "/nowhere").getBytes(UTF_8)).status());
                assertEquals(405, ask(connection, request("DELETE", "/health").getBytes(UTF_8)).status());
                assertEquals(200, ask(connection, request("POST", "/test/logs").getBytes(UTF_8)).status());
            }
        }
    }

    /// Streams, channels, streams of all time, events.
    private List<Long> counts() {
        var health = Gateway.json(gateway.get("/health"));
        var stats = (JsonObject) health.get("stats");
        return List.of(number(health, "connections"), number(health, "channels"), number(stats, "totalConnections"),
                number(stats, "logsPublished"));
    }

    private Wire.Answer head(String path) {
        try (var connection = Wire.connect(gateway.port())) {
            connection.send(request("HEAD", path));
            return connection.receive("HEAD");
        }
    }
}
