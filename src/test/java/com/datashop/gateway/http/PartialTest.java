package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.JSON;
import static com.datashop.gateway.http.Door.NDJSON;
import static com.datashop.gateway.http.Door.TOKEN;
import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.http.Door.members;
import static com.datashop.gateway.http.Door.object;
import static com.datashop.gateway.support.Gateway.entry;
import static com.datashop.gateway.support.Gateway.number;
import static com.datashop.gateway.support.Gateway.string;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Wire;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A batch of which the good entries are published without the bad ones.
class PartialTest {
    private static final String GOOD = entry("w", "1");
    private static final String FOREIGN = GOOD.replace("etl", "faas");
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
    void theGoodLinesArePublishedInOrderAndTheOthersAreListed() {
        String first = entry("lines", "1");
        String second = entry("lines", "\"\u00e9\"");
        var lines = List.of("{", first, "", "\u00ff", FOREIGN, "{\"service\":\"etl\"}", second, "[" + first + "]", first
                + first, "\"\u00ff\"", "\u00ef\u00bb\u00bf" + first);
        byte[] body = String.join("\r\n", lines).replace("\"\u00e9\"", "\"\u00c3\u00a9\"").getBytes(ISO_8859_1);
        try (var follower = gateway.follow("logs:etl:lines")) {
            follower.next();
            var answer = ask(gateway.port(), publish("?partial=true", body, NDJSON));
            assertEquals(200, answer.status(), answer::toString);
            var reply = object(answer);
            assertEquals(List.of("success", "published", "delivered", "firstId", "lastId", "timestamp", "rejected"),
                    members(reply));
            assertEquals(3, number(reply, "published"));
            assertEquals(List.of("0: not JSON: unexpected end, expected a name or '}' at line 1 column 2",
                    "2: not JSON: invalid UTF-8 (0xFF) at line 4 column 1",
                    "3: the service token may not publish for service faas", "4: workspace_id is missing",
                            "6: must be a JSON object with service, workspace_id and logData",
                    "7: not JSON: expected the end but found '{' at line 9 column " + (first.length() + 1),
                            "8: must be a JSON object with service, workspace_id and logData"), rejected(reply));
            var logs = follower.logs(3);
            assertEquals(List.of(string(reply, "firstId"), string(reply, "lastId")), List.of(logs.getFirst().id(),
                    logs.getLast().id()));
            assertTrue(logs.get(1).data().endsWith("\"data\":\"\u00e9\"}"), logs::toString);
        }
    }

    @Test
    void theGoodElementsOfAnArrayArePublished() {
        String array = "\ufeff [" + String.join(",", "1", GOOD, "{\"a\":[{}]}", FOREIGN, "null", GOOD, "[]") + "]";
        var reply = object(ask(gateway.port(), publish("?partial=true", array.getBytes(UTF_8), JSON)));
        assertEquals(2, number(reply, "published"));
        assertEquals(List.of("0: must be", "2: service is missing", "3: the service token may not", "4: must be",
                "6: must be"), starts(rejected(reply)));
    }

    @Test
    void anArrayThatIsNotJsonIsRefusedWhole() {
        try (var fresh = Gateway.start()) {
            for (var body : List.of("[" + GOOD + ",}]", "[" + GOOD, "[" + GOOD + " " + GOOD + "]", "[" + GOOD + "]]",
                    "[" + GOOD + "," + "[".repeat(513) + "]".repeat(513) + "]"))
                assertProblem(400, "not JSON", ask(fresh.port(), publish("?partial=true", body.getBytes(UTF_8), JSON)),
                        body);
            assertEquals(0, Door.published(fresh));
        }
    }

    @Test
    void aBatchWithoutAGoodEntryIsRefusedForTheReasonOfItsFirst() {
        var problem = assertProblem(403, "entry 0: the service token may not publish", ask(gateway.port(),
                publish("?partial=true", (FOREIGN + "\n{").getBytes(UTF_8), NDJSON)));
        assertEquals(0, number(problem, "index"));
        assertEquals(List.of("0: the service token may not", "1: not JSON"), starts(rejected(problem)));
        problem = assertProblem(400, "entry 0: not JSON", ask(gateway.port(), publish("?partial=true", ("{\n" + FOREIGN)
                .getBytes(UTF_8), NDJSON)));
        assertEquals(2, rejected(problem).size());
        problem = assertProblem(400, "service is missing", ask(gateway.port(), publish("?partial=true",
                "{}".getBytes(UTF_8), JSON)));
        assertEquals(List.of("0: service is missing"), rejected(problem));
        for (var empty : List.of("[]", " [ ] ")) assertProblem(400, "empty", ask(gateway.port(),
                publish("?partial=true", empty.getBytes(UTF_8), JSON)));
    }

    @Test
    void aBatchWithoutABadEntryHasAnEmptyList() {
        for (var body : List.of(GOOD, "[" + GOOD + "]")) {
            var reply = object(ask(gateway.port(), publish("?partial=true", body.getBytes(UTF_8), JSON)));
            assertEquals("rejected", members(reply).getLast());
            assertEquals(List.of(), rejected(reply));
        }
    }

    @Test
    void withoutItTheBatchIsPublishedWholeOrNotAtAll() {
        for (var query : List.of("", "?partial=false", "?other=1"))
            assertProblem(400, "entry 1: not JSON", ask(gateway.port(), publish(query, (GOOD + "\n{").getBytes(UTF_8),
                    NDJSON)), query);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?partial", "?partial=", "?partial=1", "?partial=TRUE", "?partial=yes",
            "?partial=true&partial=true", "?partial=true&partial=false"})
    void anyOtherValueIsRefusedByName(String query) {
        assertProblem(400, "partial", ask(gateway.port(), publish(query, GOOD.getBytes(UTF_8), JSON)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "{", "\u00ff", "1", "{}"})
    void aMegabyteOfBadLinesIsCountedAndTheFirstThousandAreListed(String bad) {
        int lines = 500_000 / (bad.length() + 1);
        byte[] body = (String.join("\n", Collections.nCopies(lines, bad)) + "\n" + GOOD).getBytes(ISO_8859_1);
        try (var connection = Wire.connect(gateway.port())) {
            var reply = object(ask(connection, publish("?partial=true", body, NDJSON)));
            assertEquals(1, number(reply, "published"));
            assertEquals(1000, rejected(reply).size());
            assertEquals(lines, number(reply, "rejectedCount"));
        }
    }

    @Test
    void aLongDetailIsShortened() {
        String channel = "{\"service\":\"etl\",\"workspace_id\":\"" + "w".repeat(100_000) + "\",\"logData\":1}";
        var answer = ask(gateway.port(), publish("?partial=true", (channel + "\n" + GOOD).getBytes(UTF_8), NDJSON));
        assertEquals(1, rejected(object(answer)).size());
        assertTrue(answer.body().length < 2000, answer::toString);
    }

    private static byte[] publish(String query, byte[] body, String type) {
        return Door.request("POST", "/api/logs/publish" + query, body, TOKEN, type);
    }

    /// As `3: detail`.
    private static List<String> rejected(JsonObject reply) {
        return ((JsonArray) reply.get("rejected")).elements().stream().map(one -> (JsonObject) one)
                .map(one -> number(one, "index") + ": " + string(one, "detail")).toList();
    }

    private static List<String> starts(List<String> rejected) {
        var starts = List.of("must be", "service is missing", "the service token may not", "not JSON");
        return rejected.stream().map(text -> starts.stream().filter(start -> text.substring(text.indexOf(' ') + 1)
                .startsWith(start))
                .findFirst().map(start -> text.substring(0, text.indexOf(' ') + 1) + start).orElse(text)).toList();
    }
}
