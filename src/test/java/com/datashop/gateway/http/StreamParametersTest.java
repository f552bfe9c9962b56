package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.Gateway.string;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Wire;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The parameters of a stream, and their words.
class StreamParametersTest {
    private static final String STREAM = "/api/logs/stream?";
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void everyGoodFormOfAParameterIsTaken() {
        for (var row : Rows.of("parameters-accepted.txt", 38)) {
            try (var follower = Follower.open(gateway.port(), STREAM + row.inputText())) {
                assertEquals(200, follower.status(), () -> row + ": " + follower.body());
                assertEquals(row.outcome(), channels(follower.next()), row::toString);
            }
        }
    }

    @Test
    void everyBadFormOfAParameterIsRefusedByName() {
        for (var row : Rows.of("parameters-refused.txt", 65)) {
            try (var connection = Wire.connect(gateway.port())) {
                connection.send(asking("HEAD", row.input()));
                assertEquals(400, connection.receive("HEAD").status(), row::toString);
            }
            var answer = ask(gateway.port(), asking("GET", row.input()));
            assertProblem(400, row.outcome(), answer, row.toString());
            assertTrue(answer.text().length() < 1000, () -> row + " is echoed at length: " + answer);
            boolean visible = answer.text().chars().allMatch(c -> c >= ' ' && c != 0x7F);
            assertTrue(visible, () -> row + " is echoed with its controls: " + answer);
        }
    }

    @Test
    void aBrokenEscapeIsRefused() {
        for (var query : List.of("channels=%", "channels=%4", "channels=%zz", "channels=logs:a:b&q=100%",
                "%=1&channels=logs:a:b")) {
            var answer = ask(gateway.port(), request("GET", STREAM + query));
            // by the JDK's server, before any handler
            assertEquals(400, answer.status(), () -> query + " was answered " + answer);
        }
    }

    @Test
    void aStreamNamesAtMostSoManyChannelsAndDuplicatesCountOnce() {
        try (var small = Gateway.start("MAX_CHANNELS_PER_STREAM=3")) {
            try (var follower = small.follow("logs:a:1,logs:a:2,logs:a:1,logs:a:3&channels=logs:a:2,logs:a:3")) {
                assertEquals("logs:a:1,logs:a:2,logs:a:3", channels(follower.next()));
            }
            assertProblem(400, "channels",
                    ask(small.port(), request("GET", STREAM + "channels=logs:a:1,logs:a:2,logs:a:3,logs:a:4")));
            assertProblem(400, "MAX_CHANNELS_PER_STREAM",
                    ask(small.port(), request("GET",
                    STREAM + "channels=logs:a:1,logs:a:2&channels=logs:a:3&channels=logs:*:4")));
        }
    }

    @Test
    void aHundredOfTheLongestChannelsFitAndOneMoreDoesNot() {
        var names = IntStream.range(0, 101).mapToObj(i -> "logs:" + "s".repeat(128) + ":" + "w".repeat(128) + ":" + "r"
                .repeat(125) + (100 + i)).toList();
        try (var follower = gateway.follow(String.join(",", names.subList(0, 100)))) {
            assertEquals(String.join(",", names.subList(0, 100)), channels(follower.next()));
        }
        assertProblem(400, "channels",
                ask(gateway.port(), request("GET", STREAM + "channels=" + String.join(",", names))));
    }

    @Test
    void aSearchIsTheSameTextHoweverTheUrlSpellsIt() {
        gateway.publish("spelled", "\"grün + größer\"");
        gateway.publish("spelled", "\"other\"");
        for (var q : List.of("gr%C3%BCn", "gr\u00FCn", "GR%c3%9cN", "n+%2B+g", "n%20%2B%20g", "%67r%C3%BCn")) {
            try (var follower = gateway.follow("logs:etl:spelled&tail=10&q=" + q)) {
                assertTrue(follower.nextLog().data().contains("größer"), q);
            }
        }
    }

    @Test
    void theHeaderOfAReconnectingBrowserWinsOverTheParameterUnlessItIsEmpty() {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 4; i++) ids.add(gateway.publish("cursor", String.valueOf(i)));
        String path = "logs:etl:cursor&lastEventId=" + ids.get(0);
        try (var follower = gateway.follow(path)) {
            assertEquals(ids.get(0), follower.next().id());
            assertEquals(ids.get(1), follower.nextLog().id());
        }
        try (var follower = gateway.follow(path, "Last-Event-ID: " + ids.get(2))) {
            assertEquals(ids.get(2), follower.next().id());
            assertEquals(ids.get(3), follower.nextLog().id());
        }
        for (var empty : List.of("Last-Event-ID:", "Last-Event-ID:   ")) {
            try (var follower = gateway.follow(path, empty)) {
                assertEquals(ids.get(1), follower.nextLog().id(), "an empty one is none");
            }
            try (var follower = gateway.follow("logs:etl:cursor", empty)) {
                assertEquals("connection", follower.next().event());
                String next = gateway.publish("cursor", "4");
                assertEquals(next, follower.next().id(), "and no unknown place either");
            }
        }
    }

    @Test
    void aPlaceThatWasNeverIssuedIsNoError() {
        gateway.publish("unknown", "1");
        for (var id : List.of("nonsense", "1-1", "-", "18446744073709551615-18446744073709551615", "x".repeat(5000),
                "1-1%0A")) {
            try (var follower = gateway.follow("logs:etl:unknown", "Last-Event-ID: " + id)) {
                assertEquals("", follower.next().id(), id);
                assertTrue(follower.await(Message::isGap).data().contains("unknown-id"), id);
                assertTrue(follower.nextLog().data().endsWith("\"data\":1}"), id);
            }
        }
    }

    @Test
    void aCursorWinsOverSinceAndThatOverTail() {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 5; i++) ids.add(gateway.publish("order", String.valueOf(i)));
        try (var follower = gateway.follow("logs:etl:order&tail=1&since=1h&lastEventId=" + ids.get(2))) {
            assertEquals(ids.get(3), follower.nextLog().id());
        }
        try (var follower = gateway.follow("logs:etl:order&tail=1&since=1h")) {
            assertEquals(ids.get(0), follower.nextLog().id());
        }
        try (var follower = gateway.follow("logs:etl:order&tail=1")) {
            assertEquals(ids.get(4), follower.nextLog().id());
        }
    }

    @Test
    void aStreamIsAskedForWithoutABody() {
        String path = STREAM + "channels=logs:a:b";
        assertProblem(400, "body", ask(gateway.port(), request("GET", path, "hello".getBytes(UTF_8))));
        assertProblem(400, "body", ask(gateway.port(), request("GET", path, "Transfer-Encoding: chunked")
                + "5\r\nhello\r\n0\r\n\r\n"));
        assertProblem(400, "body", ask(gateway.port(), request("GET", path, "Transfer-Encoding: chunked")
                + "0\r\n\r\n"));
        try (var follower = gateway.follow("logs:a:b", "Content-Length: 0")) {
            assertEquals("connection", follower.next().event());
        }
    }

    @Test
    void theUserIsWhomTheHeaderSays() {
        try (var ann = gateway.follow("logs:a:b", "X-User-Id:  ann \"the\\user\" ");
                var nobody = gateway.follow("logs:a:b", "X-User-Id:"); var none = gateway.follow("logs:a:b");
                var foreign = gateway.follow("logs:a:b", "X-User-Id: J\u00FCrgen")) {
            assertEquals("ann \"the\\user\"", string(Gateway.object(ann.next().data()), "userId"));
            assertEquals("anonymous", string(Gateway.object(nobody.next().data()), "userId"));
            assertEquals("anonymous", string(Gateway.object(none.next().data()), "userId"));
            assertEquals(200, foreign.status());
        }
        try (var long256 = gateway.follow("logs:a:b", "X-User-Id: " + "x".repeat(256))) {
            assertEquals(200, long256.status());
        }
        assertProblem(400, "X-User-Id",
                ask(gateway.port(), request("GET", STREAM + "channels=logs:a:b", "X-User-Id: " + "x".repeat(257))));
    }

    @Test
    void aStreamBeginsWithItsHeadersAndItsFirstMessageAtOnce() {
        try (var follower = gateway.follow("logs:a:b")) {
            assertEquals("text/event-stream", follower.header("Content-Type"));
            assertEquals("no-cache, no-transform", follower.header("Cache-Control"));
            assertEquals("no", follower.header("X-Accel-Buffering"));
            assertEquals("*", follower.header("Access-Control-Allow-Origin"));
            var message = Gateway.object(follower.next().data());
            assertEquals(List.of("type", "status", "channels", "userId", "connectionId", "timestamp"),
                    Door.members(message));
            assertEquals(List.of("connection", "connected"),
                    List.of(string(message, "type"), string(message, "status")));
            assertTrue(follower.retry() >= 1000 && follower.retry() <= 4000, "a wait of 1 to 4 s");
        }
    }

    private static byte[] asking(String method, byte[] query) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes((method + " " + STREAM).getBytes(UTF_8));
        bytes.writeBytes(query);
        bytes.writeBytes(" HTTP/1.1\r\nHost: gateway\r\nAccept: text/event-stream\r\n\r\n".getBytes(UTF_8));
        return bytes.toByteArray();
    }

    private static String channels(Message connection) {
        assertEquals("connection", connection.event());
        JsonObject data = Gateway.object(connection.data());
        return ((JsonArray) data.get("channels")).elements().stream().map(name -> ((JsonString) name).value())
                .collect(Collectors.joining(","));
    }
}
