package com.datashop.gateway.http.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Firefox;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Pages;
import com.datashop.gateway.support.SteadyPublisher;
import com.datashop.gateway.support.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The core of the browser client in Firefox: a stream, its resume, one stream for all tabs, and a token that fails.
class FirefoxTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PAGE = "<!doctype html><title>A page</title>";
    private static final String ALL = "{ channels: ['logs:etl:w:*'] }";
    @AutoClose
    private static Firefox firefox;

    @BeforeAll
    static void start() {
        firefox = new Firefox();
    }

    @Test
    void everyEventComesOnceInOrderAcrossACutAndAGapInItsPlace() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=10"); var cable = new Cable(gateway.port());
                var pages = new Pages(PAGE)) {
            var tab = follow(pages.url(), gateway.port(), cable.port(), ALL);
            awaitState(tab, "live");
            var expected = new ArrayList<String>();
            for (int i = 0; i < 3; i++) expected.add(gateway.publish("w/r", "{\"n\":1.00}"));
            awaitSeen(tab, expected);
            cable.cut();
            awaitState(tab, "waiting");
            var ids = new ArrayList<String>();
            for (int i = 0; i < 17; i++) ids.add(gateway.publish("w/r", "\"meanwhile\""));
            expected.add("gap evicted 7");
            expected.addAll(ids.subList(7, 17));
            awaitSeen(tab, expected);
            firefox.close(tab);
        }
    }

    @Test
    void twoTabsShareOneWorkersStreamAndWhenTheFirstIsClosedTheOtherGoesOn() {
        try (var gateway = Gateway.start()) {
            String page = "http://127.0.0.1:" + gateway.port() + "/levels.js";
            var first = follow(page, gateway.port(), gateway.port(), ALL);
            var second = follow(page, gateway.port(), gateway.port(), ALL);
            for (var tab : List.of(first, second)) awaitState(tab, "live");
            Await.until("one stream for both", PATIENCE, () -> gateway.client().connections() == 1);
            var ids = new ArrayList<>(List.of(gateway.publish("w/r", "1"), gateway.publish("w/s", "2")));
            for (var tab : List.of(first, second)) awaitSeen(tab, ids);
            firefox.close(first);
            for (int i = 0; i < 20; i++) ids.add(gateway.publish("w/r", "3"));
            awaitSeen(second, ids);
            firefox.close(second);
        }
    }

    @Test
    void whenTheLeadingTabIsKilledTheOthersGoOnWithoutAHoleOrADouble() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=100000"); var pages = new Pages(PAGE)) {
            var before = firefox.pages();
            var leader = follow(pages.url(), gateway.port(), gateway.port(), ALL);
            awaitState(leader, "live");
            var own = firefox.pages();
            own.removeAll(before);
            var others = List.of(follow(pages.url(), gateway.port(), gateway.port(), ALL),
                    follow(pages.url(), gateway.port(), gateway.port(), ALL));
            for (var tab : others) awaitState(tab, "live");
            Await.until("one stream for all", PATIENCE, () -> gateway.client().connections() == 1);
            var publisher = new SteadyPublisher(gateway, "w/r", Duration.ofMillis(5));
            publisher.awaitMore(50);
            kill(own);
            int reached = publisher.count();
            for (var tab : others)
                Await.until(() -> "events after the end; " + states(tab), PATIENCE,
                        () -> seen(tab).size() > reached + 50);
            var ids = publisher.stop();
            ids.add(gateway.publish("w/r", "2"));
            for (var tab : others) awaitSeen(tab, ids);
            others.forEach(firefox::close);
        }
    }

    @Test
    void aTokenThatIsRejectedOnceIsAskedForAgain() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET);
                var pages = new Pages(PAGE)) {
            var tab = follow(pages.url(), gateway.port(), gateway.port(), """
                    { channels: ['logs:etl:w:r'], token: () => (window.asked = (window.asked ?? 0) + 1) < 2
                        ? Promise.reject(new Error('no network')) : Promise.resolve('%s') }"""
                    .formatted(Tokens.reader(600, "w")));
            awaitState(tab, "live");
            assertTrue(states(tab).contains("waiting token"), () -> states(tab).toString());
            awaitSeen(tab, List.of(gateway.publish("w/r", "1")));
            firefox.close(tab);
        }
    }

    /// Opens a page that follows with these options (JavaScript), by the module of the gateway on `port`.
    private static String follow(String page, int port, int base, String options) {
        var tab = firefox.open(page);
        assertEquals("\"loaded\"", firefox.script(tab, """
                window.seen = [];
                window.states = [];
                const options = %s;
                const { LogStream } = await import(args[0]);
                window.stream = new LogStream(args[1], {
                  onEvent: event => seen.push(event.id), onGap: gap => seen.push(`gap ${gap.reason} ${gap.lost}`),
                  onState: state => { states.push(state); }, ...options }).start();
                return 'loaded';""".formatted(options), "http://127.0.0.1:" + port + "/client.js",
                "http://127.0.0.1:" + base));
        return tab;
    }

    private static void kill(Set<Long> processes) {
        assertTrue(!processes.isEmpty(), "the leading tab has a process of its own");
        for (var process : processes) ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static List<String> seen(String tab) {
        return Firefox.texts(firefox.script(tab, "return seen"));
    }

    /// The names of the states that the tab was told, with the reason where there is one.
    private static List<String> states(String tab) {
        return Firefox.texts(firefox.script(tab,
                "return states.map(state => state.name + (state.reason ? ' ' + state.reason : ''))"));
    }

    private static void awaitState(String tab, String state) {
        Await.until(() -> state + "; it had " + states(tab), PATIENCE, () -> states(tab).stream()
                .reduce((_, last) -> last).orElse("").startsWith(state));
    }

    private static void awaitSeen(String tab, List<String> expected) {
        Await.until(() -> expected.size() + "; seen were " + seen(tab) + " " + states(tab), PATIENCE,
                () -> seen(tab).contains(expected.getLast()));
        assertEquals(expected, seen(tab), () -> states(tab).toString());
    }
}
