package com.datashop.gateway.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonException;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonValue;
import com.datashop.gateway.json.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// A real Chromium without a window, driven over W3C WebDriver.
///
/// ```
///   test ──HTTP──▶ chromedriver ──▶ chromium (a profile of its own, empty)
/// ```
public final class Browser implements AutoCloseable {
    private static final Pattern ON_PORT = Pattern.compile("successfully on port ([0-9]+)");
    /// The protocol's name for a reference to an element (W3C WebDriver, 11).
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// A page draws in frames: so it is never drawn anew this often between finding an element and clicking on it.
    private static final int MOST_CLICKS = 5;
    private static final List<String> FLAGS =
            List.of("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync");

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE).build();
    private final Path profile;
    private final Child driver;
    private final String session;

    /// Starts one, with an empty page.
    public Browser() {
        var chromium = Tool.path("chromium");
        var chromedriver = Tool.path("chromedriver");
        try {
            profile = Files.createTempDirectory("browser");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        driver = Child.start(chromedriver.toString(), "--port=" + Ports.free());
        try {
            Await.until(() -> "chromedriver: " + driver, PATIENCE, () -> ON_PORT.matcher(driver.out()).find());
            var port = ON_PORT.matcher(driver.out());
            if (!port.find()) throw new AssertionError(driver.toString());
            String sessions = "http://127.0.0.1:" + port.group(1) + "/session";
            var opened = (JsonObject) send("POST", sessions, capabilities(chromium));
            session = sessions + "/" + ((JsonString) opened.get("sessionId")).value();
            devTools("Browser.setDownloadBehavior", "{\"behavior\":\"allow\",\"downloadPath\":\""
                    + downloads() + "\"}");
        } catch (RuntimeException | AssertionError failed) {
            end();
            throw failed;
        }
    }

    /// Goes to a page and waits until it is loaded.
    public void open(String url) {
        send("POST", session + "/url", new JsonWriter().beginObject().member("url", url).endObject());
    }

    /// Opens another tab and goes to it; its name, for [#tab].
    public String newTab() {
        var opened = (JsonObject) send("POST", session + "/window/new", new JsonWriter().beginObject()
                .member("type", "tab").endObject());
        String name = ((JsonString) opened.get("handle")).value();
        tab(name);
        return name;
    }

    /// Goes to the tab of this name.
    public void tab(String name) {
        send("POST", session + "/window", new JsonWriter().beginObject().member("handle", name).endObject());
    }

    /// The name of the tab in which one is.
    public String tab() {
        return ((JsonString) send("GET", session + "/window", null)).value();
    }

    /// Closes the tab in which one is, and goes to that of this name.
    public void closeTab(String next) {
        send("DELETE", session + "/window", null);
        tab(next);
    }

    /// Ends the process of the tab in which one is, and goes to that of this name.
    public void crashTab(String next) {
        try {
            devTools("Page.crash", "{}");
        } catch (AssertionError crashed) { // of the tab that is no more nothing is answered
        }
        tab(next);
    }

    /// Runs JavaScript in the page, as the body of a function of `arguments`; what it returns (of a promise, what
    /// becomes of it).
    public JsonValue script(String body, String... arguments) {
        return execute("/execute/sync", body, arguments);
    }

    /// Runs JavaScript that gives its value to a callback, which is its last argument.
    public JsonValue asyncScript(String body, String... arguments) {
        return execute("/execute/async", body, arguments);
    }

    /// Presses keys one after the other, where the focus is: a character, or one of WebDriver's for those that have
    /// none, as `\\uE007` for Enter.
    public void press(String... keys) {
        var actions = new JsonWriter().beginObject().name("actions").beginArray().beginObject().member("type", "key")
                .member("id", "keyboard").name("actions").beginArray();
        for (var key : keys)
            for (var half : List.of("keyDown", "keyUp"))
                actions.beginObject().member("type", half).member("value", key).endObject();
        send("POST", session + "/actions", actions.endArray().endObject().endArray().endObject());
    }

    /// Presses a key while another is held down, as `\\uE009` for Control.
    public void pressWith(String held, String key) {
        var actions = new JsonWriter().beginObject().name("actions").beginArray().beginObject().member("type", "key")
                .member("id", "keyboard").name("actions").beginArray();
        for (var half : List.of("keyDown " + held, "keyDown " + key, "keyUp " + key, "keyUp " + held))
            actions.beginObject().member("type", half.substring(0, half.indexOf(' ')))
                    .member("value", half.substring(half.indexOf(' ') + 1)).endObject();
        send("POST", session + "/actions", actions.endArray().endObject().endArray().endObject());
    }

    /// Clicks on the first element that the CSS selector finds, as a mouse does: it must be in sight, with nothing
    /// above it. A page may draw the element anew after it was found: then the new one is clicked on.
    public void click(String selector) {
        for (int tries = 1; ; tries++) {
            try {
                send("POST", session + "/element/" + element(selector) + "/click",
                        new JsonWriter().beginObject().endObject());
                return;
            } catch (AssertionError failed) {
                if (tries == MOST_CLICKS || !failed.getMessage().contains("stale element reference")) throw failed;
            }
        }
    }

    /// Clicks twice in the middle of the first element that the CSS selector finds.
    public void doubleClick(String selector) {
        var actions = new JsonWriter().beginObject().name("actions").beginArray().beginObject()
                .member("type", "pointer").member("id", "mouse").name("actions").beginArray();
        actions.beginObject().member("type", "pointerMove").member("x", 0).member("y", 0).name("origin").beginObject()
                .member(ELEMENT, element(selector)).endObject().endObject();
        for (var half : List.of("pointerDown", "pointerUp", "pointerDown", "pointerUp"))
            actions.beginObject().member("type", half).member("button", 0).endObject();
        send("POST", session + "/actions", actions.endArray().endObject().endArray().endObject());
    }

    /// A place in the page, in pixels from its upper left corner.
    public record Point(int x, int y) { }

    /// Drags the mouse from one place to another, by way of the middle.
    public void drag(Point from, Point to) {
        var actions = new JsonWriter().beginObject().name("actions").beginArray().beginObject()
                .member("type", "pointer").member("id", "mouse").name("actions").beginArray();
        move(actions, from);
        actions.beginObject().member("type", "pointerDown").member("button", 0).endObject();
        move(actions, new Point((from.x + to.x) / 2, (from.y + to.y) / 2));
        move(actions, to);
        actions.beginObject().member("type", "pointerUp").member("button", 0).endObject();
        send("POST", session + "/actions", actions.endArray().endObject().endArray().endObject());
    }

    private static void move(JsonWriter actions, Point to) {
        actions.beginObject().member("type", "pointerMove").member("duration", 0).member("x", to.x)
                .member("y", to.y).endObject();
    }

    private String element(String selector) {
        var found = (JsonObject) send("POST", session + "/element", new JsonWriter().beginObject()
                .member("using", "css selector").member("value", selector).endObject());
        return ((JsonString) found.get(ELEMENT)).value();
    }

    /// Sends a command of the DevTools protocol, with its parameters as JSON.
    public JsonObject devTools(String command, String parameters) {
        return (JsonObject) send("POST", session + "/goog/cdp/execute",
                new JsonWriter().beginObject().member("cmd", command).name("params").raw(parameters.getBytes(UTF_8))
                .endObject());
    }

    /// Where what is downloaded ends up.
    public Path downloads() {
        return profile.resolve("downloads");
    }

    /// The lines of the console since this was last asked, from the page or the browser.
    public List<String> console() {
        var entries = (JsonArray) send("POST", session + "/se/log", new JsonWriter().beginObject()
                .member("type", "browser").endObject());
        return entries.elements().stream().map(entry -> ((JsonString) ((JsonObject) entry).get("message")).value())
                .toList();
    }

    @Override
    public void close() {
        try {
            send("DELETE", session, null);
        } finally {
            end();
        }
    }

    /// Ends what is still there. Chromium outlives its driver, and what it forked its own parent: so they are known by
    /// their profile.
    private void end() {
        driver.close();
        ProcessHandle.allProcesses().filter(process -> process.info().commandLine().orElse("")
                .contains(profile.toString())).forEach(ProcessHandle::destroyForcibly);
        Directories.delete(profile);
    }

    private JsonValue execute(String path, String body, String... arguments) {
        var script = new JsonWriter().beginObject().member("script", body);
        script.name("args").beginArray();
        for (var argument : arguments) script.value(argument);
        return send("POST", session + path, script.endArray().endObject());
    }

    private JsonWriter capabilities(Path chromium) {
        var options = new JsonWriter().beginObject();
        options.name("capabilities").beginObject().name("alwaysMatch").beginObject().member("browserName", "chrome");
        options.name("goog:loggingPrefs").beginObject().member("browser", "ALL").endObject();
        options.name("goog:chromeOptions").beginObject().member("binary", chromium.toString()).name("args")
                .beginArray();
        for (var flag : FLAGS) options.value(flag);
        return options.value("--user-data-dir=" + profile).endArray().endObject().endObject().endObject().endObject();
    }

    /// The driver's answer, or an error that tells what it says is wrong.
    private JsonValue send(String method, String url, JsonWriter body) {
        var publisher = body == null ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body.toString());
        var request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE)
                .header("Content-Type", "application/json").method(method, publisher).build();
        try {
            var reply = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (reply.statusCode() != 200)
                throw new AssertionError(url + " was answered " + reply.statusCode() + " " + reply.body());
            return ((JsonObject) JsonValue.parse(reply.body())).get("value");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed + ": " + driver, failed);
        } catch (JsonException invalid) {
            throw new AssertionError(invalid);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }
}
