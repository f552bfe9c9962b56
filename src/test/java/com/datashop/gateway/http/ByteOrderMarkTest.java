package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.JSON;
import static com.datashop.gateway.http.Door.NDJSON;
import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.http.Door.object;
import static com.datashop.gateway.http.Door.publish;
import static com.datashop.gateway.support.Gateway.entry;
import static com.datashop.gateway.support.Gateway.number;
import static com.datashop.gateway.support.Zipped.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Gateway;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The mark that PowerShell and some editors put before UTF-8 text is not part of it.
class ByteOrderMarkTest {
    private static final String MARK = "\ufeff";
    private static final String GOOD = entry("w", "1");
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
    void aByteOrderMarkIsSkippedBeforeEveryFormOfABody() {
        for (var json : List.of(MARK + GOOD, MARK + "\n " + GOOD))
            assertEquals(200, ask(gateway.port(), publish(json.getBytes(UTF_8), JSON)).status(), json);
        for (var array : List.of(MARK + "[" + GOOD + "," + GOOD + "]", MARK + "\r\n[" + GOOD + "," + GOOD + "]")) {
            assertEquals(2, number(object(ask(gateway.port(), publish(array.getBytes(UTF_8), JSON))), "published"),
                    array);
            assertEquals(2, number(object(ask(gateway.port(), publish(gzip(array.getBytes(UTF_8)), JSON,
                    "Content-Encoding: gzip"))), "published"), array);
        }
        assertEquals(2, number(object(ask(gateway.port(), publish((MARK + GOOD + "\n" + GOOD).getBytes(UTF_8),
                NDJSON))), "published"));
    }

    @Test
    void filesThatWereJoinedHaveOneAtTheStartOfALine() {
        String joined = MARK + GOOD + "\n" + GOOD + "\r\n" + MARK + GOOD + "\n" + MARK + "\n" + MARK + "\r\n" + GOOD;
        assertEquals(4, number(object(ask(gateway.port(), publish(joined.getBytes(UTF_8), NDJSON))), "published"));
        assertEquals(4, number(object(ask(gateway.port(), publish(gzip(joined.getBytes(UTF_8)), NDJSON,
                "Content-Encoding: gzip"))), "published"));
    }

    @Test
    void aSampleMayHaveOne() {
        for (var body : List.of(MARK, MARK + "{}", MARK + " {\"logData\":1}")) {
            var answer = ask(gateway.port(), Door.request("POST", "/test/logs", body.getBytes(UTF_8)));
            assertEquals(200, answer.status(), answer::toString);
        }
    }

    @Test
    void elsewhereItIsRefusedOrData() {
        for (var body : List.of(MARK + MARK + GOOD, " " + MARK + GOOD, GOOD + MARK)) assertProblem(400, "not JSON",
                ask(gateway.port(), publish(body.getBytes(UTF_8), JSON)), body);
        for (var body : List.of(MARK, MARK + "\n")) assertProblem(400, "empty", ask(gateway.port(),
                publish(body.getBytes(UTF_8), NDJSON)), "nothing else");
        try (var follower = gateway.follow("logs:etl:mark")) {
            follower.next();
            assertEquals(200, ask(gateway.port(), publish(entry("mark", "\"" + MARK + "\"").getBytes(UTF_8), JSON))
                    .status());
            assertTrue(follower.nextLog().data().endsWith("\"data\":\"" + MARK + "\"}"));
        }
    }
}
