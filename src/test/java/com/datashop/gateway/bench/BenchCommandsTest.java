package com.datashop.gateway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Docs;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The commands that the documents give for measuring are commands that `scripts/bench` understands.
class BenchCommandsTest {
    @Test
    void everyCommandOfTheDocumentsIsUnderstood() {
        var workloads = Bench.names();
        var block = Docs.block("sh", "scripts/bench --quick");
        var commands = block.lines().map(line -> line.replaceFirst("#.*", "").strip()).toList();
        assertTrue(commands.size() > 3, commands::toString);
        for (var command : commands) {
            var words = command.split(" ");
            assertEquals("scripts/bench", words[0]);
            Arguments.of(workloads, Arrays.copyOfRange(words, 1, words.length));
        }
    }
}
