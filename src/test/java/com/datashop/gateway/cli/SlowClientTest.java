package com.datashop.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.SseReader;
import com.datashop.gateway.support.Tool;
import com.datashop.gateway.support.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients that send slowly, read slowly, or stop: against a process, since the JDK's server reads its limits once in a
/// JVM's life.
class SlowClientTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";
    private static final String LARGE = "x".repeat(4000);
    /// 16 MB in all: far more than the kernel holds for a client that does not read.
    private static final int MANY = 4000;
    private static final Duration PIECE = Duration.ofMillis(20);
    private static final Duration BOUND = Duration.ofSeconds(15);
    private static final String POST =
            "POST /api/logs/publish HTTP/1.1\r\nHost: a\r\nX-Service-Token: l5-etl-token\r\nContent-Type: "
            + "application/json\r\n";
    private static final List<String> HEADS =
            List.of("G", "GET /health HT", "GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    private static final List<String> BODIES = List.of(POST + "Content-Length: 500\r\n\r\n{",
            POST + "Transfer-Encoding: chunked\r\n\r\n1f4\r\n{", POST + "Transfer-Encoding: chunked\r\n\r\n1;",
            "POST /test/logs HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n");
    /// Requests that are answered without their body: it is awaited for a while, so that the client reads the answer.
    private static final List<String> ANSWERED =
            List.of("POST /api/logs/publish HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{",
            "GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{",
            "DELETE /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n{");

    @Test
    void aRequestThatDoesNotArriveInTimeIsCutAndNothingOfItIsPublished() {
        try (var gateway = GatewayProcess.start("REQUEST_TIMEOUT_SECONDS=1");
                var follower = gateway.client().follow("logs:*:*,logs:*:*:*")) {
            assertEquals("connection", follower.next().event());
            long before = gateway.openSockets();
            var requests = new ArrayList<Slow>();
            for (var start : HEADS) {
                requests.add(new Slow(start, false, Wire.connect(gateway.port())));
                requests.add(new Slow(start, true, Wire.connect(gateway.port())));
            }
            requests.forEach(request -> request.connection.send(request.start));
            for (var start : ANSWERED) {
                var answered = new Slow(start, true, Wire.connect(gateway.port()));
                answered.connection.send(start);
                assertNotEquals(0, answered.connection.receive().status());
                requests.add(answered);
            }
            for (var start : BODIES)
                for (var drips : List.of(false, true))
                    requests.add(late(new Slow(start, drips, Wire.connect(gateway.port()))));
            long end = System.nanoTime() + BOUND.toNanos();
            while (!requests.isEmpty()) {
                assertTrue(System.nanoTime() < end, () -> "not cut: " + requests);
                requests.removeIf(Slow::cut);
            }
            Await.until("their sockets to be closed", Duration.ofSeconds(10), () -> gateway.openSockets() <= before);
            String next = gateway.client().publish(PATH, "1");
            assertEquals(next, follower.nextLog().id(),
                    "a stream is no slow request, and what was cut was not published");
            assertEquals(1, follower.ids().size());
            assertFalse(gateway.err().contains("level=error"), gateway.err());
        }
    }

    @Test
    void anIdleConnectionIsNoSlowRequest() {
        try (var gateway = GatewayProcess.start("REQUEST_TIMEOUT_SECONDS=1"); var idle = Wire.connect(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                idle.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
                assertEquals(200, idle.receive().status());
                assertFalse(idle.closedByPeer(Duration.ofSeconds(3)),
                        "a kept-alive connection outlives the time for a request");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"20000, false", "100, true"})
    void aCurlThatWasStoppedAndContinuesHasEverythingInOrderOrIsToldOfGaps(int history, boolean gaps) {
        var curl = Tool.path("curl").toString();
        try (var gateway = GatewayProcess.start("HISTORY_EVENTS=" + history, "HISTORY_BYTES=64MiB",
                "HEARTBEAT_SECONDS=1");
                var reader = Child.start(curl, "-sN", "http://127.0.0.1:" + gateway.port() + Client.stream(CHANNEL))) {
            Await.until("the greeting", () -> reader.out().contains("event: connection"));
            reader.signal("STOP");
            String last = gateway.client().publishAll(PATH, entries(MANY));
            reader.signal("CONT");
            Await.until("the last event", () -> reader.out().contains("\nid: " + last + "\n"));
            var messages = messages(reader.out());
            long lost = 0;
            long told = 0;
            long before = 0;
            for (var message : messages) {
                if (message.event().equals("gap")) {
                    var gap = Gateway.object(message.data());
                    assertEquals("overflow", Gateway.string(gap, "reason"));
                    told += Gateway.number(gap, "lost"); // what goes while the reader is being told is another hole
                } else if (message.isLog()) {
                    long number = minor(message.id());
                    assertEquals(before + told + 1, number, "each hole is told right before it, with its exact size");
                    before = number;
                    lost += told;
                    told = 0;
                }
            }
            assertEquals(MANY, before);
            assertEquals(gaps, lost > 0, lost + " lost");
        }
    }

    @Test
    void aReaderThatTakesNothingForTheWriteTimeoutIsEndedAndResumesByItsId() {
        try (var gateway = GatewayProcess.start("WRITE_TIMEOUT_SECONDS=1", "HEARTBEAT_SECONDS=1",
                "HISTORY_EVENTS=20000", "HISTORY_BYTES=64MiB")) {
            var client = gateway.client();
            try (var stalled = Follower.options().receiveBuffer(4096).paused()
                    .open(gateway.port(), Client.stream(CHANNEL)); var reading = client.follow(CHANNEL)) {
                assertEquals(200, stalled.status());
                Await.until("both", () -> client.connections() == 2);
                client.publishAll(PATH, entries(MANY));
                Await.until("the end of the one that stalls", Duration.ofSeconds(10), () -> client.connections() == 1);
                reading.logs(MANY);

                stalled.resume();
                assertNotEquals(Follower.End.COMPLETE, stalled.awaitEnd());
                var ids = new ArrayList<>(stalled.ids());
                try (var again = client.follow(CHANNEL, "Last-Event-ID: " + stalled.lastEventId())) {
                    again.logs(MANY - ids.size());
                    ids.addAll(again.ids());
                }
                assertEquals(reading.ids(), ids, "cut and resumed, it has everything once");
            }
            Await.until("all to be gone", () -> client.connections() == 0);
        }
    }

    @Test
    void manyReadersThatStallAreAllEndedAndLeaveNoFileOpen() {
        try (var gateway = GatewayProcess.start("WRITE_TIMEOUT_SECONDS=1", "HEARTBEAT_SECONDS=1",
                "HISTORY_EVENTS=20000", "HISTORY_BYTES=64MiB")) {
            var client = gateway.client();
            client.publishAll(PATH, entries(MANY));
            long before = gateway.openSockets();
            var stalled = new ArrayList<Follower>();
            try {
                for (int i = 0; i < 50; i++)
                    stalled.add(Follower.options().receiveBuffer(4096).paused()
                            .open(gateway.port(), Client.stream(CHANNEL) + "&tail=" + MANY));
                for (var follower : stalled) assertEquals(200, follower.status());
                Await.until("the end of those that stall", Duration.ofSeconds(20), () -> client.connections() == 0);
                Await.until(() -> "from " + gateway.openSockets() + " to " + before + " sockets of\n" + gateway,
                        Duration.ofSeconds(10), () -> gateway.openSockets() <= before + 1);
            } finally {
                stalled.forEach(Follower::close);
            }
        }
    }

    /// Sends the request and awaits that it is answered as too slow, meanwhile sending on or not.
    private static Slow late(Slow request) {
        request.connection.send(request.start);
        long end = System.nanoTime() + BOUND.toNanos();
        while (request.drips && !request.connection.hasAnswer(PIECE)) {
            assertTrue(System.nanoTime() < end, () -> "not answered: " + request);
            request.drip();
        }
        var answer = request.connection.receive();
        assertEquals(408, answer.status(), answer::toString);
        assertEquals("close", answer.header("Connection"), answer::toString);
        return request;
    }

    private static List<String> entries(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(n -> "{\"n\":" + n + ",\"text\":\"" + LARGE + "\"}").toList();
    }

    private static List<Message> messages(String stream) {
        var bytes = stream.getBytes(UTF_8);
        return new SseReader().feed(bytes, 0, bytes.length);
    }

    private static long minor(String id) {
        return Long.parseLong(id.substring(id.indexOf('-') + 1));
    }

    /// A request that began and does not go on, or only by a byte now and then, which must not keep it for ever.
    private record Slow(String start, boolean drips, Wire.Connection connection) {
        boolean cut() {
            if (!connection.closedByPeer(PIECE)) {
                if (drips) drip();
                return false;
            }
            connection.close();
            return true;
        }

        private void drip() {
            try {
                connection.send(" ");
            } catch (java.io.UncheckedIOException cut) {
                // seen at the next look
            }
        }
    }
}
