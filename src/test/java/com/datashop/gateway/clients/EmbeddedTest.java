package com.datashop.gateway.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Browser;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Packages;
import com.datashop.gateway.support.Pages;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The things that other pages embed: the package for React, the web component, and their types.
class EmbeddedTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    /// Nothing passes the filter of a stream whose page has left: the heartbeat shows that it is gone.
    private static final String QUICK = "HEARTBEAT_SECONDS=1";
    private static final Path WEB = Path.of("src/main/resources/web").toAbsolutePath();
    /// A page's own style and script, which were never meant for the component.
    private static final String HOSTILE = """
            *:not(html, body, log-view) { display: none !important; position: fixed !important; }
            * { color: red !important; font: 80px serif !important; direction: rtl; line-height: 5 !important;
            * letter-spacing: 1em; }
            :root { --row: 300px; --ground: red; --text: red; --mono: serif; }
            .row, .summary, .message, div, span { height: 1px !important; visibility: hidden !important; }
            log-view { height: 300px; --log-view-ground: rgb(4, 5, 6); }
            log-view::part(row-error) { outline: 3px solid rgb(1, 2, 3); }
            """;

    @AutoClose
    private static Browser browser;

    @BeforeAll
    static void open() {
        browser = new Browser();
    }

    /// A page whose gateway is gone goes on asking for it: not into the console of the next test.
    @AfterEach
    void leave() {
        browser.open("about:blank");
        browser.console();
    }

    @ParameterizedTest
    @CsvSource({"18.3.1,react-18,react-dom-18", "19.3.1,react,react-dom"})
    void reactFollowsInStrictModeWithEitherVersion(String version, String react, String dom) throws IOException {
        var bundler = List.of("--bundle", "--jsx=automatic", "--log-level=error", "--alias:react=" + react,
                "--alias:react-dom=" + dom);
        try (var gateway = Gateway.start(QUICK);
                var pages = new Pages("<!doctype html><div id=root></div><script>"
                        + bundle("react-package.jsx", bundler) + "</script>")) {
            gateway.publish("w/r", "{\"level\":\"info\",\"n\":1}");
            browser.open(pages.url());
            assertEquals("\"" + version + "\"", browser.script("return version").toString());
            String src = "http://127.0.0.1:" + gateway.port() + "/";
            browser.script("show(arguments[0], ['" + CHANNEL + "'])", src);
            awaitItems("{\"level\":\"info\",\"n\":1}");
            gateway.publish("w/r", "{\"level\":\"error\",\"n\":2}");
            awaitItems("{\"level\":\"info\",\"n\":1}", "{\"level\":\"error\",\"n\":2}");
            Await.until("the component's rows", PATIENCE, () -> rows().size() == 2);
            assertEquals(texts("return [...document.querySelectorAll('li')].map(item => item.textContent)"),
                    texts("return logged"));
            assertEquals("\"mine dark\"",
                    browser
                    .script(
                    "const view = document.querySelector('log-view'); return view.className + ' ' + "
                    + "view.getAttribute('theme')").toString());
            Await.until("one stream for both", PATIENCE, () -> gateway.client().connections() == 1);
            browser.script("show(arguments[0], ['" + CHANNEL + "', 'logs:etl:w:s'], 'error')", src);
            Await.until("the filter to hold", PATIENCE, () -> {
                gateway.publish("w/s", "{\"level\":\"info\"}");
                return gateway.get("/admin/logs/stats").body().contains("logs:etl:w:s");
            });
            int before = texts("return logged").size();
            gateway.publish("w/s", "{\"level\":\"error\",\"n\":3}");
            Await.until("the added channel's line", PATIENCE, () -> texts("return logged")
                    .contains("{\"level\":\"error\",\"n\":3}"));
            assertTrue(texts("return logged").size() > before);
            browser.script("leave()");
            Await.until("its stream to end", PATIENCE, () -> {
                gateway.publish("w/r", "1");
                return gateway.client().connections() == 0;
            });
            assertEquals(List.of(), browser.console().stream()
                    .filter(line -> !line.contains("Download the React DevTools")).toList());
        }
    }

    @Test
    void theComponentStandsInAPageOfAnotherOriginUnderAStrictPolicyAndAHostileStyleSheet() throws IOException {
        try (var gateway = Gateway.start(QUICK); var site = new Site(gateway.port())) {
            gateway.publish("w/r", "{\"level\":\"info\",\"message\":\"<b>Hello</b>\"}");
            gateway.publish("w/r", "{\"level\":\"error\",\"message\":\"It \\u001b[31mfailed\\u001b[0m\",\"code\":7}");
            browser.open(site.url());
            Await.until(() -> "two rows; " + browser.console(), PATIENCE, () -> rows().size() == 2);
            assertTrue(rows().getFirst().contains("<b>Hello</b>"), () -> rows().toString());
            assertEquals("[\"22\",\"12px\",\"ltr\",\"rgb(4, 5, 6)\",\"visible\",\"3px\",\"normal\"]", browser.script("""
                    const inside = document.querySelector('log-view').shadowRoot;
                    const row = inside.querySelector('.row.level-error');
                    const style = getComputedStyle(row);
                    return [String(row.getBoundingClientRect().height), style.fontSize, style.direction, \
                    getComputedStyle(inside.querySelector('.root')).backgroundColor,
                            style.visibility, style.outlineWidth, style.letterSpacing]""").toString());
            browser.script(
                    "document.querySelector('log-view').shadowRoot.querySelector('.row.level-error .summary').click()");
            Await.until("the detail", PATIENCE,
                    () ->
                    browser
                    .script(
                    "return document.querySelector('log-view').shadowRoot.querySelector('.detail .json') !== null")
                    .toString().equals("true"));
            browser.script("document.querySelector('log-view').setAttribute('level', 'error')");
            browser.script("document.querySelector('log-view').setAttribute('theme', 'dark')");
            browser
                    .script(
                    "window.states = []; document.querySelector('log-view').addEventListener('log', event => "
                    + "states.push(event.detail.text))");
            Await.until("what passes the filter alone", PATIENCE, () -> {
                gateway.publish("w/r", "{\"level\":\"info\"}");
                gateway.publish("w/r", "{\"level\":\"error\",\"last\":true}");
                var told = texts("return states");
                return !told.isEmpty() && told.getLast().contains("last") && told.size() > 1
                        && told.get(told.size() - 2).contains("last");
            });
            assertEquals(List.of(), browser.console(), "the page's policy was never touched");
            browser.script("document.querySelector('log-view').remove()");
            Await.until("its stream to end", PATIENCE, () -> {
                gateway.publish("w/r", "1");
                return gateway.client().connections() == 0;
            });
        }
    }

    @Test
    void whatIsReadInTheComponentStaysAndNothingIsLostWhenItHasNoRoomForMore() {
        try (var gateway = Gateway.start(QUICK, "HISTORY_EVENTS=20000");
                var view = new Pages("""
                        <!doctype html><script type="module" src="http://127.0.0.1:%d/log-view.js"></script>
                        <log-view channels="%s" max="2000"></log-view>""".formatted(gateway.port(), CHANNEL))) {
            browser.open(view.url());
            Await.until("it follows", PATIENCE, () -> gateway.client().connections() == 1);
            browser.script("""
                    window.view = document.querySelector('log-view');
                    window.inside = selector => view.shadowRoot.querySelector(selector);
                    window.logged = [];
                    view.addEventListener('log', event => logged.push(event.detail.text));
                    window.read = () => {
                      const top = view.getBoundingClientRect().top + 100;
                      const row = [...view.shadowRoot.querySelectorAll('.row')]
                          .find(one => one.getBoundingClientRect().bottom > top);
                      return [row.querySelector('.told').textContent + ' at ' + row.getBoundingClientRect().top];
                    }""");
            publishNumbered(gateway, 0, 2000);
            awaitLogged(2000);
            browser.script("inside('.scroller').scrollTop = 22 * 1500");
            Await.until("what is new to be counted", PATIENCE,
                    () -> browser.script("return !inside('.follow').hidden").toString().equals("true"));
            browser.asyncScript("requestAnimationFrame(arguments[0])");
            var read = texts("return read()");
            publishNumbered(gateway, 2000, 2500);
            awaitLogged(2500);
            Await.until("the new lines", PATIENCE,
                    () -> texts("return [inside('.follow').textContent]").equals(List.of("500 new")));
            assertEquals(read, texts("return read()"), "there is room for 500 more");
            publishNumbered(gateway, 2500, 8000);
            Await.until("it to stop", PATIENCE, () -> texts("return [inside('.state').textContent]")
                    .getFirst().startsWith("Stopped keeping up"));
            browser.asyncScript("requestAnimationFrame(arguments[0])");
            assertEquals(read, texts("return read()"));
            Await.until("its stream to end", PATIENCE, () -> gateway.client().connections() == 0);
            publishNumbered(gateway, 8000, 9000);
            assertEquals("Follow new lines", texts("return [inside('.follow').textContent]").getFirst());
            browser.script("inside('.follow').click()");
            awaitLogged(9000);
            Await.until("the newest line", PATIENCE, () -> rows().getLast().contains("line 8999"));
            assertEquals(IntStream.range(0, 9000).mapToObj(i -> "\"line " + i + "\"").toList(),
                    texts("return logged"));
            assertEquals("\"2000\"", browser.script("return inside('.scroller').getAttribute('aria-rowcount')")
                    .toString());
            assertEquals(List.of(), browser.console());
        }
    }

    @Test
    void whatIsMarkedByMouseInTheComponentIsCopiedAsACleanLineForEachRow() {
        try (var gateway = Gateway.start(QUICK);
                var view = new Pages("<!doctype html><script type=\"module\" src=\"http://127.0.0.1:" + gateway.port()
                        + "/log-view.js\"></script><log-view tail=\"10\" channels=\"logs:etl:w:*\"></log-view>")) {
            for (var text : List.of("\"one\"", "{\"level\":\"warn\",\"message\":\"two\\nlines\",\"n\":2}",
                    "\"\\u001b[31mthree\\u001b[0m\"", "\"four\""))
                gateway.publish("w/r", text);
            browser.open(view.url());
            Await.until("four rows", PATIENCE, () -> rows().size() == 4);
            assertEquals(List.of("logs:etl:w:r r"), texts("return [...new Set([...document.querySelector('log-view')"
                    + ".shadowRoot.querySelectorAll('.row .channel')].map(one => one.title + ' ' + one.textContent))]"),
                    "what all have in common need not be said of each line");
            browser.devTools("Browser.grantPermissions",
                    "{\"permissions\":[\"clipboardReadWrite\",\"clipboardSanitizedWrite\"]}");
            browser.drag(middleOf(1), middleOf(2));
            browser.pressWith("\uE009", "c");
            var copied = ((JsonString) browser.script("return navigator.clipboard.readText()")).value().split("\n");
            assertEquals(2, copied.length, () -> String.join("\n", copied));
            assertTrue(copied[0].matches("[-+:.TZ0-9]+ WARN  logs:etl:w:r two⏎lines n=2"), copied[0]);
            assertTrue(copied[1].matches("[-+:.TZ0-9]+ -     logs:etl:w:r three"), copied[1]);
            assertEquals("false", browser.script("return document.querySelector('log-view').shadowRoot"
                    + ".querySelector('.detail') !== null").toString(), "marking opens no line");
        }
    }

    /// The middle of the message of the row at this place.
    private static Browser.Point middleOf(int row) {
        var at = texts("const box = document.querySelector('log-view').shadowRoot.querySelectorAll('.row .told')[" + row
                + "].getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2]"
                + ".map(one => String(Math.round(one)))");
        return new Browser.Point(Integer.parseInt(at.getFirst()), Integer.parseInt(at.getLast()));
    }

    @Test
    void theDocumentsExamplesFollow() {
        try (var gateway = Gateway.start(QUICK);
                var loop =
                        new Pages(
                        "<!doctype html><script>window.lines = []; console.log = line => "
                        + "lines.push(line)</script><script type=module>"
                        + Docs.block("js", "for await", gateway.port()) + "</script>");
                var view = new Pages("<!doctype html>" + Docs.block("html", "<log-view", gateway.port()))) {
            gateway.publish("workspace123/r", "{\"n\":1}");
            browser.open(loop.url());
            Await.until("the loop's line", PATIENCE, () -> texts("return lines").equals(List.of("{\"n\":1}")));
            browser.open(view.url());
            Await.until("the component's row", PATIENCE, () -> rows().size() == 1);
        }
    }

    @Test
    void theTypesAllowWhatTheFilesDoAndNothingElse() throws IOException {
        install();
        var file = Files.copy(Packages.source("types.tsx"), Packages.npm().resolve("types.tsx"),
                StandardCopyOption.REPLACE_EXISTING);
        try (var compiler = Child.start(Packages.npm().resolve("node_modules/.bin/tsc").toString(), "--noEmit",
                "--strict", "--target", "es2022",
                "--module", "esnext", "--moduleResolution", "bundler", "--lib",
                "es2023,dom,dom.iterable,dom.asynciterable", "--jsx", "react-jsx", file.toString())) {
            assertEquals(0, compiler.awaitExit(Duration.ofMinutes(2)), compiler::toString);
        }
    }

    private static String bundle(String name, List<String> options) throws IOException {
        install();
        var file = Files.copy(Packages.source(name), Packages.npm().resolve(name), StandardCopyOption.REPLACE_EXISTING);
        var command = new ArrayList<>(List.of(Packages.npm().resolve("node_modules/.bin/esbuild").toString(),
                file.toString()));
        command.addAll(options);
        try (var bundler = Child.startIn(Packages.npm(), System.getenv(), command)) {
            assertEquals(0, bundler.awaitExit(), bundler::toString);
            return bundler.out().replace("</script", "<\\/script");
        }
    }

    /// Puts the package's folder where npm would.
    private static void install() throws IOException {
        var target = Packages.npm().resolve("node_modules/logs-sse-gateway");
        for (var part : List.of("package.json", "client", "shared")) {
            try (var files = Files.walk(WEB.resolve(part))) {
                files.filter(Files::isRegularFile)
                        .forEach(file -> copy(file, target.resolve(WEB.relativize(file).toString())));
            }
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.createDirectories(to.getParent());
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void awaitItems(String... expected) {
        String script = "return [...document.querySelectorAll('li')].map(item => item.textContent)";
        Await.until(() -> List.of(expected) + "; it shows " + texts(script) + browser.console(), PATIENCE,
                () -> texts(script).equals(List.of(expected)));
    }

    private static void publishNumbered(Gateway gateway, int from, int to) {
        for (int first = from; first < to; first += 500)
            gateway.publishAll("w/r", IntStream.range(first, first + 500).mapToObj(i -> "\"line " + i + "\"").toList());
    }

    /// Waits until the page was given so many lines.
    private static void awaitLogged(int count) {
        Await.until(() -> count + " lines; there are " + browser.script("return logged.length"), PATIENCE,
                () -> browser.script("return logged.length").toString().equals(String.valueOf(count)));
    }

    private static List<String> rows() {
        return texts(
                "return [...document.querySelector('log-view').shadowRoot?.querySelectorAll('.row') ?? []].map(row => "
                + "row.textContent)"); // none while its module is still on its way
    }

    private static List<String> texts(String script) {
        return ((JsonArray) browser.script(script)).elements().stream().map(one -> ((JsonString) one).value()).toList();
    }

    /// A site with a policy as strict as it can be, and its own style sheet.
    private static final class Site implements AutoCloseable {
        private final HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

        private Site(int gateway) throws IOException {
            String origin = "http://127.0.0.1:" + gateway;
            answer("/", "text/html; charset=utf-8", """
                    <!doctype html><title>A page</title><link rel="icon" href="data:,"><link rel="stylesheet" \
                    href="/hostile.css">
                    <script type="module" src="%s/v1/log-view.js"></script>
                    <log-view channels="%s" tail="100"></log-view>""".formatted(origin, CHANNEL),
                    ("default-src 'none'; img-src data:; style-src 'self'; script-src %s; connect-src %s; "
                            + "require-trusted-types-for 'script'; trusted-types 'none'").formatted(origin, origin));
            answer("/hostile.css", "text/css", HOSTILE, "default-src 'none'");
            server.start();
        }

        private void answer(String path, String type, String text, String policy) {
            server.createContext(path, exchange -> {
                var body = text.getBytes(UTF_8);
                exchange.getResponseHeaders().set("Content-Type", type);
                exchange.getResponseHeaders().set("Content-Security-Policy", policy);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
        }

        private String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
