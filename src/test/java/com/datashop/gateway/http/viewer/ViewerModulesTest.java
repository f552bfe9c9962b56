package com.datashop.gateway.http.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Tool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The viewer's modules that need no page, tested in Node.
class ViewerModulesTest {
    private static final Path WEB = Path.of("src/main/resources/web/");
    private static final Path TESTS = Path.of("src/test/resources/com/datashop/gateway/http/viewer");

    private static final List<String> PARTS = List.of("counts", "expression", "lines", "past", "saved",
            "shape");

    @Test
    void nodeFindsNoFaultInThem() {
        int seed = ThreadLocalRandom.current().nextInt(1_000_000);
        var command = new ArrayList<>(List.of("/usr/bin/env", "WEB=" + WEB.toUri(), "SEED=" + seed,
                Tool.path("node").toString(), "--no-warnings", "--input-type=module", "-e",
                "for (const part of process.argv.slice(1)) await import(part)"));
        for (var part : PARTS) command.add(TESTS.resolve(part + ".test.mjs").toUri().toString());
        try (var node = Child.start(command.toArray(String[]::new))) {
            assertEquals(0, node.awaitExit(), () -> "seed " + seed + "\n" + node.out() + node.err());
            var run = Pattern.compile("# pass ([0-9]+)").matcher(node.out());
            assertTrue(run.find() && Integer.parseInt(run.group(1)) >= PARTS.size(), node::out);
        }
    }
}
