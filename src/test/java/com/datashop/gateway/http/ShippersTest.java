package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.http.Door.object;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.Gateway.number;
import static com.datashop.gateway.support.Gateway.string;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.http.Rows.Row;
import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Bodies of Loki's, Heroku's, the journal's and Elasticsearch's protocols: what becomes of each, and what is refused.
class ShippersTest {
    private static final String LOKI = "/loki/api/v1/push?workspace_id=w";
    private static final String LOGPLEX = "/heroku/drain?service=etl&workspace_id=w";
    private static final String JOURNAL = "/journal/upload?service=etl&workspace_id=w";
    private static final String ELASTIC = "/elastic/_bulk?workspace_id=w";
    /// A token for two services, so that a record has to say its own.
    private static final String TOKEN = "X-Service-Token: t";
    private static final String NDJSON = "Content-Type: application/x-ndjson";
    private static Gateway gateway;
    private static Follower follower;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("SERVICE_TOKENS=t=etl,t=other");
        follower = gateway.follow("logs:*:*,logs:*:*:*");
        follower.next();
    }

    @AfterAll
    static void stop() {
        follower.close();
        gateway.close();
    }

    static List<Row> lokiAccepted() {
        return Rows.of("loki-accepted.txt", 25);
    }

    static List<Row> lokiRefused() {
        return Rows.of("loki-refused.txt", 70);
    }

    static List<Row> logplexAccepted() {
        return Rows.of("logplex-accepted.txt", 20);
    }

    static List<Row> logplexRefused() {
        return Rows.of("logplex-refused.txt", 25);
    }

    static List<Row> elasticAccepted() {
        return Rows.of("elastic-accepted.txt", 15);
    }

    static List<Row> elasticRefused() {
        return Rows.of("elastic-refused.txt", 25);
    }

    static List<Row> journalAccepted() {
        return Rows.of("journal-accepted.txt", 15);
    }

    static List<Row> journalRefused() {
        return Rows.of("journal-refused.txt", 15);
    }

    @ParameterizedTest
    @MethodSource("lokiAccepted")
    void everyLineOfAPushToLokiIsAnEntry(Row row) {
        var answer = ask(gateway.port(), request("POST", LOKI, typedBody(row), headers(row)));
        assertEquals("204 ", answer.status() + " " + answer.text());
        assertEntries(row.outcome());
    }

    @ParameterizedTest
    @MethodSource("lokiRefused")
    void aBadPushToLokiIsRefusedWholeAsText(Row row) {
        long before = Door.published(gateway);
        var answer = ask(gateway.port(), request("POST", LOKI, typedBody(row), headers(row)));
        assertEquals(row.outcome().substring(0, 3), String.valueOf(answer.status()), answer::toString);
        assertEquals("text/plain; charset=utf-8", answer.header("Content-Type"));
        assertTrue(answer.text().contains(row.outcome().substring(4)), answer::toString);
        assertEquals(before, Door.published(gateway));
    }

    @ParameterizedTest
    @MethodSource("logplexAccepted")
    void everyMessageOfADrainIsAnEntry(Row row) {
        var answer = drain(row);
        assertEquals("204 ", answer.status() + " " + answer.text());
        assertEntries(row.outcome().replaceAll("(^| \\| )(-|\\d+) \\{", "$1logs:etl:w $2 {"));
    }

    @ParameterizedTest
    @MethodSource("logplexRefused")
    void aBadDrainIsRefusedWhole(Row row) {
        long before = Door.published(gateway);
        assertProblem(Integer.parseInt(row.outcome().substring(0, 3)), row.outcome().substring(4), drain(row),
                row.toString());
        assertEquals(before, Door.published(gateway));
    }

    private static Wire.Answer drain(Row row) {
        return ask(gateway.port(), request("POST", LOGPLEX, row.input(), TOKEN, "Content-Type: application/logplex-1"));
    }

    @ParameterizedTest
    @MethodSource("journalAccepted")
    void everyEntryOfAJournalIsAnEntry(Row row) {
        var answer = upload(row);
        assertEquals(200, answer.status(), answer::toString);
        assertEntries(row.outcome().replaceAll("(^| \\| )(-|\\d+) \\{", "$1logs:etl:w $2 {"));
    }

    @ParameterizedTest
    @MethodSource("journalRefused")
    void aBadJournalIsRefused(Row row) {
        long before = Door.published(gateway);
        assertProblem(Integer.parseInt(row.outcome().substring(0, 3)), row.outcome().substring(4), upload(row),
                row.toString());
        assertEquals(before, Door.published(gateway));
    }

    private static Wire.Answer upload(Row row) {
        return ask(gateway.port(), request("POST", JOURNAL, row.input(), TOKEN,
                "Content-Type: application/vnd.fdo.journal"));
    }

    @ParameterizedTest
    @MethodSource("elasticAccepted")
    void everyGoodDocumentOfABulkRequestIsAnEntry(Row row) {
        var outcome = row.outcome().split(" => ", 2);
        var answer = ask(gateway.port(), request("POST", ELASTIC, row.input(), TOKEN, NDJSON));
        assertEquals(200, answer.status(), answer::toString);
        assertEquals("Elasticsearch", answer.header("X-Elastic-Product"));
        var reply = object(answer);
        assertEquals(outcome[0].contains(" 40"), reply.get("errors").toString().equals("true"), answer::toString);
        var items = outcome[0].split(" \\| ");
        assertEquals(items.length, ((JsonArray) reply.get("items")).elements().size(), answer::toString);
        for (int i = 0; i < items.length; i++)
            assertItem(items[i], (JsonObject) ((JsonArray) reply.get("items")).elements().get(i));
        assertEntries(outcome[1]);
    }

    private static void assertItem(String expected, JsonObject item) {
        var words = expected.split(" ", 5);
        var said = (JsonObject) item.get(words[0]);
        assertEquals(words[1], string(said, "_index"), item::toString);
        if (words[2].equals("+")) assertTrue(!string(said, "_id").isBlank(), item::toString);
        else assertEquals(words[2], string(said, "_id"), item::toString);
        assertEquals(Integer.parseInt(words[3]), number(said, "status"), item::toString);
        if (words.length < 5) return;
        var error = (JsonObject) said.get("error");
        assertTrue(string(error, "reason").contains(words[4]), item::toString);
        assertTrue(!string(error, "type").isBlank(), item::toString);
    }

    @Test
    void theIndexOfThePathIsThatOfActionsThatNameNone() {
        byte[] body = "{\"create\":{}}\n{\"service\":\"etl\"}\n{\"index\":{\"_index\":\"own\"}}\n{}\n"
                .getBytes(UTF_8);
        var indexes = Map.of("logs", "logs", "%3Clogs-%7Bnow%2Fd%7D%3E", "<logs-{now/d}>", "a+b", "a+b", "%C3%A9", "é");
        indexes.forEach((path, index) -> {
            for (var type : List.of("application/json", "application/x-ndjson",
                    "application/vnd.elasticsearch+json; compatible-with=8",
                    "Application/vnd.elasticsearch+x-ndjson;compatible-with=8")) {
                var answer = ask(gateway.port(), request("POST", "/elastic/" + path + "/_bulk?workspace_id=w&pretty",
                        body, TOKEN, "Content-Type: " + type));
                assertEquals(200, answer.status(), answer::toString);
                var items = ((JsonArray) object(answer).get("items")).elements();
                assertItem("create " + index + " + 201", (JsonObject) items.get(0));
                assertItem("index own + 400 service is missing", (JsonObject) items.get(1));
                follower.nextLog();
            }
        });
        assertEquals(400, ask(gateway.port(), request("POST", "/elastic/" + "i".repeat(256) + "/_bulk", body, TOKEN,
                NDJSON)).status());
    }

    @ParameterizedTest
    @MethodSource("elasticRefused")
    void aBulkRequestWithABadActionIsRefusedWholeAsElasticsearchDoes(Row row) {
        long before = Door.published(gateway);
        var answer = ask(gateway.port(), request("POST", ELASTIC, row.input(), TOKEN, NDJSON));
        assertEquals(row.outcome().substring(0, 3), String.valueOf(answer.status()), answer::toString);
        assertEquals("Elasticsearch", answer.header("X-Elastic-Product"));
        var reply = object(answer);
        assertEquals(answer.status(), number(reply, "status"));
        var error = (JsonObject) reply.get("error");
        assertTrue(string(error, "reason").contains(row.outcome().substring(4)), answer::toString);
        assertEquals(List.of("root_cause", "type", "reason"), Door.members(error));
        assertEquals(before, Door.published(gateway));
    }

    /// The next entries are these, CHANNEL TIME DATA each.
    private static void assertEntries(String expected) {
        if (expected.isEmpty()) return;
        for (var one : expected.split(" \\| ")) {
            var words = one.split(" ", 3);
            var text = follower.nextLog().data();
            var event = Gateway.object(text);
            assertEquals(words[0], string(event, "channel"));
            if (words[1].equals("-"))
                assertTrue(Math.abs(System.currentTimeMillis() - number(event, "timestamp")) < 60_000, text);
            else assertEquals(Long.parseLong(words[1]), number(event, "timestamp"), text);
            assertEquals(words[2], text.substring(text.indexOf("\"data\":") + 7, text.length() - 1));
        }
    }

    /// `TYPE[+CODING]` before the body.
    private static String[] headers(Row row) {
        var headers = new ArrayList<>(List.of(TOKEN));
        var words = new String(row.input(), 0, bodyStart(row) - 1, UTF_8)
                .split("\\+", 2);
        if (!words[0].equals("-")) headers.add("Content-Type: " + words[0]);
        if (words.length == 2) headers.add("Content-Encoding: " + words[1]);
        return headers.toArray(String[]::new);
    }

    private static byte[] typedBody(Row row) {
        return Arrays.copyOfRange(row.input(), bodyStart(row), row.input().length);
    }

    private static int bodyStart(Row row) {
        int at = 0;
        boolean inType = true;
        while (inType) inType = row.input()[at++] != ' ' || row.input()[at - 2] == ';';
        return at;
    }
}
