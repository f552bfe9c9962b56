package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.support.Gateway.entry;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A body that comes too slowly is answered, before the connection is cut.
class SlowBodyTest {
    private static final String POST = "POST /api/logs/publish HTTP/1.1\r\nHost: a\r\nX-Service-Token: l5-etl-token\r\n"
            + "Content-Type: application/x-ndjson\r\n";
    private static final Duration PIECE = Duration.ofMillis(50);
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() {
        gateway = GatewayProcess.start("REQUEST_TIMEOUT_SECONDS=2");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void nothingIsLeftOfTheBodies() {
        Await.until(() -> "the heap of bodies to be given back: " + held(), Duration.ofSeconds(10), () -> held()
                .endsWith(" 0"));
        assertFalse(gateway.err().contains("level=error"), gateway.err());
    }

    @Test
    void aSlowUplinkIsToldWhatCameInWhatTimeAndThenTheConnectionEnds() {
        long before = slow();
        String line = entry("slow", "\"" + "x".repeat(900) + "\"") + "\n";
        byte[] piece = line.getBytes(UTF_8);
        for (var framing : List.of("Content-Length: 880000\r\n\r\n",
                "Content-Length: 880000\r\nContent-Encoding: gzip\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n")) {
            try (var connection = Wire.connect(gateway.port())) {
                connection.send(POST + framing);
                boolean chunked = framing.startsWith("Transfer");
                long begun = System.nanoTime();
                while (!connection.hasAnswer(PIECE)) {
                    assertTrue(System.nanoTime() - begun < 10_000_000_000L, "it is answered");
                    if (chunked) connection.send(Integer.toHexString(piece.length) + "\r\n");
                    connection.send(piece);
                    if (chunked) connection.send("\r\n");
                }
                long took = System.nanoTime() - begun;
                assertTrue(took > 1_900_000_000L && took < 5_000_000_000L, framing + took);
                var answer = connection.receive();
                var problem = assertProblem(408, "too slowly", answer, framing);
                assertEquals("close", answer.header("Connection"));
                assertTrue(answer.text()
                        .matches("(?s).*: [0-9]{3,6} (of 880000 bytes|bytes and not the end) in [23] s.*"),
                        answer::toString);
                assertEquals("Request Timeout", Gateway.string(problem, "title"));
                assertTrue(connection.closedByPeer(), "the connection ends");
            }
        }
        assertEquals(before + 3, slow());
        assertTrue(gateway.err().lines().anyMatch(said -> said.contains("event=slow-body path=/api/logs/publish bytes=")
                && said.contains("seconds=2")), gateway.err());
        assertFalse(gateway.err().contains("l5-etl-token"));
        assertEquals(List.of(), published("slow"));
    }

    @Test
    void aBodyThatStopsIsAnsweredToo() {
        var stopped = new ArrayList<Wire.Connection>();
        try {
            for (var start : List.of("Content-Length: 500\r\n\r\n", "Content-Length: 500\r\n\r\n{",
                    "Content-Length: 900000\r\n\r\n" + "x".repeat(300_000),
                    "Transfer-Encoding: chunked\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n1",
                            "Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
                            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                    "Content-Encoding: gzip\r\nContent-Length: 50\r\n\r\n\u001f")) {
                stopped.add(Wire.connect(gateway.port()));
                stopped.getLast().send(POST + start);
            }
            for (var connection : stopped) assertProblem(408, "too slowly", connection.receive());
            for (var connection : stopped) assertTrue(connection.closedByPeer());
        } finally {
            stopped.forEach(Wire.Connection::close);
        }
    }

    @Test
    void aClientThatSendsTheRestAfterAllReadsTheAnswerAndNothingIsPublished() {
        byte[] body = entry("after", "1").getBytes(UTF_8);
        try (var connection = Wire.connect(gateway.port())) {
            connection.send(POST + "Content-Length: " + body.length + "\r\n\r\n");
            Await.until("the answer", Duration.ofSeconds(10), () -> connection.hasAnswer(PIECE));
            connection.send(body);
            assertEquals(408, connection.receive().status());
            assertTrue(connection.closedByPeer());
        }
        assertEquals(List.of(), published("after"));
    }

    @Test
    void whoClosesOrHalfClosesBeforeIsNotWaitedFor() throws IOException {
        long before = slow();
        for (boolean half : new boolean[] {true, false}) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
                socket.setSoTimeout(1500);
                socket.getOutputStream().write((POST + "Content-Length: 500\r\n\r\n{").getBytes(UTF_8));
                if (!half) continue;
                socket.shutdownOutput();
                assertEquals(-1, socket.getInputStream().read(), "a body that ends before its length is cut at once");
            }
        }
        nothingIsLeftOfTheBodies();
        assertEquals(before, slow());
    }

    @Test
    void aBodyThatComesInTimeIsTakenHoweverManyPiecesItHas() {
        byte[] body = entry("pieces", "1").getBytes(UTF_8);
        try (var connection = Wire.connect(gateway.port())) {
            connection.send(POST + "Content-Length: " + body.length + "\r\n\r\n");
            for (byte one : body) connection.send(new byte[] {one});
            assertEquals(200, connection.receive().status());
            assertFalse(connection.hasAnswer(Duration.ofSeconds(4)), "what was in time is not answered again");
            connection.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
            assertNotEquals(408, connection.receive().status());
        }
    }

    private static String held() {
        return gateway.client().get("/metrics").body().lines().filter(line ->
                line.startsWith("gateway_heap_budget_bytes{use=\"bodies\"}")).findFirst().orElseThrow();
    }

    private static long slow() {
        return gateway.client().get("/metrics").body().lines().filter(line ->
                line.startsWith("gateway_refusals_total{reason=\"body-too-slow\"}"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1))).findFirst().orElseThrow();
    }

    private static List<String> published(String workspace) {
        var channels = gateway.client().get("/api/logs/channels").body();
        return channels.contains("logs:etl:" + workspace + "\"") ? List.of(channels) : List.of();
    }
}
