package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.Gateway.number;
import static com.datashop.gateway.support.Gateway.string;
import static com.datashop.gateway.support.Zipped.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.http.Rows.Row;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Wire;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Splunk's HTTP Event Collector.
class HecTest {
    private static final String SPLUNK = "Authorization: Splunk " + Gateway.TOKEN;
    @RegisterExtension
    static final FollowedGateway GATEWAY = new FollowedGateway();

    static List<Row> events() {
        return Rows.of("hec-events.txt", 20);
    }

    static List<Row> refused() {
        return Rows.of("hec-refused.txt", 15);
    }

    @ParameterizedTest
    @MethodSource("events")
    void anEventIsAnEntry(Row row) {
        long before = System.currentTimeMillis();
        assertTaken(post("/services/collector/event?workspace_id=w", row.input()));
        assertEvent(row.outcome(), before);
    }

    /// The rows one behind the other, as a batch; Docker sends it in gzip, and says no `Content-Type`.
    @Test
    void eventsStandOneBehindTheOtherAlsoInGzip() {
        var batch = new ByteArrayOutputStream();
        for (var row : events()) batch.writeBytes(row.input());
        byte[] zipped = gzip(batch.toByteArray());
        for (var path : List.of("/services/collector", "/services/collector/event", "/services/collector/event/1.0")) {
            long before = System.currentTimeMillis();
            assertTaken(ask(GATEWAY.port(), request("POST", path + "?workspace_id=w", zipped, SPLUNK,
                    "Content-Encoding: gzip")));
            for (var row : events()) assertEvent(row.outcome(), before);
        }
    }

    @Test
    void aBatchMayBeginWithAByteOrderMarkAndHaveBlanksBetweenItsEvents() {
        assertTaken(post("/services/collector?workspace_id=w",
                "\ufeff\r\n {\"event\":\"a\"}\t{\"event\":\"b\"} \n\n".getBytes(UTF_8)));
        assertEquals("{\"message\":\"a\"}", GATEWAY.data().toString());
        assertEquals("{\"message\":\"b\"}", GATEWAY.data().toString());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aBadRequestIsRefusedWholeWithItsCodeAndTheNumberOfTheEvent(Row row) {
        long before = GATEWAY.published();
        var expected = row.outcome().split(" ", 3);
        var answer = post("/services/collector?workspace_id=w", row.input());
        assertEquals(400, answer.status(), answer::toString);
        var body = Door.object(answer);
        assertEquals(Integer.parseInt(expected[0]), number(body, "code"));
        if (expected[1].equals("-")) assertEquals(null, body.get("invalid-event-number"));
        else assertEquals(Integer.parseInt(expected[1]), number(body, "invalid-event-number"), answer::toString);
        assertTrue(string(body, "detail").contains(expected[2]), answer::toString);
        assertEquals(before, GATEWAY.published());
    }

    @Test
    void rawDataIsAnEventALine() {
        assertTaken(post("/services/collector/raw?workspace_id=w&host=h&sourcetype=t",
                "\ufeffa \"b\"\r\n\n\u00e9\n".getBytes(UTF_8)));
        assertEquals("{\"message\":\"a \\\"b\\\"\",\"host\":\"h\",\"sourcetype\":\"t\"}", GATEWAY.data().toString());
        assertEquals("{\"message\":\"\u00e9\",\"host\":\"h\",\"sourcetype\":\"t\"}", GATEWAY.data().toString());
        var bad = post("/services/collector/raw/1.0?workspace_id=w", new byte[] {'a', '\n', (byte) 0xC3});
        assertEquals(
                "{\"text\":\"Invalid data format\",\"code\":6,\"invalid-event-number\":1,\"detail\":\"not UTF-8 at "
                + "line 1 "
                + "column 1\"}", bad.text());
        assertEquals(400, bad.status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-www-form-urlencoded", "text/plain; charset=latin1",
            "nonsense"})
    void theContentTypeSaysNothing(String type) {
        var answer = ask(GATEWAY.port(),
                request("POST", "/services/collector?workspace_id=w", "{\"event\":1}".getBytes(UTF_8),
                SPLUNK, "Content-Type: " + type));
        assertTaken(answer);
    }

    @Test
    void refusalsHaveTheCodesOfHec() {
        byte[] event = "{\"event\":1}".getBytes(UTF_8);
        var unknown = ask(GATEWAY.port(), request("POST", "/services/collector", event, "Authorization: Splunk x"));
        assertCode(401, 4, "Invalid token", unknown);
        assertCode(401, 4, "Invalid token", ask(GATEWAY.port(), request("POST", "/services/collector", event)));
        assertCode(403, 4, "Invalid token", post("/services/collector?service=faas&workspace_id=w", event));
        assertCode(400, 6, "Invalid data format", post("/services/collector", event));
        assertCode(413, 27, "Request entity too large", post("/services/collector", new byte[2 << 20]));
        try (var slow = Gateway.start("PUBLISH_RATE=1")) {
            byte[] events = "{\"event\":1}{\"event\":2}{\"event\":3}".getBytes(UTF_8);
            ask(slow.port(), request("POST", "/services/collector?workspace_id=w", events, SPLUNK));
            var busy = ask(slow.port(), request("POST", "/services/collector?workspace_id=w", events, SPLUNK));
            assertCode(429, 9, "Server is busy", busy);
            assertTrue(Integer.parseInt(busy.header("Retry-After")) >= 1, busy::toString);
        }
    }

    @Test
    void theCollectorSaysThatItIsThereAndHealthy() {
        for (var path : List.of("/services/collector", "/services/collector/event/1.0", "/services/collector/raw")) {
            var probe = ask(GATEWAY.port(), request("OPTIONS", path));
            assertEquals(200, probe.status(), probe::toString);
            var preflight = ask(GATEWAY.port(),
                    request("OPTIONS", path, "Origin: http://a", "Access-Control-Request-Method: POST"));
            assertEquals(204, preflight.status(), preflight::toString);
            assertEquals("OPTIONS, POST", preflight.header("Access-Control-Allow-Methods"));
        }
        for (var path : List.of("/services/collector/health", "/services/collector/health/1.0")) {
            var health = ask(GATEWAY.port(), request("GET", path + "?token=ignored"));
            assertEquals(200, health.status());
            assertEquals("{\"text\":\"HEC is healthy\",\"code\":17}", health.text());
            assertEquals(200, ask(GATEWAY.port(), request("OPTIONS", path)).status());
        }
        assertCode(404, 404, "The requested URL was not found on this server.",
                post("/services/collector/ack", "{\"acks\":[0]}".getBytes(UTF_8)));
    }

    private static Wire.Answer post(String path, byte[] body) {
        return ask(GATEWAY.port(), request("POST", path, body, SPLUNK));
    }

    private static void assertTaken(Wire.Answer answer) {
        assertEquals(200, answer.status(), answer::toString);
        assertEquals("{\"text\":\"Success\",\"code\":0}", answer.text());
        assertEquals("application/json", answer.header("Content-Type"));
    }

    private static void assertCode(int status, int code, String text, Wire.Answer answer) {
        assertEquals(status, answer.status(), answer::toString);
        assertEquals(code, number(Door.object(answer), "code"));
        assertEquals(text, string(Door.object(answer), "text"));
    }

    private void assertEvent(String expected, long before) {
        var parts = expected.split(" ", 3);
        var event = GATEWAY.event();
        if (parts[0].equals("now")) assertTrue(number(event, "timestamp") >= before, event::toString);
        else assertEquals(Long.parseLong(parts[0]), number(event, "timestamp"));
        assertEquals(parts[1], string(event, "channel"));
        assertEquals(parts[2], event.get("data").toString());
    }
}
