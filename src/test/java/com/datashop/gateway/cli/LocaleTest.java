package com.datashop.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.cli.config.Exit;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Secrets with characters beyond ASCII, in the locale of a real process: as bytes, for the tests' own locale may be
/// any.
class LocaleTest {
    /// é in UTF-8, as bash writes bytes.
    private static final String BYTES = "\\xc3\\xa9";

    @ParameterizedTest
    @ValueSource(strings = {"SERVICE_TOKENS=caf%=etl", "ADMIN_TOKEN=caf%",
            "JWT_SECRET=a-secret-of-thirty-two-bytes-or-more-%", "PROXY_SECRET=%", "BUS_URL=redis://:%@h",
        "JWT_ISSUER=https://%", "DATA_DIR=/tmp/caf%", "ADMIN_TOKEN_FILE=/tmp/caf%"})
    void aValueThatTheProcessCanNotDecodeStopsTheStartWithOneLineThatNamesIt(String setting) {
        String name = setting.substring(0, setting.indexOf('='));
        for (var locale : List.of("C", "POSIX")) assertStops(name, launch("LC_ALL=" + locale, setting, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--admin-token caf%", "--admin-token=caf%", "--service-tokens=caf%=etl",
            "--proxy-secret %"})
    void soDoesAFlag(String flag) {
        String name = flag.substring(2).replaceFirst("[ =].*", "").replace('-', '_').toUpperCase(Locale.ROOT);
        assertStops(name, launch("LC_ALL=C", "LANG=C", flag));
    }

    @Test
    void aFileIsUtf8InEveryLocale(@TempDir Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("tokens"), "café=etl\n");
        try (var gateway = launch("LC_ALL=C", "SERVICE_TOKENS_FILE=" + file, "")) {
            assertEquals(200, publish(started(gateway), "café".getBytes(UTF_8)));
            assertEquals(401, publish(started(gateway), "cafè".getBytes(UTF_8)));
        }
    }

    @Test
    void inAUtf8LocaleTheTrueSecretIsTakenAndNoOther() {
        try (var gateway = launch("LC_ALL=C.UTF-8", "SERVICE_TOKENS=caf%=etl", "--admin-token caf%")) {
            int port = started(gateway);
            assertEquals(200, publish(port, "café".getBytes(UTF_8)));
            assertEquals(200, publish(port, new byte[] {'c', 'a', 'f', (byte) 0xE9}),
                    "as browsers and many clients write it");
            for (var other : List.of("cafè", "caf\uFFFD", "caf\uFFFD\uFFFD", "caf??", "caf?", "cafÃ©", "cafe"))
                assertEquals(401, publish(port, other.getBytes(UTF_8)), other);
            assertEquals(200, stats(port, "café"));
            assertEquals(401, stats(port, "cafè"));
        }
    }

    private static int started(GatewayProcess gateway) {
        Await.until(gateway::toString, Duration.ofSeconds(30), () -> gateway.out().contains("/admin/logs/stats\n")
                || !gateway.isAlive());
        return gateway.port();
    }

    private static int publish(int port, byte[] token) {
        var body = Gateway.entry("w", "1").getBytes(UTF_8);
        var request = new ByteArrayOutputStream();
        request
                .writeBytes(
                ("POST /api/logs/publish HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Type: "
                + "application/json\r\nX-Service-Token: ").getBytes(UTF_8));
        request.writeBytes(token);
        request.writeBytes(("\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(UTF_8));
        request.writeBytes(body);
        return Wire.exchange(port, request.toByteArray()).status();
    }

    private static int stats(int port, String token) {
        return Wire.exchange(port,
                "GET /admin/logs/stats HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nAuthorization: Bearer " + token
                + "\r\n\r\n").status();
    }

    private static void assertStops(String name, GatewayProcess gateway) {
        try (gateway) {
            assertEquals(Exit.USAGE.code(), gateway.awaitExit(), gateway::toString);
            assertEquals(1, gateway.err().lines().count(), gateway::toString);
            assertTrue(gateway.err().startsWith("gateway: " + name), gateway::toString);
            assertTrue(name.endsWith("TOKENS_FILE") || gateway.err().contains("UTF-8 locale"), gateway::toString);
            assertFalse(gateway.err().contains("caf") && !name.endsWith("_FILE"), gateway::toString);
            assertEquals("", gateway.out());
        }
    }

    /// @param setting with `%` for the bytes
    private static GatewayProcess launch(String locale, String setting, String flags) {
        String script = "export " + locale + " PORT=0 HOST=127.0.0.1 $'" + setting.replace("%", BYTES)
                + "'; exec \"$@\""
                + (flags.isEmpty() ? "" : " $'" + flags.replace("%", BYTES).replaceFirst(" ", "' \\$'") + "'");
        return GatewayProcess.launchUnder(List.of("bash", "-c", script, "gateway"), List.of());
    }
}
