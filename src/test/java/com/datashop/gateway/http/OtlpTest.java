package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.TOKEN;
import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.Gateway.number;
import static com.datashop.gateway.support.Gateway.string;
import static com.datashop.gateway.support.OtlpProtobuf.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.http.Rows.Row;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.OtlpProtobuf;
import com.datashop.gateway.support.Wire;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// OTLP over HTTP, in both of its encodings.
class OtlpTest {
    private static final String JSON = "Content-Type: application/json";
    private static final String PROTOBUF = "Content-Type: application/x-protobuf";
    private static final String RESOURCE =
            "{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"etl\"}},"
            + "{\"key\":\"pid\",\"value\":{\"intValue\":\"7\"}}]}";
    /// The field 100 as a number, eight bytes, bytes and four bytes.
    private static final byte[] UNKNOWN = HexFormat.of()
            .parseHex("a006ffffffffffffffffff01a106ffffffffffffffffa20601ffa506ffffffff");
    @RegisterExtension
    static final FollowedGateway GATEWAY = new FollowedGateway("SERVICE_TOKENS=l5-etl-token=etl,any=*");

    static List<Row> records() {
        return Rows.of("otlp-records.txt", 30);
    }

    static List<Row> refused() {
        return Rows.of("otlp-json-refused.txt", 20);
    }

    @ParameterizedTest
    @MethodSource("records")
    void aRecordIsTheSameEntryInBothEncodings(Row row) {
        String message = of(row.inputText());
        for (var answer : List.of(json(message), protobuf(OtlpProtobuf.request(Gateway.object(message))))) {
            assertEquals(200, answer.status(), answer::toString);
            assertEquals(Gateway.object(row.outcome()).members(), ((JsonObject) GATEWAY.data()).members());
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void jsonOfAnotherMessageIsRefusedWhole(Row row) {
        long before = GATEWAY.published();
        var answer = json(of("{}," + row.inputText()));
        assertRefused(400, 3, row.outcome(), answer);
        assertEquals(before, GATEWAY.published());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"timeUnixNano\":\"1763877600123456789\" | 1763877600123",
        "\"timeUnixNano\":1763877600123456789 | 1763877600123",
        "\"timeUnixNano\":\"1763877600123456789\",\"observedTimeUnixNano\":\"1763877700000000000\" | 1763877600123",
        "\"observedTimeUnixNano\":\"1763877700000000000\" | 1763877700000",
        "\"timeUnixNano\":\"0\",\"observedTimeUnixNano\":\"1763877700000000000\" | 1763877700000",
        "\"timeUnixNano\":\"5000000\",\"observedTimeUnixNano\":\"1763877700000000000\" | 1763877700000",
        "\"timeUnixNano\":\"18446744073709551615\" | 0",
        "\"timeUnixNano\":\"0\" | 0"})
    void theTimeIsTheRecordsOrItsObservationsOrItsReceipts(String members, long timestamp) {
        long before = System.currentTimeMillis();
        String message = of("{" + members + "}");
        for (var answer : List.of(json(message), protobuf(OtlpProtobuf.request(Gateway.object(message))))) {
            assertEquals(200, answer.status(), answer::toString);
            long time = number(GATEWAY.event(), "timestamp");
            if (timestamp != 0) assertEquals(timestamp, time);
            else assertTrue(time >= before && time <= System.currentTimeMillis(), () -> before + " " + time);
        }
    }

    @Test
    void namesOfProtobufAndUnknownMembersAndNullsAreTakenInJson() {
        assertEquals(200, json("{\"x\":[{}],\"resource_logs\":[{\"schema_url\":\"u\",\"scope_logs\":[{\"log_records\":"
                + "[{\"y\":{},\"time_unix_nano\":1763877600000000000,\"severity_number\":\"SEVERITY_NUMBER_WARN2\","
                + "\"severity_text\":null,\"trace_id\":\"01\",\"body\":{\"string_value\":\"m\"},\"attributes\":null}],"
                + "\"scope\":null}],\"resource\":{\"attributes\":[]}}]}").status());
        assertEquals("{\"level\":\"warn\",\"message\":\"m\",\"traceId\":\"01\",\"severityNumber\":14}",
                GATEWAY.data().toString());
    }

    @Test
    void theResourceAndTheScopeMayFollowTheirRecords() {
        String message =
                "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{}],\"scope\":{\"name\":\"a\"}},{\"logRecords\":"
                + "[{}]}],\"resource\":" + RESOURCE + "}]}";
        for (var answer : List.of(json(message), protobuf(OtlpProtobuf.request(Gateway.object(message))))) {
            assertEquals(200, answer.status(), answer::toString);
            assertEquals("{\"resource\":{\"service.name\":\"etl\",\"pid\":7},\"scope\":\"a\"}",
                    GATEWAY.data().toString());
            assertEquals("{\"resource\":{\"service.name\":\"etl\",\"pid\":7}}", GATEWAY.data().toString());
        }
    }

    /// A later release of the protocol may have more fields, and more kinds of a value.
    @Test
    void unknownFieldsOfEveryWireTypeAreSkippedInEveryMessage() {
        byte[] kind = joined(UNKNOWN, bytes(8, new byte[0]));
        byte[] attribute = bytes(6, joined(UNKNOWN, text(1, "k"), UNKNOWN, bytes(2, kind), UNKNOWN));
        byte[] record = joined(UNKNOWN, bytes(5, joined(UNKNOWN, text(1, "m"), UNKNOWN)), UNKNOWN, attribute, UNKNOWN);
        byte[] scope = bytes(1, joined(UNKNOWN, text(1, "s"), UNKNOWN));
        byte[] scopeLogs = joined(UNKNOWN, scope, UNKNOWN, bytes(2, record), bytes(2, bytes(5, kind)), UNKNOWN);
        byte[] resource = bytes(1, joined(UNKNOWN, bytes(1, joined(text(1, "r"), bytes(2, text(1, "v")))), UNKNOWN));
        byte[] resourceLogs = joined(UNKNOWN, resource, UNKNOWN, bytes(2, scopeLogs), UNKNOWN);
        var answer = protobuf(joined(UNKNOWN, bytes(1, resourceLogs), UNKNOWN));
        assertEquals("200 ", answer.status() + " " + answer.text());
        assertEquals("{\"message\":\"m\",\"k\":null,\"resource\":{\"r\":\"v\"},\"scope\":\"s\"}",
                GATEWAY.data().toString());
        assertEquals("{\"resource\":{\"r\":\"v\"},\"scope\":\"s\"}", GATEWAY.data().toString());
    }

    /// See https://protobuf.dev/programming-guides/encoding/#last-one-wins.
    @Test
    void ofAFieldThatOccursAgainTheLastCountsAndMessagesAreMerged() {
        byte[] record = joined(text(3, "debug"), bytes(5, text(1, "a")), bytes(5, joined(text(1, "b"), text(1, "c"))),
                text(3, "warn"), bytes(5, new byte[0]));
        byte[] attribute = bytes(1, bytes(1, joined(text(1, "r"), bytes(2, text(1, "v")))));
        byte[] other = bytes(1, bytes(1, joined(text(1, "q"), bytes(2, text(1, "w")))));
        byte[] scopes = joined(bytes(1, text(1, "s")), bytes(1, new byte[0]), bytes(2, record));
        assertEquals(200, protobuf(bytes(1, joined(attribute, bytes(2, scopes), other))).status());
        assertEquals("{\"level\":\"warn\",\"message\":\"c\",\"resource\":{\"r\":\"v\",\"q\":\"w\"},\"scope\":\"s\"}",
                GATEWAY.data().toString());
    }

    private static byte[] text(int field, String value) {
        return bytes(field, value.getBytes(UTF_8));
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) out.writeBytes(part);
        return out.toByteArray();
    }

    @Test
    void theChannelComesFromTheRecordAndThenFromItsResource() {
        String resource = RESOURCE.replace("\"pid\"", "\"tenant\"").replace("etl", "a/b");
        String message = "{\"resourceLogs\":[{\"resource\":" + resource
                + ",\"scopeLogs\":[{\"logRecords\":[{},{\"attributes\":"
                + "[{\"key\":\"service\",\"value\":{\"stringValue\":\"s\"}},{\"key\":\"workspace_id\","
                + "\"value\":{\"stringValue\":"
                + "\"w\"}},{\"key\":\"function_id\",\"value\":{\"intValue\":\"5\"}}]}]}]}]}";
        for (var type : List.of(JSON, PROTOBUF)) {
            byte[] body = type.equals(JSON) ? message.getBytes(UTF_8) : OtlpProtobuf.request(Gateway.object(message));
            ask(GATEWAY.port(), request("POST", "/v1/logs", body, "Authorization: Bearer any", type));
            assertEquals("logs:a_b:7", string(GATEWAY.event(), "channel"));
            assertEquals("logs:s:w:5", string(GATEWAY.event(), "channel"));
        }
    }

    @Test
    void theGoodRecordsAreTakenAndTheOthersCounted() {
        String bad = "{\"attributes\":[{\"key\":\"service\",\"value\":{\"stringValue\":\"faas\"}}]}";
        String good = bad.replace("faas", "etl");
        String message = "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[" + good + ",{}," + good + ",{}]}]}]}";
        String path = "/v1/logs?workspace_id=w";
        var json = ask(GATEWAY.port(), request("POST", path, message.getBytes(UTF_8), "X-Service-Token: any", JSON));
        assertEquals(
                "{\"partialSuccess\":{\"rejectedLogRecords\":\"2\",\"errorMessage\":\"record 1: service is missing: "
                + "give "
                + "the parameter service, a token that is bound to one, or service, service_name, service.name in "
                + "the record, "
                + "and 1 more\"}}", json.text());
        GATEWAY.follower().logs(2);
        var protobuf = ask(GATEWAY.port(), request("POST", path, OtlpProtobuf.request(Gateway.object(message)),
                "X-Service-Token: any", PROTOBUF));
        assertEquals(200, protobuf.status());
        assertTrue(new String(protobuf.body(), ISO_8859_1)
                .matches("(?s)\\x0A.\\x01?\\x08\\x02\\x12.\\x01?record 1: service .*"),
                protobuf::toString);
        GATEWAY.follower().logs(2);
    }

    @Test
    void aRequestWithoutAGoodRecordIsRefusedForTheReasonOfItsFirst() {
        String message = "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{},{}]}]}]}";
        assertRefused(400, 3, "record 0: workspace_id is missing",
                ask(GATEWAY.port(), request("POST", "/v1/logs", message.getBytes(UTF_8), TOKEN, JSON)));
        assertRefused(403, 7, "may not publish for service x",
                ask(GATEWAY.port(), request("POST", "/v1/logs?service=x&workspace_id=w", message.getBytes(UTF_8),
                TOKEN, JSON)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"resourceLogs\":[]}", "{\"resourceLogs\":[{}]}",
            "{\"resourceLogs\":[{\"scopeLogs\":[{}]}]}"})
    void aRequestWithoutRecordsIsTaken(String message) {
        assertEquals("{\"partialSuccess\":{}}", json(message).text());
        var answer = protobuf(OtlpProtobuf.request(Gateway.object(message)));
        assertEquals(200, answer.status());
        assertEquals("application/x-protobuf", answer.header("Content-Type"));
        assertEquals(0, answer.body().length);
    }

    @Test
    void refusalsAreAStatusInTheEncodingOfTheRequest() {
        byte[] body = of("{}").getBytes(UTF_8);
        assertRefused(401, 16, "not known",
                ask(GATEWAY.port(), request("POST", "/v1/logs", body, JSON, "X-Service-Token: x")));
        assertRefused(415, 3, "application/x-protobuf or application/json",
                ask(GATEWAY.port(), request("POST", "/v1/logs", body, "Content-Type: text/plain", TOKEN)));
        assertRefused(415, 3, "only gzip",
                ask(GATEWAY.port(), request("POST", "/v1/logs", body, JSON, TOKEN, "Content-Encoding: br")));
        assertRefused(400, 3, "gzip", ask(GATEWAY.port(),
                request("POST", "/v1/logs", body, JSON, TOKEN, "Content-Encoding: gzip")));
        assertRefused(400, 3, "not an ExportLogsServiceRequest: ", json("["));
        var refused = ask(GATEWAY.port(), request("POST", "/v1/logs", body, PROTOBUF, "X-Service-Token: x"));
        assertEquals(401, refused.status());
        assertEquals("application/x-protobuf", refused.header("Content-Type"));
        assertEquals("\u0008\u0010\u0012\u001ethe service token is not known", new String(refused.body(), ISO_8859_1));
    }

    @Test
    void overItsRateAClientIsToldWhenToComeBack() {
        try (var slow = Gateway.start("PUBLISH_RATE=1")) {
            byte[] body = of("{},{},{},{}").getBytes(UTF_8);
            assertEquals(200, ask(slow.port(), request("POST", "/v1/logs?workspace_id=w", body, TOKEN, JSON)).status());
            var answer = ask(slow.port(), request("POST", "/v1/logs?workspace_id=w", body, TOKEN, JSON));
            assertRefused(429, 8, "PUBLISH_RATE", answer);
            assertTrue(Integer.parseInt(answer.header("Retry-After")) >= 1, answer::toString);
        }
    }

    /// A request of one resource with these records, which go to the workspace w.
    private static String of(String records) {
        return "{\"resourceLogs\":[{\"resource\":" + RESOURCE
                + ",\"scopeLogs\":[{\"scope\":{\"name\":\"loader\"},\"logRecords\":["
                + records + "]}]}]}";
    }

    private static Wire.Answer json(String message) {
        return ask(GATEWAY.port(), request("POST", "/v1/logs?workspace_id=w", message.getBytes(UTF_8), TOKEN, JSON));
    }

    private static Wire.Answer protobuf(byte[] message) {
        return ask(GATEWAY.port(), request("POST", "/v1/logs?workspace_id=w", message, TOKEN, PROTOBUF));
    }

    private static void assertRefused(int status, int code, String fragment, Wire.Answer answer) {
        assertEquals(status, answer.status(), answer::toString);
        assertEquals("application/json", answer.header("Content-Type"));
        var body = Door.object(answer);
        assertEquals(List.of("code", "message"), Door.members(body));
        assertEquals(code, number(body, "code"));
        assertTrue(string(body, "message").contains(fragment), answer::toString);
    }
}
