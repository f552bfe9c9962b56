package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.JSON;
import static com.datashop.gateway.http.Door.NDJSON;
import static com.datashop.gateway.http.Door.TOKEN;
import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.http.Door.object;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.Gateway.entry;
import static com.datashop.gateway.support.Gateway.number;
import static com.datashop.gateway.support.Gateway.string;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Broken and hostile clients get a refusal or a closed connection, soon, and leave nothing behind.
class HostileTest {
    @RegisterExtension
    static final AbusedGateway GATEWAY = new AbusedGateway();

    @Test
    void aBrokenRequestIsRefusedOrCutAndPublishesNothing() {
        long before = GATEWAY.published();
        for (var row : Rows.of("requests-hostile.txt", 95)) {
            long begun = System.nanoTime();
            var answer = provoke(row.input());
            var allowed = List.of(row.outcome().split(" "));
            boolean own = "application/problem+json".equals(answer.header("Content-Type"));
            assertTrue(allowed.contains(answer.status() == 0 ? "closed" : (own ? "" : "!") + answer.status()),
                    () -> row + " was answered " + answer);
            if (own) assertProblem(answer.status(), "", answer, row.toString());
            assertTrue(System.nanoTime() - begun < 6_000_000_000L, () -> row + " took as long as "
                    + (System.nanoTime() - begun) / 1_000_000 + " ms");
        }
        assertEquals(before, GATEWAY.published());
    }

    @Test
    void aConnectionOnWhichTheFramingIsInDoubtIsClosed() {
        for (var request : List.of("POST /test/logs HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n{}",
                "GET /health HTTP/1.1\r\n\r\n", "GET /health HTTP/3\r\nHost: a\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                        "POST /test/logs HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: "
                        + "chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")) {
            try (var connection = Wire.connect(GATEWAY.port())) {
                connection.send(request + request("GET", "/health"));
                var answer = connection.receive();
                assertProblem(400, "", answer, request);
                assertEquals("close", answer.header("Connection"), request);
                assertTrue(connection.closedByPeer(), () -> "what came behind was answered: " + request);
            }
        }
    }

    @Test
    void moreHeadersThanAnyClientSendsAreRefused() {
        var answer = provoke(("GET /health HTTP/1.1\r\nHost: a\r\n" + numbered("X-%d: y\r\n", 1000) + "\r\n")
                .getBytes(UTF_8));
        assertTrue(answer.status() == 0 || answer.status() / 100 == 4, answer::toString);
        assertEquals(200, provoke(("GET /health HTTP/1.1\r\nHost: a\r\n" + numbered("X-%d: y\r\n", 50) + "\r\n")
                .getBytes(UTF_8)).status());
    }

    @Test
    void unusualRequestsThatAreClearAreServed() {
        for (var request : List.of("GET http://elsewhere:99/health HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET HTTP://elsewhere/health?x HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n", "GET /health HTTP/1.1\r\nhOST:a\r\n\r\n",
                        "GET /health HTTP/1.1\r\nHost:\r\n\r\n", "GET /health HTTP/1.0\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: a\nX: y\n\n",
                "GET /health HTTP/1.1\r\nHost: a\r\nX: y\r\n\tfolded\r\n\r\n",
                "GET /health?%00&&=&%20 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: a\r\nExpect: something\r\n\r\n",
                "POST /test/logs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n2;a=b\r\n{}\r\n0\r\n\r\n",
                "POST /test/logs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0002\r\n{}\r\n000\r\n\r\n",
                "POST /test/logs HTTP/1.1\r\nHost: a\r\nContent-Length: 002\r\n\r\n{}"))
            assertEquals(200, provoke(request.getBytes(UTF_8)).status(), request);
    }

    @Test
    void aRequestThatIsCutAnywherePublishesNothing() {
        long before = GATEWAY.published();
        int cuts = 0;
        byte[] batch = (entry("cut", "1") + "\n" + entry("cut", "2") + "\n" + entry("cut", "3") + "\n").getBytes(UTF_8);
        byte[] array = ("[" + entry("cut", "1") + "," + entry("cut", "2") + "]  ").getBytes(UTF_8);
        for (var whole : List.of(Door.publish(batch, NDJSON), Door.publish(array, JSON),
                Door.chunked(batch, entry("cut", "1").length() + 1, NDJSON), Door.chunked(array, 50, JSON))) {
            for (int length = 0; length < whole.length; length += 3, cuts++) {
                byte[] part = Arrays.copyOf(whole, length);
                try (var socket = GATEWAY.socket()) {
                    socket.getOutputStream().write(part);
                    socket.setSoLinger(true, 0); // RST
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }
            for (int length = whole.length % 2; length < whole.length; length += 2, cuts++) {
                byte[] part = Arrays.copyOf(whole, length);
                try (var socket = GATEWAY.socket()) {
                    socket.getOutputStream().write(part);
                    socket.shutdownOutput(); // FIN
                    // To a head that ends early the JDK's server shows what came of it, which then lacks something.
                    String answer = new String(socket.getInputStream().readNBytes(12), UTF_8);
                    assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 4")
                            || answer.equals("HTTP/1.1 501"), answer);
                } catch (SocketTimeoutException open) {
                    throw new AssertionError("it was not closed after " + length + " of " + whole.length
                            + " bytes", open);
                } catch (IOException reset) {
                    // as good as closed
                }
            }
        }
        assertTrue(cuts > 900, "cuts: " + cuts);
        GATEWAY.assertNothingIsLeft();
        assertEquals(before, GATEWAY.published());
        assertTrue(((JsonArray) object(ask(GATEWAY.port(), request("GET", "/api/logs/channels"))).get("channels"))
                .elements().stream()
                .noneMatch(channel -> string((JsonObject) channel, "channel").equals("logs:etl:cut")),
                "not a part of it");
    }

    @Test
    void aLargeBodyThatIsResetHalfWayPublishesNothing() {
        long before = GATEWAY.published();
        byte[] batch = (entry("cut", "\"" + "x".repeat(1000) + "\"") + "\n").repeat(900).getBytes(UTF_8);
        for (var whole : List.of(Door.publish(batch, NDJSON), Door.chunked(batch, 5000, NDJSON))) {
            for (int i = 1; i < 20; i++) {
                try (var socket = GATEWAY.socket()) {
                    socket.getOutputStream().write(whole, 0, whole.length * i / 20);
                    socket.setSoLinger(true, 0);
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }
        }
        GATEWAY.assertNothingIsLeft();
        assertEquals(before, GATEWAY.published());
        assertEquals(900, number(object(ask(GATEWAY.port(), Door.chunked(batch, 5000, NDJSON))), "published"),
                "whole, it passes");
    }

    @Test
    void slowHeadsAreCutAndSlowBodiesAreAnsweredFirst() {
        var stalled = new ArrayList<Wire.Connection>();
        try {
            var heads = List.of("G", "GET /health HTTP/1.1\r\nHo", "GET /health HTTP/1.1\r\nHost: a\r\n");
            var answered = List.of("POST /test/logs HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{",
                    "POST /test/logs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1",
                    "POST /test/logs HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
            for (var part : heads) stalled.add(stalled(part));
            stalled.add(stalled("HEAD /health HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n"));
            var late = new ArrayList<Wire.Connection>();
            for (var part : answered) late.add(stalled(part));
            stalled.addAll(late);
            for (var connection : late) assertProblem(408, "too slowly", connection.receive());
            for (var connection : stalled)
                assertTrue(connection.closedByPeer(Duration.ofSeconds(6)), "REQUEST_TIMEOUT_SECONDS is 2");
        } finally {
            stalled.forEach(Wire.Connection::close);
        }
        GATEWAY.assertNothingIsLeft();
    }

    private static Wire.Connection stalled(String part) {
        var connection = Wire.connect(GATEWAY.port());
        connection.send(part);
        return connection;
    }

    @Test
    void aRefusalDoesNotWaitForABodyThatNeverComes() {
        var waiting = new ArrayList<Wire.Connection>();
        try {
            for (var request : List.of("GET /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n",
                    "POST /api/logs/publish HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n",
                    "POST /api/logs/publish HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                            "POST /test/logs HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n")) {
                var connection = Wire.connect(GATEWAY.port());
                waiting.add(connection);
                long begun = System.nanoTime();
                connection.send(request);
                assertEquals(4, connection.receive().status() / 100, request);
                assertTrue(System.nanoTime() - begun < 1_000_000_000L, "at once");
            }
            for (var connection : waiting)
                assertTrue(connection.closedByPeer(Duration.ofSeconds(6)), "and the wait for the rest is bounded");
        } finally {
            waiting.forEach(Wire.Connection::close);
        }
        GATEWAY.assertNothingIsLeft();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        try (var connection = Wire.connect(GATEWAY.port())) {
            byte[] body = entry("pipelined", "1").getBytes(UTF_8);
            var requests = new ByteArrayOutputStream();
            for (int i = 0; i < 20; i++) {
                requests.writeBytes(request("GET", "/health/live").getBytes(UTF_8));
                requests.writeBytes(Door.publish(body, JSON));
                requests.writeBytes(request("GET", "/nowhere").getBytes(UTF_8));
                requests.writeBytes(request("POST", "/api/logs/publish", body, JSON));
                requests.writeBytes(Door.chunked(body, 7, JSON));
                requests.writeBytes(request("DELETE", "/health", body));
            }
            connection.send(requests.toByteArray());
            var statuses = new ArrayList<Integer>();
            var ids = new ArrayList<Long>();
            for (int i = 0; i < 120; i++) {
                var answer = connection.receive();
                statuses.add(answer.status());
                if (answer.text().contains("\"id\""))
                    ids.add(Long.parseLong(string(object(answer), "id").split("-")[1]));
            }
            for (int i = 0; i < 20; i++)
                assertEquals(List.of(200, 200, 404, 401, 200, 405), statuses.subList(6 * i, 6 * i + 6));
            assertEquals(40, ids.size());
            assertEquals(ids.stream().sorted().toList(), ids);
        }
    }

    @Test
    void anHttp10ConnectionClosesUnlessItAsksToStay() {
        try (var connection = Wire.connect(GATEWAY.port())) {
            connection.send("GET /health/live HTTP/1.0\r\n\r\n");
            assertEquals(200, connection.receive().status());
            assertTrue(connection.closedByPeer());
        }
        try (var connection = Wire.connect(GATEWAY.port())) {
            for (int i = 0; i < 3; i++) {
                connection.send("GET /health/live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                var answer = connection.receive();
                assertEquals(200, answer.status());
                assertEquals("keep-alive", answer.header("Connection"));
                assertNull(answer.header("Transfer-Encoding"), "RFC 9112, 6.1: not to an HTTP/1.0 client");
            }
        }
        try (var connection = Wire.connect(GATEWAY.port())) {
            connection.send("GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertEquals(200, connection.receive().status());
            assertTrue(connection.closedByPeer());
        }
    }

    @Test
    void aClientThatWaitsToBeAskedForItsBodyIsAsked() throws IOException {
        byte[] body = entry("expect", "1").getBytes(UTF_8);
        String head = "POST /api/logs/publish HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: "
                + body.length + "\r\n";
        try (var socket = GATEWAY.socket()) {
            socket.getOutputStream().write((head + TOKEN + "\r\n" + JSON + "\r\n\r\n").getBytes(UTF_8));
            assertEquals("HTTP/1.1 100 ", new String(socket.getInputStream().readNBytes(13), UTF_8));
        }
        try (var connection = Wire.connect(GATEWAY.port())) {
            connection.send(head + TOKEN + "\r\n" + JSON + "\r\n\r\n");
            connection.send(body);
            assertEquals(200, connection.receive().status());
            connection.send(head + JSON + "\r\n\r\n");
            assertProblem(401, "token", connection.receive());
            connection.send(body);
            connection.send(request("GET", "/health"));
            assertEquals(200, connection.receive().status(), "refused, and then sent all the same");
        }
    }

    /// Sends what may be refused while it is being sent; status 0 when there is no answer.
    private static Wire.Answer provoke(byte[] request) {
        try (var connection = Wire.connect(GATEWAY.port())) {
            var sender = Thread.ofVirtual().start(() -> {
                try {
                    connection.send(request);
                } catch (UncheckedIOException refused) {
                    // the answer, or its absence, is what counts
                }
            });
            try {
                return connection.receive();
            } catch (UncheckedIOException cut) {
                if (cut.getCause() instanceof SocketTimeoutException) throw cut;
                return new Wire.Answer(0, Map.of(), new byte[0], true);
            } finally {
                sender.interrupt();
            }
        }
    }

    private static String numbered(String format, int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) text.append(format.formatted(i));
        return text.toString();
    }
}
