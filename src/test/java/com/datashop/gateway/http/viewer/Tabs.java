package com.datashop.gateway.http.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Browser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Tabs of one browser, each with a page that follows channels with `client.js`.
final class Tabs implements AutoCloseable {
    /// A leader that is frozen is found out after some seconds; the machine may be busy.
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Browser browser;
    private final String blank;
    private final List<String> names = new ArrayList<>();
    private final Set<String> gone = new HashSet<>();

    /// @param browser with one tab, which stays empty
    Tabs(Browser browser) {
        this.browser = browser;
        blank = browser.tab();
        browser.console(); // of whoever had it before
    }

    /// Opens a page in a tab of its own, which follows with these options (JavaScript) and the module of this gateway;
    /// the tab's number.
    int follow(String page, int port, String options) {
        names.add(browser.newTab());
        int tab = names.size() - 1;
        browser.open(page);
        start(port, options);
        return tab;
    }

    /// Follows once more in the tab in which one is: the stream of before stays.
    void start(int port, String options) {
        var loaded = browser.asyncScript("""
                const [module, base, done] = arguments;
                import(module).then(({ LogStream }) => {
                  window.seen = [];
                  window.states = [];
                  const all = window.streams ??= [];
                  const seen = window.seen, states = window.states;
                  window.stream = new LogStream(base, {
                    onEvent: event => seen.push(event.id), onGap: gap => seen.push(`gap ${gap.reason} ${gap.lost}`),
                    onState: state => { states.push(state); },
                    ...%s }).start();
                  all.push({ stream, seen, states });
                  done('loaded');
                }, failed => done(String(failed)))""".formatted(options), "http://127.0.0.1:" + port + "/client.js",
                        "http://127.0.0.1:" + port);
        assertEquals("loaded", ((JsonString) loaded).value());
    }

    Browser go(int tab) {
        browser.tab(names.get(tab));
        return browser;
    }

    /// The ids and gaps that the tab has seen.
    List<String> seen(int tab) {
        return texts(tab, "return seen");
    }

    /// The names of the states that the tab was told, with the reason where there is one.
    List<String> states(int tab) {
        return texts(tab, "return states.map(state => state.name + (state.reason ? ' ' + state.reason : ''))");
    }

    List<String> texts(int tab, String script) {
        return ((JsonArray) go(tab).script(script)).elements().stream().map(one -> ((JsonString) one).value()).toList();
    }

    void awaitState(int tab, String state) {
        Await.until(() -> state + " of tab " + tab + "; it had " + states(tab), PATIENCE, () -> states(tab).getLast()
                .equals(state));
    }

    void awaitSeen(int tab, List<String> expected) {
        Await.until(() -> expected.size() + " in tab " + tab + "; seen were " + seen(tab).size() + " " + seen(tab) + " "
                + states(tab), PATIENCE,
                () -> seen(tab).size() >= expected.size()
                && (expected.isEmpty() || seen(tab).contains(expected.getLast())));
        assertEquals(expected, seen(tab), "tab " + tab + " " + states(tab));
    }

    void crash(int tab, int next) {
        gone.add(names.get(tab));
        go(tab).crashTab(names.get(next));
    }

    void close(int tab, int next) {
        gone.add(names.get(tab));
        go(tab).closeTab(names.get(next));
    }

    void freeze(int tab, boolean frozen) {
        go(tab).devTools("Page.setWebLifecycleState", "{\"state\":\"" + (frozen ? "frozen" : "active") + "\"}");
    }

    /// Closes those that are still there.
    @Override
    public void close() {
        for (var name : names) {
            if (gone.contains(name)) continue;
            browser.tab(name);
            browser.closeTab(blank);
        }
    }
}
