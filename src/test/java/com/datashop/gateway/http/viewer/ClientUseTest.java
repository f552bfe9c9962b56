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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The browser client as pages use it, and misuse it: in the middle of a replay, of a reconnect, of a loop.
class ClientUseTest {
    private static final String PAGE = "<!doctype html><title>A page</title>";
    private static final String QUICK = "HEARTBEAT_SECONDS=1";
    /// Tells the page that its tab is hidden, in place of the browser.
    private static final String HIDE = "Object.defineProperty(document, 'hidden', { value: %s, configurable: true });"
            + "document.dispatchEvent(new Event('visibilitychange'))";
    @AutoClose
    private static Browser browser;

    @BeforeAll
    static void open() {
        browser = new Browser();
    }

    @Test
    void aTokenMayThrowRejectBeNoneOrNeverCome() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET, QUICK);
                var pages = new Pages(PAGE); var tabs = new Tabs(browser)) {
            int tab = tabs.follow(pages.url(), gateway.port(), """
                    { channels: ['logs:etl:w:r'], token: () => {
                        window.asked = (window.asked ?? 0) + 1;
                        if (asked === 1) throw new Error('at once');
                        if (asked === 2) return Promise.reject();
                        return '%s';
                      } }""".formatted(Tokens.reader(600, "w")));
            Await.until(() -> "it is live; it had " + tabs.states(tab), Tabs.PATIENCE, () -> {
                tabs.go(tab).script("window.dispatchEvent(new Event('online'))"); // it need not wait any longer
                return tabs.states(tab).getLast().equals("live");
            });
            assertEquals(2, tabs.states(tab).stream().filter("waiting token"::equals).count());
            tabs.awaitSeen(tab, List.of(gateway.publish("w/r", "1")));
            tabs.go(tab).script("stream.stop()");
            tabs.start(gateway.port(), "{ channels: ['logs:etl:w:r'], token: () => undefined }");
            tabs.awaitState(tab, "ended unauthorized");
            tabs.start(gateway.port(), "{ channels: ['logs:etl:w:r'], token: () => new Promise(() => {}) }");
            tabs.awaitState(tab, "connecting");
            tabs.go(tab).script("stream.stop()");
            tabs.awaitState(tab, "stopped");
            awaitNone(gateway);
            assertNothingRejected(tabs, tab);
        }
    }

    @Test
    void whoHasAnotherTokenByTheNextConnectionFollowsWithThatOne() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET, QUICK);
                var cable = new Cable(gateway.port()); var pages = new Pages(PAGE); var tabs = new Tabs(browser)) {
            int tab = tabs.follow(pages.url(), cable.port(), """
                    { channels: ['logs:etl:a:r', 'logs:etl:b:r'], token: async () => window.token ??= '%s' }"""
                            .formatted(Tokens.reader(600, "a")));
            tabs.awaitState(tab, "live");
            gateway.publish("b/r", "\"not for this one\"");
            var ids = new ArrayList<>(List.of(gateway.publish("a/r", "1")));
            tabs.awaitSeen(tab, ids);
            tabs.go(tab).script("window.token = arguments[0]", Tokens.reader(600, "a", "b"));
            cable.cut();
            tabs.awaitState(tab, "waiting cut");
            for (var workspace : List.of("a", "b")) ids.add(gateway.publish(workspace + "/r", "2"));
            tabs.awaitSeen(tab, ids);
            tabs.awaitState(tab, "live");
            Await.until("one stream", Tabs.PATIENCE, () -> gateway.client().connections() == 1);
            assertNothingRejected(tabs, tab);
        }
    }

    @Test
    void theBaseMayHaveNoFinalSlashAPathOrAQuery() {
        try (var gateway = Gateway.start(); var pages = new Pages(PAGE)) {
            browser.open(pages.url() + "site/page.html");
            String origin = "http://127.0.0.1:" + gateway.port();
            var asked = (JsonArray) browser.asyncScript("""
                    const [origin, done] = arguments;
                    import(origin + '/client.js').then(async ({ LogStream }) => {
                      const real = window.fetch;
                      const asked = [];
                      for (const base of [origin, origin + '/', origin + '/logs', origin + '/logs/',
                          origin + '/logs/v2?x=1#y', new URL(origin + '/logs'), 'below', '/above/']) {
                        const stream = new LogStream(base, { channels: ['logs:etl:w:*'], share: false });
                        await new Promise(over => {
                          window.fetch = url => {
                            asked.push(String(url).replace(origin, '').replace(location.origin, 'page:'));
                            over();
                            return Promise.reject(new TypeError('away'));
                          };
                          stream.start();
                        });
                        stream.stop();
                      }
                      window.fetch = real;
                      done(asked);
                    }, failed => done([String(failed)]))""", origin);
            String query = "api/logs/stream?channels=logs%3Aetl%3Aw%3A*";
            assertEquals(List.of("/" + query, "/" + query, "/logs/" + query, "/logs/" + query, "/logs/v2/" + query,
                    "/logs/" + query, "page:/site/below/" + query, "page:/above/" + query), texts(asked));
        }
    }

    @Test
    void everyLoopThatIsLeftEndsItsStreamAndNobodyWaitsForEver() {
        try (var gateway = Gateway.start(QUICK); var pages = new Pages(PAGE)) {
            for (int i = 0; i < 3; i++) gateway.publish("w/r", "\"" + i + "\"");
            browser.open(pages.url());
            var told = texts((JsonArray) browser.asyncScript("""
                    const [base, done] = arguments;
                    const told = [];
                    import(base + '/client.js').then(async ({ LogStream }) => {
                      const begin = options =>
                          new LogStream(base, { channels: ['logs:etl:w:r'], tail: 3, ...options });
                      for await (const item of begin()) {
                        told.push('break ' + item.text);
                        break;
                      }
                      await (async () => {
                        for await (const item of begin()) return told.push('return ' + item.text);
                      })();
                      try {
                        for await (const item of begin()) throw new Error('throw ' + item.text);
                      } catch (thrown) {
                        told.push(thrown.message);
                      }
                      const stopped = begin();
                      for await (const item of stopped) {
                        told.push('stop ' + item.text);
                        stopped.stop();
                      }
                      const aborted = begin({ signal: AbortSignal.abort(),
                          onState: ({ name }) => told.push('aborted before: ' + name) });
                      for await (const item of aborted) told.push('never ' + item.text);
                      const controller = new AbortController();
                      for await (const item of begin({ signal: controller.signal })) {
                        told.push('abort ' + item.text);
                        controller.abort();
                      }
                      const waiting = begin({ tail: undefined })[Symbol.asyncIterator]();
                      const [one, other] = [waiting.next(), waiting.next()];
                      told.push('done ' + (await waiting.return('mine')).value);
                      told.push([await one, await other, await waiting.next()].map(({ done }) => done).join());
                      const broken = begin({ level: 'none', share: false })[Symbol.asyncIterator]();
                      await broken.next().catch(fault => told.push(fault.state.name + ' ' + fault.state.status));
                      told.push('and then ' + (await broken.next()).done);
                      done(told);
                    }).catch(failed => done([...told, String(failed.stack)]))""",
                            "http://127.0.0.1:" + gateway.port()));
            assertEquals(List.of("break \"0\"", "return \"0\"", "throw \"0\"", "stop \"0\"", "aborted before: stopped",
                    "abort \"0\"", "done mine", "true,true,true", "ended 400", "and then true"), told);
            awaitNone(gateway);
        }
    }

    @Test
    void nothingIsHandedOnAfterStopAndWhatACallbackThrowsEndsNothing() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=10"); var cable = new Cable(gateway.port());
                var pages = new Pages(PAGE); var tabs = new Tabs(browser)) {
            int tab = tabs.follow(pages.url(), cable.port(), """
                    { channels: ['logs:etl:w:r'],
                      onEvent: event => { window.seen.push(event.id); throw new Error('one'); },
                      onEvents: async list => { (window.batched ??= []).push(...list.map(event => event.id));
                          throw new Error('many'); },
                      onGap: gap => { window.seen.push(`gap ${gap.reason} ${gap.lost}`); throw new Error('gap'); },
                      onState: state => { window.states.push(state); throw new Error('state'); } }""");
            tabs.awaitState(tab, "live");
            var expected = new ArrayList<String>();
            expected.add(gateway.publish("w/r", "1"));
            tabs.awaitSeen(tab, expected);
            cable.cut();
            Await.until("the cut to be noticed", Tabs.PATIENCE, () -> tabs.states(tab).contains("waiting cut"));
            var ids = new ArrayList<String>();
            for (int i = 0; i < 15; i++) ids.add(gateway.publish("w/r", "1"));
            expected.add("gap evicted 5");
            expected.addAll(ids.subList(5, 15));
            tabs.awaitSeen(tab, expected);
            Await.until("the batches", Tabs.PATIENCE, () -> tabs.texts(tab, "return batched").size() == 11);
            tabs.go(tab).script("stream.stop()");
            tabs.start(gateway.port(), """
                    { channels: ['logs:etl:w:r'], tail: 10,
                      onEvent: event => { window.seen.push(event.id); if (window.seen.length === 4) stream.stop(); },
                      onEvents: list => window.seen.push('a batch of ' + list.length) }""");
            tabs.awaitState(tab, "stopped");
            gateway.publish("w/r", "\"after it\"");
            tabs.go(tab).asyncScript("setTimeout(arguments[0], 600)"); // a batch that waited would have come by now
            assertEquals(ids.subList(5, 9), tabs.seen(tab));
        }
    }

    @Test
    void channelsThatChangeWhileItReconnectsBringTheirHistoryAndNothingTwice() {
        try (var gateway = Gateway.start(QUICK); var cable = new Cable(gateway.port()); var pages = new Pages(PAGE);
                var tabs = new Tabs(browser)) {
            var b = new ArrayList<String>();
            for (int i = 0; i < 5; i++) b.add(gateway.publish("w/b", "1"));
            int tab = tabs.follow(pages.url(), cable.port(), "{ channels: ['logs:etl:w:a'], tail: 3 }");
            tabs.awaitState(tab, "live");
            var a = new ArrayList<>(List.of(gateway.publish("w/a", "1")));
            tabs.awaitSeen(tab, a);
            cable.cut();
            tabs.awaitState(tab, "waiting cut");
            a.add(gateway.publish("w/a", "2"));
            b.add(gateway.publish("w/b", "2"));
            tabs.go(tab).script("stream.setChannels(['logs:etl:w:a', 'logs:etl:w:b', 'logs:etl:w:c'])");
            a.add(gateway.publish("w/a", "3"));
            tabs.go(tab).script("stream.setChannels(['logs:etl:w:a', 'logs:etl:w:b'])");
            tabs.awaitState(tab, "live");
            b.add(gateway.publish("w/b", "4"));
            a.add(gateway.publish("w/a", "4"));
            Await.until(() -> "the last; seen " + tabs.seen(tab), Tabs.PATIENCE, () -> tabs.seen(tab)
                    .containsAll(List.of(a.getLast(), b.getLast())));
            var seen = tabs.seen(tab);
            assertEquals(a, seen.stream().filter(a::contains).toList());
            var ofB = seen.stream().filter(b::contains).toList();
            assertTrue(ofB.size() >= 3 && b.subList(b.size() - ofB.size(), b.size()).equals(ofB),
                    () -> "its last three of then and what came since, each once: " + ofB + " of " + b);
            assertEquals(a.size() + ofB.size(), seen.size());
        }
    }

    @Test
    void aFilterThatChangesInTheMiddleOfAReplayLosesAndDoublesNothing() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=5000", QUICK); var pages = new Pages(PAGE);
                var tabs = new Tabs(browser)) {
            gateway.publishAll("w/r", IntStream.range(0, 4000).mapToObj(i -> "{\"level\":\""
                    + (i % 4 == 0 ? "error" : "info") + "\",\"n\":" + i + "}").toList());
            for (String share : List.of("true", "false")) {
                int tab = tabs.follow(pages.url(), gateway.port(), """
                        { channels: ['logs:etl:w:r'], since: 0, share: %s, onEvent: event => {
                            const { level, n } = event.data;
                            window.seen.push(level + n);
                            if (n === 40) stream.setFilter({ level: 'error' });
                            if (n === 2000) stream.setFilter({ level: 'error', not: '"n":3' });
                          } }""".formatted(share));
                Await.until(() -> "the last error; " + tabs.seen(tab), Tabs.PATIENCE,
                        () -> tabs.seen(tab).contains("error2996"));
                gateway.publish("w/r", "{\"level\":\"error\",\"n\":9999}");
                Await.until("one that is live", Tabs.PATIENCE, () -> tabs.seen(tab).contains("error9999"));
                var seen = tabs.seen(tab);
                int infos = seen.stream().filter(one -> one.startsWith("info")).mapToInt(ClientUseTest::number).max()
                        .orElseThrow();
                int threes = seen.stream().mapToInt(ClientUseTest::number).filter(n -> n >= 3000 && n < 4000).max()
                        .orElse(2000);
                var expected = IntStream.range(0, 4000).filter(n -> n % 4 == 0 ? n <= Math.max(2000, threes)
                        || !String.valueOf(n).startsWith("3") : n <= infos)
                        .mapToObj(n -> (n % 4 == 0 ? "error" : "info") + n).toList();
                assertEquals(expected, seen.subList(0, expected.size()));
                assertEquals(List.of("error9999"), seen.subList(expected.size(), seen.size()).stream().distinct()
                        .toList());
                tabs.go(tab).script("stream.stop()");
            }
        }
    }

    @Test
    void whereThereIsNeitherASharedWorkerNorALockThePageSharesWithItselfAlone() {
        try (var gateway = Gateway.start(QUICK); var tabs = new Tabs(browser)) {
            String without = "{ channels: ['logs:etl:w:*'], ...(delete window.SharedWorker, Object.defineProperty("
                    + "navigator, 'locks', { value: undefined, configurable: true }), {}) }";
            String page = "http://127.0.0.1:" + gateway.port() + "/levels.js";
            int one = tabs.follow(page, gateway.port(), without);
            tabs.awaitState(one, "live");
            tabs.start(gateway.port(), without);
            tabs.awaitState(one, "live");
            int other = tabs.follow(page, gateway.port(), without);
            tabs.awaitState(other, "live");
            assertEquals(2, gateway.client().connections(), "one for each page");
            var ids = new ArrayList<>(List.of(gateway.publish("w/r", "1"), gateway.publish("w/s", "2")));
            tabs.awaitSeen(one, ids);
            tabs.awaitSeen(other, ids);
            assertEquals(ids, tabs.texts(one, "return streams[0].seen"));
            tabs.close(other, one);
            ids.add(gateway.publish("w/r", "3"));
            tabs.awaitSeen(one, ids);
        }
    }

    @Test
    void aPageThatIsHiddenForAMinuteLetsGoAndAMachineThatSleptAsksAgain() {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=3600"); var pages = new Pages(PAGE);
                var tabs = new Tabs(browser)) {
            // a clock on which a minute is soon over: the stream's own patience is another number here
            int tab = tabs.follow(pages.url(), gateway.port(), """
                    { channels: ['logs:etl:w:r'], silence: 3600000, share: false, ...(() => {
                        const real = window.setTimeout;
                        window.setTimeout = (run, after, ...rest) => real(run, after === 60000 ? 50 : after, ...rest);
                        return {};
                      })() }""");
            tabs.awaitState(tab, "live");
            tabs.go(tab).script(HIDE.formatted("true"));
            tabs.awaitState(tab, "hidden");
            var ids = new ArrayList<String>();
            Await.until("its stream to end", Tabs.PATIENCE, () -> {
                ids.add(gateway.publish("w/r", "1"));
                return gateway.client().connections() == 0;
            });
            ids.add(gateway.publish("w/r", "2"));
            tabs.go(tab).script(HIDE.formatted("false"));
            tabs.awaitSeen(tab, ids);
            tabs.awaitState(tab, "live");
            String before = tabs.texts(tab, "return [states.at(-1).connectionId]").getFirst();
            tabs.go(tab).script("const now = Date.now; Date.now = () => now() + 3600000"); // an hour later
            Await.until(() -> "another connection; " + tabs.states(tab), Tabs.PATIENCE, () -> tabs.texts(tab,
                    "return [states.filter(state => state.name === 'live').at(-1).connectionId]").getFirst()
                    .compareTo(before) != 0);
            ids.add(gateway.publish("w/r", "3"));
            tabs.awaitSeen(tab, ids);
        }
    }

    /// A clock that runs ahead and pings that are lost: to the page the worker is one that does not answer.
    @Test
    void aWorkerThatDoesNotAnswerIsLeftAndNothingIsLostOrDoubled() {
        try (var gateway = Gateway.start(QUICK); var tabs = new Tabs(browser)) {
            String page = "http://127.0.0.1:" + gateway.port() + "/levels.js";
            int tab = tabs.follow(page, gateway.port(), """
                    { channels: ['logs:etl:w:*'], ...(() => {
                        Object.assign(window, { lost: 0, ahead: 0, workers: 0, fetched: 0 });
                        const { setInterval, fetch, Date: { now }, SharedWorker } = window;
                        const post = MessagePort.prototype.postMessage;
                        MessagePort.prototype.postMessage = function (message, ...rest) {
                          if (window.lost === 0 || message?.type !== 'ping') post.call(this, message, ...rest);
                        };
                        window.setInterval = (run, after) => setInterval(run, after === 2000 ? 50 : after);
                        window.fetch = (...all) => {
                          window.fetched++;
                          return fetch(...all);
                        };
                        Date.now = () => now() + window.ahead;
                        window.SharedWorker = class extends SharedWorker {
                          constructor(...all) {
                            super(...all);
                            window.workers++;
                            window.lost = Math.max(0, window.lost - 1);
                          }
                        };
                        return {};
                      })() }""");
            tabs.awaitState(tab, "live");
            var ids = new ArrayList<String>();
            for (int lost : List.of(1, 99)) {
                for (int i = 0; i < 20; i++) ids.add(gateway.publish("w/r", "1"));
                tabs.awaitSeen(tab, ids);
                tabs.go(tab).script("window.lost = arguments[0]", String.valueOf(lost));
                Await.until("it to look elsewhere", Tabs.PATIENCE, () -> {
                    tabs.go(tab).script("window.ahead += 9000");
                    return tabs.go(tab).script(lost == 1 ? "return workers > 1" : "return fetched > 0").toString()
                            .equals("true");
                });
                Await.until("one stream", Tabs.PATIENCE, () -> {
                    ids.add(gateway.publish("w/r", "2"));
                    return gateway.client().connections() == 1;
                });
                for (int i = 0; i < 20; i++) ids.add(gateway.publish("w/r", "3"));
                tabs.awaitSeen(tab, ids);
            }
        }
    }

    private static int number(String one) {
        return Integer.parseInt(one.replaceAll("[a-z]+", ""));
    }

    private static List<String> texts(JsonArray array) {
        return array.elements().stream().map(one -> ((JsonString) one).value()).toList();
    }

    /// Waits until nobody follows any more: who has left is found by writing.
    private static void awaitNone(Gateway gateway) {
        Await.until("all have left", Tabs.PATIENCE, () -> {
            gateway.publish("w/r", "1");
            return gateway.client().connections() == 0;
        });
    }

    private static void assertNothingRejected(Tabs tabs, int tab) {
        assertEquals(List.of(), tabs.go(tab).console().stream().filter(line -> line.contains("in promise")).toList(),
                "no rejection is left alone");
    }
}
