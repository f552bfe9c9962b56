package com.datashop.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonBoolean;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Browser;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// The dashboard in a browser of its own, and what can be seen of it.
final class DashboardPage {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    /// The console's line for a request that went nowhere; the page cannot prevent it.
    static final String AWAY = "net::ERR_";

    private static Browser browser;

    private DashboardPage() { }

    static void start() {
        browser = new Browser();
    }

    static void end() {
        if (browser != null) browser.close();
    }

    /// Gives the page this width, in CSS pixels.
    static void widen(int pixels) {
        browser.devTools("Emulation.setDeviceMetricsOverride", "{\"width\":" + pixels
                + ",\"height\":1000,\"deviceScaleFactor\":1,\"mobile\":false}");
    }

    /// Runs the script in the page.
    static JsonValue script(String script, String... arguments) {
        return browser.script(script, arguments);
    }

    static void open(int port) {
        browser.open("http://127.0.0.1:" + port + "/admin");
    }

    static void unlock(String token) {
        script(
                "document.getElementById('token').value = arguments[0]; "
                + "document.getElementById('gate-form').requestSubmit()", token);
    }

    static void awaitState(String state) {
        Await.until(() -> state + ", and not " + text("state") + ": " + text("notice"), PATIENCE, () -> text("state")
                .equals(state));
    }

    static void awaitText(String id, String part) {
        Await.until(() -> "'" + part + "' in " + id + ": " + text(id), PATIENCE, () -> text(id).contains(part));
    }

    /// The text that can be seen of the element.
    static String text(String id) {
        return string("return document.getElementById(arguments[0]).innerText", id);
    }

    static boolean shown(String id) {
        return script("return document.getElementById(arguments[0]).checkVisibility()", id) == JsonBoolean.TRUE;
    }

    static List<String> rows(String id) {
        var rows = (JsonArray) script(
                "return [...document.querySelectorAll('#' + arguments[0] + ' tbody tr')].map(row => row.innerText)",
                id);
        return rows.elements().stream().map(row -> ((JsonString) row).value()).toList();
    }

    /// The path of a line of the chart with this title.
    static String path(String title, int line) {
        return string("""
                const chart = [...document.querySelectorAll('.chart')]
                    .find(chart => chart.querySelector('h3').textContent === arguments[0]);
                return chart?.querySelector('path.line.line-' + arguments[1]).getAttribute('d') ?? ''""", title,
                        String.valueOf(line));
    }

    static int points(String title, int line) {
        return (int) Arrays.stream(path(title, line).split("[ML]")).filter(point -> !point.isEmpty()).count();
    }

    static int pieces(String title) {
        return path(title, 0).split("M").length - 1;
    }

    /// The name of a chart for a screen reader.
    static String label(String title) {
        return string(
                "return [...document.querySelectorAll('.chart')].find(chart => chart.querySelector('h3').textContent "
                + "=== arguments[0])"
                + ".querySelector('svg[role=img]').getAttribute('aria-label')", title);
    }

    static int requests() {
        return Integer.parseInt(
                string(
                "return String(performance.getEntriesByType('resource').filter(entry => "
                + "entry.name.includes('stats')).length)"));
    }

    static String string(String script, String... arguments) {
        return ((JsonString) script(script, arguments)).value();
    }

    /// Nothing is in the console but what the browser says of these: no error of the page, and no violation of its
    /// policy.
    static void assertConsole(String... expected) {
        var unexpected = browser.console().stream().filter(line -> Arrays.stream(expected).noneMatch(line::contains))
                .toList();
        assertEquals(List.of(), unexpected);
    }
}
