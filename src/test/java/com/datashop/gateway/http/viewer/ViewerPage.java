package com.datashop.gateway.http.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonBoolean;
import com.datashop.gateway.json.JsonNumber;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.json.JsonWriter;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Browser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// The log viewer in a real browser, looked at and used as people do.
final class ViewerPage implements AutoCloseable {
    static final String ENTER = "\uE007";
    static final String ESCAPE = "\uE00C";
    static final String SPACE = " ";
    /// A page waits up to 5 s before it comes back, longer after a refusal, and the machine may be busy.
    static final Duration PATIENCE = Duration.ofSeconds(40);
    /// Chromium's own line for a request that was refused or failed; the page cannot prevent it.
    static final String NOT_LOADED = "Failed to load resource";

    private final Browser browser = new Browser();

    /// Opens the viewer of the gateway on this port, with this query and fragment.
    void open(int port, String rest) {
        browser.open("http://127.0.0.1:" + port + "/" + rest);
    }

    /// The same, following these channels, and waits until it is connected.
    void follow(int port, String channels) {
        open(port, "?channels=" + channels);
        awaitState("Live");
    }

    void awaitState(String word) {
        await("the state " + word, () -> text("#state").startsWith(word));
    }

    void await(String what, java.util.function.BooleanSupplier holds) {
        Await.until(() -> what + "; the page shows " + string("return document.body.innerText.slice(0, 3000)"),
                PATIENCE, holds);
    }

    /// Waits until it says that it shows so many lines, and does.
    void awaitCount(String count) {
        await(count + " lines", () -> text("#count").equals(count));
        awaitDrawn();
    }

    /// Waits until what has changed is drawn: that comes with the next frame.
    void awaitDrawn() {
        browser.asyncScript("requestAnimationFrame(arguments[0])");
    }

    /// The text of the first such element, as it is written in the page.
    String text(String selector) {
        return string("return document.querySelector(arguments[0])?.textContent ?? ''", selector);
    }

    /// The texts of all such elements.
    List<String> texts(String selector) {
        return strings("return [...document.querySelectorAll(arguments[0])].map(element => element.textContent)",
                selector);
    }

    /// The messages of the rows that are in the document.
    List<String> messages() {
        return texts(".row .told");
    }

    /// The ids of the rows that are in the document.
    List<String> ids() {
        return strings("return [...document.querySelectorAll('.row[data-id]')].map(row => row.dataset.id)");
    }

    boolean visible(String selector) {
        return is(
                "const element = document.querySelector(arguments[0]); return element !== null && "
                + "element.checkVisibility()", selector);
    }

    /// Whether the element is within the part of the list that one sees.
    boolean inSight(String selector) {
        return is("""
                const element = document.querySelector(arguments[0])?.getBoundingClientRect();
                const list = document.getElementById('scroller').getBoundingClientRect();
                return element !== undefined && element.top >= list.top - 1 && element.bottom <= list.bottom + 1""",
                        selector);
    }

    /// Gives the page this room, in CSS pixels: a narrow one is that of a phone.
    void size(int width, int height) {
        browser.devTools("Emulation.setDeviceMetricsOverride", "{\"width\":" + width + ",\"height\":" + height
                + ",\"deviceScaleFactor\":1,\"mobile\":" + (width < 640) + "}");
    }

    /// Takes back what [#size] has given.
    void unsize() {
        browser.devTools("Emulation.clearDeviceMetricsOverride", "{}");
    }

    void click(String selector) {
        browser.click(selector);
    }

    void doubleClick(String selector) {
        browser.doubleClick(selector);
    }

    void press(String... keys) {
        browser.press(keys);
    }

    void type(String text) {
        browser.press(text.codePoints().mapToObj(Character::toString).toArray(String[]::new));
    }

    /// Puts a text where the focus is, all at once, as pasting does.
    void paste(String text) {
        browser.devTools("Input.insertText", "{\"text\":" + new JsonWriter().value(text) + "}");
    }

    String address() {
        return string("return location.href");
    }

    String string(String script, String... arguments) {
        return ((JsonString) browser.script(script, arguments)).value();
    }

    List<String> strings(String script, String... arguments) {
        return ((JsonArray) browser.script(script, arguments)).elements().stream()
                .map(element -> ((JsonString) element).value()).toList();
    }

    long number(String script, String... arguments) {
        return Math.round(Double.parseDouble(((JsonNumber) browser.script(script, arguments)).text()));
    }

    boolean is(String script, String... arguments) {
        return ((JsonBoolean) browser.script(script, arguments)).value();
    }

    Browser browser() {
        return browser;
    }

    /// Downloads what is shown; the lines of the file.
    List<String> download(String kind) {
        clearDownloads();
        if (!visible("#more")) click("#more-toggle");
        click("#download > summary");
        click("#save-" + kind);
        await("the download", () -> downloads().size() == 1 && !downloads().getFirst().toString()
                .endsWith(".crdownload"));
        try {
            return Files.readAllLines(downloads().getFirst());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void clearDownloads() {
        for (var file : downloads()) {
            try {
                Files.delete(file);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    List<Path> downloads() {
        if (!Files.exists(browser.downloads())) return List.of();
        try (Stream<Path> files = Files.list(browser.downloads())) {
            return files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Fails if a policy was violated or an error seen; what contains one of these was to be expected.
    void assertQuiet(String... expected) {
        assertEquals(List.of(), browser.console().stream().filter(line -> Stream.of(expected).noneMatch(line::contains))
                .toList());
    }

    @Override
    public void close() {
        browser.close();
    }
}
