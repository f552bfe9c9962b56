package com.datashop.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Browser;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Pages;
import com.datashop.gateway.support.SteadyPublisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A page of another origin in a real browser: its plain `EventSource` and `fetch` are the clients that the gateway is
/// for.
class BrowserTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";
    private static final String CONTROLS = "['connection', 'gap', 'cursor', 'refused', 'shutdown', 'expired']";
    private static final String PAGE = """
            <!doctype html><title>A page</title><script>
            const seen = [];
            let source;
            function follow(url, options) {
              source = new EventSource(url, options);
              const note = event => seen.push({event: event.type, id: event.lastEventId, data: event.data});
              source.onmessage = note;
              for (const name of %s) source.addEventListener(name, note);
            }
            async function ask(url, options) {
              try {
                const reply = await fetch(url, options);
                return reply.status + ' ' + await reply.text();
              } catch (failed) {
                return String(failed);
              }
            }
            </script>""".formatted(CONTROLS);
    /// A reconnecting browser waits up to 4 s; after a refusal up to 16 s.
    private static final Duration RECONNECT = Duration.ofSeconds(40);

    @AutoClose
    private static Pages pages;
    @AutoClose
    private static Browser browser;

    @BeforeAll
    static void start() {
        pages = new Pages(PAGE);
        browser = new Browser();
    }

    @Test
    void onmessageGetsLogEventsAndControlMessagesComeUnderTheirNames() {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=1")) {
            follow(gateway.port());
            assertEquals("connection", awaitEvent("connection").getFirst().event());
            var ids = new ArrayList<String>();
            for (var data : List.of("{\"message\":\"J\u00e4ger \u2603 \uD83D\uDE80\"}", "\"a\\nb\\u2028c\"", "1.10"))
                ids.add(gateway.publish(PATH, data));
            gateway.publish("other/r", "1"); // not for the page: it only moves the cursor
            var messages = awaitLogs(3);
            assertEquals(ids, messages.stream().map(Message::id).toList());
            assertTrue(messages.get(0).data().contains("J\u00e4ger \u2603 \uD83D\uDE80"), messages::toString);
            assertTrue(messages.get(2).data().endsWith("\"data\":1.10}"), messages::toString);
            awaitEvent("cursor");
        }
        awaitEvent("shutdown");
        for (var message : seen()) {
            var data = Gateway.object(message.data());
            if (message.isLog()) assertEquals(CHANNEL, Gateway.string(data, "channel"));
            else assertEquals(message.event(), Gateway.string(data, "type"));
        }
        assertEquals(3, logs().size());
    }

    @Test
    void anEventSourceReconnectsAfterARestartAndGetsAGapForItsUnknownId() {
        try (var first = GatewayProcess.start()) {
            int port = first.port();
            follow(port);
            awaitEvent("connection");
            String old = first.client().publish(PATH, "\"before\"");
            awaitLogs(1);
            first.signal("TERM");
            first.awaitExit();
            awaitEvent("shutdown");
            try (var second = GatewayProcess.start("PORT=" + port)) {
                String kept = second.client().publish(PATH, "\"while it was away\"");
                Await.until("the second connection", RECONNECT, () -> count("connection") == 2);
                var gap = Gateway.object(awaitEvent("gap").getFirst().data());
                assertEquals("unknown-id", Gateway.string(gap, "reason"));
                String next = second.client().publish(PATH, "\"after\"");
                assertEquals(List.of(old, kept, next), awaitLogs(3).stream().map(Message::id).toList());
                assertEquals(1, count("gap"));
            }
        }
    }

    @Test
    void aCutConnectionLosesNothingAndDoublesNothing() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=100000"); var cable = new Cable(gateway.port())) {
            follow(cable.port());
            awaitEvent("connection");
            var publisher = new SteadyPublisher(gateway, PATH, Duration.ofMillis(5));
            for (int cuts = 1; cuts <= 3; cuts++) {
                publisher.awaitMore(50);
                cable.cut();
                int connections = cuts + 1;
                Await.until("the reconnect", RECONNECT, () -> count("connection") == connections);
            }
            var ids = publisher.stop();
            ids.add(gateway.publish(PATH, "2"));
            Await.until("the last event", () -> count("message") >= ids.size());
            assertEquals(ids, logs().stream().map(Message::id).toList());
            assertEquals(0, count("gap"));
        }
    }

    @Test
    void anEventSourceThatIsRefusedWhileTheGatewayDrainsComesBackUntilANewOneAnswers() {
        try (var draining = GatewayProcess.start("SHUTDOWN_SECONDS=10", "HISTORY_EVENTS=20000", "HISTORY_BYTES=64MiB");
                var stalled = Follower.options().receiveBuffer(4096).paused()
                        .open(draining.port(), Client.stream("logs:etl:stalled"))) {
            int port = draining.port();
            assertEquals(200, stalled.status());
            draining.client().publishAll("stalled", Collections.nCopies(4000, "\"" + "x".repeat(4000) + "\""));
            follow(port);
            awaitEvent("connection");
            draining.signal("TERM");
            awaitEvent("shutdown");
            var refusal = Gateway.object(awaitEvent("refused").getFirst().data());
            assertEquals(503, Gateway.number(refusal, "status"));
            assertEquals("draining", Gateway.string(refusal, "reason"));
            stalled.resume();
            draining.awaitExit();
            try (var next = GatewayProcess.start("PORT=" + port)) {
                Await.until("the new gateway's greeting", RECONNECT, () -> count("connection") == 2);
                String id = next.client().publish(PATH, "1");
                assertEquals(id, awaitLogs(1).getFirst().id());
            }
        }
    }

    @Test
    void aPageOfAnAllowedOriginPublishesWithFetchAndReadsWithCredentials() {
        try (var gateway = Gateway.start("ALLOWED_ORIGINS=https://app.example.com," + pages.origin())) {
            follow(gateway.port(), "{withCredentials: true}");
            awaitEvent("connection");
            var reply = publish(gateway.port(), Gateway.TOKEN);
            assertTrue(reply.startsWith("200 {\"success\":true"), reply);
            assertTrue(awaitLogs(1).getFirst().data().contains("from a page"));
            var refused = publish(gateway.port(), "nobody's");
            assertTrue(refused.startsWith("401 ") && refused.contains("\"detail\""), "the page can read why: "
                    + refused);
        }
    }

    @Test
    void aPageOfAnyOriginPublishesUnlessOriginsAreListed() {
        try (var open = Gateway.start(); var closed = Gateway.start("ALLOWED_ORIGINS=https://app.example.com");
                var witness = closed.follow(CHANNEL)) {
            browser.open(pages.url());
            assertTrue(publish(open.port(), Gateway.TOKEN).startsWith("200 "));
            browser.console();
            assertTrue(publish(closed.port(), Gateway.TOKEN).startsWith("TypeError"));
            assertTrue(browser.console().stream().anyMatch(line -> line.contains("blocked by CORS policy")));
            witness.await(Message::isConnection);
            String id = closed.publish(PATH, "1");
            assertEquals(id, witness.nextLog().id(), "what the browser stopped was not published");
        }
    }

    private static void follow(int port) {
        follow(port, "{}");
    }

    private static void follow(int port, String options) {
        browser.open(pages.url());
        browser.script("follow(arguments[0], " + options + ")", "http://127.0.0.1:" + port + Client.stream(CHANNEL));
    }

    private static String publish(int port, String token) {
        return ((JsonString) browser.script("""
                return ask(arguments[0], {method: 'POST', body: arguments[1], headers: {'Content-Type': \
                'application/json', 'X-Service-Token': arguments[2]}})""",
                "http://127.0.0.1:" + port + "/api/logs/publish", Gateway.entry(PATH, "\"from a page\""), token))
                .value();
    }

    private static List<Message> seen() {
        var all = (JsonArray) browser.script("return seen");
        return all.elements().stream().map(one -> (JsonObject) one)
                .map(one -> new Message(Gateway.string(one, "event"), Gateway.string(one, "id"),
                Gateway.string(one, "data"))).toList();
    }

    private static List<Message> logs() {
        return seen().stream().filter(Message::isLog).toList();
    }

    /// How many of these the page has seen, counted there: it may have seen thousands.
    private static long count(String event) {
        return Long.parseLong(browser.script("return seen.filter(one => one.event === arguments[0]).length", event)
                .toString());
    }

    private static List<Message> awaitEvent(String event) {
        Await.until(() -> event + "; seen " + seen(), RECONNECT, () -> count(event) > 0);
        return seen().stream().filter(message -> message.event().equals(event)).toList();
    }

    private static List<Message> awaitLogs(int count) {
        Await.until(() -> count + " log events; seen " + seen(), RECONNECT, () -> count("message") >= count);
        return logs();
    }
}
