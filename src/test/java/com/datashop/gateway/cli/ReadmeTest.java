package com.datashop.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Readme;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What the README promises, held against the gateway.
class ReadmeTest {
    /// By what the tests know the blocks that they run; [#theCurlCommandsWorkWordForWord] runs those of the shell with curl.
    private static final Map<String, List<String>> RUN = Map.of(
            "html", List.of("new EventSource"), "jsx", List.of("useLogs"), "js", List.of("from Node", "winston.transports.Http", "readyState", "// Node"),
            "python", List.of("import requests", "urllib.request", "# Python\n"), "java", List.of("import module java.net.http"), "bash", List.of("follow()", "# shell"),
            "nginx", List.of("log_format", "auth_request /session", "upstream gateways"), "syslog-ng", List.of("destination d_gateway"), "xml", List.of("<Http name=\"gateway\""));
    private static final Pattern SHELL = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    @Test
    void theTableOfOptionsIsTheOneInTheCode() {
        var readme = Readme.text();
        int from = readme.indexOf("## Configuration");
        var section = readme.substring(from, readme.indexOf("\n## ", from));
        var rows = section.lines().filter(line -> line.startsWith("| `")).toList();
        assertEquals(Option.of(Command.SERVE).stream().map(ReadmeTest::row).toList(), rows);
    }

    @Test
    void theCurlCommandsWorkWordForWord() throws Exception {
        var commands = new ArrayList<String>();
        var blocks = SHELL.matcher(Readme.text());
        while (blocks.find()) if (blocks.group(1).contains("curl")) commands.add(blocks.group(1));
        assertTrue(commands.size() >= 4, "found " + commands.size() + " blocks with curl");
        try (var gateway = Gateway.start()) {
            var output = new StringBuilder();
            for (var block : commands) output.append(run(block, gateway.port()));
            assertTrue(output.indexOf("event: connection") >= 0, output.toString());
            assertTrue(output.indexOf("\"message\":\"3 rows skipped\"") >= 0, output.toString());
            assertTrue(output.indexOf("\"published\":2") >= 0, output.toString());
            assertTrue(output.indexOf("\"message\":\"a line of my own\"") >= 0, output.toString());
            assertTrue(output.indexOf("\"error\"") < 0, output.toString());
            assertTrue(gateway.get("/health").body().contains("\"logsPublished\":8"), gateway.get("/health").body());
        }
    }

    @Test
    void everyBlockOfCodeIsRunByATest() {
        var unknown = new ArrayList<String>();
        var seen = new HashMap<String, Integer>();
        var blocks = Pattern.compile("(?m)^```([a-z-]+)\n([^`]*(?:`(?!``)[^`]*)*)^```$").matcher(Readme.text());
        while (blocks.find()) {
            var marks = RUN.get(blocks.group(1));
            if (marks == null) continue; // sh, console, json
            seen.merge(blocks.group(1), 1, Integer::sum);
            if (marks.stream().filter(blocks.group(2)::contains).count() != 1) unknown.add(blocks.group());
        }
        assertEquals(List.of(), unknown, "a block that no test knows, or two know");
        RUN.forEach((language, marks) -> assertEquals(marks.size(), seen.get(language), language));
    }

    /// Runs the block in a shell; a stream that nothing ends is ended after two seconds.
    private static String run(String block, int port) throws IOException, InterruptedException {
        String script = block.replace("localhost:3002", "127.0.0.1:" + port).replace("curl -N ", "curl -sSN --max-time 2 ");
        var process = new ProcessBuilder("bash", "-c", "set -o pipefail\n" + script).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        assertTrue(List.of(0, 28).contains(process.exitValue()), script + " ended with " + process.exitValue() + ": " + output); // 28: --max-time
        return output;
    }

    private static String row(Option option) {
        return "| `" + option.name() + "` | " + (option.otherwise().isEmpty() ? "" : option.otherwise() + " ") + "| " + option.meaning() + " |";
    }
}
