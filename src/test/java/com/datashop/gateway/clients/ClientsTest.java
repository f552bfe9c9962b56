package com.datashop.gateway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Browser;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Jvm;
import com.datashop.gateway.support.Packages;
import com.datashop.gateway.support.Pages;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The clients that people use, as they come from npm and Maven Central, follow a stream through restarts of the
/// gateway.
class ClientsTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final List<String> OF_NPM = List.of("eventsource", "eventsource-client", "undici");
    private static final List<String> OF_MAVEN = List.of("okhttp-sse", "okhttp-eventsource", "jersey", "spring");
    private static final String IN_A_PAGE = "@microsoft/fetch-event-source";
    private static final Duration RECONNECT = Duration.ofSeconds(40);
    private static final int ROUND = 20;

    @TempDir
    private Path directory;

    private final List<String> published = new ArrayList<>();
    /// For each client, how the ids come here of the log events that it has seen.
    private final Map<String, Supplier<List<String>>> seen = new LinkedHashMap<>();

    @Test
    void everyOneHasEveryEventOnceThroughAStopAndAKill() throws IOException {
        var gateway = start(0);
        int port = gateway.port();
        String url = "http://127.0.0.1:" + port + Client.stream(CHANNEL);
        try (var npm = Child.start(Tool.path("node").toString(), "--no-warnings", copy("clients.mjs").toString(), url);
                var maven = Child.start(java(url));
                var pages = new Pages("<!doctype html><script>" + bundle("fetch-event-source.mjs") + "</script>");
                var browser = new Browser()) {
            for (var name : OF_NPM) seen.put(name, () -> ids(npm, name));
            for (var name : OF_MAVEN) seen.put(name, () -> ids(maven, name));
            seen.put(IN_A_PAGE, () -> ((JsonArray) browser.script("return ids")).elements().stream()
                    .map(id -> ((JsonString) id).value()).toList());
            browser.open(pages.url());
            browser.script("follow(arguments[0])", url);
            var first = gateway;
            Await.until(() -> seen.size() + " streams, of " + first.client().connections() + "; " + npm + maven,
                    RECONNECT, () -> first.client().connections() == seen.size());
            round(gateway);
            for (var signal : List.of("TERM", "KILL")) {
                gateway.signal(signal);
                gateway.awaitExit();
                gateway.close();
                gateway = start(port);
                round(gateway);
            }
            assertEquals("", maven.err());
        } finally {
            gateway.close();
        }
    }

    @Test
    void theDocumentsTableOfClientsNamesThemAndTheirVersions() throws IOException {
        var manifests = Files.readString(Packages.source("package.json"))
                + Files.readString(Packages.source("pom.xml"));
        var rows = Docs.text("clients.md").lines().filter(line -> line.startsWith("| ") && line.contains(" | npm ")
                || line.contains(" | Maven ")).toList();
        assertEquals(OF_NPM.size() + OF_MAVEN.size() + 1, rows.size(), rows::toString);
        for (var row : rows) {
            var version = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+").matcher(row);
            assertEquals(true, version.find() && manifests.contains(version.group()), row);
        }
    }

    private GatewayProcess start(int port) {
        return GatewayProcess.start("PORT=" + port, "DATA_DIR=" + directory, "HEARTBEAT_SECONDS=1");
    }

    /// Publishes some events and waits until every client has seen these and all before, and nothing twice.
    private void round(GatewayProcess gateway) {
        for (int i = 0; i < ROUND; i++) published.add(gateway.client().publish("w/r", "{\"message\":\"" + i + "\"}"));
        for (var client : seen.entrySet()) {
            Await.until(() -> client.getKey() + " to have " + published.size() + " events, of which it has "
                    + client.getValue().get().size(), RECONNECT,
                    () -> client.getValue().get().contains(published.getLast()));
            assertEquals(published, client.getValue().get(), client.getKey());
        }
    }

    private static List<String> ids(Child program, String client) {
        return program.out().lines().filter(line -> line.startsWith(client + " "))
                .map(line -> line.substring(client.length() + 1)).toList();
    }

    private static Path copy(String name) throws IOException {
        return Files.copy(Packages.source(name), Packages.npm().resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String[] java(String url) {
        var words = Jvm.command("-Xmx256m");
        words.addAll(Packages.program("Clients", Packages.classPath()));
        words.add(url);
        return words.toArray(String[]::new);
    }

    private static String bundle(String name) throws IOException {
        try (var bundler = Child.start(Packages.npm().resolve("node_modules/.bin/esbuild").toString(),
                copy(name).toString(), "--bundle", "--log-level=warning")) {
            assertEquals(0, bundler.awaitExit(), bundler::toString);
            return bundler.out().replace("</script", "<\\/script");
        }
    }
}
