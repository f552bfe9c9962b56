package com.datashop.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.cli.config.Command;
import com.datashop.gateway.cli.config.Config;
import com.datashop.gateway.cli.config.ConfigException;
import com.datashop.gateway.cli.config.Option;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Tokens;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A secret in a file is the same secret, whichever editor or shell wrote the file.
class SecretFilesTest {
    private static final String MARK = "\uFEFF";
    /// The characters that editors and shells put around the text of a file.
    private static final List<String> AROUND =
            List.of("%s", "%s\n", "%s\r\n", "%s\r", MARK + "%s", MARK + "%s\n", MARK + "%s\r\n", MARK + "%s\r",
            "\n\r\n%s\n\n\r\n", MARK + "\r\n%s", MARK + MARK + "%s", " %s \n", "%s\n" + MARK);

    @TempDir
    private Path directory;

    @Test
    void everySecretIsReadWithoutByteOrderMarkAndLineEnds() throws Exception {
        for (var around : AROUND) {
            var proxy = Config.of(Map.of("ADMIN_TOKEN_FILE", file(around, "admin-é"), "SERVICE_TOKENS_FILE",
                    file(around, "tökén=etl"),
                    "BUS_URL_FILE", file(around, "redis://:p%C3%A9@h:7/1"), "STREAM_AUTH", "proxy", "PROXY_SECRET_FILE",
                    file(around, "the secret")), List.of());
            assertEquals("admin-é", proxy.adminToken(), around);
            assertTrue(proxy.serviceTokens().get().grant("tökén").orElseThrow().coversService("etl"), around);
            var direct = Config.of(Map.of("BUS_URL", "redis://:p%C3%A9@h:7/1"), List.of());
            assertEquals(direct.log().orElseThrow().toString(), proxy.log().orElseThrow().toString(), around);
            try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET_FILE=" + file(around, Tokens.SECRET))) {
                var bearer = "Authorization: Bearer " + Tokens.reader(60, "w");
                assertEquals(200, gateway.get("/api/logs/channels", bearer).statusCode(), around);
            }
            try (var gateway = Gateway.start("STREAM_AUTH=proxy", "PROXY_SECRET_FILE=" + file(around, "the secret"))) {
                var reply = gateway.get("/api/logs/channels", "X-Proxy-Secret: the secret", "X-User-Id: ann",
                        "X-Workspace-Ids: w");
                assertEquals(200, reply.statusCode(), around);
            }
        }
    }

    @Test
    void aListOfTokensMayHaveItsLinesEndedInAnyWayAndMarksBetweenThem() throws Exception {
        var lists = List.of("a=etl\nb=faas\nc=etl/w", "a=etl\r\nb=faas\r\nc=etl/w\r\n", "a=etl\rb=faas\rc=etl/w\r",
                MARK + "a=etl,\r\nb=faas,\n\n c=etl/w ,",
                MARK + "a=etl\r\n" + MARK + "b=faas\r\n" + MARK + "c=etl/w\r\n", MARK + "a=etl," + MARK + "b=faas, "
                + MARK + "c=etl/w");
        for (var list : lists) {
            var tokens = Config.of(Map.of("SERVICE_TOKENS_FILE", file("%s", list)), List.of()).serviceTokens().get();
            assertTrue(tokens.grant("a").orElseThrow().coversService("etl"), list);
            assertTrue(tokens.grant("b").orElseThrow().coversService("faas"), list);
            assertTrue(tokens.grant("c").orElseThrow().covers("etl", "w"), list);
            assertTrue(Config.of(Map.of("SERVICE_TOKENS", list), List.of()).serviceTokens().get().grant("a")
                    .isPresent(), "a shell brings the same: " + list);
        }
    }

    @Test
    void aListThatIsReplacedWhileItRunsIsReadInTheSameWay() throws IOException {
        var file = Files.writeString(directory.resolve("tokens"), MARK + "first=etl\r\n");
        try (var gateway = Gateway.start("SERVICE_TOKENS_FILE=" + file)) {
            assertEquals(200, publish(gateway, "first"));
            Files.write(file, "second=etl".getBytes(UTF_16));
            Files.writeString(file, MARK + "second=etl\r\n" + MARK + "third=etl\r");
            Await.until("the new list", () -> publish(gateway, "second") == 200 && publish(gateway, "third") == 200);
            assertEquals(401, publish(gateway, "first"));
            Files.write(file, (MARK + "fourth=etl\r\n").getBytes(UTF_16LE));
            for (int i = 0; i < 3; i++)
                assertEquals(200, publish(gateway, "second"), "a list that can not be read leaves the old one");
        }
    }

    @Test
    void aSecretFileThatIsNotUtf8IsNamedWithTheReason() throws IOException {
        var bad = new LinkedHashMap<String, byte[]>();
        bad.put("UTF-16", "a=etl\r\n".getBytes(UTF_16));
        bad.put("UTF-16 or UTF-32", (MARK + "a=etl\r\n").getBytes(UTF_16LE));
        bad.put("UTF-32", "a=etl".getBytes(Charset.forName("X-UTF-32BE-BOM")));
        bad.put("byte 0", "a=etl".getBytes(UTF_16LE));
        bad.put("UTF-8", new byte[] {'c', 'a', 'f', (byte) 0xE9, '=', 'e', 't', 'l'});
        bad.put("U+FFFD", "caf\uFFFD=etl".getBytes(UTF_8));
        bad.put("1048576 bytes", filled((1 << 20) + 1));
        bad.put("nothing is in", (MARK + "\r\n").getBytes(UTF_8));
        for (var option : List.of(Option.SERVICE_TOKENS, Option.ADMIN_TOKEN, Option.JWT_SECRET, Option.PROXY_SECRET,
                Option.BUS_URL)) {
            assertTrue(option.isSecret());
            bad.forEach((why, bytes) -> {
                String line = refusal(option.name() + "_FILE", write("bad", bytes).toString());
                assertTrue(line.startsWith(option.name() + "_FILE: ") && line.contains(why)
                        && line.contains("bad"), line);
                assertFalse(line.contains("etl"), line);
            });
        }
        assertTrue(Option.of(Command.SERVE).stream().filter(Option::isSecret).count() == 5, "all secrets were tried");
        assertTrue(refusal("ADMIN_TOKEN_FILE", directory.resolve("none").toString()).endsWith("none does not exist"));
        assertTrue(refusal("ADMIN_TOKEN_FILE", directory.toString()).endsWith(" can not be read"));
        assertTrue(refusal("ADMIN_TOKEN_FILE", "a\0b").startsWith("ADMIN_TOKEN_FILE: "));
    }

    @Test
    void aSecretOfSeveralLinesThatNoHeaderCanCarryIsRefused() throws IOException {
        for (var secret : List.of("one\ntwo", "one\r\ntwo", "one\rtwo", "one\u0007two")) {
            assertEquals("ADMIN_TOKEN has several lines, or another control character, which no header can carry",
                    refusal("ADMIN_TOKEN_FILE", file("%s", secret)));
            assertTrue(refusal("PROXY_SECRET_FILE", file("%s", secret), "STREAM_AUTH", "proxy")
                    .startsWith("PROXY_SECRET has several lines"));
        }
    }

    private static int publish(Gateway gateway, String token) {
        return gateway.post("/api/logs/publish", Gateway.entry("w", "1"), "Content-Type: application/json",
                "X-Service-Token: " + token).statusCode();
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }

    private String refusal(String... settings) {
        var environment = new LinkedHashMap<String, String>();
        for (int i = 0; i < settings.length; i += 2) environment.put(settings[i], settings[i + 1]);
        var line = assertThrows(ConfigException.class, () -> Config.of(environment, List.of())).getMessage();
        assertTrue(line.chars().noneMatch(Character::isISOControl), line);
        return line;
    }

    private String file(String around, String secret) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "secret", ""), around.formatted(secret)).toString();
    }

    private Path write(String name, byte[] bytes) {
        try {
            return Files.write(directory.resolve(name), bytes);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }
}
