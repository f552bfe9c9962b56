package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.JSON;
import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.http.Door.chunked;
import static com.datashop.gateway.http.Door.publish;
import static com.datashop.gateway.support.Gateway.entry;
import static com.datashop.gateway.support.Zipped.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Wire;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// MAX_BODY_BYTES: what is larger is refused as that, and the client gets to read it.
class BodyLimitTest {
    private static final String GZIP = "Content-Encoding: gzip";
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
    void aBodyOfExactlyTheLimitPassesAndOfOneByteMoreDoesNot() {
        try (var small = Gateway.start("MAX_BODY_BYTES=1000"); var connection = Wire.connect(small.port())) {
            byte[] fits = bytes(entry("w", "\"" + "x".repeat(1000 - entry("w", "\"\"").length()) + "\""));
            byte[] over = bytes(entry("w", "\"" + "x".repeat(1001 - entry("w", "\"\"").length()) + "\""));
            assertEquals(List.of(1000, 1001), List.of(fits.length, over.length));
            assertEquals(200, ask(connection, publish(fits, JSON)).status());
            assertProblem(413, "1000", ask(connection, publish(over, JSON)));
            assertEquals(200, ask(connection, publish(gzip(fits), JSON, GZIP)).status());
            assertProblem(413, "1000", ask(connection, publish(gzip(over), JSON, GZIP)));
            assertEquals(200, ask(connection, chunked(fits, 7)).status());
            assertProblem(413, "1000", ask(connection, chunked(over, 7)));
            assertProblem(413, "1000", ask(connection, Door.request("POST", "/test/logs", over)));
            assertEquals(200, ask(connection, publish(fits, JSON)).status(), "the connection serves on");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "chunked"})
    void aClientThatIsStillSendingFiftyMegabytesGetsToReadTheRefusal(String framing) {
        byte[] body = new byte[50 << 20];
        Arrays.fill(body, (byte) ' ');
        byte[] request = framing.equals("chunked") ? chunked(body, 1 << 16) : publish(body, JSON);
        assertProblem(413, "MAX_BODY_BYTES", Wire.exchange(gateway.port(), request));
        assertProblem(401, "token", Wire.exchange(gateway.port(),
                Door.request("POST", "/api/logs/publish", body, JSON)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
