package com.datashop.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.ingest.BodyRoom;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Many clients of bad will, and the few of good will among them.
class AbuseTest {
    /// Events of 2 KB. Sent to all the streams that 64 MB of heap carry, they are six times the heap.
    private static final int EVENTS = 200;

    @Test
    void fiveHundredHalfOpenConnectionsKeepNobodyOutAndAreCut() throws IOException {
        try (var gateway = GatewayProcess.start("REQUEST_TIMEOUT_SECONDS=2");
                var follower = gateway.client().follow("logs:etl:w")) {
            follower.await(Message::isConnection);
            long before = gateway.openSockets();
            var sockets = new ArrayList<Socket>();
            for (int i = 0; i < 500; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                var part = new String[] {"", "GET /hea", "GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ",
                        "POST /api/logs/publish HTTP/1.1\r\nHost: x\r\nX-Service-Token: l5-etl-token\r\n"
                        + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"}[i % 4];
                socket.getOutputStream().write(part.getBytes(UTF_8));
                sockets.add(socket);
            }
            var id = gateway.client().publish("w", "1");
            assertEquals(id, follower.nextLog().id(), "meanwhile the others are served");
            // A quarter has sent nothing at all: those are idle, which the JDK's server allows for 30 s.
            Await.until(() -> "cut: " + (gateway.openSockets() - before) + " are left", Duration.ofSeconds(20),
                    () -> gateway.openSockets() - before <= 130);
            for (var socket : sockets) socket.close();
        }
    }

    @Test
    void outOfFilesNewConnectionsAreRefusedAndTheOldOnesServedWithoutSpinning() throws IOException {
        try (var gateway = GatewayProcess.startWithFiles(200); var follower = gateway.client().follow("logs:etl:w")) {
            follower.await(Message::isConnection);
            var sockets = new ArrayList<Socket>();
            for (int i = 0; i < 400; i++) {
                try {
                    sockets.add(new Socket(InetAddress.getLoopbackAddress(), gateway.port()));
                } catch (IOException refused) {
                    assertTrue(i > 100, "only the " + i + "th");
                }
            }
            long cpu = gateway.cpu();
            long end = System.nanoTime() + 2_000_000_000L;
            while (System.nanoTime() < end) LockSupport.parkNanos(end - System.nanoTime());
            assertTrue(gateway.cpu() - cpu < 1500, "in two seconds it used " + (gateway.cpu() - cpu)
                    + " ms of processor time for nothing");
            for (var socket : sockets) socket.close();
            Await.until("it takes connections again", () -> answers(gateway));
            var id = gateway.client().publish("w", "1");
            assertEquals(id, follower.nextLog().id());
        }
    }

    @Test
    void theLimitOnStreamsIsReachedBeforeTheHeapIsFull() {
        try (var gateway = GatewayProcess.startWith(List.of("-Xmx64m"), "HEARTBEAT_SECONDS=2")) {
            var followers = new ArrayList<Follower>();
            try {
                int status = 200;
                while (status == 200 && followers.size() < 3000) {
                    followers.add(Follower.options().withoutData()
                            .open(gateway.port(), Client.stream("logs:etl:w"), "Accept: */*"));
                    status = followers.getLast().status();
                }
                assertEquals(503, status, "after " + followers.size());
                assertTrue(followers.size() > 300, "it carries more than " + followers.size());
                var ids = new ArrayList<String>();
                for (int i = 0; i < EVENTS; i++)
                    ids.add(gateway.client()
                            .publish("w", "{\"n\":" + i + ",\"filler\":\"" + "x".repeat(2000) + "\"}"));
                for (var follower : followers.subList(0, followers.size() - 1)) {
                    assertEquals(ids, follower.ids(EVENTS));
                    assertEquals(List.of(), follower.gaps());
                }
                assertTrue(!gateway.err().contains("OutOfMemory"), gateway.err());
            } finally {
                for (var follower : followers) follower.close();
            }
        }
    }

    @Test
    void aStreamWithALargeHeadCountsForWhatItTakes() {
        try (var gateway = GatewayProcess.startWith(List.of("-Xmx64m"))) {
            var channels = new StringBuilder();
            for (int i = 0; i < 100; i++)
                channels.append(i == 0 ? "" : ",").append("logs:etl:").append("w".repeat(128)).append(":")
                        .append("r".repeat(100)).append(i);
            var followers = new ArrayList<Follower>();
            try {
                int status = 200;
                while (status == 200 && followers.size() < 1000) {
                    followers.add(gateway.client()
                            .follow(channels.toString(), "Accept: */*", "X-Large: " + "x".repeat(25_000)));
                    status = followers.getLast().status();
                }
                assertEquals(503, status, "after " + followers.size());
                assertTrue(!gateway.err().contains("OutOfMemory"), gateway.err());
                assertEquals(200, gateway.client().get("/health").statusCode());
            } finally {
                for (var follower : followers) follower.close();
            }
        }
    }

    @Test
    void outOfMemoryItEndsAndSaysSoInsteadOfLivingOnInPart() throws IOException {
        try (var gateway = GatewayProcess.startWith(List.of("-Xmx48m"), "REQUEST_TIMEOUT_SECONDS=5")) {
            var sockets = new ArrayList<Socket>();
            var head = ("GET /health HTTP/1.1\r\nHost: x\r\nX-Half: " + "x".repeat(64_000)).getBytes(UTF_8);
            try {
                for (int i = 0; i < 1500; i++) {
                    var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                    sockets.add(socket);
                    socket.getOutputStream().write(head);
                }
            } catch (IOException gone) {
                // it has ended, or takes no more
            }
            for (var socket : sockets) socket.close();
            Await.until(() -> "it to answer, or to have ended: " + gateway, Duration.ofSeconds(30),
                    () -> !gateway.isAlive() || answers(gateway));
            if (!gateway.isAlive()) assertEquals(3, gateway.awaitExit(), gateway.toString());
        }
    }

    @Test
    void aFaultInAStreamIsLoggedAndLeavesNoConnection() throws Exception {
        var stats = new Stats(null, null, 0);
        try (var watchdog = new com.datashop.gateway.time.Watchdog();
                var server = new Server(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new Router(List.of(
                        new Router.Route("GET", "/error", _ -> faulty(new StackOverflowError())),
                        new Router.Route("GET", "/exception", _ -> faulty(new IllegalStateException())))),
                        Cors.parse("*"), stats,
                        new BodyBounds(1000, Duration.ofSeconds(5), new BodyRoom(new HeapBudget(1 << 20), 1 << 20)),
                        new HeapBudget(64 << 20), watchdog,
                        Duration.ofSeconds(5))) {
            server.start();
            for (var path : List.of("/error", "/exception")) {
                try (var follower = Follower.open(server.port(), path)) {
                    assertTrue(follower.awaitEnd() != Follower.End.COMPLETE, "the connection is cut, not left");
                }
            }
        }
    }

    private static Reply faulty(Throwable fault) {
        return new Reply.Stream(java.util.Map.of("Content-Type", Reply.EVENT_STREAM), _ -> {
            if (fault instanceof Error error) throw error;
            throw (RuntimeException) fault;
        }, () -> { });
    }

    @Test
    void membersWhoseNamesCollideCostNoMoreThanOthers() {
        try (var gateway = Gateway.start()) {
            var body = new StringBuilder("{\"service\":\"etl\",\"workspace_id\":\"w\",\"logData\":{");
            for (int i = 0; i < 1 << 14; i++)
                body.append(i == 0 ? "" : ",").append('"').append(colliding(i)).append("\":1");
            body.append('}');
            for (int i = 0; i < 1 << 13; i++) body.append(",\"").append(colliding(i)).append("\":1");
            var reply = gateway.post("/api/logs/publish", body.append('}').toString(), "Content-Type: application/json",
                    "X-Service-Token: " + Gateway.TOKEN);
            assertEquals(200, reply.statusCode(), reply.body());
            var query = new StringBuilder("/api/logs/channels?");
            for (int i = 0; i < 1 << 10; i++) query.append(colliding(i)).append("=1&");
            assertEquals(200, gateway.get(query.toString()).statusCode());
        }
    }

    @Test
    void aSearchThatAlmostMatchesEverywhereTakesOnePass() {
        try (var gateway = Gateway.start("HISTORY_BYTES=64MiB")) {
            for (int i = 0; i < 40; i++) gateway.publish("w", "\"" + "a".repeat(1_000_000) + "\"");
            var wanted = gateway.publish("w", "\"" + "a".repeat(255) + "b\"");
            try (var follower = gateway.follow("logs:etl:w&tail=100&q=" + "A".repeat(255) + "b")) {
                assertEquals(wanted, follower.nextLog().id());
            }
        }
    }

    @Test
    void nothingOfARequestSplitsAReply() {
        try (var gateway = Gateway.start("ALLOWED_ORIGINS=https://app.example.com")) {
            for (var path : List.of("/api/logs/stream?channels=logs:etl:w%0d%0aSet-Cookie:%20a=b",
                    "/api/logs/stream?channels=logs:etl:w&level=x%0d%0aSet-Cookie:%20a=b",
                    "/nowhere%0d%0aSet-Cookie:%20a=b")) {
                var reply = gateway.get(path, "Origin: https://evil.example.com");
                assertTrue(reply.statusCode() == 400 || reply.statusCode() == 404, path);
                assertTrue(reply.headers().firstValue("Set-Cookie").isEmpty(), path);
                assertEquals("Origin", reply.headers().firstValue("Vary").orElseThrow(),
                        "so that a cache keeps one origin's answer from another");
                assertTrue(reply.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
                assertEquals("nosniff", reply.headers().firstValue("X-Content-Type-Options").orElseThrow());
                assertEquals("no-referrer", reply.headers().firstValue("Referrer-Policy").orElseThrow());
                assertEquals("no-store", reply.headers().firstValue("Cache-Control").orElseThrow());
            }
        }
    }

    private static boolean answers(GatewayProcess gateway) {
        try {
            return gateway.client().get("/health").statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    /// One of 2^14 names that all have the same [String#hashCode()].
    private static String colliding(int number) {
        var name = new StringBuilder();
        for (int bit = 0; bit < 14; bit++) name.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        return name.toString();
    }
}
