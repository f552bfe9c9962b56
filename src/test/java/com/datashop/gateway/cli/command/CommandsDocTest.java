package com.datashop.gateway.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.cli.config.Command;
import com.datashop.gateway.cli.config.Option;
import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Jar;
import com.datashop.gateway.support.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The document on the commands: its tables are those of the code, and its examples work.
class CommandsDocTest {
    @Test
    void itsTablesAreTheOptionsOfEachCommand() {
        var expected = new ArrayList<String>();
        for (var command : List.of(Command.TAIL, Command.PUBLISH, Command.TOKEN))
            for (var option : Option.of(command)) expected.add(row(option));
        var rows = Docs.text("commands.md").lines().filter(line -> line.startsWith("| `--")).toList();
        assertEquals(expected, rows);
    }

    private static String row(Option option) {
        String flag = option.flag() + (option.value().isEmpty() ? "" : " " + option.value());
        String otherwise = option.otherwise().isEmpty() ? "" : " (" + option.otherwise() + ")";
        return "| `" + flag + "` | " + option.meaning() + otherwise + " |";
    }

    @Test
    void theFirstExamplePrintsTheLineThatItPublishes() {
        try (var gateway = Gateway.start(); var shell = shell(Docs.block("sh", "'3 rows skipped'"), gateway)) {
            assertEquals(0, shell.awaitExit(), shell::toString);
            var data = Gateway.object(shell.out().strip()).get("data");
            assertEquals("{\"level\":\"warn\",\"message\":\"3 rows skipped\"}", data.toString());
        }
    }

    @Test
    void aBuildIsPublishedAndPassesThrough() {
        try (var gateway = Gateway.start(); var follower = gateway.follow("logs:etl:workspace123:build7");
                var shell = shell(Docs.block("sh", "make 2>&1").replace("make 2>&1", "printf 'one\\ntwo\\n'"),
                        gateway)) {
            assertEquals(0, shell.awaitExit(), shell::toString);
            assertEquals("one\ntwo\n", shell.out());
            var data = follower.logs(2).stream().map(log -> (JsonObject) Gateway.object(log.data()).get("data"));
            assertEquals(List.of("one", "two"), data.map(each -> Gateway.string(each, "message")).toList());
        }
    }

    @Test
    void aSpoolIsPublishedInParts(@TempDir Path directory) throws IOException {
        try (var gateway = Gateway.start("HISTORY_EVENTS=50000")) {
            try (var away = Jar.shell(Map.of("LOGS_URL", "http://127.0.0.1:1"), "seq 1 20000 | gateway publish"
                    + " --service etl --workspace workspace123 --resource spooled --timeout 1s --spool "
                    + directory.resolve("spool"))) {
                assertEquals(1, away.awaitExit(), away::toString);
            }
            try (var shell = Jar.shell(Map.of(), "cd " + directory + "; " + Docs.block("sh", "split -C")
                    .replace("http://localhost:3002", "http://127.0.0.1:" + gateway.port()))) {
                assertEquals(0, shell.awaitExit(), shell::toString);
                assertEquals(3, shell.out().split("\"success\":true", -1).length - 1, shell::toString);
                assertEquals("", shell.err());
            }
            var list = (JsonArray) Gateway.json(gateway.get("/api/logs/channels")).get("channels");
            assertEquals(20_000, Gateway.number((JsonObject) list.elements().getFirst(), "events"));
        }
    }

    @Test
    void theExampleMakesATokenThatTheGatewayAccepts() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET);
                var shell = shell(Docs.block("sh", "token --user ann").replaceFirst("'a secret[^']*'", Tokens.SECRET),
                        gateway)) {
            assertEquals(0, shell.awaitExit(), shell::toString);
            var reply = gateway.get("/api/logs/channels", "Authorization: Bearer " + shell.out().strip());
            assertEquals(200, reply.statusCode(), reply.body());
            assertTrue(reply.body().contains("channels"), reply.body());
        }
    }

    private static com.datashop.gateway.support.Child shell(String block, Gateway gateway) {
        String line = block.replace("java -jar gateway.jar", "gateway")
                .replace("http://localhost:3002", "http://127.0.0.1:" + gateway.port());
        return Jar.shell(Map.of(), line);
    }
}
