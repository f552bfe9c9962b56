package com.datashop.gateway.http.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The viewer's modules that need no page, tested in Node.
class ViewerModulesTest {
    private static final Path WEB = Path.of("src/main/resources/web/");
    private static final Path TESTS = Path.of("src/test/resources/com/datashop/gateway/http/viewer");

    @ParameterizedTest
    @ValueSource(strings = {"lines", "past", "shape"})
    void nodeFindsNoFaultIn(String part) throws IOException {
        int seed = ThreadLocalRandom.current().nextInt(1_000_000);
        try (var node = Child.start("/usr/bin/env", "WEB=" + WEB.toUri(), "SEED=" + seed,
                Tool.path("node").toString(), "--no-warnings", "--test", TESTS.resolve(part + ".test.mjs")
                .toString())) {
            assertEquals(0, node.awaitExit(), () -> "seed " + seed + "\n" + node.out() + node.err());
        }
    }
}
