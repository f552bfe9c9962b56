package com.datashop.gateway.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The settings that come of the environment and flags, and how the gateway says that one is wrong.
class ConfigTest {
    private static final String SECRET = "s3cr3t-0f-0urs";
    private static final long MIB = 1 << 20;

    /// Option, and values that it must not take, divided by `|`.
    private static final String[][] BAD = {
            {"PORT", "abc|-1|65536|3002.5|0x50|99999999999|80 81|1e3"},
            {"NODE_ENV", "prod|production,development"},
            {"FRAME_ANCESTORS",
            "'none' 'self'|https://a.example, https://b.example|https://a.example; script-src "
            + "*|nonsense'|'unsafe-inline'"},
            {"ALLOWED_ORIGINS",
            "*,https://a.example|https://a.example/|https://a.example/path|a.example|https://|,|null|https://A."
            + "example"},
            {"LOG_LEVEL", "verbose|warning|3"},
            {"SERVICE_TOKENS", SECRET + "|" + SECRET + "=|=etl|" + SECRET + "=a b|" + SECRET + "=etl/w/x|" + SECRET
            + "=etl/|,|t=etl," + SECRET},
            {"STREAM_AUTH", "basic|yes"},
            {"HEARTBEAT_SECONDS", "0|-1|x|1.5|3601|15s"},
            {"MAX_STREAM_SECONDS", "-1|x|1.5|315360001|1h"},
            {"WRITE_TIMEOUT_SECONDS", "0|-1|x"},
            {"HISTORY_EVENTS", "0|-1|x|100000001"},
            {"HISTORY_BYTES", "0|-1|x|64 apples|1.5GiB|1TiB|999999999999g|0k"},
            {"FSYNC", "never|sometimes|1s"},
            {"BUS_URL",
            "localhost|http://h|kafka://|redis:h|redis://|redis://h:0|redis://h:65536|redis://h/x|redis://h/0/1|"
            + "redis://a,b|redis://user@h|redis://:%zz@h|redis://h?db=1|redis://h?stream=|redis+sentinel://h|"
            + "rediss+sentinel://h/"},
            {"BUS_URL",
            "kafka://h:0|kafka://h:65536|kafka://h:x|kafka://a,|kafka://,|kafka://h/a/b|kafka://user@h|kafka://:p@h|"
                    + "kafka://user:@h|kafka://u:%zz@h|kafka://h?sasl=plain|kafka://u:p@h?sasl=md5|kafka://u:p@h?sasl=|"
                    + "kafka://h?x=1|kafka://h/a%20b|kafka://h/..|kafkas://|kafka+sentinel://h|kafkaesque://h"},
            {"BUS_URL", "amqp://|amqp:h|amqp://h:0|amqp://h:65536|amqp://h/a/b|amqp://a,b|amqp://user@h|amqp://:p@h"
                    + "|amqp://u:%zz@h|amqp://h?db=1|amqp://h?stream=|amqp://h?stream=a&stream=b|amqp://h?stream=amq.x"
                    + "|amqps://h?auth_mechanism=other|amqp://h?auth_mechanism=external"},
            {"RETENTION_BYTES", "0|-1|x|1 apple"},
            {"RETENTION_HOURS", "-1|x|1d|1000001"},
            {"TRUST_PROXY", "-1|x|101"},
            {"MAX_CONNECTIONS", "0|-1|x"},
            {"MAX_CONNECTIONS_PER_IP", "-1|x"},
            {"MAX_CONNECTIONS_PER_USER", "-1|x"},
            {"PUBLISH_RATE", "-1|x|100000001"},
            {"MAX_CHANNELS_PER_STREAM", "0|-1|x|10001"},
            {"WARM_UP_STREAMS", "-1|x|2001"},
            {"MAX_BODY_BYTES", "0|-1|x|2GiB|1073741825"},
            {"REQUEST_TIMEOUT_SECONDS", "0|-1|x|3601"},
            {"SHUTDOWN_SECONDS", "-1|x|3601"}};
    /// Those that any text is good for, or that are looked at only with another.
    private static final Set<String> FREE = Set.of("HOST", "DATA_DIR", "ADMIN_TOKEN", "JWT_SECRET", "JWT_JWKS",
            "JWT_ISSUER", "JWT_AUDIENCE", "PROXY_SECRET");

    @Test
    void everyBadValueIsRefusedInOneLineThatNamesTheVariableByEnvironmentAndByFlag() {
        var seen = new HashSet<>(FREE);
        for (var row : BAD) {
            seen.add(row[0]);
            for (var value : row[1].split("\\|")) {
                assertNames(row[0], refusal(row[0] + "=" + value), value);
                assertNames(row[0], refusal(List.of(Option.valueOf(row[0]).flag(), value)), value);
                assertNames(row[0], refusal(List.of(Option.valueOf(row[0]).flag() + "=" + value)), value);
            }
        }
        assertEquals(names(), seen, "every option is in the table");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NODE_ENV", "PORT", "ALLOWED_ORIGINS", "LOG_LEVEL", "SERVICE_TOKENS", "STREAM_AUTH",
            "HISTORY_BYTES", "HEARTBEAT_SECONDS"})
    void aBadValueOfSeveralLinesIsRefusedInOne(String name) {
        assertNames(name, refusal(name + "=one\ntwo\r\nthree"), "one");
    }

    @Test
    void theStartNamesTheOptionsThatStreamAuthNeeds() {
        assertNames("JWT_SECRET", refusal("STREAM_AUTH=jwt"), "STREAM_AUTH");
        assertNames("JWT_SECRET", refusal("STREAM_AUTH=jwt", "JWT_SECRET=too-short"), "32 bytes");
        assertFalse(refusal("STREAM_AUTH=jwt", "JWT_SECRET=too-short").contains("too-short"));
        assertNames("JWT_JWKS", refusal("STREAM_AUTH=jwt", "JWT_JWKS=/no/such/file"), "/no/such/file");
        assertNames("JWT_JWKS", refusal("STREAM_AUTH=jwt", "JWT_JWKS=ftp://example.com/keys"), "JWT_JWKS");
        assertNames("PROXY_SECRET", refusal("STREAM_AUTH=proxy"), "STREAM_AUTH");
    }

    @Test
    void aBadArgumentOfSeveralLinesIsRefusedInOne() {
        assertOneLine(refusal(List.of("--one\ntwo\u001b[31m")));
        assertOneLine(refusal("ADMIN_TOKEN_FILE=/no/such\nfile"));
    }

    @Test
    void everyOptionHasADefaultThatStarts() throws ConfigException {
        var config = Config.of(Map.of(), List.of());
        assertEquals(3002, config.port());
        assertEquals("0.0.0.0", config.host());
        assertFalse(config.production());
        assertTrue(config.builtInTokens());
        assertTrue(config.serviceTokens().get().grant("l5-etl-token").orElseThrow().coversService("etl"));
        assertNull(config.adminToken());
        assertEquals(System.Logger.Level.INFO, config.logLevel());
        assertEquals(Duration.ofSeconds(15), config.heartbeat());
        assertEquals(Duration.ofSeconds(3600), config.maxAge());
        assertEquals(Duration.ofSeconds(30), config.writeTimeout());
        assertEquals(1000, config.historyEvents());
        assertEquals(Math.min(64 * MIB, Runtime.getRuntime().maxMemory() / 8), config.historyBytes());
        assertTrue(config.log().isEmpty(), "without DATA_DIR nothing touches the disk");
        assertEquals(100, config.limits().channelsPerStream());
        assertEquals(1048576, config.limits().bodyBytes());
        assertEquals(Duration.ofSeconds(30), config.requestTimeout());
        assertEquals(Duration.ofSeconds(10), config.shutdown());
    }

    @Test
    void theFlagWinsOverTheEnvironment() throws ConfigException {
        assertEquals(1, Config.of(Map.of("PORT", "2"), List.of("--port", "1")).port());
        assertEquals(1, Config.of(Map.of("PORT", "2"), List.of("--port=1")).port());
        assertEquals(1, Config.of(Map.of("PORT", "not a port"), List.of("--port", "1")).port());
        assertEquals(SECRET, Config.of(Map.of("ADMIN_TOKEN", "other"), List.of("--admin-token", SECRET)).adminToken());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t", " \n "})
    void aBlankValueCountsAsUnset(String blank) throws ConfigException {
        var environment = new HashMap<String, String>();
        for (var option : Option.of(Command.SERVE)) environment.put(option.name(), blank);
        for (var option : Option.of(Command.SERVE)) environment.put(option.name() + "_FILE", blank);
        assertEquals(3002, Config.of(environment, List.of()).port());
        assertTrue(Config.of(environment, List.of()).builtInTokens());
        assertEquals(3002, Config.of(Map.of(), List.of("--port", blank)).port());
        assertEquals(4000, Config.of(Map.of("PORT", "4000"), List.of("--port", blank)).port(), "a blank flag is none");
    }

    @Test
    void blanksAroundAValueAreNotOfIt() throws ConfigException {
        assertEquals(4000, Config.of(Map.of("PORT", " 4000\n"), List.of()).port());
        assertEquals(4000, Config.of(Map.of(), List.of("--port", " 4000 ")).port());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1048576, 1048576", "1k, 1024", "64KiB, 65536", "64kb, 65536", "3m, 3145728", "'2 MB', 2097152",
            "2MiB, 2097152", "1g, 1073741824", "5b, 5"})
    void aSizeMayHaveAUnit(String text, long bytes) throws ConfigException {
        assertEquals(bytes, Config.of(Map.of("HISTORY_BYTES", text), List.of()).historyBytes());
        assertEquals(bytes, Config.of(Map.of("MAX_BODY_BYTES", text), List.of()).limits().bodyBytes());
    }

    @Test
    void aSecretIsReadFromTheFileThatItsVariableNames(@TempDir Path directory) throws ConfigException, IOException {
        var tokens = Files.writeString(directory.resolve("tokens"), SECRET + "=etl\n").toString();
        var admin = Files.writeString(directory.resolve("admin"), "  admin-" + SECRET + "\n").toString();
        var config = Config.of(Map.of("SERVICE_TOKENS_FILE", tokens, "ADMIN_TOKEN_FILE", admin, "NODE_ENV",
                "production", "STREAM_AUTH", "none"), List.of());
        assertTrue(config.serviceTokens().get().grant(SECRET).isPresent());
        assertFalse(config.builtInTokens());
        assertEquals("admin-" + SECRET, config.adminToken());
        assertEquals("direct", Config.of(Map.of("ADMIN_TOKEN_FILE", admin, "ADMIN_TOKEN", "direct"), List.of())
                .adminToken(), "the variable itself wins");
        assertEquals("flag", Config.of(Map.of("ADMIN_TOKEN_FILE", admin), List.of("--admin-token", "flag"))
                .adminToken());
    }

    @Test
    void aSecretFileThatCanNotBeReadIsNamed(@TempDir Path directory) throws IOException {
        assertNames("ADMIN_TOKEN_FILE", refusal("ADMIN_TOKEN_FILE=" + directory.resolve("none")), null);
        assertNames("ADMIN_TOKEN_FILE", refusal("ADMIN_TOKEN_FILE=" + directory), null);
        var notText = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, 1, 2});
        assertNames("SERVICE_TOKENS_FILE", refusal("SERVICE_TOKENS_FILE=" + notText), null);
        var bad = Files.writeString(directory.resolve("bad"), SECRET);
        assertNames("SERVICE_TOKENS", refusal("SERVICE_TOKENS_FILE=" + bad), SECRET);
    }

    @Test
    void onlySecretsAreReadFromFiles(@TempDir Path directory) throws ConfigException, IOException {
        var port = Files.writeString(directory.resolve("port"), "4000").toString();
        assertEquals(3002, Config.of(Map.of("PORT_FILE", port), List.of()).port());
    }

    @Test
    void anUnknownFlagIsNamedButNothingThatMightBeASecret() {
        assertTrue(refusal(List.of("--prot", "1")).contains("--prot"));
        assertTrue(refusal(List.of("--prot=" + SECRET)).contains("--prot"));
        assertTrue(refusal(List.of("-p")).contains("-p"));
        // The shell makes these arguments of: --service-tokens first=etl, SECRET=faas
        for (var args : List.of(List.of("--service-tokens", "first=etl,", SECRET + "=faas"), List.of(SECRET),
                List.of("--prot=" + SECRET),
                List.of("--admin-token", "--service-tokens", SECRET),
                        List.of("--admin-token=" + SECRET, "--admin-token=" + SECRET)))
            assertOneLine(refusal(args));
    }

    @Test
    void aFlagThatIsGivenTwiceIsRefused() {
        for (var args : List.of(List.of("--port", "1", "--port", "2"), List.of("--port=1", "--port", "1"),
                List.of("--port=1", "--port=1"))) {
            assertTrue(refusal(args).contains("--port"));
            assertTrue(refusal(args).contains("twice"));
        }
    }

    @Test
    void aFlagWithoutAValueIsRefused() {
        for (var option : Option.of(Command.SERVE)) {
            assertTrue(refusal(List.of(option.flag())).startsWith(option.flag() + " "));
            assertTrue(refusal(List.of("--host", "localhost", option == Option.HOST ? "--port" : option.flag()))
                    .contains("value"));
        }
        assertTrue(refusal(List.of("--host", "--port", "1")).contains("--host"), "the next flag is not a value");
    }

    @Test
    void productionSaysWhatItAsksFor() throws ConfigException {
        String nothing = refusal("NODE_ENV=production");
        assertTrue(nothing.contains("NODE_ENV=production") && nothing.contains("STREAM_AUTH")
                && nothing.contains("SERVICE_TOKENS"), nothing);
        for (var missing : List.of("STREAM_AUTH", "SERVICE_TOKENS")) {
            var given = missing.equals("STREAM_AUTH") ? "SERVICE_TOKENS=" + SECRET + "=etl" : "STREAM_AUTH=none";
            String line = refusal("NODE_ENV=production", given);
            assertOneLine(line);
            assertTrue(line.contains("no default for " + missing + ":"), line);
            assertOneLine(refusal("NODE_ENV=PRODUCTION", given, missing + "= "));
        }
        var config = Config.of(Map.of("NODE_ENV", "production", "STREAM_AUTH", "none", "SERVICE_TOKENS",
                SECRET + "=etl"), List.of());
        assertTrue(config.production());
        assertFalse(config.builtInTokens());
        assertTrue(config.serviceTokens().get().grant("l5-etl-token").isEmpty(), "the built-in tokens are off");
        assertTrue(Config.of(Map.of("STREAM_AUTH", "none", "SERVICE_TOKENS", SECRET + "=etl"),
                List.of("--node-env", "production")).production());
    }

    @Test
    void originsAreOneStarOrAList() throws ConfigException {
        for (var good : List.of("*", " * ", "https://a.example", "https://a.example, http://localhost:3000 ,",
                "http://[::1]:80", "chrome-extension://abc"))
            Config.of(Map.of("ALLOWED_ORIGINS", good), List.of());
        assertTrue(refusal("ALLOWED_ORIGINS=https://a.example,b.example").contains("'b.example'"),
                "the bad one of the list is named");
    }

    private static Set<String> names() {
        return Set.copyOf(Option.of(Command.SERVE).stream().map(Enum::name).toList());
    }

    private static String refusal(String... settings) {
        var environment = new HashMap<String, String>();
        for (var setting : settings)
            environment.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        return assertThrows(ConfigException.class, () -> Config.of(environment, List.of()), () -> Stream.of(settings)
                .toList() + " was taken").getMessage();
    }

    private static String refusal(List<String> args) {
        return assertThrows(ConfigException.class, () -> Config.of(Map.of(), args), () -> args + " was taken")
                .getMessage();
    }

    private static void assertNames(String name, String message, String value) {
        assertOneLine(message);
        assertTrue(message.contains(name), message + ", for " + value);
    }

    private static void assertOneLine(String message) {
        assertTrue(message.chars().noneMatch(Character::isISOControl), "a line of its own: " + message);
        assertFalse(message.contains(SECRET), "a secret is shown: " + message);
        assertFalse(message.isBlank());
    }
}
