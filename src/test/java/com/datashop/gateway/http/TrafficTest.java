package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.TOKEN;
import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.http.DialectRefusalsTest.Spoken;
import com.datashop.gateway.support.Gateway;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The counters of shippers' requests and records, by dialect and outcome.
class TrafficTest {
    private static final Pattern SAMPLE = Pattern.compile(
            "gateway_ingest_(requests|records)_total\\{dialect=\"([a-z]+)\",outcome=\"([a-z]+)\"} ([0-9]+)");
    private static final List<String> DIALECTS =
            List.of("elastic", "hec", "ingest", "journal", "logplex", "loki", "otlp");

    @Test
    void requestsAndRecordsAreCountedByDialectAndOutcome() {
        try (var gateway = Gateway.start("MAX_BODY_BYTES=50000")) {
            for (var dialect : Spoken.values()) {
                var before = counts(gateway);
                assertEquals(2, dialect.answer(gateway, TOKEN).status() / 100);
                dialect.answer(gateway, "X-Service-Token: guessed-" + dialect);
                dialect.answer(gateway, TOKEN, "Content-Encoding: coding-of-" + dialect);
                long records = dialect == Spoken.LOGPLEX ? 1 : 2;
                assertEquals(Map.of(label(dialect, "accepted"), 1L, label(dialect, "denied"), 1L,
                        label(dialect, "invalid"), 1L, "records " + dialect(dialect) + " stored", records),
                        changes(before, counts(gateway)), dialect::toString);
            }
        }
    }

    @Test
    void aRequestThatIsStoredInPartIsCountedSo() {
        try (var gateway = Gateway.start()) {
            var before = counts(gateway);
            post(gateway, "/api/logs/ingest?partial=true&workspace_id=w", "application/x-ndjson", "1\n{\n2\n");
            post(gateway, "/v1/logs", "application/json", "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{},"
                    + "{\"attributes\":[{\"key\":\"tenant\",\"value\":{\"stringValue\":\"w\"}}]},{}]}]}]}");
            post(gateway, "/elastic/_bulk?workspace_id=w", "application/x-ndjson",
                    "{\"create\":{}}\n{}\n{\"delete\":{}}\n");
            assertEquals(Map.of("requests ingest partial", 1L, "requests otlp partial", 1L,
                    "requests elastic partial", 1L, "records ingest stored", 2L, "records ingest rejected", 1L,
                    "records otlp stored", 1L, "records otlp rejected", 2L, "records elastic stored", 1L,
                    "records elastic rejected", 1L), changes(before, counts(gateway)));
        }
    }

    @Test
    void aRequestOverItsRateIsCountedSo() {
        try (var gateway = Gateway.start("PUBLISH_RATE=1")) {
            gateway.publishAll("w/r", Collections.nCopies(100, "1"));
            for (var dialect : Spoken.values()) {
                var before = counts(gateway);
                dialect.answer(gateway, TOKEN);
                assertEquals(Map.of(label(dialect, "limited"), 1L), changes(before, counts(gateway)));
            }
        }
    }

    /// The names are those of two enums, whatever is sent.
    @Test
    void theLabelsAreBounded() {
        try (var gateway = Gateway.start()) {
            for (int i = 0; i < 20; i++) {
                post(gateway, "/v1/logs?service=s" + i + "&workspace_id=w" + i, "text/x" + i, "{}");
                post(gateway, "/elastic/index" + i + "/_bulk", "application/json", "{}");
                post(gateway, "/services/" + i, "application/json", "{}");
            }
            var counts = counts(gateway);
            var outcomes = List.of("accepted", "denied", "fault", "invalid", "limited", "partial", "unavailable");
            var expected = new TreeSet<String>();
            for (var dialect : DIALECTS) {
                for (var outcome : outcomes) expected.add("requests " + dialect + " " + outcome);
                for (var fate : List.of("rejected", "stored")) expected.add("records " + dialect + " " + fate);
            }
            assertEquals(expected, counts.keySet());
        }
    }

    private static void post(Gateway gateway, String path, String type, String body) {
        ask(gateway.port(), request("POST", path, body.getBytes(UTF_8), TOKEN, "Content-Type: " + type));
    }

    private static String label(Spoken dialect, String outcome) {
        return "requests " + dialect(dialect) + " " + outcome;
    }

    private static String dialect(Spoken dialect) {
        return dialect.name().toLowerCase(Locale.ROOT).replaceFirst("_.*", "");
    }

    /// The counters by `KIND DIALECT OUTCOME`.
    private static TreeMap<String, Long> counts(Gateway gateway) {
        var counts = new TreeMap<String, Long>();
        SAMPLE.matcher(gateway.get("/metrics").body()).results().forEach(sample -> counts.put(
                sample.group(1) + " " + sample.group(2) + " " + sample.group(3), Long.parseLong(sample.group(4))));
        return counts;
    }

    private static Map<String, Long> changes(TreeMap<String, Long> before, TreeMap<String, Long> after) {
        var changes = new TreeMap<String, Long>();
        after.forEach((name, count) -> {
            if (count > before.get(name)) changes.put(name, count - before.get(name));
        });
        return changes;
    }
}
