package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.object;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.Gateway.string;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Long replies that their clients ask for and do not read: they hold little, and in all no more than the heap has for
/// them.
class UnreadRepliesTest {
    private static final String CHANNELS = "/api/logs/channels";
    private static final String ADMIN = "/admin/logs/stats";
    private static final int BATCH = 1000;

    @Test
    void aHundredUnreadListsOfChannelsEndNothing() throws IOException {
        try (var gateway = GatewayProcess.startWith(List.of("-Xmx256m"), "WRITE_TIMEOUT_SECONDS=2",
                "SHUTDOWN_SECONDS=1")) {
            int many = publishChannels(gateway, 20_000); // 10 MB of reply
            var stalled = new ArrayList<Socket>();
            try {
                var statuses = new ArrayList<String>();
                for (int i = 0; i < 100; i++) stalled.add(stalled(gateway.port(), CHANNELS));
                for (var socket : stalled) statuses.add(new String(socket.getInputStream().readNBytes(12), UTF_8));
                assertTrue(statuses.contains("HTTP/1.1 200"), statuses::toString);
                assertTrue(statuses.contains("HTTP/1.1 503"), () -> "more than the heap has for them: " + statuses);
                assertEquals(200, gateway.client().get("/health").statusCode());
                gateway.client().publish("meanwhile", "1");
                Await.until("who does not read to be cut off", () ->
                        gateway.client().get(CHANNELS).statusCode() == 200);
            } finally {
                for (var socket : stalled) socket.close();
            }
            assertEquals(many + 1, names(gateway.client().get(CHANNELS).body()).size());
            assertTrue(gateway.client().get("/metrics").body().contains("gateway_refusals_total{reason=\"heap-full\"}"),
                    "they are counted");
            assertFalse(gateway.err().contains("OutOfMemory"), gateway.err());
        }
    }

    @Test
    void threeHundredUnreadListsOfStreamsEndNothing() throws IOException {
        try (var gateway = GatewayProcess.startWith(List.of("-Xmx128m"), "SHUTDOWN_SECONDS=1")) {
            var channels = String.join(",", IntStream.range(0, 100).mapToObj(n ->
                    "logs:etl:" + "w".repeat(100) + n).toList());
            var followers = new ArrayList<Follower>();
            var stalled = new ArrayList<Socket>();
            try {
                for (int i = 0; i < 100; i++) followers.add(gateway.client().follow(channels)); // 1.3 MB of reply
                for (int i = 0; i < 300; i++) stalled.add(stalled(gateway.port(), ADMIN));
                for (var socket : stalled) assertEquals("HTTP/1.1 200",
                        new String(socket.getInputStream().readNBytes(12), UTF_8));
                var stats = Gateway.json(gateway.client().get(ADMIN));
                var listed = ((JsonArray) stats.get("channels")).elements();
                assertEquals(100, listed.size());
                for (var channel : listed) {
                    assertEquals(100, Gateway.number((JsonObject) channel, "subscriberCount"));
                    assertEquals(100, ((JsonArray) ((JsonObject) channel).get("connections")).elements().size());
                }
                assertFalse(gateway.err().contains("OutOfMemory"), gateway.err());
            } finally {
                for (var socket : stalled) socket.close();
                followers.forEach(Follower::close);
            }
        }
    }

    @Test
    void unreadEchoesOfLargeEntriesEndNothingAndAreAllTold() throws IOException {
        try (var gateway = GatewayProcess.startWith(List.of("-Xmx128m"), "SHUTDOWN_SECONDS=1",
                "WRITE_TIMEOUT_SECONDS=2")) {
            var entry = ("{\"logData\":\"" + "x".repeat(900_000) + "\"}").getBytes(UTF_8);
            var stalled = new ArrayList<Socket>();
            try {
                for (int i = 0; i < 60; i++) {
                    var socket = new Socket();
                    stalled.add(socket);
                    socket.setReceiveBufferSize(4096);
                    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
                    socket.getOutputStream().write(request("POST", "/test/logs", entry));
                    var status = new String(socket.getInputStream().readNBytes(12), UTF_8);
                    assertTrue(List.of("HTTP/1.1 200", "HTTP/1.1 503").contains(status), status);
                }
                assertEquals(200, gateway.client().get("/health").statusCode());
                assertFalse(gateway.err().contains("OutOfMemory"), gateway.err());
            } finally {
                for (var socket : stalled) socket.close();
            }
        }
    }

    @Test
    void theListIsSortedWholeAndTheSameForEveryKindOfClient() {
        try (var gateway = Gateway.start("STREAM_AUTH=proxy", "PROXY_SECRET=" + "s".repeat(40))) {
            String[] proven = {"X-Proxy-Secret: " + "s".repeat(40), "X-User-Id: ann", "X-Workspace-Ids: b,ww"};
            gateway.publishEntries(IntStream.range(0, 2000).mapToObj(n ->
                    Gateway.entry("ww/" + (1999 - n), "1")).toList());
            gateway.publish("hidden", "1");
            var expected = new ArrayList<>(IntStream.range(0, 2000).mapToObj(n -> "logs:etl:ww:" + n).toList());
            expected.addAll(List.of("logs:etl:b", "logs:faas:b:x"));
            expected.sort(null);
            try (var _ = gateway.follow("logs:etl:b,logs:faas:b:x,logs:etl:ww:7,logs:etl:ww:*", proven);
                    var connection = Wire.connect(gateway.port())) {
                for (int i = 0; i < 2; i++) {
                    connection.send(request("GET", CHANNELS, proven));
                    var answer = connection.receive();
                    assertEquals("application/json", answer.header("Content-Type"));
                    assertEquals("no-store", answer.header("Cache-Control"));
                    assertEquals(expected, names(answer.text()), "on a connection that stays");
                    var first = (JsonObject) ((JsonArray) object(answer).get("channels")).elements().getFirst();
                    assertEquals("{\"channel\":\"logs:etl:b\",\"lastId\":null,\"lastTimestamp\":null,\"events\":0}",
                            first.toString(), "one that has a subscriber and no events");
                }
                connection.send(request("HEAD", CHANNELS, proven));
                var head = connection.receive("HEAD");
                assertEquals(200, head.status());
                assertEquals("application/json", head.header("Content-Type"));
                connection.send(request("GET", "/health"));
                assertEquals(200, connection.receive().status(), "the connection is in order after a HEAD");
                for (var keep : List.of("", "Connection: keep-alive\r\n")) {
                    var old = Wire.exchange(gateway.port(), "GET " + CHANNELS + " HTTP/1.0\r\n" + String.join("\r\n",
                            proven) + "\r\n" + keep + "\r\n");
                    assertNull(old.header("Transfer-Encoding"), "RFC 9112, 6.1: not to an HTTP/1.0 client");
                    assertEquals("close", old.header("Connection"));
                    assertTrue(old.closed());
                    assertEquals(expected, names(old.text()));
                }
            }
        }
    }

    @Test
    void aClientThatLeavesInTheMiddleLeavesNoHeapBehind() throws IOException {
        try (var gateway = GatewayProcess.start()) {
            publishChannels(gateway, 5000);
            long before = gateway.openSockets();
            for (int i = 0; i < 200; i++) {
                try (var socket = stalled(gateway.port(), CHANNELS)) {
                    assertEquals("HTTP/1.1 200", new String(socket.getInputStream().readNBytes(12), UTF_8));
                    if (i % 2 == 0) socket.setSoLinger(true, 0);
                }
            }
            Await.until("their sockets to be closed", () -> gateway.openSockets() <= before);
            assertTrue(gateway.instances("com.datashop.gateway.http.Holding") <= 1, "and what they held is free");
            assertEquals(200, gateway.client().get(CHANNELS).statusCode());
        }
    }

    /// Publishes one entry on each of so many channels with long names.
    private static int publishChannels(GatewayProcess gateway, int count) {
        for (int from = 0; from < count; from += BATCH) {
            int first = from;
            var entries = IntStream.range(first, first + BATCH).mapToObj(n ->
                    Gateway.entry("w".repeat(120) + "/" + "r".repeat(120) + n, "1")).toList();
            var reply = gateway.client().post("/api/logs/publish", String.join("\n", entries),
                    "Content-Type: application/x-ndjson", "X-Service-Token: " + Gateway.TOKEN);
            assertEquals(200, reply.statusCode(), reply::body);
        }
        return count;
    }

    /// A client that asks, and has room for next to nothing.
    private static Socket stalled(int port, String path) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(request("GET", path).getBytes(UTF_8));
        return socket;
    }

    private static List<String> names(String body) {
        return ((JsonArray) Gateway.object(body).get("channels")).elements().stream().map(channel ->
                string((JsonObject) channel, "channel")).toList();
    }
}
