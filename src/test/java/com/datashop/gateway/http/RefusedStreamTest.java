package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A stream that is refused closes its connection, whatever it is refused for.
class RefusedStreamTest {
    private static final String STREAM = "/api/logs/stream?channels=logs:etl:w";
    private static final String[] BROWSER = {"Accept: text/event-stream"};

    @Test
    void everyRefusalClosesAtOnce() {
        try (var gateway = Gateway.start("MAX_CONNECTIONS=1"); var _ = gateway.follow("logs:etl:w")) {
            for (var path : List.of("/api/logs/stream", "/api/logs/stream?channels=", "/api/logs/stream?channels=logs",
                    STREAM + "&level=loud", STREAM + "&tail=x", STREAM + "&since=x", STREAM + "&q=%"))
                refused(gateway, 400, path);
            refused(gateway, 503, STREAM);
            assertTrue(refused(gateway, 200, STREAM, BROWSER).text().contains("event: refused"));
        }
        try (var gateway = Gateway.start("STREAM_AUTH=proxy", "PROXY_SECRET=" + "s".repeat(40),
                "MAX_CONNECTIONS_PER_USER=1")) {
            var proven = List.of("X-Proxy-Secret: " + "s".repeat(40), "X-User-Id: ann",
                    "X-Workspace-Ids: w").toArray(String[]::new);
            refused(gateway, 401, STREAM);
            refused(gateway, 401, STREAM, "X-Proxy-Secret: x");
            refused(gateway, 403, STREAM.replace("etl:w", "etl:other"), proven);
            try (var _ = gateway.follow("logs:etl:w", proven)) {
                refused(gateway, 429, STREAM, proven);
                var browser = new ArrayList<>(List.of(proven));
                browser.addAll(List.of(BROWSER));
                refused(gateway, 200, STREAM, browser.toArray(String[]::new));
            }
        }
    }

    @Test
    void aRefusedStreamClosesTheConnectionOfEveryKindOfClient() {
        try (var gateway = Gateway.start("MAX_CONNECTIONS=1"); var _ = gateway.follow("logs:etl:w")) {
            for (var version : List.of("HTTP/1.1\r\nHost: a", "HTTP/1.1\r\nHost: a\r\nConnection: keep-alive",
                    "HTTP/1.0", "HTTP/1.0\r\nConnection: keep-alive"))
                for (var method : List.of("GET", "HEAD"))
                    for (var accept : List.of("", "\r\nAccept: text/event-stream")) {
                        var ask = method + " " + STREAM + " " + version + accept + "\r\n\r\n";
                        try (var connection = Wire.connect(gateway.port())) {
                            connection.send(ask);
                            var answer = connection.receive(method);
                            assertEquals(accept.isEmpty() ? 503 : 200, answer.status(), ask);
                            assertEquals("close", answer.header("Connection"), ask);
                            assertTrue(connection.closedByPeer(Duration.ofSeconds(5)), ask);
                        }
                    }
        }
    }

    @Test
    void aBodyThatNobodyReadsDelaysItButLittle() {
        var connections = new ArrayList<Wire.Connection>();
        try (var gateway = Gateway.start()) {
            for (var body : List.of("Content-Length: 5\r\n\r\nhello", "Content-Length: 50\r\n\r\nhello",
                    "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
                    "Content-Length: 90000000\r\n\r\n" + "x".repeat(100_000))) {
                connections.add(Wire.connect(gateway.port()));
                connections.getLast().send("GET " + STREAM + " HTTP/1.1\r\nHost: a\r\n" + body);
            }
            for (var connection : connections) {
                var answer = connection.receive();
                Door.assertProblem(400, "body", answer);
                assertEquals("close", answer.header("Connection"));
                assertTrue(connection.closedByPeer(Duration.ofSeconds(6)),
                        "it waits for the rest, for two seconds and what its watchdog is late");
            }
        } finally {
            connections.forEach(Wire.Connection::close);
        }
    }

    @Test
    void otherRefusalsKeepTheirConnection() {
        try (var gateway = Gateway.start(); var connection = Wire.connect(gateway.port())) {
            for (var entry : Map.of("/nowhere", 404, "/admin/logs/stats?summary=x", 400).entrySet()) {
                connection.send(request("GET", entry.getKey()));
                var answer = connection.receive();
                assertEquals((int) entry.getValue(), answer.status());
                assertNull(answer.header("Connection"));
            }
            connection.send(request("POST", "/api/logs/publish", "{}".getBytes(UTF_8)));
            assertEquals(401, connection.receive().status());
            connection.send(request("GET", "/health"));
            assertEquals(200, connection.receive().status());
        }
    }

    @Test
    void twoHundredRefusedOnesThatDoNotCloseKeepNobodyOut() {
        try (var gateway = GatewayProcess.startWithFiles(256)) { // 192 connections, 128 of them streams
            var followers = new ArrayList<Follower>();
            var refused = new ArrayList<Wire.Connection>();
            try {
                for (int i = 0; i < 128; i++) followers.add(gateway.client().follow("logs:etl:w"));
                while (refused.size() < 200) {
                    var some = new ArrayList<Wire.Connection>(); // each waits a little for a place, all at once
                    for (int i = 0; i < 25; i++) {
                        some.add(Wire.connect(gateway.port()));
                        some.getLast().send(request("GET", i % 2 == 0 ? STREAM : "/api/logs/stream",
                                i % 4 < 2 ? new String[0] : BROWSER));
                    }
                    refused.addAll(some);
                    for (var connection : some) {
                        var answer = connection.receive();
                        assertTrue(List.of(200, 400, 503).contains(answer.status()), answer::toString);
                    }
                }
                assertEquals(200, gateway.client().get("/health").statusCode());
                var id = gateway.client().publish("w", "1");
                for (var follower : followers) assertEquals(id, follower.nextLog().id());
                for (var connection : refused) assertTrue(connection.closedByPeer(Duration.ofSeconds(1)),
                        "closed by the gateway");
                Await.until(() -> "their sockets to be closed: " + gateway.openSockets(), Duration.ofSeconds(5), () ->
                        gateway.openSockets() < 128 + 20);
            } finally {
                refused.forEach(Wire.Connection::close);
                followers.forEach(Follower::close);
            }
        }
    }

    private static Wire.Answer refused(Gateway gateway, int status, String path, String... headers) {
        try (var connection = Wire.connect(gateway.port())) {
            connection.send(request("GET", path, headers));
            var answer = connection.receive();
            assertEquals(status, answer.status(), () -> path + " was answered " + answer);
            assertEquals("close", answer.header("Connection"), path);
            assertTrue(connection.closedByPeer(Duration.ofSeconds(5)), path);
            return answer;
        }
    }
}
