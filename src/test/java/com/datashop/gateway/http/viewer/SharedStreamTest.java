package com.datashop.gateway.http.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Browser;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Pages;
import com.datashop.gateway.support.SteadyPublisher;
import com.datashop.gateway.support.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// All tabs and streams of an origin share one stream of the gateway, and nothing is lost or doubled whatever happens
/// to the tab that has it.
class SharedStreamTest {
    private static final String ALL = "{ channels: ['logs:etl:w:*'] }";
    private static final String PAGE = "<!doctype html><title>A page</title>";

    @AutoClose
    private static Browser browser;

    @BeforeAll
    static void open() {
        browser = new Browser();
    }

    @Test
    void tenTabsOfTheViewerShareOneStream() {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=1"); var tabs = new Tabs(browser)) {
            String viewer = "http://127.0.0.1:" + gateway.port() + "/?channels=logs:etl:w:*";
            for (int i = 0; i < 10; i++) tabs.follow(viewer, gateway.port(), ALL);
            for (int i = 0; i < 10; i++) tabs.awaitState(i, "live");
            Await.until("one stream for all", Tabs.PATIENCE, () -> gateway.client().connections() == 1);
            var ids = List.of(gateway.publish("w/r", "1"), gateway.publish("w/s", "2"));
            for (int i = 0; i < 10; i++) {
                tabs.awaitSeen(i, ids);
                tabs.go(i);
                Await.until("its rows", Tabs.PATIENCE,
                        () -> browser.script("return document.querySelectorAll('.row').length").toString().equals("2"));
            }
            assertEquals(1, gateway.client().connections());
            assertEquals(List.of(), tabs.go(0).console());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed", "crashed", "frozen"})
    void whenTheTabThatHasTheStreamEndsTheOthersGoOnWithoutAHoleOrADouble(String end) {
        try (var gateway = Gateway.start("HISTORY_EVENTS=100000"); var pages = new Pages(PAGE);
                var tabs = new Tabs(browser)) {
            for (int i = 0; i < 4; i++) {
                tabs.follow(pages.url(), gateway.port(), ALL);
                tabs.awaitState(i, "live");
            }
            Await.until("one stream for all", Tabs.PATIENCE, () -> gateway.client().connections() == 1);
            var publisher = new SteadyPublisher(gateway, "w/r", Duration.ofMillis(5));
            publisher.awaitMore(50);
            switch (end) {
                case "closed" -> tabs.close(0, 1);
                case "crashed" -> tabs.crash(0, 1);
                default -> tabs.freeze(0, true);
            }
            int reached = publisher.count();
            for (int i = 1; i < 4; i++) {
                int tab = i;
                Await.until(() -> "events after the end in tab " + tab + "; " + tabs.states(tab), Tabs.PATIENCE,
                        () -> tabs.seen(tab).size() > reached + 50);
            }
            var ids = publisher.stop();
            ids.add(gateway.publish("w/r", "2"));
            for (int i = 1; i < 4; i++) tabs.awaitSeen(i, ids);
            if (end.equals("frozen")) {
                tabs.freeze(0, false);
                tabs.awaitSeen(0, ids);
            }
            Await.until("one stream again", Tabs.PATIENCE, () -> {
                gateway.publish("elsewhere/r", "1"); // a departed client is found by writing to it
                gateway.publish("w/other", "1");
                return gateway.client().connections() == 1;
            });
        }
    }

    @Test
    void streamsOfDifferentTokensNeverMeet() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET); var pages = new Pages(PAGE);
                var tabs = new Tabs(browser)) {
            for (String page : List.of(pages.url(), "http://127.0.0.1:" + gateway.port() + "/levels.js")) {
                var one = "{ channels: ['logs:etl:a:r', 'logs:etl:b:r'], token: '" + Tokens.reader(600, "a") + "' }";
                var other = "{ channels: ['logs:etl:a:r', 'logs:etl:b:r'], token: async () => '"
                        + Tokens.reader(600, "b") + "' }";
                int first = tabs.follow(page, gateway.port(), one);
                int second = tabs.follow(page, gateway.port(), other);
                int third = tabs.follow(page, gateway.port(), one);
                for (int tab : List.of(first, second, third)) tabs.awaitState(tab, "live");
                Await.until("two streams", Tabs.PATIENCE, () -> gateway.client().connections() == 2);
                String a = gateway.publish("a/r", "1");
                String b = gateway.publish("b/r", "1");
                tabs.awaitSeen(first, List.of(a));
                tabs.awaitSeen(second, List.of(b));
                tabs.awaitSeen(third, List.of(a));
                for (int tab : List.of(first, second, third)) tabs.go(tab).script("stream.stop()");
                Await.until("all have left", Tabs.PATIENCE, () -> {
                    gateway.publish("a/r", "1");
                    gateway.publish("b/r", "1");
                    return gateway.client().connections() == 0;
                });
            }
        }
    }

    @Test
    void whoAsksForOtherChannelsAndFiltersSeesThoseAndItsOwnHistory() {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=1"); var pages = new Pages(PAGE);
                var tabs = new Tabs(browser)) {
            var old = new ArrayList<String>();
            for (int i = 0; i < 6; i++)
                old.add(gateway.publish(i % 2 == 0 ? "w/a" : "w/b", "{\"level\":\"" + (i < 3 ? "warn" : "info")
                        + "\",\"n\":" + i + "}"));
            int a = tabs.follow(pages.url(), gateway.port(), "{ channels: ['logs:etl:w:a'], tail: 2 }");
            tabs.awaitSeen(a, List.of(old.get(2), old.get(4)));
            int warn = tabs.follow(pages.url(), gateway.port(),
                    "{ channels: ['logs:etl:w:*'], since: 0, level: 'warn' }");
            tabs.awaitSeen(warn, old.subList(0, 3));
            int five = tabs.follow(pages.url(), gateway.port(),
                    "{ channels: ['logs:etl:w:b'], tail: 10, where: 'n=5' }");
            tabs.awaitSeen(five, List.of(old.get(5)));
            int now = tabs.follow(pages.url(), gateway.port(), "{ channels: ['logs:etl:w:b'], not: 'WARN' }");
            tabs.awaitState(now, "live");
            Await.until("one stream for all", Tabs.PATIENCE, () -> gateway.client().connections() == 1);
            var a1 = gateway.publish("w/a", "{\"level\":\"warn\",\"n\":1}");
            var b1 = gateway.publish("w/b", "{\"level\":\"warn\",\"n\":5}");
            var b2 = gateway.publish("w/b", "{\"level\":\"info\",\"n\":5.0}");
            tabs.awaitSeen(a, List.of(old.get(2), old.get(4), a1));
            tabs.awaitSeen(warn, List.of(old.get(0), old.get(1), old.get(2), a1, b1));
            tabs.awaitSeen(five, List.of(old.get(5), b1));
            tabs.awaitSeen(now, List.of(b2));
            assertEquals(1, gateway.client().connections());
        }
    }

    @Test
    void channelsAndFiltersChangeInPlace() {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=1"); var pages = new Pages(PAGE);
                var tabs = new Tabs(browser)) {
            var added = new ArrayList<String>();
            for (int i = 0; i < 5; i++) added.add(gateway.publish("w/b", "{\"level\":\"info\"}"));
            int tab = tabs.follow(pages.url(), gateway.port(), "{ channels: ['logs:etl:w:a'], tail: 3 }");
            tabs.awaitState(tab, "live");
            var seen = new ArrayList<String>();
            seen.add(gateway.publish("w/a", "{\"level\":\"info\"}"));
            tabs.awaitSeen(tab, seen);
            tabs.go(tab).script("stream.setChannels(['logs:etl:w:a', 'logs:etl:w:b'])");
            seen.addAll(added.subList(2, 5));
            tabs.awaitSeen(tab, seen);
            seen.add(gateway.publish("w/a", "{\"level\":\"info\"}"));
            seen.add(gateway.publish("w/b", "{\"level\":\"info\"}"));
            tabs.awaitSeen(tab, seen);
            Await.until("the history's stream to end", Tabs.PATIENCE, () -> gateway.client().connections() == 1);
            // all that it had by other names does not come again
            tabs.go(tab).script("stream.setChannels(['logs:etl:w:*'])");
            tabs.go(tab).script("stream.setFilter({ level: 'error', not: 'noise' })");
            Await.until("the filter to hold", Tabs.PATIENCE, () -> gateway.get("/admin/logs/stats").body()
                    .contains("logs:etl:w:*"));
            gateway.publish("w/a", "{\"level\":\"info\"}");
            gateway.publish("w/a", "{\"level\":\"error\",\"m\":\"NOISE\"}");
            seen.add(gateway.publish("w/c", "{\"level\":\"fatal\"}"));
            Await.until(() -> "the last; seen " + tabs.seen(tab), Tabs.PATIENCE, () -> tabs.seen(tab)
                    .contains(seen.getLast()));
            assertEquals(seen, tabs.seen(tab));
        }
    }

    @Test
    void aHiddenTabLetsGoOfWhatOnlyItFollowsAndResumesWithoutAHole() {
        try (var gateway = Gateway.start(); var pages = new Pages(PAGE); var tabs = new Tabs(browser)) {
            String options =
                    "{ channels: ['logs:etl:w:%s'], hidden: 100, ...Object.defineProperty(document, 'hidden', { "
                    + "value: false, configurable: true }) && {} }";
            int both = tabs.follow(pages.url(), gateway.port(), options.formatted("a"));
            int alone = tabs.follow(pages.url(), gateway.port(), options.formatted("b"));
            int seen = tabs.follow(pages.url(), gateway.port(), options.formatted("a"));
            for (int tab : List.of(both, alone, seen)) tabs.awaitState(tab, "live");
            for (int tab : List.of(both, alone)) hide(tabs, tab, true);
            tabs.awaitState(alone, "hidden");
            var a = gateway.publish("w/a", "1");
            var b = gateway.publish("w/b", "1");
            tabs.awaitSeen(both, List.of(a));
            tabs.awaitSeen(seen, List.of(a));
            assertEquals(List.of(), tabs.seen(alone));
            hide(tabs, alone, false);
            tabs.awaitSeen(alone, List.of(b));
            tabs.awaitState(alone, "live");
        }
    }

    /// Makes the page believe that its tab is hidden, which only the browser can say.
    private static void hide(Tabs tabs, int tab, boolean hidden) {
        tabs.go(tab).script("Object.defineProperty(document, 'hidden', { value: " + hidden + ", configurable: true });"
                + "document.dispatchEvent(new Event('visibilitychange'))");
    }

    @Test
    void aTabThatWakesAsksAtOnceAndNotAfterAMinute() {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=3600"); var pages = new Pages(PAGE);
                var tabs = new Tabs(browser)) {
            int tab = tabs.follow(pages.url(), gateway.port(), ALL);
            tabs.awaitState(tab, "live");
            String before = tabs.texts(tab, "return [states.at(-1).connectionId]").getFirst();
            for (String wake : List.of("window.dispatchEvent(new Event('online'))",
                    "document.dispatchEvent(new Event('resume'))",
                    "window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")) {
                String last = before;
                Await.until("another connection after " + wake, Tabs.PATIENCE, () -> {
                    tabs.go(tab).script(wake); // while bytes have just come it is not asked for
                    return !tabs.texts(tab,
                    "return [states.filter(state => state.name === 'live').at(-1).connectionId]").getFirst()
                    .equals(last);
                });
                before = tabs.texts(tab, "return [states.filter(state => state.name === 'live').at(-1).connectionId]")
                        .getFirst();
            }
            tabs.awaitState(tab, "live");
            tabs.awaitSeen(tab, List.of(gateway.publish("w/r", "1")));
        }
    }

    @Test
    void noFaultOfThePageEndsAStreamOrLeaksOne() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET, "HEARTBEAT_SECONDS=1");
                var pages = new Pages(PAGE); var tabs = new Tabs(browser)) {
            String token = Tokens.reader(600, "w");
            int tab = tabs.follow(pages.url(), gateway.port(), """
                    { channels: ['logs:etl:w:r'],
                      token: () => (window.asked = (window.asked ?? 0) + 1) < 3
                          ? Promise.reject(new Error('no network')) : Promise.resolve('%s'),
                      onEvent: event => { window.seen.push(event.id); throw new Error('a fault of the page'); } }"""
                            .formatted(token));
            Await.until(() -> "it is live; it had " + tabs.states(tab), Tabs.PATIENCE, () -> {
                tabs.go(tab).script("window.dispatchEvent(new Event('online'))"); // it need not wait any longer
                return tabs.states(tab).getLast().equals("live");
            });
            assertTrue(tabs.states(tab).contains("waiting token"), () -> tabs.states(tab).toString());
            var ids = List.of(gateway.publish("w/r", "1"), gateway.publish("w/r", "2"));
            tabs.awaitSeen(tab, ids);
            tabs.go(tab).script("stream.stop()");
            tabs.start(gateway.port(),
                    "{ channels: ['logs:etl:w:r'], token: () => new Promise(done => setTimeout(() => done('" + token
                    + "'), 50)) }");
            tabs.go(tab).script("for (let i = 0; i < 5; i++) { stream.stop(); stream.start(); }");
            tabs.awaitState(tab, "live");
            Await.until("one stream", Tabs.PATIENCE, () -> {
                gateway.publish("w/other", "1");
                return gateway.client().connections() == 1;
            });
            var again = gateway.publish("w/r", "3");
            tabs.awaitSeen(tab, List.of(again));
            tabs.start(gateway.port(), "{ channels: ['logs:etl:w:r'], token: '" + token
                    + "', signal: (window.controller = new AbortController()).signal }");
            tabs.awaitState(tab, "live");
            tabs.go(tab).script("controller.abort()");
            tabs.awaitState(tab, "stopped");
            assertFalse(tabs.go(tab).console().stream().anyMatch(line -> line.contains("in promise")),
                    "no rejection is left alone");
        }
    }

    @Test
    void aLoopAndFramesGetEverythingInOrderAndSayWhatTheyCouldNotHold() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=1000"); var pages = new Pages(PAGE);
                var tabs = new Tabs(browser)) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < 300; i++) ids.add(gateway.publish("w/r", "{\"n\":" + i + "}"));
            int tab = tabs.follow(pages.url(), gateway.port(), """
                    { channels: ['logs:etl:w:r'], tail: 300, onEvent: undefined,
                      onEvents: list => { (window.frames_ ??= []).push(list.length); for (const event of list) \
                    window.seen.push(event.id); } }""");
            tabs.awaitSeen(tab, ids);
            tabs.go(tab).asyncScript("""
                    const [module, base, done] = arguments;
                    import(module).then(async ({ LogStream }) => {
                      window.looped = [];
                      const loop = new LogStream(base, { channels: ['logs:etl:w:r'], tail: 300, buffer: 100 });
                      for await (const item of loop) {
                        while (looped.length === 0 && loop.dropped < 190)
                          await new Promise(later => setTimeout(later, 20));
                        looped.push(item.reason ? `${item.reason} ${item.lost}` : item.id);
                        if (item.id === arguments[3]) break;
                      }
                      looped.push('dropped ' + loop.dropped);
                    });
                    done()""".replace("arguments[3]", "'" + ids.getLast() + "'"),
                            "http://127.0.0.1:" + gateway.port() + "/client.js", "http://127.0.0.1:" + gateway.port());
            Await.until(() -> "the loop to end; " + tabs.texts(tab, "return window.looped ?? []"), Tabs.PATIENCE,
                    () -> tabs.texts(tab, "return window.looped ?? []").contains(ids.getLast()));
            var looped = tabs.texts(tab, "return looped");
            var told = looped.subList(0, looped.size() - 1).stream().filter(item -> item.startsWith("dropped "))
                    .mapToInt(item -> Integer.parseInt(item.substring(8))).sum();
            assertEquals("dropped " + told, looped.getLast());
            assertTrue(told >= 190, () -> looped.toString());
            var kept = looped.stream().filter(ids::contains).toList();
            assertEquals(300, told + kept.size(), "every event is handed on or counted");
            assertEquals(ids.subList(200, 300), kept.subList(kept.size() - 100, kept.size()), "the newest are kept");
        }
    }
}
