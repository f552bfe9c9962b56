package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.support.Gateway.entry;
import static com.datashop.gateway.support.Gateway.number;
import static com.datashop.gateway.support.Zipped.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Wire;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many bodies at once in a small heap: what shippers do after an outage.
class BodyRoomTest {
    private static final int AT_ONCE = 80;
    private static final int MEGABYTE = 1 << 20;
    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final String HEAD = "POST /api/logs/publish HTTP/1.1\r\nHost: a\r\nX-Service-Token: l5-etl-token\r\n"
            + "Content-Type: application/x-ndjson\r\n";
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() {
        gateway = GatewayProcess.startWith(List.of("-Xmx64m"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void theGatewayIsWellAndHoldsNothing() {
        assertTrue(gateway.isAlive(), gateway::toString);
        assertFalse(gateway.err().contains("OutOfMemory"), gateway.err());
        Await.until(() -> "the heap of bodies to be given back: " + held(), Duration.ofSeconds(10), () -> held() == 0);
        gateway.client().publish("w", "1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "one", "gzip", "gzip-members", "chunked", "array", "bad"})
    void eightyMegabytesAtOnceAreTakenOrRefusedUntilThereIsRoom(String kind) throws Exception {
        byte[] request = request(kind);
        long before = published();
        long taken = 0;
        int refused = 0;
        for (var answer : atOnce(() -> Wire.exchange(gateway.port(), request))) {
            if (answer.status() == 200) taken += number((JsonObject) answer.json(), "published");
            else if (answer.status() != 0) refused += answer.status();
            if (answer.status() == 503) assertTrue(Long.parseLong(answer.header("Retry-After")) > 0, answer::toString);
            // without an answer is who still sent when the gateway had read on for two seconds
            assertTrue(List.of(200, 503, 0, kind.equals("bad") ? 400 : 200).contains(answer.status()),
                    answer::toString);
        }
        assertTrue(kind.equals("bad") ? refused > 0 : taken > 0, "some got through: " + taken);
        if (refused == 0) assertEquals(taken, published() - before);
    }

    @Test
    void aPublisherThatSendsAgainWhenToldIsServedInTheEnd() throws Exception {
        byte[] request = request("usual");
        long before = published();
        long taken = 0;
        for (long entries : atOnce(() -> untilTaken(request))) taken += entries;
        assertTrue(taken > 80 * 4000, "all of them: " + taken);
        assertTrue(published() - before >= taken);
    }

    private static <T> List<T> atOnce(Callable<T> client) throws Exception {
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<T>>();
            for (int i = 0; i < AT_ONCE; i++) answers.add(clients.submit(client));
            var all = new ArrayList<T>();
            for (var answer : answers) all.add(answer.get(BOUND.toSeconds(), TimeUnit.SECONDS));
            return all;
        }
    }

    @Test
    void announcedBytesThatDoNotComeKeepNobodyOut() {
        var slow = new ArrayList<Wire.Connection>();
        try {
            for (int i = 0; i < AT_ONCE; i++) {
                slow.add(Wire.connect(gateway.port()));
                slow.getLast().send(HEAD + (i % 2 == 0 ? "Content-Length: 1000000\r\n\r\n"
                        : "Transfer-Encoding: chunked\r\n\r\nf4240\r\n") + " ".repeat(20_000));
            }
            byte[] request = request("usual");
            for (int i = 0; i < 3; i++) {
                long begun = System.nanoTime();
                assertEquals(200, Wire.exchange(gateway.port(), request).status());
                long took = (System.nanoTime() - begun) / 1_000_000;
                assertTrue(took < 8000, "it took " + took + " ms");
            }
        } finally {
            slow.forEach(Wire.Connection::close);
        }
    }

    @Test
    void theBudgetIsTold() {
        var metrics = gateway.client().get("/metrics").body();
        for (var use : List.of("streams", "bodies", "queues", "replies", "searches")) {
            assertTrue(metrics.contains("gateway_heap_budget_bytes{use=\"" + use + "\"} "), metrics);
            assertTrue(metrics.contains("gateway_heap_budget_max_bytes{use=\"" + use + "\"} "), metrics);
        }
    }

    @Test
    void aBodyThatNeverFitsIsTooLargeAndNotToBeSentAgain() {
        try (var small = GatewayProcess.startWith(List.of("-Xmx64m"), "MAX_BODY_BYTES=40MiB");
                var connection = Wire.connect(small.port())) {
            connection.send(HEAD + "Content-Length: " + 35 * MEGABYTE + "\r\n\r\n");
            var answer = connection.receive();
            assertProblem(413, "heap", answer);
            assertEquals(null, answer.header("Retry-After"));
            assertTrue(small.isAlive());
        }
    }

    /// Sends it again, as often as it is refused for want of room, after the wait that the answer asks for; the entries
    /// that were taken.
    private static long untilTaken(byte[] request) throws InterruptedException {
        long end = System.nanoTime() + BOUND.toNanos();
        while (true) {
            var answer = Wire.exchange(gateway.port(), request);
            if (answer.status() == 200) return number((JsonObject) answer.json(), "published");
            if (answer.status() != 0) assertProblem(503, "room", answer);
            assertTrue(System.nanoTime() < end, "it is taken in the end");
            Thread.sleep(Duration.ofSeconds(answer.status() == 0 ? 1 : Long.parseLong(answer.header("Retry-After"))));
        }
    }

    private static byte[] request(String kind) {
        String minimal = entry("w", "1");
        String usual = entry("w/r", "{\"level\":\"INFO\",\"message\":\"" + "m".repeat(150) + "\"}");
        String line = switch (kind) {
            case "usual" -> usual;
            case "one" -> entry("w", "\"" + "x".repeat(MEGABYTE - 200) + "\"");
            default -> minimal;
        };
        String lines = (line + "\n").repeat(Math.max(1, (MEGABYTE - 10) / (line.length() + 1)));
        return switch (kind) {
            case "gzip" -> whole(gzip(lines.getBytes(UTF_8)), "Content-Encoding: gzip\r\n");
            case "gzip-members" -> {
                var members = new ByteArrayOutputStream();
                members.writeBytes(gzip(lines.getBytes(UTF_8)));
                members.writeBytes(gzip(new byte[0]));
                yield whole(members.toByteArray(), "Content-Encoding: gzip\r\n");
            }
            case "chunked" -> chunked(lines.getBytes(UTF_8));
            case "array" -> json(whole(("[" + lines.strip().replace('\n', ',') + "]").getBytes(UTF_8), ""));
            case "bad" -> whole((lines.substring(0, lines.length() - 2 - line.length()) + "\n{").getBytes(UTF_8), "");
            default -> whole(lines.getBytes(UTF_8), "");
        };
    }

    private static byte[] whole(byte[] body, String headers) {
        var request = new ByteArrayOutputStream();
        request.writeBytes((HEAD + "Connection: close\r\n" + headers + "Content-Length: " + body.length + "\r\n\r\n")
                .getBytes(UTF_8));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private static byte[] json(byte[] request) {
        return new String(request, UTF_8).replaceFirst("application/x-ndjson", "application/json").getBytes(UTF_8);
    }

    private static byte[] chunked(byte[] body) {
        var request = new ByteArrayOutputStream();
        request.writeBytes((HEAD + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(body.length) + "\r\n").getBytes(UTF_8));
        request.writeBytes(body);
        request.writeBytes("\r\n0\r\n\r\n".getBytes(UTF_8));
        return request.toByteArray();
    }

    private static long held() {
        var line = gateway.client().get("/metrics").body().lines().filter(sample ->
                sample.startsWith("gateway_heap_budget_bytes{use=\"bodies\"}")).findFirst().orElseThrow();
        return (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }

    private static long published() {
        return number((JsonObject) Gateway.json(gateway.client().get("/health")).get("stats"), "logsPublished");
    }
}
