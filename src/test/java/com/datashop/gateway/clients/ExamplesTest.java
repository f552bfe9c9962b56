package com.datashop.gateway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Browser;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Nginx;
import com.datashop.gateway.support.Packages;
import com.datashop.gateway.support.Pages;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The documents' examples in every language, run as they are shown.
///
/// @see com.datashop.gateway.cli.DocsTest for those of the shell
class ExamplesTest extends FollowedSuite {
    private static final String PATH = "workspace123/workflow456";
    private static final Duration RECONNECT = Duration.ofSeconds(40);

    @TempDir
    private Path directory;

    ExamplesTest() {
        super("logs:etl:workspace123:*");
    }

    @Test
    void thePageShowsHistoryAndWhatComesLive() {
        gateway.publish(PATH, "{\"message\":\"before\"}");
        try (var pages = new Pages(Docs.block("html", "EventSource", gateway.port())); var browser = new Browser()) {
            browser.open(pages.url());
            Await.until("history on the page", () -> text(browser, "pre").contains("{\"message\":\"before\"}"));
            gateway.publish(PATH, "{\"message\":\"live\"}");
            Await.until("the live line on the page", () -> text(browser, "pre").contains("{\"message\":\"live\"}"));
            assertEquals(2, text(browser, "pre").lines().count());
        }
    }

    @Test
    void thePageThatMakesANewEventSourceComesBackFromAProxysOwn502() {
        var page = """
                <!doctype html><script>
                const ids = [];
                let made = 0;
                window.EventSource = class extends EventSource { constructor(...all) { super(...all); made++; } };
                """ + Docs.block("js", "readyState") + "</script>";
        var settings = new String[] {"DATA_DIR=" + directory, "PORT=0"};
        var first = GatewayProcess.start(settings);
        settings[1] = "PORT=" + first.port();
        try (var nginx = Nginx.start("server { listen 127.0.0.1:@PORT@; location / { proxy_pass http://127.0.0.1:"
                + first.port() + "; } }");
                var pages = new Pages(page); var browser = new Browser()) {
            browser.open(pages.url());
            // Without CORS on nginx's own page a 502 is an error like any other, which ends the EventSource.
            browser.script("follow(arguments[0], event => ids.push(event.lastEventId))", "http://127.0.0.1:"
                    + nginx.port() + Client.stream("logs:etl:workspace123:*"));
            Await.until("the stream", () -> first.client().connections() == 1);
            var published = new ArrayList<>(List.of(first.client().publish(PATH, "1")));
            Await.until("the first event", () -> ids(browser).equals(published));
            first.signal("TERM");
            first.awaitExit();
            Await.until("a new EventSource", RECONNECT,
                    () -> Long.parseLong(browser.script("return made").toString()) > 1);
            try (var second = GatewayProcess.start(settings)) {
                published.add(second.client().publish(PATH, "2"));
                Await.until(() -> published + " on the page, that has " + ids(browser), RECONNECT, () -> ids(browser)
                        .equals(published));
            }
        } finally {
            first.close();
        }
    }

    @Test
    void theReactHookFollowsWhileItsComponentIsThere() throws IOException {
        var site = Files.createDirectories(Packages.npm().resolve("site"));
        Files.writeString(site.resolve("useLogs.jsx"), Docs.block("jsx", "useLogs", gateway.port()));
        Files.copy(Packages.source("react.jsx"), site.resolve("react.jsx"), StandardCopyOption.REPLACE_EXISTING);
        try (var bundler = Child.start(Packages.npm().resolve("node_modules/.bin/esbuild").toString(),
                site.resolve("react.jsx").toString(), "--bundle", "--jsx=automatic",
                "--define:process.env.NODE_ENV=\"development\"", "--log-level=warning")) {
            assertEquals(0, bundler.awaitExit(), bundler::toString);
            gateway.publish(PATH, "\"before\"");
            try (var pages = new Pages("<!doctype html><div id=root></div><script>" + bundler.out()
                    .replace("</script", "<\\/script") + "</script>"); var browser = new Browser()) {
                browser.open(pages.url());
                Await.until("history in the component", () -> items(browser).equals(List.of("\"before\"")));
                assertEquals("connected", text(browser, "#state"));
                gateway.publish(PATH, "{\"message\":\"live\"}");
                Await.until("the live line in the component", () -> items(browser)
                        .equals(List.of("\"before\"", "{\"message\":\"live\"}")));
                assertEquals(2, gateway.client().connections());
                browser.script("leave()");
                gateway.publish(PATH, "1");
                Await.until("its stream to end", () -> {
                    gateway.publish(PATH, "1"); // who has left is noticed by what is written
                    return gateway.client().connections() == 1;
                });
                assertTrue(browser.console().stream()
                        .noneMatch(line -> line.contains("Warning") || line.contains("Error")));
            }
        }
    }

    @Test
    void nodePublishes() throws IOException {
        var file = Files.writeString(directory.resolve("publish.mjs"), Docs.block("js", "from Node", gateway.port()));
        assertPublishes("from Node", Tool.path("node").toString(), file.toString());
    }

    @Test
    void pythonPublishesWithRequests() throws IOException {
        var python = Tool.path("python3").toString();
        try (var present = Child.start(python, "-c", "import requests")) {
            if (present.awaitExit() != 0) Tool.leaveOut("python3-requests is not installed");
        }
        var file = Files.writeString(directory.resolve("publish.py"),
                Docs.block("python", "import requests", gateway.port()));
        assertPublishes("from Python", python, file.toString());
    }

    @Test
    void pythonPublishesWithoutAPackage() throws IOException {
        var file = Files.writeString(directory.resolve("publish.py"),
                Docs.block("python", "urllib.request", gateway.port()));
        assertPublishes("from Python's own library", Tool.path("python3").toString(), file.toString());
    }

    @Test
    void javaPublishes() throws IOException {
        var file = Files.writeString(directory.resolve("Publish.java"),
                Docs.block("java", "import module java.net.http", gateway.port()));
        assertPublishes("from Java", System.getProperty("java.home") + "/bin/java", file.toString());
    }

    private void assertPublishes(String message, String... command) {
        try (var program = Child.start(command)) {
            assertEquals(0, program.awaitExit(), program::toString);
            var event = Gateway.object(follower.nextLog().data());
            assertEquals("logs:etl:" + PATH.replace('/', ':'), Gateway.string(event, "channel"));
            assertEquals("{\"level\":\"INFO\",\"message\":\"" + message + "\"}", ((JsonObject) event.get("data"))
                    .toString());
            assertTrue(program.out().contains(Gateway.string(event, "id")), program::toString);
        }
    }

    private static List<String> ids(Browser browser) {
        return ((JsonArray) browser.script("return ids")).elements().stream().map(id -> ((JsonString) id).value())
                .toList();
    }

    private static String text(Browser browser, String selector) {
        return ((JsonString) browser.script("return document.querySelector(arguments[0])?.textContent ?? ''", selector))
                .value();
    }

    private static List<String> items(Browser browser) {
        return ((JsonArray) browser.script("return [...document.querySelectorAll('li')].map(item => item.textContent)"))
                .elements().stream()
                .map(item -> ((JsonString) item).value()).toList();
    }
}
