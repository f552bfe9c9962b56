package com.datashop.gateway.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.cli.config.Command;
import com.datashop.gateway.cli.config.Option;
import com.datashop.gateway.cli.config.Version;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How the gateway starts, as a process: what it says, and what it says when it can not.
class LifecycleTest {
    private static final String SECRET = "s3cr3t-0f-0urs";
    private static final List<String> NONE = List.of();

    @Test
    void theBannerTellsThePortTheEnvironmentTheUrlsToTryAndThatTheBuiltInTokensAreOn() {
        try (var gateway = GatewayProcess.start()) {
            var banner = gateway.out();
            assertTrue(banner.startsWith("Logs SSE Gateway " + Version.text() + " on port " + gateway.port()
                    + " (development)\n"), banner);
            for (var path : List.of("/health", "/api/logs/stream?channels=", "/api/logs/publish", "/test/logs",
                    "/admin/logs/stats"))
                assertTrue(banner.contains("http://localhost:" + gateway.port() + path), path);
            assertTrue(banner.contains("built-in service tokens are on"), banner);
            assertTrue(banner.lines().count() < 12, "short: " + banner);
            assertEquals(200, gateway.client().get("/health").statusCode());
            assertEquals(200, gateway.client().get("/admin/logs/stats").statusCode());
            assertEquals(200, gateway.client().post("/test/logs", "").statusCode());
            assertEquals("", gateway.err());
        }
    }

    @Test
    void theUrlsOfTheBannerWorkAsTheyStandThere() {
        try (var gateway = GatewayProcess.start()) {
            var stream = Pattern.compile("http://localhost:[0-9]+(/api/logs/stream\\S+)").matcher(gateway.out());
            assertTrue(stream.find());
            try (var follower = com.datashop.gateway.support.Follower.open(gateway.port(), stream.group(1))) {
                assertEquals("connection", follower.next().event());
                var sample = Gateway.json(gateway.client().post("/test/logs", ""));
                assertEquals(Gateway.string(sample, "id"), follower.nextLog().id(),
                        "the sample that the banner offers comes on the stream that it offers");
            }
        }
    }

    @Test
    void inProductionTheBannerSaysSoAndShowsNoSecret() {
        try (var gateway = GatewayProcess.start("NODE_ENV=production", "STREAM_AUTH=none", "SERVICE_TOKENS=" + SECRET
                + "=etl", "ADMIN_TOKEN=" + SECRET)) {
            assertTrue(gateway.out().contains("(production)"), gateway.out());
            assertFalse(gateway.out().contains("built-in"), gateway.out());
            assertFalse(gateway.out().contains(SECRET));
            assertEquals(401, gateway.client().tryPublish("w/r", "1").statusCode(), "the built-in tokens are off");
            assertEquals(401, gateway.client().post("/test/logs", "").statusCode());
            assertEquals(401, gateway.client().get("/admin/logs/stats").statusCode());
            assertEquals(200, gateway.client().get("/admin/logs/stats", "Authorization: Bearer " + SECRET)
                    .statusCode());
        }
    }

    @Test
    void aFlagWinsOverTheEnvironmentOfTheProcess() {
        try (var gateway = GatewayProcess.launch(List.of("PORT=1", "HOST=127.0.0.1", "LOG_LEVEL=nonsense"), "--port=0",
                "--log-level", "debug")) {
            com.datashop.gateway.support.Await.until("the banner", () -> gateway.out().contains("/health\n"));
            assertEquals(200, gateway.client().get("/health").statusCode());
        }
    }

    @Test
    void helpListsEveryOptionWithItsVariableAndDefault() {
        try (var help = GatewayProcess.launch(List.of("PORT=nonsense"), "--help")) {
            assertEquals(0, help.awaitExit());
            assertEquals("", help.err());
            for (var option : Option.of(Command.SERVE)) {
                var line = help.out().lines().filter(one -> one.strip().startsWith(option.flag() + " ")).findFirst();
                assertTrue(line.isPresent(), "no line for " + option);
                assertTrue(line.get().contains(" " + option.name() + " "), line.get());
                assertTrue(line.get().contains(option.otherwise()), line.get());
            }
            assertTrue(help.out().contains("--version"));
        }
    }

    @Test
    void versionPrintsTheVersion() {
        try (var version = GatewayProcess.launch(NONE, "--version")) {
            assertEquals(0, version.awaitExit());
            assertEquals("Logs SSE Gateway " + Version.text() + "\n", version.out());
            assertTrue(Version.text().matches("[0-9]+\\.[0-9]+\\.[0-9]+.*"), "the build filled it in: "
                    + Version.text());
        }
    }

    @Test
    void healthTellsWhetherTheGatewayOnThatPortIsWell() {
        try (var gateway = GatewayProcess.start();
                var health = GatewayProcess.launch(List.of("HOST=127.0.0.1", "PORT=" + gateway.port()), "health")) {
            assertEquals(0, health.awaitExit(), health::toString);
            assertEquals("healthy\n", health.out());
            // HOST 0.0.0.0: the loopback
            try (var flags = GatewayProcess.launch(List.of("PORT=1"), "health", "--port",
                    String.valueOf(gateway.port()))) {
                assertEquals(0, flags.awaitExit(), flags::toString);
            }
            gateway.signal("TERM");
            gateway.awaitExit();
            try (var gone = GatewayProcess.launch(List.of("PORT=" + gateway.port()), "health")) {
                assertRefused(gone, 1, "not healthy: 127.0.0.1:" + gateway.port());
            }
        }
    }

    @Test
    void healthSaysThatTheGatewayDrains() {
        try (var gateway = GatewayProcess.start("SHUTDOWN_SECONDS=20", "HISTORY_EVENTS=20000", "HISTORY_BYTES=64MiB");
                var stalled = Follower.options().receiveBuffer(4096).paused()
                        .open(gateway.port(), Client.stream("logs:etl:w:r"))) {
            assertEquals(200, stalled.status());
            // more than the kernel holds for who does not read
            gateway.client().publishAll("w/r", Collections.nCopies(4000, "\"" + "x".repeat(4000) + "\""));
            gateway.signal("TERM");
            Await.until("the drain", () -> gateway.client().get("/health").statusCode() == 503);
            try (var health = GatewayProcess.launch(List.of("PORT=" + gateway.port()), "health")) {
                assertRefused(health, 1, "not healthy: 127.0.0.1:" + gateway.port() + ": draining");
            }
            stalled.resume();
            assertEquals(143, gateway.awaitExit());
        }
    }

    @Test
    void healthSaysWhatIsWrongWhenAnotherProgramAnswersOrThePortOrHostIsNone() throws Exception {
        var other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(US_ASCII));
            exchange.close();
        });
        other.start();
        try (var health = GatewayProcess.launch(List.of("PORT=" + other.getAddress().getPort()), "health")) {
            assertRefused(health, 1, "is no gateway");
        } finally {
            other.stop(0);
        }
        try (var unknown = GatewayProcess.launch(List.of("HOST=no.such.host.invalid"), "health");
                var any = GatewayProcess.launch(List.of("PORT=0"), "health");
                var flag = GatewayProcess.launch(NONE, "health", "--prot", "80")) {
            assertRefused(unknown, 1, "HOST no.such.host.invalid");
            assertRefused(any, 2, "PORT");
            assertRefused(flag, 2, "--prot");
        }
    }

    @Test
    void aPortInUseIsOneLineAndExitCode1() {
        try (var first = GatewayProcess.start();
                var second = GatewayProcess.launch(List.of("HOST=127.0.0.1", "PORT=" + first.port()))) {
            assertRefused(second, 1, "PORT " + first.port());
            assertEquals(200, new Client(first.port()).get("/health").statusCode(), "the first one serves on");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "no.such.host.invalid", "not a host", "two\nlines"})
    void aHostThatIsNotOfThisMachineIsOneLineAndExitCode1(String host) {
        try (var gateway = GatewayProcess.launch(List.of("PORT=0", "HOST=" + host))) {
            assertRefused(gateway, 1, "HOST");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PORT=nonsense", "HISTORY_BYTES=1.5", "NODE_ENV=production", "SERVICE_TOKENS=" + SECRET,
            "ALLOWED_ORIGINS=a\nb", "ADMIN_TOKEN_FILE=/no/such/file"})
    void aBadConfigurationIsOneLineAndExitCode2(String setting) {
        try (var gateway = GatewayProcess.launch(List.of(setting))) {
            assertRefused(gateway, 2, setting.substring(0, setting.indexOf('=')));
        }
    }

    @Test
    void anUnknownFlagIsOneLineAndExitCode2() {
        try (var gateway = GatewayProcess.launch(NONE, "--prot", "80")) {
            assertRefused(gateway, 2, "--prot");
        }
    }

    private static void assertRefused(GatewayProcess gateway, int code, String named) {
        assertEquals(code, gateway.awaitExit(), gateway::toString);
        assertEquals("", gateway.out());
        assertEquals(1, gateway.err().lines().count(), gateway.err());
        assertTrue(gateway.err().startsWith("gateway: ") && gateway.err().endsWith("\n"), gateway.err());
        assertTrue(gateway.err().contains(named), gateway.err());
        assertFalse(gateway.err().contains("Exception") || gateway.err().contains(SECRET), gateway.err());
    }
}
