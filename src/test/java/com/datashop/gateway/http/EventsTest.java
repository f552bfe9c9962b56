package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.http.Door.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Tokens;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `GET /api/logs/events` at its door: its forms, what it refuses, and who may ask.
class EventsTest {
    private static final String PAST = "/api/logs/events?channels=logs:etl:w:r";
    private static final String LINES = "Accept: application/x-ndjson";
    private static final String[] JWT = {"STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET};

    @Test
    void aPageHasTheEnvelopesByteForByteAndSaysWhereItLooked() {
        try (var gateway = Gateway.start()) {
            var data = "{\"a\":1.50e+2,\"a\":\"\\u00e9\",\"b\":[null,{}]}";
            var id = gateway.publish("w/r", data);
            var reply = gateway.get(PAST);
            assertEquals("application/json", header(reply, "Content-Type"));
            assertEquals("no-store", header(reply, "Cache-Control"));
            var envelope = reply.body().replaceAll("\"timestamp\":[0-9]+", "\"timestamp\":0");
            assertEquals("{\"events\":[{\"channel\":\"logs:etl:w:r\",\"id\":\"" + id
                    + "\",\"timestamp\":0,\"data\":" + data
                    + "}],\"gaps\":[],\"from\":\"" + id + "\",\"to\":\"" + id + "\",\"more\":false}", envelope);
            assertEquals(200, gateway.send("HEAD", PAST).statusCode());
            assertEquals("", gateway.send("HEAD", PAST).body());
        }
    }

    @Test
    void asLinesEachEnvelopeAndEachGapIsOne() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=10")) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < 20; i++) ids.add(gateway.publish("w/r", String.valueOf(i)));
            var reply = gateway.get(PAST + "&after=" + ids.get(3), LINES);
            assertEquals("application/x-ndjson", header(reply, "Content-Type"));
            var lines = reply.body().lines().toList();
            assertEquals("{\"gap\":{\"reason\":\"evicted\",\"lost\":6,\"from\":\"" + ids.get(3) + "\",\"to\":\""
                    + ids.get(9)
                    + "\"}}", lines.getFirst());
            assertEquals(ids.subList(10, 20), lines.stream().skip(1)
                    .map(line -> Gateway.string(Gateway.object(line), "id")).toList());
            assertTrue(reply.body().endsWith("\n"));
            assertTrue(reply.headers().firstValue("Link").isEmpty(), "there is no more");
            assertEquals("application/json",
                    header(gateway.get(PAST, "Accept: application/x-ndjson;q=0.5, application/json"), "Content-Type"));
            assertEquals("application/json", header(gateway.get(PAST, "Accept: */*"), "Content-Type"));
        }
    }

    @Test
    void theLinkLeadsThroughAllOfThePast() {
        try (var gateway = Gateway.start(JWT)) {
            var token = "Authorization: Bearer " + Tokens.reader(60, "w");
            var ids = new ArrayList<String>();
            for (int i = 0; i < 20; i++) ids.add(gateway.publish("w/r", "\"é" + i + "\""));
            for (var begin : List.of("", "&since=0", "&since=1h")) {
                var visited = new ArrayList<String>();
                String query = "?channels=logs:etl:w:*&q=%C3%A9&limit=3&access_token=secret" + begin;
                while (query != null) {
                    var reply = gateway.get("/api/logs/events" + query, LINES, token);
                    assertEquals(200, reply.statusCode(), reply::body);
                    var page = reply.body().lines().map(line -> Gateway.string(Gateway.object(line), "id")).toList();
                    visited.addAll(begin.isEmpty() ? 0 : visited.size(), page);
                    query = reply.headers().firstValue("Link").map(link -> {
                        assertTrue(link.endsWith(">; rel=\"next\"") && !link.contains("secret"), link);
                        return link.substring(1, link.indexOf('>'));
                    }).orElse(null);
                }
                assertEquals(ids, visited, begin);
            }
        }
    }

    @Test
    void whatIsWrongIsNamed() {
        try (var gateway = Gateway.start()) {
            gateway.publish("w/r", "1");
            for (var row : Stream.of("limit=0|limit", "limit=-1|limit", "limit=10001|limit", "limit=x|limit",
                    "limit=1e3|limit",
                    "limit=99999999999999999999|limit", "limit=1&limit=2|limit is given twice", "before=x|before",
                            "after=1|after",
                    "after=1-|after", "before=1-2-3|before", "before=-1-1|before",
                    "before=1-99999999999999999999|before",
                    "before=1-1&after=1-2|before is below after", "before=1-1&before=1-1|before is given twice",
                    "since=yesterday|since", "since=1|since", "until=1989-12-31T23:59:59Z|until",
                    "until=2201-01-01T00:00:00Z|until",
                    "until=0|until", "until=soon|until", "level=loud|level", "where=nothing|where", "where=" + ".a"
                    .repeat(10_000) + "=1|where",
                    "where=" + ".".repeat(10_000) + "=1|where", "q=" + "x".repeat(300) + "|q",
                    "q=a&q=b&q=c&q=d&q=e&q=f&q=g&q=h&q=i|q is given more than 8 times",
                    "not=a&not=b&not=c&not=d&not=e&not=f&not=g&not=h&not=i|not is given more than 8 times",
                    "where=a=1&where=a=1&where=a=1&where=a=1&where=a=1&where=a=1&where=a=1&where=a=1&where=a=1|where "
                    + "is given more than 8 times",
                    "q=%FF|q").map(row -> row.split("\\|")).toList())
                assertProblem(400, row[1], ask(gateway.port(), request("GET", PAST + "&" + row[0])), row[0]);
            assertProblem(400, "channels", ask(gateway.port(), request("GET", "/api/logs/events")));
            assertProblem(400, "channels", ask(gateway.port(), request("GET", "/api/logs/events?channels=logs:etl")));
            assertProblem(400, "body", ask(gateway.port(), request("GET", PAST, new byte[] {1})));
            assertProblem(405, "GET", ask(gateway.port(), request("POST", PAST, new byte[0])));
        }
    }

    @Test
    void eachReaderSeesItsOwnWorkspacesAndNoOthers() {
        try (var gateway = Gateway.start(JWT)) {
            var token = "Authorization: Bearer " + Tokens.reader(60, "w1", "w2");
            gateway.publish("w3/r", "\"secret\"");
            var own = gateway.publish("w2/r", "\"own\"");
            gateway.publish("w3/r", "\"secret\"");
            for (var more : List.of("", "&since=0", "&after=0-0", "&q=w", "&limit=1")) {
                String query = "/api/logs/events?channels=logs:etl:w3:r,logs:*:w2:*,logs:etl:*:r" + more;
                var page = Gateway.json(gateway.get(query, token));
                assertEquals(List.of("own"), data(page), more);
                assertEquals("[\"logs:etl:w3:r\",\"logs:etl:*:r\"]", page.get("denied").toString(), more);
                assertFalse(gateway.get(query, token, LINES).body().contains("secret"), more);
                assertTrue(gateway.get(query, token, LINES).body().contains(own), more);
            }
            assertNull(Gateway.json(gateway.get("/api/logs/events?channels=logs:etl:w1:r", token)).get("denied"));
            for (var channels : List.of("logs:etl:w3:r", "logs:*:*:*", "logs:etl:*", "logs:etl:w3,logs:faas:w3:*"))
                assertEquals(403, gateway.get("/api/logs/events?channels=" + channels, token).statusCode(), channels);
            var nobody = gateway.get(PAST);
            assertEquals(401, nobody.statusCode());
            assertTrue(nobody.headers().firstValue("WWW-Authenticate").isPresent());
            assertEquals(401, gateway.get(PAST, "Authorization: Bearer " + Tokens.reader(-60, "w")).statusCode());
            assertEquals(200, gateway.get(PAST + "&access_token=" + Tokens.reader(60, "w")).statusCode());
            assertEquals(200, gateway.get(PAST, "Cookie: logs_token=" + Tokens.reader(60, "w")).statusCode());
        }
    }

    @Test
    void aProxyAndAListOfServicesNarrowAPageLikeAStream() {
        try (var gateway = Gateway.start("STREAM_AUTH=proxy", "PROXY_SECRET=between-us")) {
            gateway.publish("w3/r", "\"secret\"");
            gateway.publish("w2/r", "\"own\"");
            var proxy = List.of("X-Proxy-Secret: between-us", "X-User-Id: ann", "X-Workspace-Ids: w1 , w2");
            String query = "/api/logs/events?channels=logs:etl:w3:r,logs:*:w2:*&since=0";
            var page = Gateway.json(gateway.get(query, proxy.toArray(String[]::new)));
            assertEquals(List.of("own"), data(page));
            assertEquals("[\"logs:etl:w3:r\"]", page.get("denied").toString());
            for (int left = 0; left < 3; left++) {
                var headers = new ArrayList<>(proxy);
                headers.remove(left);
                int status = gateway.get(query, headers.toArray(String[]::new)).statusCode();
                assertEquals(left == 2 ? 403 : 401, status, headers::toString);
            }
        }
        try (var gateway = Gateway.start(JWT)) {
            gateway.publish("w/r", "\"secret\"");
            long soon = System.currentTimeMillis() / 1000 + 60;
            var token = "Authorization: Bearer " + Tokens.sign("{\"sub\":\"ann\",\"exp\":" + soon
                    + ",\"workspaces\":[\"w\"],\"services\":[\"faas\"]}");
            var page = Gateway.json(gateway.get("/api/logs/events?channels=logs:etl:w:r,logs:faas:w:r", token));
            assertEquals(List.of(), data(page));
            assertEquals("[\"logs:etl:w:r\"]", page.get("denied").toString());
            for (var channels : List.of("logs:etl:w:r", "logs:*:w:*"))
                assertEquals(403, gateway.get("/api/logs/events?channels=" + channels, token).statusCode(), channels);
        }
    }

    @Test
    void aPageTakesAPlaceAmongTheStreamsUntilItIsWrittenOrItsClientHasLeft() {
        try (var gateway = Gateway.start("MAX_CONNECTIONS=1", "MAX_BODY_BYTES=8MiB", "WRITE_TIMEOUT_SECONDS=600")) {
            for (int i = 0; i < 5; i++) gateway.publish("w/r", "\"" + "x".repeat(3_000_000) + "\"");
            try (var stream = gateway.follow("logs:etl:w:r")) {
                assertEquals(200, stream.status());
                var refused = gateway.get(PAST);
                assertEquals(503, refused.statusCode());
                assertTrue(refused.headers().firstValue("Retry-After").isPresent());
            }
            Await.until("the stream's place to be free", () -> gateway.get(PAST + "&limit=1").statusCode() == 200);
            assertEquals(200, gateway.get(PAST + "&limit=1").statusCode(), "and the page's");
            try (var stalled = Follower.options().receiveBuffer(4096).paused().open(gateway.port(), PAST)) {
                assertEquals(200, stalled.status());
                assertEquals(503, gateway.get(PAST).statusCode());
            }
            Await.until("who left to be noticed", () -> gateway.get(PAST + "&limit=1").statusCode() == 200);
        }
    }

    private static List<String> data(JsonObject page) {
        return ((JsonArray) page.get("events")).elements().stream()
                .map(event -> Gateway.string((JsonObject) event, "data")).toList();
    }

    private static String header(HttpResponse<String> reply, String name) {
        return reply.headers().firstValue(name).orElse(null);
    }
}
