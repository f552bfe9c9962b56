package com.datashop.gateway.http;

import static com.datashop.gateway.http.DashboardPage.AWAY;
import static com.datashop.gateway.http.DashboardPage.PATIENCE;
import static com.datashop.gateway.http.DashboardPage.assertConsole;
import static com.datashop.gateway.http.DashboardPage.awaitState;
import static com.datashop.gateway.http.DashboardPage.awaitText;
import static com.datashop.gateway.http.DashboardPage.label;
import static com.datashop.gateway.http.DashboardPage.open;
import static com.datashop.gateway.http.DashboardPage.pieces;
import static com.datashop.gateway.http.DashboardPage.points;
import static com.datashop.gateway.http.DashboardPage.requests;
import static com.datashop.gateway.http.DashboardPage.rows;
import static com.datashop.gateway.http.DashboardPage.script;
import static com.datashop.gateway.http.DashboardPage.shown;
import static com.datashop.gateway.http.DashboardPage.string;
import static com.datashop.gateway.http.DashboardPage.text;
import static com.datashop.gateway.http.DashboardPage.unlock;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.http.pages.Asset;
import com.datashop.gateway.http.pages.PagePolicy;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The dashboard in a real browser, over a gateway with a real load.
class DashboardTest {
    private static final String HOSTILE = "<img src=x onerror=document.title='taken'>";
    /// The console's line for a request that was refused; the page cannot prevent it.
    private static final String UNAUTHORIZED = "the server responded with a status of 401";
    private static final String FORBIDDEN = "the server responded with a status of 403";

    private static final Pattern NAMED = Pattern.compile("(?:href|src)=\"([^\"]+)\"");
    private static final Pattern IMPORTED = Pattern.compile("from '(\\.{1,2}/[a-z/]+\\.js)'");

    @BeforeAll
    static void start() {
        DashboardPage.start();
    }

    @AfterAll
    static void end() {
        DashboardPage.end();
    }

    @Test
    void thePageIsPublicAndMadeOfFilesOfTheGatewaysOwnUnderAStrictPolicy() {
        try (var gateway = Gateway.start("NODE_ENV=production", "STREAM_AUTH=none", "SERVICE_TOKENS=t=etl",
                "ADMIN_TOKEN=a")) {
            var page = gateway.get("/admin");
            assertEquals(200, page.statusCode());
            assertEquals("text/html; charset=utf-8", page.headers().firstValue("Content-Type").orElseThrow());
            assertEquals(PagePolicy.UNFRAMED.text(), page.headers().firstValue("Content-Security-Policy")
                    .orElseThrow());
            assertFalse(Pattern.compile("<script(?![^>]* src=)|<style|\\son[a-z]+=|\\sstyle=|//")
                    .matcher(page.body().replace("<!doctype html>", "")).find(), page.body());
            var scripts = new TreeSet<String>();
            var loaded = new TreeSet<String>();
            for (var named = NAMED.matcher(page.body()); named.find(); )
                if (!named.group(1).equals("./")) loaded.add(named.group(1));
            for (var file : loaded) {
                var answer = gateway.get("/" + file);
                assertEquals(200, answer.statusCode(), file);
                assertEquals(PagePolicy.UNFRAMED.text(), answer.headers().firstValue("Content-Security-Policy")
                        .orElseThrow(), file);
                for (var imported = IMPORTED.matcher(answer.body()); imported.find(); )
                    scripts.add(URI.create(file).resolve(imported.group(1)).getPath());
            }
            scripts.add("dashboard/main.js");
            assertTrue(scripts.size() >= 8, scripts::toString);
            assertEquals(scripts, loaded.stream().filter(file -> file.endsWith(".js"))
                    .collect(Collectors.toCollection(TreeSet::new)), "each is named at once, and used");
            assertEquals(405, gateway.post("/admin", "").statusCode());
        }
    }

    @Test
    void itAsksForTheTokenAndKeepsItInMemoryAlone() {
        try (var gateway = Gateway.start("ADMIN_TOKEN=s3cr\u00e9t", "NODE_ENV=production", "STREAM_AUTH=none",
                "SERVICE_TOKENS=t=etl")) {
            open(gateway.port());
            awaitState("locked");
            assertTrue(shown("gate-form") && !shown("board"));
            unlock("wrong");
            awaitText("gate-why", "that is not the ADMIN_TOKEN");
            unlock("s3cr\u00e9t");
            awaitState("healthy");
            assertTrue(shown("board") && !shown("gate"));
            assertEquals("", text("token"), "it is not left in the field");
            assertEquals("http://127.0.0.1:" + gateway.port() + "/admin", string("return location.href"));
            assertEquals("0 0 ",
                    string("return localStorage.length + ' ' + sessionStorage.length + ' ' + document.cookie"));
            assertFalse(
                    string(
                    "return performance.getEntriesByType('resource').map(entry => entry.name).join(' ') + "
                    + "document.documentElement.outerHTML").contains("s3cr"));
            script("document.getElementById('forget').click()");
            awaitState("locked");
            assertFalse(shown("board"), "nor is anything left of what it showed");
        }
        assertConsole(UNAUTHORIZED);
    }

    @Test
    void inProductionWithoutATokenItSaysThatItIsOff() {
        try (var gateway = Gateway.start("NODE_ENV=production", "STREAM_AUTH=none", "SERVICE_TOKENS=t=etl")) {
            open(gateway.port());
            awaitState("off");
            awaitText("gate-why", "set ADMIN_TOKEN to use this in production");
            assertFalse(shown("gate-form"));
        }
        assertConsole(FORBIDDEN);
    }

    @Test
    void itShowsTheLoadAndWhoIsBehindAndHostileNamesAreText() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=100000", "WRITE_TIMEOUT_SECONDS=600");
                var reading = gateway.follow("logs:etl:*:*");
                var stalled = Follower.options().receiveBuffer(4096).paused()
                        .open(gateway.port(), Client.stream("logs:etl:w:busy"), "X-User-Id: " + HOSTILE);
                var load = new Load(gateway)) {
            stalled.status();
            reading.next();
            open(gateway.port());
            awaitState("healthy");
            Await.until(() -> "a moving chart: " + text("charts"), PATIENCE, () -> points("Events a second", 0) >= 3
                    && points("Delivery latency", 1) >= 3);
            assertTrue(label("Streams").contains("open 2 now"), label("Streams"));
            assertTrue(label("Events a second")
                    .matches(
                    "Events a second\\. published [1-9].* now, .* in the last five minutes; delivered [1-9].*"),
                    label("Events a second"));
            awaitText("channels", "logs:etl:w:busy");
            awaitText("slow", HOSTILE);
            awaitText("slow", "blocked for");
            awaitText("attention", "1 subscriber is behind.");
            assertEquals("0", string("return String(document.querySelectorAll('main img').length)"));
            assertEquals("Dashboard", string("return document.title"));
            int ordered =
                    Integer.parseInt(string("return String(document.querySelectorAll('#channels tbody tr').length)"));
            assertEquals(3, ordered, "a busy channel, a quiet one, and a pattern");
            assertTrue(rows("channels").getFirst().startsWith("logs:etl:w:busy"), () -> rows("channels").toString());
            script("document.getElementById('by-subscribers').click()");
            assertEquals("true",
                    string("return document.getElementById('by-subscribers').getAttribute('aria-pressed')"));
            load.stop();
            stalled.resume();
            awaitText("slow", "Everybody keeps up.");
        }
        assertConsole();
    }

    @Test
    void theCrosshairIsMovedByKeysAndReadOut() {
        try (var gateway = Gateway.start()) {
            open(gateway.port());
            Await.until("two samples", PATIENCE, () -> points("Streams", 0) >= 2);
            script("""
                    const picture = document.querySelector('#charts svg');
                    picture.focus();
                    picture.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));""");
            assertTrue(string("return document.querySelector('#charts [role=status]').textContent")
                    .matches("[0-9]{2}:[0-9]{2}:[0-9]{2}: open 0"));
            assertEquals("8",
                    string(
                    "return String([...document.querySelectorAll('#charts .cross')].filter(line => "
                    + "line.getAttribute('d')).length)"), "on all charts");
            script(
                    "document.querySelector('#charts svg').dispatchEvent(new KeyboardEvent('keydown', { key: "
                    + "'Escape', bubbles: true }))");
            assertTrue(string("return document.querySelector('#charts [role=status]').textContent")
                    .startsWith("now: "));
        }
        assertConsole(AWAY);
    }

    @Test
    void aGatewayThatDrainsIsAwayAndComesBackIsShownAsThat() {
        try (var first = GatewayProcess.start("SHUTDOWN_SECONDS=30", "HISTORY_EVENTS=20000");
                var stalled = Follower.options().receiveBuffer(4096).paused()
                        .open(first.port(), Client.stream("logs:etl:w:r"))) {
            int port = first.port();
            stalled.status();
            var filler = "\"" + "x".repeat(4000) + "\"";
            first.client().publishAll("w/r", IntStream.range(0, 4000).mapToObj(_ -> filler).toList());
            open(port);
            awaitState("healthy");
            first.signal("TERM");
            awaitState("draining");
            awaitText("attention", "It is shutting down");
            first.signal("KILL");
            first.awaitExit();
            awaitState("away");
            awaitText("notice", "The gateway is away since ");
            assertTrue(shown("board") && string("return document.getElementById('board').className").equals("old"),
                    "the last values are there, and look like it");
            assertTrue(label("Streams").contains("open 1 now"), "what was last known");
            try (var second = GatewayProcess.start("PORT=" + port)) {
                awaitState("healthy");
                assertFalse(shown("notice"));
                awaitText("attention", "It was started again at ");
                Await.until("its mark on the charts", PATIENCE,
                        () -> !string("return document.querySelector('#charts .restart').getAttribute('d')").isEmpty());
                second.signal("KILL");
            }
        }
        assertConsole(AWAY);
    }

    @Test
    void aLogThatCanNotBeWrittenIsShownWithItsReasonUntilItCan(@TempDir Path parent) throws IOException {
        var directory = parent.resolve("log");
        try (var gateway = Gateway.start("DATA_DIR=" + directory, "RETENTION_BYTES=1MiB")) {
            gateway.publish("w/r", "1");
            open(gateway.port());
            awaitState("healthy");
            awaitText("log", "of 1 MiB");
            Files.move(directory, parent.resolve("away"));
            var large = "\"" + "x".repeat(100_000) + "\"";
            Await.until("the next segment to fail", () -> gateway.client().tryPublish("w/r", large)
                    .statusCode() == 503);
            awaitState("degraded");
            awaitText("attention", "The log can not be written: ");
            awaitText("log", "the log can not be written: ");
            Files.move(parent.resolve("away"), directory);
            awaitState("healthy");
        }
        assertConsole(AWAY);
    }

    @Test
    void itRestsWhileNobodyLooksAndLeavesAGap() {
        try (var gateway = Gateway.start()) {
            open(gateway.port());
            Await.until("a line", PATIENCE, () -> points("Streams", 0) >= 2);
            assertEquals(1, pieces("Streams"));
            script("window.other = window.open('about:blank')");
            Await.until("the page to be hidden", PATIENCE, () -> string("return document.visibilityState")
                    .equals("hidden"));
            int asked = requests();
            // nothing is waited for but time: that nothing happens in it is what is tested
            LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
            assertEquals(asked, requests());
            script("window.other.close()");
            Await.until("another piece of line", PATIENCE, () -> pieces("Streams") == 2);
        }
        assertConsole(AWAY);
    }

    /// Publishes on a busy and a quiet channel until it is closed.
    private static final class Load implements AutoCloseable {
        private final AtomicBoolean enough = new AtomicBoolean();
        private final Thread thread;

        Load(Gateway gateway) {
            gateway.publish("w/quiet", "1");
            var lines = IntStream.range(0, 100)
                    .mapToObj(_ -> "{\"level\":\"info\",\"message\":\"" + "x".repeat(1000) + "\"}").toList();
            thread = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 2000 && !enough.get(); i++) {
                    gateway.publishAll("w/busy", lines);
                    LockSupport.parkNanos(50_000_000);
                }
            });
        }

        @Override
        public void close() {
            stop();
        }

        void stop() {
            enough.set(true);
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
