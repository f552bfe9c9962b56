package com.datashop.gateway.deploy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Checkout;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The release: one version everywhere, and a jar that anybody can build again, byte for byte.
class ReleaseTest {
    @Test
    void theVersionOfThePomIsThatOfTheJarTheIndexTheMetricsAndTheNewestEntryOfTheChangelog() throws IOException {
        var pom = Pattern.compile("<artifactId>logs-sse-gateway</artifactId>\\s*<version>(.*?)</version>")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertTrue(pom.find());
        String version = pom.group(1);
        try (var jar = Child.start(System.getProperty("java.home") + "/bin/java", "-jar", Checkout.built().jar()
                .toString(), "--version")) {
            assertEquals(0, jar.awaitExit(), jar::toString);
            assertEquals("Logs SSE Gateway " + version + "\n", jar.out());
        }
        try (var gateway = Gateway.start()) {
            assertEquals(version, Gateway.string(Gateway.json(gateway.get("/")), "version"));
            assertTrue(gateway.get("/metrics").body().contains("version=\"" + version + "\""));
        }
        var newest = Pattern.compile("(?m)^## (\\S+)$").matcher(Docs.text("changelog.md"));
        assertTrue(newest.find());
        assertEquals(version, newest.group(1));
        assertTrue(Files.readString(Path.of("scripts/deploy/kubernetes.yaml"))
                .contains("image: logs-sse-gateway:" + version + " "));
    }

    @Test
    void twoCleanCheckoutsGiveTheSameJarWhereverAndWheneverTheyAreBuilt() throws IOException {
        var second = Checkout.make("elsewhere/a folder of another name")
                .build(Map.of("TZ", "Pacific/Kiritimati", "LC_ALL", "C", "MAVEN_OPTS",
                "-Duser.language=tr -Duser.country=TR -Dfile.encoding=ISO-8859-1"));
        assertTrue(Files.size(second.jar()) > 100_000);
        assertArrayEquals(Files.readAllBytes(Checkout.built().jar()), Files.readAllBytes(second.jar()));
    }

    @Test
    void theWorkflowCallsScriptsThatAreThere() throws IOException {
        var workflow = Files.readString(Path.of(".github/workflows/ci.yml"));
        for (var script : List.of(".ci/run", "scripts/test")) assertTrue(Files.isExecutable(Path.of(script)), script);
        assertTrue(workflow.contains("- run: .ci/run\n") && workflow.contains("docker build"), workflow);
        assertTrue(Files.readString(Path.of(".ci/run")).contains("scripts/test"));
    }
}
