package com.datashop.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.cli.config.Command;
import com.datashop.gateway.cli.config.Option;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Jar;
import com.datashop.gateway.support.Tokens;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
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
                Arguments.of("unknown argument number 1; did you mean tail?", List.of("tial", "logs:a:b")),
                Arguments.of("unknown argument number 1; did you mean publish?", List.of("Publish", "hello")),
                Arguments.of("unknown option -n; tail --help lists what there is", List.of("tail", "logs:a:b", "-n")),
                Arguments.of("unknown option --work; did you mean --workspace?", List.of("publish", "--work", "w")),
                Arguments.of("an argument is not a known option; did you mean --json?",
                List.of("tail", "logs:a:b", "--JSON")),
                Arguments.of("an argument is not a known option; after -- no argument is an option",
                List.of("tail", "logs:a:b", "-5")),
                Arguments.of("--tail needs a value: --tail N", List.of("tail", "logs:a:b", "--tail=")),
                Arguments.of("--tail needs a value: --tail N", List.of("tail", "logs:a:b", "--tail", "--json")),
                Arguments.of("--q needs a value: --q TEXT", List.of("tail", "logs:a:b", "--q", "")),
                Arguments.of("--url has a port beyond 65535", List.of("tail", "logs:a:b", "--url", "host:99999")),
                Arguments.of("--url names no host", List.of("tail", "logs:a:b", "--url", "http:///path")),
                Arguments.of("--token-file: the token file /no/such does not exist",
                List.of("tail", "logs:a:b", "--token-file", "/no/such")),
                Arguments.of("--token-file: the token file /dev/null is empty",
                List.of("publish", "--service", "etl", "--workspace", "w", "--token-file", "/dev/null", "hello")),
                Arguments.of("--token holds a character that no token has",
                List.of("tail", "logs:a:b", "--token", "two words")),
                Arguments.of("--spool needs a value: --spool FILE",
                List.of("publish", "--service", "etl", "--workspace", "w", "--spool", "", "hello")),
                Arguments.of("--level must be trace, debug, info, warn, error or fatal",
                List.of("publish", "--service", "etl", "--workspace", "w", "--level", "loud", "hello")),
                Arguments.of("--service 'a b' has a character other than A-Z a-z 0-9 . _ ~ @ -",
                List.of("publish", "--service", "a b", "--workspace", "w", "hello")),
                Arguments.of("--workspace '*' has a character other than A-Z a-z 0-9 . _ ~ @ -",
                List.of("publish", "--service", "etl", "--workspace", "*", "hello")),
                Arguments.of("--resource is longer than 128 characters",
                List.of("publish", "--service", "etl", "--workspace", "w", "--resource", "r".repeat(129), "hello")),
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
    void channelsThatMayNotBeReadAreNamedUnlessTheyAreAll() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET)) {
            var variables = Map.of("LOGS_URL", "http://127.0.0.1:" + gateway.port(), "LOGS_TOKEN",
                    Tokens.reader(600, "w"));
            try (var some = Jar.start(variables, "tail", "logs:etl:w:r", "logs:etl:x:r", "logs:*:*");
                    var none = Jar.start(variables, "tail", "logs:etl:x:r")) {
                Await.until(() -> "the channels: " + some, Duration.ofSeconds(30), () -> some.err().endsWith("\n"));
                assertEquals("gateway: without [\"logs:etl:x:r\",\"logs:*:*\"], which may not be read\n", some.err());
                assertTrue(some.isAlive(), some::toString);
                assertEquals(3, none.awaitExit(), none::toString);
            }
        }
    }

    /// The gateway lets a token live for 30 s after its end.
    @Test
    void aTokenThatExpiresAndCanNotChangeEndsWithThree() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET)) {
            var variables = Map.of("LOGS_URL", "http://127.0.0.1:" + gateway.port(), "LOGS_TOKEN",
                    Tokens.reader(-28, "w"));
            try (var tail = Jar.start(variables, "tail", "logs:etl:w:r")) {
                assertEquals(3, tail.awaitExit(), tail::toString);
                assertTrue(tail.err().contains("expired"), tail::toString);
            }
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

    static Stream<Arguments> wrongTokens() {
        return Stream.of(
                Arguments.of("JWT_SECRET must have at least 32 bytes", "x".repeat(31), List.of("--workspace", "w")),
                Arguments.of("--workspace is missing: a token without one reads nothing; '*' means all",
                Tokens.SECRET, List.of()),
                Arguments.of("--workspace 'w1,w2' has a character other than A-Z a-z 0-9 . _ ~ @ -; give the option "
                + "once for each", Tokens.SECRET, List.of("--workspace", "w1,w2")),
                Arguments.of("--ttl must be longer than nothing", Tokens.SECRET,
                List.of("--workspace", "w", "--ttl", "0s")),
                Arguments.of("--ttl must be a duration like 30s, 10m, 1h or 1d", Tokens.SECRET,
                List.of("--workspace", "w", "--ttl", "1w")),
                Arguments.of("token takes only options", Tokens.SECRET, List.of("--workspace", "w", "more")));
    }

    @ParameterizedTest
    @MethodSource("wrongTokens")
    void aTokenThatReadsNothingIsNotMade(String message, String secret, List<String> more) {
        var arguments = Stream.concat(Stream.of("token", "--user", "ann"), more.stream()).toArray(String[]::new);
        try (var command = Jar.start(Map.of("JWT_SECRET", secret), arguments)) {
            assertEquals(2, command.awaitExit(), command::toString);
            assertEquals("gateway: " + message + "\n", command.err());
            assertEquals("", command.out());
        }
    }

    @Test
    void aTokenLastsForAnHourUnlessAsked() {
        for (var ttl : Map.of("", 3600L, "30s", 30L, "10m", 600L, "2h", 7200L, "1d", 86_400L).entrySet()) {
            var options = ttl.getKey().isEmpty() ? "" : " --ttl " + ttl.getKey();
            try (var command = Jar.start(Map.of("JWT_SECRET", Tokens.SECRET),
                    ("token --user ann --workspace w" + options).split(" "))) {
                assertEquals(0, command.awaitExit(), command::toString);
                var claims = Gateway.object(new String(Base64.getUrlDecoder().decode(command.out().split("[.]")[1]),
                        UTF_8));
                assertEquals(ttl.getValue(), Gateway.number(claims, "exp") - Gateway.number(claims, "iat"));
                assertEquals("ann", Gateway.string(claims, "sub"));
            }
        }
    }

    @Test
    void aWrongVariableIsNamed() {
        for (var one : List.of(List.of("LOGS_URL", "ftp://host", "LOGS_URL must begin with http:// or https://"),
                List.of("LOGS_TOKEN", "two words", "LOGS_TOKEN holds a character that no token has"),
                List.of("LOGS_TOKEN_FILE", "/no/such", "LOGS_TOKEN_FILE: the token file /no/such does not exist"))) {
            try (var command = Jar.start(Map.of(one.get(0), one.get(1)), "tail", "logs:etl:w")) {
                assertEquals(2, command.awaitExit(), command::toString);
                assertEquals("gateway: " + one.get(2) + "\n", command.err());
            }
        }
    }

    /// A flag wins over the variable, a blank one counts as none, and a token can come through a pipe.
    @Test
    void aTokenComesFromWhereItIsSaid() {
        String publish = "gateway publish --service etl --workspace w ";
        try (var gateway = Gateway.start()) {
            String good = Gateway.TOKEN;
            var variables = new HashMap<>(Map.of("LOGS_URL", "http://127.0.0.1:" + gateway.port()));
            for (var line : List.of(publish + "--token=" + good + " hi", "LOGS_TOKEN=bad " + publish + "--token " + good
                    + " hi", "LOGS_TOKEN=" + good + " " + publish + "--token '' --url '' hi",
                    "LOGS_TOKEN=bad " + publish + "--token-file <(echo " + good + ") hi",
                    "LOGS_TOKEN_FILE=<(echo bad) LOGS_TOKEN=" + good + " " + publish + " hi",
                    "echo " + good + " | LOGS_TOKEN_FILE=/dev/stdin " + publish + "hi")) {
                try (var shell = Jar.shell(variables, line)) {
                    assertEquals(0, shell.awaitExit(), shell::toString);
                    assertEquals("gateway: 1 entry published\n", shell.err());
                }
            }
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
