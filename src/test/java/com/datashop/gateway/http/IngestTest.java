package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.TOKEN;
import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.http.Door.members;
import static com.datashop.gateway.http.Door.object;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.Gateway.number;
import static com.datashop.gateway.support.Gateway.string;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.http.Rows.Row;
import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Wire;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Records of any form at `/api/logs/ingest`.
class IngestTest {
    private static final String PATH = "/api/logs/ingest?workspace_id=w";
    @RegisterExtension
    static final FollowedGateway GATEWAY = new FollowedGateway();

    static List<Row> accepted() {
        return Rows.of("ingest-accepted.txt", 25);
    }

    static List<Row> refused() {
        return Rows.of("ingest-refused.txt", 15);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void everyRecordIsAnEntryWithTheSameTokens(Row row) {
        long before = GATEWAY.published();
        var answer = ask(GATEWAY.port(), request("POST", PATH, body(row), headers(row)));
        assertEquals(200, answer.status(), answer::toString);
        var expected = row.outcome().split(" \\| ");
        assertEquals(before + expected.length, GATEWAY.published());
        for (var data : expected) {
            String event = GATEWAY.follower().nextLog().data();
            assertEquals(data, event.substring(event.indexOf("\"data\":") + 7, event.length() - 1));
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aBadRecordRefusesTheRequestAndIsNamed(Row row) {
        long before = GATEWAY.published();
        int status = Integer.parseInt(row.outcome().substring(0, 3));
        var answer = ask(GATEWAY.port(), request("POST", PATH, body(row), headers(row)));
        assertProblem(status, row.outcome().substring(4), answer, row.toString());
        assertEquals(before, GATEWAY.published());
    }

    private static String[] headers(Row row) {
        String type = row.inputText().split(" ", 2)[0];
        return type.equals("-") ? new String[] {TOKEN} : new String[] {TOKEN, "Content-Type: " + type};
    }

    private static byte[] body(Row row) {
        int space = 0;
        while (row.input()[space] != ' ') space++;
        return Arrays.copyOfRange(row.input(), space + 1, row.input().length);
    }

    @Test
    void theAnswerToOneRecordIsThatOfOneEntryAndToSeveralThatOfABatch() {
        var one = object(post("", "application/json", "{\"a\":1}"));
        assertEquals(List.of("success", "channel", "id", "delivered", "timestamp"), members(one));
        var event = GATEWAY.event();
        assertEquals(string(event, "id"), string(one, "id"));
        var two = object(post("", "application/json", "[1,2]"));
        assertEquals(List.of("success", "published", "delivered", "firstId", "lastId", "timestamp"), members(two));
        assertEquals(2, number(two, "published"));
        GATEWAY.follower().logs(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"timestamp\":\"2025-11-23T06:00:00.123Z\"}                  | 1763877600123",
        "{\"@timestamp\":\"2025-11-23T07:00:00+01:00\"}                | 1763877600000",
        "{\"time\":1763877600}                                         | 1763877600000",
        "{\"ts\":1763877600.25}                                        | 1763877600250",
        "{\"date\":1763877600123456}                                   | 1763877600123",
        "{\"@t\":\"2025-11-23 06:00:00\"}                              | 1763877600000",
        "{\"time\":\"1763877600.5\"}                                   | 1763877600500",
        "{\"date\":1763877600,\"timestamp\":1763877601}                | 1763877601000",
        "{\"timestamp\":\"soon\",\"time\":12,\"ts\":{},\"date\":1763877602} | 1763877602000"})
    void theFirstPlausibleTimeOfARecordIsItsTime(String record, long timestamp) {
        post("", "application/json", record);
        assertEquals(timestamp, number(GATEWAY.event(), "timestamp"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            value = {"{\"time\":0}", "{\"time\":\"\"}", "{\"timestamp\":null}",
        "{\"time\":1e999999999}", "{\"time\":-5}", "[{\"time\":1763877600}]", "\"2025-11-23T06:00:00Z\""})
    void aRecordWithoutAPlausibleTimeGetsTheTimeOfReceipt(String record) {
        long before = System.currentTimeMillis();
        post("", "application/x-ndjson", record);
        long timestamp = number(GATEWAY.event(), "timestamp");
        assertEquals(true, timestamp >= before && timestamp <= System.currentTimeMillis(), () -> before + " "
                + timestamp);
    }

    @Test
    void withPartialTheGoodRecordsAreTakenAndTheOthersListed() {
        String body = "{\"workspace\":\"p\",\"n\":1}\n{\n{\"n\":2}\n{\"tenant\":\"p\",\"n\":3}\n";
        var answer = ask(GATEWAY.port(), request("POST", "/api/logs/ingest?partial=true", body.getBytes(UTF_8), TOKEN,
                "Content-Type: application/x-ndjson"));
        assertEquals(200, answer.status(), answer::toString);
        var rejected = ((JsonArray) object(answer).get("rejected")).elements();
        assertEquals(2, rejected.size(), answer::toString);
        assertEquals(1, number((JsonObject) rejected.get(0), "index"));
        assertEquals(2, number((JsonObject) rejected.get(1), "index"));
        assertEquals(true, string((JsonObject) rejected.get(1), "detail").startsWith("workspace_id is missing"));
        for (int i = 0; i < 2; i++) assertEquals("logs:etl:p", string(GATEWAY.event(), "channel"));
        var none = ask(GATEWAY.port(), request("POST", "/api/logs/ingest?partial=true", "{}".getBytes(UTF_8), TOKEN));
        assertProblem(400, "entry 0: workspace_id is missing", none);
        var maybe = ask(GATEWAY.port(), request("POST", PATH + "&partial=maybe", "{}".getBytes(UTF_8), TOKEN));
        assertProblem(400, "partial must be true or false", maybe);
    }

    @Test
    void linesAsShortAsTheyComeAreTakenUpToTheBoundOnTheBody() {
        String body = "x\n".repeat(5_000);
        assertEquals(5_000, number(object(post("", "text/plain", body)), "published"));
    }

    private static Wire.Answer post(String query, String type, String body) {
        var answer = ask(GATEWAY.port(),
                request("POST", PATH + query, body.getBytes(UTF_8), TOKEN, "Content-Type: " + type));
        assertEquals(200, answer.status(), answer::toString);
        return answer;
    }
}
