package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.TOKEN;
import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.Zipped.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.ingest.protobuf.ProtobufException;
import com.datashop.gateway.ingest.protobuf.ProtobufReader;
import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Wire;
import com.datashop.gateway.support.Wire.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every dialect tells every refusal in its own words, also one that comes before the dialect's own code.
class DialectRefusalsTest {
    private static final String ADDRESS = "?service=etl&workspace_id=w";

    /// The dialects, a good body of each, and their words.
    enum Spoken {
        INGEST("/api/logs/ingest", "application/x-ndjson", "1\n2\n", Words.PROBLEM),
        OTLP_JSON("/v1/logs", "application/json", "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{},{}]}]}]}",
                Words.STATUS),
        OTLP_PROTOBUF("/v1/logs", "application/x-protobuf", "\n\6\22\4\22\0\22\0", Words.PROTOBUF),
        LOKI("/loki/api/v1/push", "application/json", "{\"streams\":[{\"stream\":{},\"values\":["
                + "[\"1763877600000000000\",\"a\"],[\"1763877600000000000\",\"b\"]]}]}", Words.TEXT),
        HEC("/services/collector/event", "application/json", "{\"event\":1}{\"event\":2}", Words.HEC),
        HEC_RAW("/services/collector/raw", "text/plain", "a\nb\n", Words.HEC),
        LOGPLEX("/heroku/drain", "application/logplex-1", "42 <40>1 2026-01-01T00:00:00+00:00 h a p - m\n",
                Words.PROBLEM),
        ELASTIC("/elastic/_bulk", "application/x-ndjson", "{\"create\":{}}\n{}\n{\"create\":{}}\n{}\n", Words.ELASTIC),
        ELASTIC_INDEX("/elastic/logs/_bulk", "application/x-ndjson", "{\"create\":{}}\n{}\n{\"create\":{}}\n{}\n",
                Words.ELASTIC),
        JOURNAL("/journal/upload", "application/vnd.fdo.journal",
                "__CURSOR=a\nMESSAGE=a\n\n__CURSOR=b\nMESSAGE=b\n\n", Words.PROBLEM);

        private final String path;
        private final String type;
        private final String body;
        private final Words words;

        Spoken(String path, String type, String body, Words words) {
            this.path = path;
            this.type = type;
            this.body = body;
            this.words = words;
        }

        Answer answer(Gateway gateway, String... headers) {
            return answerTo(gateway, body, headers);
        }

        Answer answerTo(Gateway gateway, String body, String... headers) {
            return answerTo(gateway, body.getBytes(UTF_8), headers);
        }

        Answer answerTo(Gateway gateway, byte[] body, String... headers) {
            var all = new ArrayList<>(List.of(headers));
            all.add("Content-Type: " + type);
            return ask(gateway.port(), request("POST", path + ADDRESS, body, all.toArray(String[]::new)));
        }
    }

    /// The forms of a refusal.
    enum Words { PROBLEM, STATUS, PROTOBUF, TEXT, HEC, ELASTIC }

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("MAX_BODY_BYTES=50000", "REQUEST_TIMEOUT_SECONDS=2");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @EnumSource
    void aGoodBodyIsTaken(Spoken dialect) {
        assertEquals(2, dialect.answer(gateway, TOKEN).status() / 100);
    }

    @ParameterizedTest
    @EnumSource
    void theTypeMayBeInAnyCaseAndHaveParameters(Spoken dialect) {
        for (var type : List.of(dialect.type.toUpperCase(Locale.ROOT) + ";CHARSET=\"UTF-8\"",
                dialect.type + " ; charset=utf-8 ; x=y")) {
            var answer = ask(gateway.port(), request("POST", dialect.path + ADDRESS, dialect.body.getBytes(UTF_8),
                    TOKEN, "Content-Type: " + type));
            assertEquals(2, answer.status() / 100, answer::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JOURNAL")
    void aBodyMayBeInGzip(Spoken dialect) {
        byte[] whole = dialect.body.getBytes(UTF_8);
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        byte[] rest = Arrays.copyOfRange(whole, half.length, whole.length);
        for (var zipped : List.of(gzip(whole), joined(gzip(half), gzip(new byte[0]), gzip(rest))))
            for (var coding : List.of("gzip", "GZIP", "x-gzip"))
                assertEquals(2, dialect.answerTo(gateway, zipped, TOKEN, "Content-Encoding: " + coding).status() / 100);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JOURNAL")
    void aBodyThatIsNoWholeGzipIsRefusedAndNothingOfItPublished(Spoken dialect) {
        long before = Door.published(gateway);
        byte[] good = gzip(dialect.body.getBytes(UTF_8));
        byte[] wrong = good.clone();
        wrong[good.length - 6] ^= 1; // its checksum
        for (var broken : List.of(dialect.body.getBytes(UTF_8), Arrays.copyOf(good, good.length - 1), wrong,
                Arrays.copyOf(good, 12), new byte[] {0x1F, (byte) 0x8B}, joined(good, Arrays.copyOf(good, 20)),
                joined(good, new byte[] {'x'})))
            assertRefused(dialect, 400, "gzip", dialect.answerTo(gateway, broken, TOKEN, "Content-Encoding: gzip"));
        assertEquals(before, Door.published(gateway));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JOURNAL")
    void aBombInGzipIsRefused(Spoken dialect) {
        byte[] bomb = gzip(new byte[10 << 20]);
        assertRefused(dialect, 413, "MAX_BODY_BYTES",
                dialect.answerTo(gateway, bomb, TOKEN, "Content-Encoding: gzip"));
    }

    @ParameterizedTest
    @EnumSource
    void aRequestForAServiceOfOthersIsRefused(Spoken dialect) {
        assertRecordsRefused(dialect, ADDRESS.replace("etl", "faas"), 403, "may not publish for service faas");
    }

    @ParameterizedTest
    @EnumSource
    void aRequestWithoutAWorkspaceIsRefused(Spoken dialect) {
        assertRecordsRefused(dialect, "?service=etl", 400, "workspace_id is missing");
    }

    /// Elasticsearch answers for each record.
    private static void assertRecordsRefused(Spoken dialect, String query, int status, String fragment) {
        long before = Door.published(gateway);
        var answer = ask(gateway.port(), request("POST", dialect.path + query, dialect.body.getBytes(UTF_8), TOKEN,
                "Content-Type: " + dialect.type));
        if (dialect.words == Words.ELASTIC) {
            assertEquals(200, answer.status());
            var items = ((JsonArray) ((JsonObject) answer.json()).get("items")).elements();
            assertEquals(2, items.size());
            for (var item : items) {
                var created = (JsonObject) ((JsonObject) item).get("create");
                assertEquals(status, Gateway.number(created, "status"));
                String reason = Gateway.string((JsonObject) created.get("error"), "reason");
                assertTrue(reason.contains(fragment), reason);
            }
        } else {
            assertRefused(dialect, status, fragment, answer);
        }
        assertEquals(before, Door.published(gateway));
    }

    @ParameterizedTest
    @EnumSource
    void aSegmentOfTenThousandCharactersIsCut(Spoken dialect) {
        String workspace = "w".repeat(120) + dialect;
        var answer = ask(gateway.port(), request("POST", dialect.path + "?service=etl&workspace_id=" + workspace
                + "z".repeat(10_000), dialect.body.getBytes(UTF_8), TOKEN, "Content-Type: " + dialect.type));
        assertEquals(2, answer.status() / 100, answer::toString);
        String cut = "logs:etl:" + (workspace + "z".repeat(10)).substring(0, 128);
        assertTrue(Door.channels(gateway).contains(cut), cut);
    }

    @ParameterizedTest
    @EnumSource
    void aRequestWithoutAGoodTokenIsRefused(Spoken dialect) {
        var none = dialect.answer(gateway);
        assertRefused(dialect, 401, "token", none);
        assertNotNull(none.header("WWW-Authenticate"));
        assertRefused(dialect, 401, "not known", dialect.answer(gateway, "X-Service-Token: guessed"));
    }

    @ParameterizedTest
    @EnumSource
    void aPathThatDoesNotExistIsRefused(Spoken dialect) {
        for (var path : List.of("/nowhere", "/")) {
            var answer = ask(gateway.port(), request("POST", dialect.path + path, dialect.body.getBytes(UTF_8), TOKEN,
                    "Content-Type: " + dialect.type));
            assertRefused(dialect, 404, "no such path", answer);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMethodThatThePathDoesNotAnswerIsRefused(Spoken dialect) {
        var answer = ask(gateway.port(), request("PUT", dialect.path, dialect.body.getBytes(UTF_8), TOKEN,
                "Content-Type: " + dialect.type));
        assertRefused(dialect, 405, "POST", answer);
        assertTrue(answer.header("Allow").contains("POST"), answer::toString);
    }

    @ParameterizedTest
    @EnumSource
    void aRequestForTwoHostsIsRefused(Spoken dialect) {
        var answer = ask(gateway.port(), request("POST", dialect.path, TOKEN, "Content-Type: " + dialect.type,
                "Host: another"));
        assertRefused(dialect, 400, "Host", answer);
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatIsTooLargeIsRefused(Spoken dialect) {
        String large = dialect == Spoken.JOURNAL ? "MESSAGE=" + "x".repeat(60_000) + "\n\n" : "x".repeat(60_000);
        assertRefused(dialect, 413, "", dialect.answerTo(gateway, large, TOKEN));
    }

    @ParameterizedTest
    @EnumSource
    void aCodingThatIsNotKnownIsRefused(Spoken dialect) {
        assertRefused(dialect, 415, "Content-Encoding", dialect.answer(gateway, TOKEN, "Content-Encoding: br"));
    }

    /// All of them at once, because each takes two seconds.
    @Test
    void aBodyThatComesTooSlowlyIsRefused() {
        var connections = new ArrayList<Wire.Connection>();
        try {
            for (var dialect : Spoken.values()) {
                var connection = Wire.connect(gateway.port());
                connections.add(connection);
                connection.send(request("POST", dialect.path + ADDRESS, TOKEN, "Content-Type: " + dialect.type,
                        "Content-Length: 100"));
            }
            for (var dialect : Spoken.values())
                assertRefused(dialect, 408, "too slowly", connections.get(dialect.ordinal()).receive());
        } finally {
            connections.forEach(Wire.Connection::close);
        }
    }

    @Test
    void aTokenOverItsRateIsRefused() {
        try (var limited = Gateway.start("PUBLISH_RATE=1")) {
            limited.publishAll("w/r", Collections.nCopies(100, "1"));
            for (var dialect : Spoken.values()) {
                var answer = dialect.answer(limited, TOKEN);
                assertRefused(dialect, 429, "PUBLISH_RATE", answer);
                assertTrue(Long.parseLong(answer.header("Retry-After")) > 0, answer::toString);
            }
        }
    }

    @Test
    void whileTheLogCanStoreNothingTheyAreAskedToWait(@TempDir Path parent) throws IOException {
        var directory = parent.resolve("log");
        try (var broken = Gateway.start("DATA_DIR=" + directory, "RETENTION_BYTES=1MiB")) {
            Files.move(directory, parent.resolve("away"));
            var large = "\"" + "x".repeat(100_000) + "\"";
            Await.until("the next segment to fail", () -> broken.client().tryPublish("w/r", large)
                    .statusCode() == 503);
            for (var dialect : Spoken.values()) {
                var answer = dialect.answer(broken, TOKEN);
                assertRefused(dialect, 503, "the log can not be", answer);
                assertTrue(Long.parseLong(answer.header("Retry-After")) > 0, answer::toString);
            }
            String metrics = broken.get("/metrics").body();
            assertTrue(metrics.contains("dialect=\"otlp\",outcome=\"unavailable\"} 2\n"), metrics);
            assertFalse(metrics.contains("outcome=\"unavailable\"} 0\n"), metrics);
        }
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) out.writeBytes(part);
        return out.toByteArray();
    }

    private static void assertRefused(Spoken dialect, int status, String fragment, Answer answer) {
        assertEquals(status, answer.status(), () -> dialect + " was answered " + answer);
        String type = switch (dialect.words) {
            case PROBLEM -> "application/problem+json";
            case STATUS, HEC, ELASTIC -> "application/json";
            case PROTOBUF -> "application/x-protobuf";
            case TEXT -> "text/plain; charset=utf-8";
        };
        assertEquals(type, answer.header("Content-Type"), () -> dialect + " was answered " + answer);
        String detail = detail(dialect.words, status, answer);
        assertTrue(detail.contains(fragment) && !detail.isBlank(), () -> dialect + ": " + detail);
        assertFalse(Pattern.compile("[{}]").matcher(detail).find(), () -> dialect + ": " + detail);
        assertEquals("Origin", answer.header("Vary"));
        assertEquals("no-store", answer.header("Cache-Control"));
    }

    /// The reason in the words of the protocol, whose further members are checked.
    private static String detail(Words words, int status, Answer answer) {
        return switch (words) {
            case PROBLEM -> {
                assertEquals(status, Gateway.number((JsonObject) answer.json(), "status"));
                yield Gateway.string((JsonObject) answer.json(), "detail");
            }
            case STATUS -> {
                assertEquals(grpc(status), Gateway.number((JsonObject) answer.json(), "code"));
                yield Gateway.string((JsonObject) answer.json(), "message");
            }
            case PROTOBUF -> status(status, answer.body());
            case TEXT -> {
                assertTrue(answer.text().endsWith("\n"), answer::toString);
                yield answer.text().strip();
            }
            case HEC -> {
                assertEquals(splunk(status), Gateway.number((JsonObject) answer.json(), "code"));
                assertFalse(Gateway.string((JsonObject) answer.json(), "text").isBlank(), answer::toString);
                yield Gateway.string((JsonObject) answer.json(), "detail");
            }
            case ELASTIC -> {
                assertEquals("Elasticsearch", answer.header("X-Elastic-Product"));
                var body = (JsonObject) answer.json();
                assertEquals(status, Gateway.number(body, "status"));
                var error = (JsonObject) body.get("error");
                assertTrue(Gateway.string(error, "type").endsWith("exception"), answer::toString);
                yield Gateway.string(error, "reason");
            }
        };
    }

    private static String status(int status, byte[] body) {
        try {
            var in = new ProtobufReader(body);
            assertEquals(1, in.next());
            assertEquals(grpc(status), in.varint());
            assertEquals(2, in.next());
            return in.text();
        } catch (ProtobufException invalid) {
            throw new AssertionError(invalid);
        }
    }

    /// google.rpc.Code, as opentelemetry.io maps HTTP's statuses.
    private static long grpc(int status) {
        return switch (status) {
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 5;
            case 405 -> 12;
            case 408 -> 4;
            case 429 -> 8;
            case 503 -> 14;
            default -> 3;
        };
    }

    /// Splunk's codes.
    private static long splunk(int status) {
        return switch (status) {
            case 401, 403 -> 4;
            case 404, 405 -> 404;
            case 413 -> 27;
            case 429, 503 -> 9;
            default -> 6;
        };
    }
}
