package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.JSON;
import static com.datashop.gateway.http.Door.NDJSON;
import static com.datashop.gateway.http.Door.TOKEN;
import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.http.Door.chunked;
import static com.datashop.gateway.http.Door.members;
import static com.datashop.gateway.http.Door.object;
import static com.datashop.gateway.http.Door.publish;
import static com.datashop.gateway.support.Gateway.entry;
import static com.datashop.gateway.support.Gateway.number;
import static com.datashop.gateway.support.Gateway.string;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Wire;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The promises to a publisher, and its refusals.
class PublishTest {
    private static final String TOKENS =
            "SERVICE_TOKENS=l5-etl-token=etl,many=etl,many=faas,all=*,one=etl/w1,p=a=ss=etl";
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start(TOKENS);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void aSingleEntryIsAnsweredWithItsPlaceAndReachesWhoeverFollows() {
        try (var one = gateway.follow("logs:etl:single:r"); var two = gateway.follow("logs:etl:*:r,logs:etl:single:r");
                var other = gateway.follow("logs:etl:single")) {
            one.next();
            two.next();
            other.next();
            long before = System.currentTimeMillis();
            var answer = ask(gateway.port(), publish(bytes(entry("single/r", "{\"level\":\"INFO\"}")), JSON));
            long after = System.currentTimeMillis();
            assertEquals(200, answer.status());
            assertEquals("application/json", answer.header("Content-Type"));
            var reply = object(answer);
            assertEquals(List.of("success", "channel", "id", "delivered", "timestamp"), members(reply));
            assertEquals("true", reply.get("success").toString());
            assertEquals("logs:etl:single:r", string(reply, "channel"));
            assertEquals(2, number(reply, "delivered"), "a subscriber that follows it twice counts once");
            assertTrue(number(reply, "timestamp") >= before && number(reply, "timestamp") <= after);
            String expected = "{\"channel\":\"logs:etl:single:r\",\"id\":\"" + string(reply, "id") + "\",\"timestamp\":"
                    + number(reply, "timestamp")
                    + ",\"data\":{\"level\":\"INFO\"}}";
            assertEquals(new Message("message", string(reply, "id"), expected), one.nextLog());
            assertEquals(new Message("message", string(reply, "id"), expected), two.nextLog());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"array", "lines"})
    void aBatchIsAnsweredWithItsRangeAndArrivesInOrder(String form) {
        String path = "batch-" + form;
        try (var follower = gateway.follow("logs:etl:" + path)) {
            follower.next();
            var entries = List.of(entry(path, "1"), entry(path, "2"), entry(path, "3"));
            long before = System.currentTimeMillis();
            var answer = form.equals("array")
                    ? ask(gateway.port(), publish(bytes(" [" + String.join(" , ", entries) + "] "), JSON))
                    : ask(gateway.port(), publish(bytes(String.join("\n", entries)), NDJSON));
            assertEquals(200, answer.status(), answer::toString);
            var reply = object(answer);
            assertEquals(List.of("success", "published", "delivered", "firstId", "lastId", "timestamp"),
                    members(reply));
            assertEquals(List.of(3L, 3L), List.of(number(reply, "published"), number(reply, "delivered")));
            assertTrue(number(reply, "timestamp") >= before
                    && number(reply, "timestamp") <= System.currentTimeMillis());
            var logs = follower.logs(3);
            assertEquals(List.of("1", "2", "3"), logs.stream().map(PublishTest::data).toList());
            assertEquals(List.of(string(reply, "firstId"), string(reply, "lastId")),
                    List.of(logs.getFirst().id(), logs.getLast().id()));
        }
    }

    @Test
    void anArrayOfOneIsABatchAndSoIsASingleLine() {
        for (var request : List.of(publish(bytes("[" + entry("w", "1") + "]"), JSON),
                publish(bytes(entry("w", "1")), NDJSON))) {
            var reply = object(ask(gateway.port(), request));
            assertEquals(List.of("success", "published", "delivered", "firstId", "lastId", "timestamp"),
                    members(reply));
            assertEquals(string(reply, "firstId"), string(reply, "lastId"));
        }
    }

    @Test
    void everyFormOfAnEntryIsTaken() {
        var rows = Rows.of("entries-accepted.txt", 15);
        try (var connection = Wire.connect(gateway.port())) {
            for (var row : rows) {
                long before = System.currentTimeMillis();
                var answer = ask(connection, publish(row.input(), JSON));
                assertEquals(200, answer.status(), () -> row + " was answered " + answer);
                var reply = object(answer);
                var expected = row.outcome().split(" ");
                assertEquals(expected[0], string(reply, "channel"), row::toString);
                long timestamp = number(reply, "timestamp");
                if (expected[1].equals("now"))
                    assertTrue(timestamp >= before && timestamp <= System.currentTimeMillis(), row::toString);
                else assertEquals(Long.parseLong(expected[1]), timestamp, row::toString);
            }
        }
    }

    @Test
    void aBadEntryIsRefusedAndTheBadMemberIsNamed() {
        var rows = Rows.of("entries-refused.txt", 60);
        try (var fresh = Gateway.start(TOKENS); var connection = Wire.connect(fresh.port())) {
            for (var row : rows) {
                if (row.input()[0] == '[') continue;
                var problem = assertProblem(400, row.outcome(), ask(connection, publish(row.input(), JSON)),
                        row.toString());
                assertEquals(List.of("type", "title", "status", "detail", "error"), members(problem), row::toString);
            }
            for (var row : rows) {
                if (row.inputText().isBlank() || row.inputText().indexOf('\n') >= 0) continue;
                var batch = new ByteArrayOutputStream();
                batch.writeBytes(bytes(entry("w", "1") + "\n\n" + entry("w", "2") + "\n"));
                batch.writeBytes(row.input());
                batch.writeBytes(bytes("\n" + entry("w", "3")));
                var problem = assertProblem(400, row.outcome(), ask(connection, publish(batch.toByteArray(), NDJSON)),
                        row.toString());
                assertEquals(2, number(problem, "index"), row::toString);
                assertTrue(string(problem, "detail").startsWith("entry 2: "), row::toString);
            }
            assertEquals(List.of(), Door.channels(fresh));
            assertEquals(0, Door.published(fresh));
        }
    }

    @Test
    void aBatchIsPublishedWholeOrNotAtAllAndTheEntryIsNamed() {
        try (var fresh = Gateway.start(TOKENS)) {
            String good = entry("w", "1");
            String bad = "{\"service\":\"etl\",\"workspace_id\":\"w\"}";
            var problem = assertProblem(400, "entry 1: logData is missing",
                    ask(fresh.port(), publish(bytes("[" + good + "," + bad + "," + good + "]"), JSON)));
            assertEquals(1, number(problem, "index"));
            problem = assertProblem(400, "entry 2: logData is missing",
                    ask(fresh.port(), publish(bytes(good + "\n" + good + "\n" + bad), NDJSON)));
            assertEquals(2, number(problem, "index"));
            problem = assertProblem(403, "entry 1: ",
                    ask(fresh.port(), publish(bytes(good + "\n" + good.replace("etl", "faas")), NDJSON)));
            assertEquals(1, number(problem, "index"));
            assertProblem(400, "not JSON", ask(fresh.port(), publish(bytes("[" + good + "," + good), JSON)));
            assertProblem(400, "not JSON", ask(fresh.port(), publish(bytes("[" + good + " " + good + "]"), JSON)));
            assertProblem(400, "not JSON", ask(fresh.port(), publish(bytes("[" + good + ",]"), JSON)));
            assertProblem(400, "not JSON", ask(fresh.port(), publish(bytes("[" + good + "]]"), JSON)));
            assertProblem(400, "entry 0: must be a JSON object",
                    ask(fresh.port(), publish(bytes("[[" + good + "]]"), JSON)));
            assertEquals(List.of(), Door.channels(fresh));
            assertEquals(0, Door.published(fresh));
        }
    }

    @Test
    void anErrorInALineTellsThatLine() {
        assertProblem(400, "at line 4 column 12",
                ask(gateway.port(),
                publish(bytes(entry("w", "1") + "\r\n\r\n" + entry("w", "2") + "\r\n{\"service\":}"), NDJSON)));
    }

    @Test
    void linesMayEndWithCrLfAndBlankOnesAreNone() {
        String lines = "\r\n" + entry("crlf", "1") + "\r\n\r\n \t\n" + entry("crlf", "2") + "\r\n" + entry("crlf", "3")
                + "\r\n\r\n";
        try (var follower = gateway.follow("logs:etl:crlf")) {
            follower.next();
            assertEquals(3, number(object(ask(gateway.port(), publish(bytes(lines), NDJSON))), "published"));
            assertEquals(List.of("1", "2", "3"), follower.logs(3).stream().map(PublishTest::data).toList());
        }
    }

    @Test
    void anEntryOverSeveralLinesIsNoLine() {
        assertProblem(400, "entry 0: not JSON",
                ask(gateway.port(), publish(bytes(entry("w", "1").replace(",", ",\n")), NDJSON)));
    }

    @Test
    void anEmptyBatchIsRefused() {
        for (var body : List.of("[]", " [ ] "))
            assertProblem(400, "empty", ask(gateway.port(), publish(bytes(body), JSON)), body);
        for (var body : List.of("", "\n", "\r\n \r\n"))
            assertProblem(400, "empty", ask(gateway.port(), publish(bytes(body), NDJSON)), body);
        assertProblem(400, "must be a JSON object", ask(gateway.port(), publish(new byte[0], JSON)));
    }

    @Test
    void logDataArrivesTokenForToken() {
        var rows = Rows.of("logdata.txt", 35);
        try (var follower = gateway.follow("logs:etl:tokens"); var connection = Wire.connect(gateway.port())) {
            follower.next();
            for (var row : rows) {
                var body = new ByteArrayOutputStream();
                body.writeBytes(bytes("{\"service\":\"etl\",\"workspace_id\":\"tokens\",\"logData\":"));
                body.writeBytes(row.input());
                body.writeBytes(bytes("}"));
                assertEquals(200, ask(connection, publish(body.toByteArray(), JSON)).status(), row::toString);
                assertEquals(row.outcome(), data(follower.nextLog()), row::toString);
            }
        }
        try (var again = gateway.follow("logs:etl:tokens&tail=1000")) {
            assertEquals(rows.stream().map(Rows.Row::outcome).toList(), again.logs(rows.size()).stream()
                    .map(PublishTest::data).toList());
        }
    }

    // Service tokens.

    @Test
    void aTokenIsTakenFromEitherHeader() {
        byte[] body = bytes(entry("w", "1"));
        for (var header : List.of(TOKEN, "x-service-token:   " + Gateway.TOKEN + "  ", "Authorization: Bearer "
                + Gateway.TOKEN, "authorization: bearer  " + Gateway.TOKEN,
                "X-Service-Token: p=a=ss", "X-Service-Token: all"))
            assertEquals(200, ask(gateway.port(), Door.request("POST", "/api/logs/publish", body, header, JSON))
            .status(), header);
    }

    @Test
    void aRequestWithoutATokenIsToldHowToSendOne() {
        byte[] body = bytes(entry("w", "1"));
        for (var header : List.of("X-Nothing: 1", "X-Service-Token:", "X-Service-Token:   ", "X-Service-Token: unknown",
                "X-Service-Token: L5-ETL-TOKEN",
                "X-Service-Token: l5-etl-token=etl", "X-Service-Token: *", "Authorization: Bearer",
                        "Authorization: Bearer unknown", "Authorization: Basic " + Gateway.TOKEN,
                "Authorization: " + Gateway.TOKEN, "Cookie: X-Service-Token=" + Gateway.TOKEN)) {
            var answer = ask(gateway.port(), Door.request("POST", "/api/logs/publish", body, header, JSON));
            assertProblem(401, "token", answer, header);
            assertTrue(answer.header("WWW-Authenticate").startsWith("Bearer"), header);
            assertFalse(answer.text().contains("unknown token"), header);
        }
        assertProblem(401, "token", ask(gateway.port(),
                Door.request("POST", "/api/logs/publish?access_token=" + Gateway.TOKEN, body, JSON)));
    }

    @ParameterizedTest
    @CsvSource({"l5-etl-token, etl, w1, 200", "l5-etl-token, faas, w1, 403", "many, etl, w1, 200",
            "many, faas, w2, 200", "many, analytics, w1, 403", "all, anything, w9, 200",
        "one, etl, w1, 200", "one, etl, w2, 403", "one, faas, w1, 403", "one, etl, W1, 403",
                "l5-etl-token, ETL, w1, 403"})
    void aTokenPublishesForItsServicesAndWorkspacesOnly(String token, String service, String workspace, int status) {
        var body = "{\"service\":\"" + service + "\",\"workspace_id\":\"" + workspace + "\",\"logData\":1}";
        var answer = ask(gateway.port(),
                Door.request("POST", "/api/logs/publish", bytes(body), "X-Service-Token: " + token, JSON));
        assertEquals(status, answer.status(), answer::toString);
        if (status != 403) return;
        assertProblem(403, "may not publish", answer);
        assertFalse(answer.text().contains(token), "the token is not shown");
        assertNull(answer.header("WWW-Authenticate"), "another credential is not asked for");
    }

    // How it comes.

    @Test
    void aBodyMustSayThatItIsJson() {
        byte[] body = bytes(entry("w", "1"));
        for (var type : List.of("application/json", "Application/JSON", "application/json; charset=utf-8",
                "application/json;charset=\"UTF-8\"", "application/json;charset=UTF8", "application/json ; a=b",
                "application/x-ndjson", "application/x-ndjson; charset=utf-8"))
            assertEquals(200, ask(gateway.port(), publish(body, "Content-Type: " + type)).status(), type);
        for (var type : List.of("text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data",
                "application/jsonp", "application/problem+json",
                "*/*", "", ";charset=utf-8", "application/json; charset=iso-8859-1",
                        "application/x-ndjson; charset=utf-16"))
            assertProblem(415, "Content-Type", ask(gateway.port(), publish(body, "Content-Type: " + type)), type);
        assertProblem(415, "Content-Type", ask(gateway.port(), publish(body)));
        assertProblem(415, "Content-Encoding", ask(gateway.port(), publish(body, JSON, "Content-Encoding: br")));
        assertProblem(400, "not JSON", ask(gateway.port(), publish(entry("w", "1").getBytes(UTF_16LE), JSON)));
    }

    @Test
    void aRequestWithoutATokenLearnsNothingAboutItsBody() {
        assertProblem(401, "token", ask(gateway.port(),
                Door.request("POST", "/api/logs/publish", bytes("nonsense"), "Content-Type: text/plain",
                "Content-Encoding: br")));
    }

    @Test
    void keepAliveSurvivesEachRefusal() {
        byte[] good = publish(bytes(entry("w", "1")), JSON);
        try (var small = Gateway.start("MAX_BODY_BYTES=1000"); var connection = Wire.connect(small.port())) {
            byte[] body = bytes(entry("w", "1"));
            byte[] large = bytes(entry("w", "\"" + "x".repeat(200_000) + "\""));
            var refusals = List.of(
                    new Refused(400, publish(bytes("{"), JSON)),
                    new Refused(401, Door.request("POST", "/api/logs/publish", body, JSON)),
                    new Refused(401, Door.request("POST", "/api/logs/publish", large, JSON)),
                    new Refused(403, publish(bytes(entry("w", "1").replace("etl", "faas")), JSON)),
                    new Refused(404, Door.request("POST", "/nowhere", large, JSON)),
                    new Refused(405, Door.request("PUT", "/api/logs/publish", large, JSON, TOKEN)),
                    new Refused(405, Door.request("POST", "/health", large)),
                    new Refused(413, publish(large, JSON)),
                    new Refused(413, chunked(large, 1000)),
                    new Refused(415, publish(large, "Content-Type: text/plain")));
            for (var refused : refusals) {
                var answer = ask(connection, refused.request());
                assertProblem(refused.status(), "", answer);
                assertNotEquals("close", answer.header("Connection"), answer::toString);
                assertEquals(200, ask(connection, good).status(), () -> "after " + answer);
            }
            Await.until("all were published", () -> Door.published(small) == refusals.size());
        }
    }

    private record Refused(int status, byte[] request) { }

    /// The data within the envelope, as it came.
    private static String data(Message message) {
        String envelope = message.data();
        String before = ",\"data\":";
        return envelope.substring(envelope.indexOf(before) + before.length(), envelope.length() - 1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
