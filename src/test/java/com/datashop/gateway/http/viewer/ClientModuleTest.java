package com.datashop.gateway.http.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Browser;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Pages;
import com.datashop.gateway.support.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `/client.js`, the module that the viewer reads streams with, in a page of another origin: as anyone's own page uses
/// it.
class ClientModuleTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    @AutoClose
    private static Pages pages;
    @AutoClose
    private static Browser browser;

    @BeforeAll
    static void start() {
        pages = new Pages("<!doctype html><title>A page</title>");
        browser = new Browser();
    }

    @AfterEach
    void leave() {
        browser.open("about:blank");
        browser.console();
    }

    @Test
    void everyEventIsHandedOnOnceInOrderAcrossCutsAndEveryGapInItsPlace() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=10"); var cable = new Cable(gateway.port())) {
            follow(gateway.port(), cable.port(), "{}");
            var expected = new ArrayList<String>();
            awaitState("live");
            for (int i = 0; i < 5; i++) expected.add(gateway.publish(PATH, "{\"n\":1.00}"));
            awaitSeen(expected);
            cable.cut();
            awaitState("waiting");
            var ids = new ArrayList<String>();
            for (int i = 0; i < 17; i++) ids.add(gateway.publish(PATH, "\"meanwhile\""));
            expected.add("gap evicted 7");
            expected.addAll(ids.subList(7, 17));
            awaitSeen(expected);
            cable.cut();
            awaitState("waiting");
            browser.script("stream.retryNow()");
            awaitState("live");
            expected.add(gateway.publish(PATH, "null"));
            awaitSeen(expected);
            assertEquals("{\"n\":1.00}", string("return texts[0]"), "token for token");
            assertEquals(expected.getLast(), string("return stream.cursor"));
            browser.script("stream.stop()");
            gateway.publish(PATH, "\"after it was stopped\"");
            Await.until("it has left", () -> {
                expected.set(0, gateway.publish("other/r", "1"));
                gateway.publish(PATH, "1"); // a departed client is found by writing to it
                return gateway.client().connections() == 0;
            });
            assertEquals("stopped", state());
            assertEquals(expected.subList(1, expected.size()), seen().subList(1, seen().size()),
                    "nothing after it was stopped");
        }
    }

    @Test
    void aTokenGoesIntoAHeaderAndARefusalIsToldInTheGatewaysWords() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET)) {
            follow(gateway.port(), gateway.port(), "{}");
            awaitState("ended");
            assertEquals("unauthorized 401", string("return `${state.reason} ${state.status}`"));
            assertTrue(string("return state.detail").contains("reading needs a token"));
            follow(gateway.port(), gateway.port(), "{ token: async () => '" + Tokens.reader(600, "elsewhere") + "' }");
            awaitState("ended");
            assertEquals("forbidden 403", string("return `${state.reason} ${state.status}`"));
            String token = Tokens.reader(600, "w");
            follow(gateway.port(), gateway.port(), "{ token: '" + token + "', channels: ['" + CHANNEL
                    + "', 'logs:etl:x'] }");
            awaitState("live");
            assertEquals("ann [\"logs:etl:w:r\"] [\"logs:etl:x\"]",
                    string(
                    "return `${state.userId} ${JSON.stringify(state.channels)} ${JSON.stringify(state.denied)}`"));
            awaitSeen(List.of(gateway.publish(PATH, "1")));
            assertTrue(!string("return performance.getEntries().map(entry => entry.name).join()").contains(token),
                    "it is in no address");
        }
    }

    @Test
    void aStreamBeginsWhereItIsToldAndGoesOnFromACursorOfEarlier() {
        try (var gateway = Gateway.start()) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < 5; i++)
                ids.add(gateway.publish(PATH, "{\"level\":\"" + (i % 2 == 0 ? "warn" : "info") + "\"}"));
            follow(gateway.port(), gateway.port(), "{ tail: 2 }");
            awaitSeen(ids.subList(3, 5));
            follow(gateway.port(), gateway.port(), "{ cursor: '" + ids.get(1) + "', tail: 1 }");
            awaitSeen(ids.subList(2, 5));
            follow(gateway.port(), gateway.port(), "{ since: 0, level: 'warn' }");
            awaitSeen(List.of(ids.get(0), ids.get(2), ids.get(4)));
            follow(gateway.port(), gateway.port(), "{ cursor: 'never issued' }");
            var all = new ArrayList<>(ids);
            all.addFirst("gap unknown-id null");
            awaitSeen(all);
        }
    }

    @Test
    void aConnectionOnWhichNothingMovesAnyMoreCountsAsCut() {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=3600")) {
            follow(gateway.port(), gateway.port(), "{ silence: 300 }");
            awaitState("waiting");
            assertEquals("silence", string("return state.reason"));
        }
    }

    @Test
    void aStreamThatIsRenewedForItsAgeIsNoNewsAndLosesAndDoublesNothing() {
        try (var gateway = Gateway.start("MAX_STREAM_SECONDS=1")) {
            follow(gateway.port(), gateway.port(), "{}");
            awaitState("live");
            var expected = new ArrayList<String>();
            Await.until("it was renewed twice", PATIENCE, () -> {
                expected.add(gateway.publish(PATH, "1"));
                return gateway.get("/metrics").body().contains("gateway_streams_total 3");
            });
            expected.add(gateway.publish(PATH, "\"last\""));
            awaitSeen(expected);
            assertEquals("connecting,live", string("return [...new Set(states)].join()"));
            assertEquals("live", state());
        }
    }

    @Test
    void anEventStreamMeansTheSameWhereverItIsCut() {
        try (var gateway = Gateway.start()) {
            browser.open(pages.url());
            var outcome = (JsonArray) browser.asyncScript("""
                    const [url, done] = arguments;
                    import(url).then(({ EventStreamParser }) => {
                      const vectors = [
                        ['\\ufeffdata: bom\\n\\n', 'message||bom'],
                        ['id: 1\\ndata: one\\n\\nid: 2\\ndata:two\\n\\n', 'message|1|one', 'message|2|two'],
                        ['id: 1\\r\\ndata: crlf\\r\\n\\r\\n', 'message|1|crlf'],
                        ['id: 1\\rdata: cr\\r\\rdata: next\\r\\r:', 'message|1|cr', 'message|1|next'],
                        ['data\\ndata\\n\\ndata:\\n\\n', 'message||\\n', 'message||'],
                        ['data:  two blanks\\n\\n', 'message|| two blanks'],
                        [': comment\\nevent: gap\\ndata: {}\\n\\nevent: lost\\n\\ndata: x\\n\\n', 'gap||{}',
                            'message||x'],
                        ['id: a\\0b\\ndata: nul\\n\\nid\\ndata: none\\n\\n', 'message||nul', 'message||none'],
                        ['retry: 12\\nretry: 1x\\nretry:\\ndata: r\\n\\n', 'retry 12', 'message||r'],
                        ['unknown: field\\ndata: a\\nDATA: b\\n\\ndata: never ended\\n', 'message||a'],
                        ['data: \\u2028 \\ud83d\\ude80\\u0085\\n\\n', 'message||\\u2028 \\ud83d\\ude80\\u0085'],
                      ];
                      const wrong = [];
                      let cuts = 0;
                      for (const [text, ...expected] of vectors)
                        for (let first = 0; first <= text.length; first++)
                          for (let second = first; second <= text.length; second++) {
                            const seen = [];
                            const parser = new EventStreamParser(m => seen.push(`${m.event}|${m.id}|${m.data}`),
                                retry => seen.push('retry ' + retry));
                            for (const piece of [text.slice(0, first), text.slice(first, second), text.slice(second)])
                              parser.push(piece);
                            cuts++;
                            if (JSON.stringify(seen) !== JSON.stringify(expected))
                              wrong.push(JSON.stringify([text, first, second, seen]));
                          }
                      done([String(cuts > 5000), ...wrong.slice(0, 5)]);
                    }, failed => done([String(failed)]))""", "http://127.0.0.1:" + gateway.port() + "/client.js");
            assertEquals("[\"true\"]", outcome.toString());
        }
    }

    @Test
    void idsAreComparedAsPairsOfNumbersTooLargeForJavaScript() {
        try (var gateway = Gateway.start()) {
            browser.open(pages.url());
            var outcome = (JsonArray) browser.asyncScript("""
                    const [url, done] = arguments;
                    import(url).then(({ compareIds }) => {
                      const ordered = ['0-0', '0-1', '0-9', '0-10', '1-0', '9-99', '10-0', '9007199254740993-0',
                          '9007199254740993-1', '18446744073709551614-18446744073709551615', '18446744073709551615-0'];
                      done(ordered.flatMap((one, i) =>
                          ordered.flatMap((other, k) => Math.sign(compareIds(one, other)) === Math.sign(i - k) ? []
                          : [one + ' ' + other])));
                    }, failed => done([String(failed)]))""", "http://127.0.0.1:" + gateway.port() + "/client.js");
            assertEquals(List.of(), outcome.elements());
        }
    }

    /// Follows the channel through this port with the module of that one; `options` beside are JavaScript.
    private static void follow(int modulePort, int port, String options) {
        browser.open(pages.url());
        var loaded = ((JsonString) browser.asyncScript("""
                const [module, base, channel, done] = arguments;
                import(module).then(({ LogStream }) => {
                  window.seen = [];
                  window.texts = [];
                  window.state = { name: 'none' };
                  window.states = [];
                  window.stream = new LogStream(base, {
                    channels: [channel], ...%s,
                    onEvent: event => { seen.push(event.id); texts.push(event.text);
                        if (event.channel !== channel || event.data === undefined
                        || !(event.timestamp > 0)) seen.push('broken'); },
                    onGap: gap => seen.push(`gap ${gap.reason} ${gap.lost}`),
                    onState: state => { window.state = state; states.push(state.name); },
                  }).start();
                  done('loaded');
                }, failed => done(String(failed)))""".formatted(options),
                        "http://127.0.0.1:" + modulePort + "/client.js", "http://127.0.0.1:" + port + "/",
                        CHANNEL)).value();
        assertEquals("loaded", loaded);
    }

    private static String string(String script) {
        return ((JsonString) browser.script(script)).value();
    }

    private static String state() {
        return string("return state.name");
    }

    private static void awaitState(String name) {
        Await.until(() -> name + "; it was "
                + browser.script("return [states.join(), JSON.stringify(state)].join(' ')"), PATIENCE, () -> state()
                .equals(name));
    }

    private static List<String> seen() {
        return ((JsonArray) browser.script("return seen")).elements().stream().map(one -> ((JsonString) one).value())
                .toList();
    }

    private static void awaitSeen(List<String> expected) {
        Await.until(() -> expected + "; seen were " + seen(), PATIENCE, () -> seen().size() >= expected.size());
        assertEquals(expected, seen());
    }
}
