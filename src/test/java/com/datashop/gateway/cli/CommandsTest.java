package com.datashop.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.cli.config.Command;
import com.datashop.gateway.cli.config.Option;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Jar;
import com.datashop.gateway.support.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The words and exit codes of the commands when they are asked wrongly, or the gateway refuses them.
class CommandsTest {
    private static final String NOWHERE = "http://127.0.0.1:1";

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("tail needs a channel, as logs:etl:workspace123:*", List.of("tail")),
                Arguments.of("unknown option --levle; did you mean --level?",
                List.of("tail", "logs:a:b", "--levle", "info")),
                Arguments.of("unknown option --frobnicate; tail --help lists what there is",
                List.of("tail", "--frobnicate", "x")),
                Arguments.of("--tail needs a value: --tail N", List.of("tail", "logs:a:b", "--tail")),
                Arguments.of("--tail must be a number of events", List.of("tail", "logs:a:b", "--tail", "many")),
                Arguments.of("--json takes no value", List.of("tail", "logs:a:b", "--json=yes")),
                Arguments.of("--level is given twice",
                List.of("tail", "logs:a:b", "--level", "info", "--level", "warn")),
                Arguments.of("--url must begin with http:// or https://",
                List.of("tail", "logs:a:b", "--url", "ftp://host")),
                Arguments.of("--url must not hold a user or a password: use --token",
                List.of("tail", "logs:a:b", "--url", "http://ann:pw@host")),
                Arguments.of("--token and --token-file exclude each other",
                List.of("tail", "logs:a:b", "--token", "t", "--token-file", "f")),
                Arguments.of("--service is missing: --service S", List.of("publish", "hello")),
                Arguments.of("--workspace is missing: --workspace W", List.of("publish", "--service", "etl", "hello")),
                Arguments.of("--timeout must be a duration like 30s, 10m, 1h or 1d",
                        List.of("publish", "--service", "etl", "--workspace", "w", "--timeout", "soon", "hello")),
                Arguments.of("--spool: can not write /nowhere/file",
                        List.of("publish", "--service", "etl", "--workspace", "w", "--spool", "/nowhere/file",
                        "hello")),
                Arguments.of("JWT_SECRET is not set: the gateway's own, which signs tokens",
                List.of("token", "--user", "ann", "--workspace", "w")),
                Arguments.of("unknown argument --prot; did you mean --port?", List.of("--prot", "1")),
                Arguments.of("unknown argument --prot; did you mean --port?", List.of("health", "--prot", "1")));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aWrongCallIsNamedInOneLineAndEndsWithTwo(String message, List<String> arguments) {
        try (var command = Jar.start(Map.of(), arguments.toArray(String[]::new))) {
            assertEquals(2, command.awaitExit(), command::toString);
            assertEquals("gateway: " + message + "\n", command.err());
            assertEquals("", command.out());
        }
    }

    @Test
    void eachCommandHasHelpForEachOfItsOptionsAndNoOther() {
        for (var each : Command.values()) {
            try (var command = Jar.start(Map.of(), each.word(), "--help")) {
                assertEquals(0, command.awaitExit());
                var flags = command.out().lines().filter(line -> line.startsWith("  --"))
                        .map(line -> line.strip().split(" ")[0]).toList();
                var expected = Stream.concat(Option.of(each).stream().map(Option::flag), Stream.of("--help")).toList();
                assertEquals(expected, flags.stream().filter(flag -> !flag.equals("--version")).toList());
            }
        }
        var all = Arrays.stream(Command.values()).flatMap(each -> Option.of(each).stream()).distinct().toList();
        assertEquals(Option.values().length, all.size(), "no option is of no command");
    }

    @Test
    void aRefusedTokenEndsWithThreeAndIsShownNowhere() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET)) {
            String secret = "a-token-that-nobody-may-see";
            var variables = Map.of("LOGS_URL", "http://127.0.0.1:" + gateway.port(), "LOGS_TOKEN", secret);
            for (var arguments : List.of(List.of("tail", "logs:etl:w"),
                    List.of("publish", "--service", "etl", "--workspace", "w", "hello"))) {
                try (var command = Jar.start(variables, arguments.toArray(String[]::new))) {
                    assertEquals(3, command.awaitExit(), command::toString);
                    assertFalse((command.out() + command.err()).contains(secret), command::toString);
                    assertTrue(command.err().contains("gateway: http://127.0.0.1:" + gateway.port() + ": "),
                            command::toString);
                }
            }
        }
    }

    @Test
    void aTokenOfThisServiceAloneEndsWithThreeForAnother() {
        try (var gateway = Gateway.start();
                var command = Jar.start(Jar.to(gateway.port()), "publish", "--service", "faas", "--workspace", "w",
                        "hello")) {
            assertEquals(3, command.awaitExit(), command::toString);
            assertTrue(command.err().contains("may not publish for service faas"), command::toString);
        }
    }

    @Test
    void aBadChannelIsAWrongCall() {
        try (var gateway = Gateway.start(); var command = Jar.start(Jar.to(gateway.port()), "tail", "logs:nothing")) {
            assertEquals(2, command.awaitExit(), command::toString);
            assertTrue(command.err().contains("channels: "), command::toString);
        }
    }

    @Test
    void publishEndsWithOneWhenTheTimeIsOver() {
        try (var command = Jar.start(Map.of("LOGS_URL", NOWHERE), "publish", "--service", "etl", "--workspace", "w",
                "--timeout", "1s", "hello")) {
            assertEquals(1, command.awaitExit(), command::toString);
            assertTrue(command.err().contains("0 entries published, 1 not"), command::toString);
        }
    }

    @Test
    void aTokenThatItMakesReadsItsWorkspace() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET, "JWT_ISSUER=me",
                "JWT_AUDIENCE=logs");
                var command = Jar.start(Map.of("JWT_SECRET", Tokens.SECRET, "JWT_ISSUER", "me", "JWT_AUDIENCE", "logs"),
                        "token", "--user", "ann",
                        "--workspace", "w1", "--workspace", "w2", "--service", "etl", "--ttl", "10m")) {
            assertEquals(0, command.awaitExit(), command::toString);
            String bearer = "Authorization: Bearer " + command.out().strip();
            try (var follower = gateway.follow("logs:etl:w1:r,logs:etl:w2:r", bearer)) {
                assertEquals(200, follower.status());
            }
            assertEquals(403, gateway.get("/api/logs/stream?channels=logs:etl:w3:r", bearer).statusCode());
            assertEquals(403, gateway.get("/api/logs/stream?channels=logs:faas:w1:r", bearer).statusCode());
        }
    }

    @Test
    void allWorkspacesAreAStar() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET);
                var command = Jar.start(Map.of("JWT_SECRET", Tokens.SECRET), "token", "--user", "ann",
                        "--workspace", "*")) {
            assertEquals(0, command.awaitExit(), command::toString);
            try (var follower = gateway.follow("logs:*:*:*", "Authorization: Bearer " + command.out().strip())) {
                assertEquals(200, follower.status());
            }
        }
    }
}
