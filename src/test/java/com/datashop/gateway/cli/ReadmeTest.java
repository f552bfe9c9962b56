package com.datashop.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Gateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What the README promises, held against the gateway.
class ReadmeTest {
    private static final Pattern SHELL = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    @Test
    void theTableOfOptionsIsTheOneInTheCode() throws IOException {
        var readme = Files.readString(Path.of("README.md"));
        int from = readme.indexOf("## Configuration");
        var section = readme.substring(from, readme.indexOf("\n## ", from));
        var rows = section.lines().filter(line -> line.startsWith("| `")).toList();
        assertEquals(Arrays.stream(Option.values()).map(ReadmeTest::row).toList(), rows);
    }

    @Test
    void theCurlCommandsWorkWordForWord() throws Exception {
        var commands = new ArrayList<String>();
        var blocks = SHELL.matcher(Files.readString(Path.of("README.md")));
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
