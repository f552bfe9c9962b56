package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.TOKEN;
import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.OtlpProtobuf.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.OtlpProtobuf;
import com.datashop.gateway.support.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Hostile bodies of shippers: each is refused in the words of its protocol, in bounded time and memory, and nothing of
/// it is published.
class DialectBoundsTest {
    private static final String JSON = "Content-Type: application/json";
    private static final String PROTOBUF = "Content-Type: application/x-protobuf";
    private static final String LOGS = "/v1/logs?workspace_id=w";
    private static final int ROUNDS = 3000;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("MAX_BODY_BYTES=200000");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "0A,                       a number is cut short",
        "0A80,                     a number is cut short",
        "0A05,                     a length of 5 reaches beyond the message",
        "0AFFFFFFFFFFFFFFFF7F,     a length of 9223372036854775807 reaches beyond",
        "0A80808080808080808001,   a length of 9223372036854775808 reaches beyond",
        "0AFFFFFFFFFFFFFFFFFF01,   a length of 18446744073709551615 reaches beyond",
        "0AFFFFFFFFFFFFFFFFFF02,   a number is longer than 64 bits",
        "0AFFFFFFFFFFFFFFFFFFFF01, a number is longer than 64 bits",
        "08FFFFFFFFFFFFFFFFFF7F,   a number is longer than 64 bits",
        "8080808080808080808001,   a number is longer than 64 bits",
        "0B0C,                     a group",
        "0C,                       a group",
        "1B1B1B1C1C1C,             a group",
        "0E,                       no such wire type as 6",
        "0F,                       no such wire type as 7",
        "00,                       no field has the number 0",
        "8080808010,               no field has the number 536870912",
        "09000000,                 a number is cut short",
        "0D00,                     a number is cut short",
        "0801,                     field 1 is a VARINT and no BYTES",
        "0A020801,                 field 1 is a VARINT and no BYTES",
        "0A0412020A80,             a number is cut short",
        "0A061204120210FF,         a number is cut short"})
    void brokenProtobufIsRefused(String hex, String fragment) {
        var answer = ask(gateway.port(), request("POST", LOGS, HexFormat.of().parseHex(hex), TOKEN, PROTOBUF));
        assertStatus(400, fragment, answer);
    }

    @Test
    void aTextThatIsNotUtf8IsRefusedWhereverItStands() {
        byte[] bad = {(byte) 0xC0, (byte) 0x80};
        byte[] value = bytes(1, bad);
        byte[] good = bytes(1, "k".getBytes(UTF_8));
        for (var record : List.of(bytes(5, value), bytes(3, bad), bytes(12, bad),
                bytes(6, joined(good, bytes(2, value))),
                bytes(6, joined(bytes(1, bad), bytes(2, good)))))
            assertStatus(400, "not UTF-8", post(record));
        byte[] resource = bytes(1, bytes(1, joined(good, bytes(2, value))));
        var answer = ask(gateway.port(), request("POST", LOGS, bytes(1, resource), TOKEN, PROTOBUF));
        assertStatus(400, "not UTF-8", answer);
    }

    @Test
    void valuesMayNestToTheLimitAndNoDeeper() {
        byte[] value = bytes(1, "deep".getBytes(UTF_8));
        var json = new StringBuilder("{\"stringValue\":\"deep\"}");
        for (int depth = 1; depth <= 1000; depth++) {
            value = bytes(5, bytes(1, value));
            json.insert(0, "{\"arrayValue\":{\"values\":[").append("]}}");
            if (depth != 64 && depth != 65 && depth != 1000) continue;
            var protobuf = post(bytes(5, value));
            var text = ask(gateway.port(), request("POST", LOGS, records("{\"body\":" + json + "}"), TOKEN, JSON));
            if (depth == 64) {
                assertEquals(200, protobuf.status(), protobuf::toString);
                assertEquals(200, text.status(), text::toString);
            } else {
                assertStatus(400, "nest", protobuf);
                assertEquals(400, text.status(), text::toString);
            }
        }
    }

    @Test
    void everyCutOfAMessageIsRefusedOrIsAMessageItself() {
        byte[] whole =
                OtlpProtobuf.request(Gateway.object(new String(records("{\"timeUnixNano\":\"1763877600000000000\","
                + "\"severityNumber\":9,\"body\":{\"stringValue\":\"m\"},\"attributes\":[{\"key\":\"k\","
                + "\"value\":{\"intValue\":\"5\"}}]}"),
                UTF_8)));
        try (var connection = Wire.connect(gateway.port())) {
            for (int length = 1; length < whole.length; length++) {
                var cut = Arrays.copyOf(whole, length);
                var answer = ask(connection, request("POST", LOGS, cut, TOKEN, PROTOBUF));
                assertEquals(400, answer.status(), answer::toString);
            }
        }
    }

    @Test
    void randomBytesAndRandomChangesAreAnsweredAndNothingBreaks() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        byte[] good = OtlpProtobuf.request(
                Gateway.object(new String(records("{\"severityNumber\":9,\"body\":{\"kvlistValue\":{"
                + "\"values\":[{\"key\":\"k\",\"value\":{\"arrayValue\":{\"values\":[{\"doubleValue\":1.5},"
                + "{\"bytesValue\":\"AA==\"}]}}}]}}}"), UTF_8)));
        try (var connection = Wire.connect(gateway.port())) {
            for (int i = 0; i < ROUNDS; i++) {
                byte[] body = i % 3 == 0 ? new byte[random.nextInt(40)] : good.clone();
                if (i % 3 == 0) random.nextBytes(body);
                else for (int k = 0; k <= i % 4; k++) body[random.nextInt(body.length)] = (byte) random.nextInt(256);
                var answer = ask(connection, request("POST", LOGS, body, TOKEN, PROTOBUF));
                int status = answer.status();
                assertTrue(status == 200 || status == 400, () -> "seed " + seed + " " + answer + HexFormat.of()
                        .formatHex(body));
            }
        }
    }

    @Test
    void aResourceThatManyRecordsShareDoesNotMultiply() {
        String attribute = "{\"key\":\"big\",\"value\":{\"stringValue\":\"" + "x".repeat(20_000) + "\"}}";
        String records = "{},".repeat(1000) + "{}";
        String message = "{\"resourceLogs\":[{\"resource\":{\"attributes\":[" + attribute
                + "]},\"scopeLogs\":[{\"logRecords\":["
                + records + "]}]}]}";
        long before = Door.published(gateway);
        assertStatus(413, "MAX_BODY_BYTES",
                ask(gateway.port(), request("POST", LOGS, message.getBytes(UTF_8), TOKEN, JSON)));
        assertStatus(413, "MAX_BODY_BYTES", ask(gateway.port(), request("POST", LOGS,
                OtlpProtobuf.request(Gateway.object(message)), TOKEN, PROTOBUF)));
        assertEquals(before, Door.published(gateway));
        String few = message.replace(records, "{},{},{}");
        assertEquals(200, ask(gateway.port(), request("POST", LOGS, few.getBytes(UTF_8), TOKEN, JSON)).status());
        String label = "{\"streams\":[{\"stream\":{\"big\":\"" + "x".repeat(20_000) + "\"},\"values\":["
                + "[\"1763877600000000000\",\"a\"],".repeat(1000) + "[\"1763877600000000000\",\"a\"]]}]}";
        assertStatus(413, "MAX_BODY_BYTES", ask(gateway.port(), request("POST",
                "/loki/api/v1/push?workspace_id=w", label.getBytes(UTF_8), TOKEN, JSON)));
        String parameter = "/services/collector/raw?workspace_id=w&source=" + "s".repeat(4000);
        byte[] lines = "x\n".repeat(1000).getBytes(UTF_8);
        assertEquals(413, ask(gateway.port(), request("POST", parameter, lines, TOKEN)).status());
        assertEquals(before + 3, Door.published(gateway));
    }

    @Test
    void manyAttributesOfOneRecordAreReadInTime() {
        var attributes = new ByteArrayOutputStream();
        for (int i = 0; attributes.size() < 190_000; i++)
            attributes.writeBytes(bytes(6,
                    joined(bytes(1, Integer.toHexString(i).getBytes(UTF_8)), new byte[] {0x12, 0})));
        long began = System.nanoTime();
        var answer = post(attributes.toByteArray());
        assertEquals(413, answer.status(), "its entry is larger than the body"); // "k":null is longer than its field
        assertTrue(System.nanoTime() - began < 5_000_000_000L, "in bounded time");
    }

    @Test
    void aBombInGzipIsRefused() throws IOException {
        var bomb = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < 100; i++) gzip.write(new byte[1 << 20]);
        }
        for (var path : List.of("/api/logs/ingest", "/v1/logs", "/services/collector")) {
            var answer = ask(gateway.port(),
                    request("POST", path, bomb.toByteArray(), TOKEN, JSON, "Content-Encoding: gzip"));
            assertEquals(413, answer.status(), answer::toString);
        }
    }

    /// 64 bytes for each 3 of a copy, which is the most that snappy can do.
    @Test
    void aBombInSnappyIsRefused() {
        int copies = 60_000;
        int length = 1 + 64 * copies;
        var copied = new ByteArrayOutputStream();
        copied.writeBytes(new byte[] {0, 0}); // a literal of one byte
        for (int i = 0; i < copies; i++) copied.writeBytes(new byte[] {(byte) 0xFE, 1, 0});
        assertStatus(413, "MAX_BODY_BYTES", push(joined(number(length), copied.toByteArray())));
        assertStatus(400, "snappy", push(joined(number(3 * length), copied.toByteArray())));
    }

    private static byte[] number(int value) {
        var varint = new ByteArrayOutputStream();
        int left = value;
        for (; left > 0x7F; left >>>= 7) varint.write(left & 0x7F | 0x80);
        varint.write(left);
        return varint.toByteArray();
    }

    private static Wire.Answer push(byte[] body) {
        return ask(gateway.port(), request("POST", "/loki/api/v1/push", body, TOKEN, PROTOBUF));
    }

    private static Wire.Answer post(byte[] record) {
        byte[] message = bytes(1, bytes(2, bytes(2, record)));
        return ask(gateway.port(), request("POST", LOGS, message, TOKEN, PROTOBUF));
    }

    private static byte[] records(String records) {
        return ("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[" + records + "]}]}]}").getBytes(UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) out.writeBytes(part);
        return out.toByteArray();
    }

    private static void assertStatus(int status, String fragment, Wire.Answer answer) {
        assertEquals(status, answer.status(), answer::toString);
        assertTrue(new String(answer.body(), ISO_8859_1).contains(fragment), answer::toString);
    }
}
