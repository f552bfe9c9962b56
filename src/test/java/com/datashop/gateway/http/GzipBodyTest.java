package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.JSON;
import static com.datashop.gateway.http.Door.NDJSON;
import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.http.Door.members;
import static com.datashop.gateway.http.Door.object;
import static com.datashop.gateway.http.Door.publish;
import static com.datashop.gateway.support.Gateway.entry;
import static com.datashop.gateway.support.Gateway.number;
import static com.datashop.gateway.support.Zipped.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Bodies that come compressed: all that gzip allows is understood, and what is broken or a bomb is refused.
class GzipBodyTest {
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
    void gzipIsUnderstood() {
        byte[] body = bytes(entry("w", "1"));
        for (var coding : List.of("gzip", "GZIP", "x-gzip"))
            assertEquals(200, ask(gateway.port(), publish(gzip(body), JSON, "Content-Encoding: " + coding))
                    .status(), coding);
        assertEquals(200, ask(gateway.port(), publish(body, JSON, "Content-Encoding: identity")).status());
        assertEquals(3,
                number(object(ask(gateway.port(),
                publish(gzip(bytes((entry("w", "1") + "\n").repeat(3))), NDJSON, GZIP))), "published"));
    }

    @Test
    void gzipMayComeInSeveralMembers() {
        byte[] lines = bytes((entry("members", "1") + "\n").repeat(50));
        for (int split : new int[] {0, 1, 17, 512, lines.length / 2, lines.length}) {
            byte[] body = join(gzip(Arrays.copyOf(lines, split)), gzip(Arrays.copyOfRange(lines, split, lines.length)));
            assertEquals(50, number(object(ask(gateway.port(), publish(body, NDJSON, GZIP))), "published"),
                    "split at " + split);
        }
        byte[] each = new byte[0];
        for (int i = 0; i < 50; i++) each = join(each, gzip(bytes(entry("members", "1") + "\n")));
        assertEquals(50, number(object(ask(gateway.port(), publish(each, NDJSON, GZIP))), "published"));
    }

    @Test
    void gzipThatIsNotWholeAndValidIsRefusedAndNothingOfItPublished() {
        try (var fresh = Gateway.start(); var connection = Wire.connect(fresh.port())) {
            byte[] line = bytes(entry("w", "1") + "\n");
            byte[] whole = gzip(line);
            for (int length = 0; length < whole.length; length++)
                refusedAsGzip(connection, Arrays.copyOf(whole, length), "the first " + length + " bytes");
            for (int length = 1; length < whole.length; length++)
                refusedAsGzip(connection, join(whole, Arrays.copyOf(whole, length)), "a whole member and " + length
                        + " bytes of another");
            byte[] badCheck = whole.clone();
            badCheck[whole.length - 6] ^= 1;
            byte[] badLength = whole.clone();
            badLength[whole.length - 1] ^= 1;
            byte[] badMethod = whole.clone();
            badMethod[2] = 7;
            for (var broken : List.of(badCheck, badLength, badMethod, line)) {
                refusedAsGzip(connection, broken, "broken");
                refusedAsGzip(connection, join(whole, broken), "broken after a whole member");
            }
            refusedAsGzip(connection, join(whole, new byte[512]), "zeros after a whole member");
            refusedAsGzip(connection, gzip(whole), "gzip of gzip", "not JSON");
            assertEquals(List.of(), Door.channels(fresh));
        }
    }

    @Test
    void aGzipHeaderMayTellMoreAndItsCheckCounts() {
        byte[] plain = gzip(bytes(entry("w", "1")));
        byte[] deflated = Arrays.copyOfRange(plain, 10, plain.length);
        byte[] head = {0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3, 3, 0, 'x', 'y', 'z', 'n', 'a', 'm', 'e',
                0, 'n', 'o', 't', 'e', 0};
        var crc = new CRC32();
        crc.update(head);
        byte[] check = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
        assertEquals(200, ask(gateway.port(), publish(join(join(head, check), deflated), JSON, GZIP)).status());
        check[0] ^= 1;
        assertProblem(400, "gzip", ask(gateway.port(), publish(join(join(head, check), deflated), JSON, GZIP)));
        plain[3] = 32;
        assertProblem(400, "gzip", ask(gateway.port(), publish(plain, JSON, GZIP)));
    }

    @Test
    void fiftyThousandEmptyGzipMembersAreNoHarm() {
        byte[] empty = gzip(new byte[0]);
        var body = new ByteArrayOutputStream();
        for (int i = 0; i < 50_000; i++) body.writeBytes(empty);
        assertProblem(400, "empty", ask(gateway.port(), publish(body.toByteArray(), NDJSON, GZIP)));
        body.writeBytes(gzip(bytes(entry("w", "1"))));
        assertEquals(1, number(object(ask(gateway.port(), publish(body.toByteArray(), NDJSON, GZIP))), "published"));
    }

    @Test
    void aGzipBombIsRefusedAsTooLarge() {
        var bomb = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < 100; i++) out.write(new byte[1 << 20]);
        } catch (IOException fromMemory) {
            throw new UncheckedIOException(fromMemory);
        }
        assertTrue(bomb.size() < 1 << 20, "it passes as it comes");
        assertProblem(413, "MAX_BODY_BYTES", ask(gateway.port(), publish(bomb.toByteArray(), JSON, GZIP)));
    }

    private static void refusedAsGzip(Wire.Connection connection, byte[] body, String what) {
        refusedAsGzip(connection, body, what, "gzip");
    }

    private static void refusedAsGzip(Wire.Connection connection, byte[] body, String what, String fragment) {
        assertProblem(400, fragment, ask(connection, publish(body, NDJSON, GZIP)), what);
    }

    private static byte[] join(byte[] a, byte[] b) {
        byte[] joined = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, joined, a.length, b.length);
        return joined;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
