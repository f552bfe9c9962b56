package com.datashop.gateway.http.viewer;

import static com.datashop.gateway.http.viewer.ViewerPage.ENTER;
import static com.datashop.gateway.http.viewer.ViewerPage.NOT_LOADED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.SteadyPublisher;
import com.datashop.gateway.support.Tokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The viewer's connection: cuts, restarts, gaps, refusals and tokens lose and double nothing on screen.
class ViewerStreamTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";
    @AutoClose
    private static ViewerPage page;

    @BeforeAll
    static void start() {
        page = new ViewerPage();
    }

    /// A page whose gateway is gone goes on asking for it: not into the console of the next test.
    @AfterEach
    void leave() {
        page.browser().open("about:blank");
    }

    @Test
    void aGatewayThatIsKilledAndStartedAgainLosesAndDoublesNothingOnScreen(@TempDir Path directory) {
        var ids = new ArrayList<String>();
        int port;
        try (var first = GatewayProcess.start("DATA_DIR=" + directory)) {
            port = first.port();
            page.follow(port, CHANNEL);
            for (int i = 0; i < 40; i++) ids.add(first.client().publish(PATH, "\"first life " + i + "\""));
            page.awaitCount("40");
            first.signal("KILL");
            first.awaitExit();
            page.awaitState("Reconnecting");
        }
        try (var second = GatewayProcess.start("DATA_DIR=" + directory, "PORT=" + port)) {
            for (int i = 0; i < 40; i++) ids.add(second.client().publish(PATH, "\"second life " + i + "\""));
            page.awaitCount("80");
            page.awaitState("Live");
            ids.add(second.client().publish(PATH, "\"live\""));
            page.awaitCount("81");
            assertEquals(ids, downloadedIds());
            page.assertQuiet(NOT_LOADED);
            second.signal("TERM");
            page.await("the goodbye", () -> page.text("#notice-text").startsWith("The gateway shuts down.")
                    || page.text("#notice-text").startsWith("The gateway can not be reached."));
            assertTrue(page.visible("#retry"));
            second.awaitExit();
        }
        page.assertQuiet(NOT_LOADED);
    }

    @Test
    void cutsWhileLinesComeLoseAndDoubleNothingOnScreen() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=100000"); var cable = new Cable(gateway.port())) {
            page.follow(cable.port(), CHANNEL);
            var publisher = new SteadyPublisher(gateway, PATH, Duration.ofMillis(1));
            for (int cut = 0; cut < 3; cut++) {
                publisher.awaitMore(50);
                cable.cut();
                page.awaitState("Reconnecting");
                page.await("the way back", () -> {
                    page.browser().script("document.getElementById('retry').click()");
                    return page.text("#state").equals("Live");
                });
            }
            var ids = publisher.stop();
            page.awaitCount(String.format(java.util.Locale.ROOT, "%,d", ids.size()));
            assertEquals(ids, downloadedIds());
            page.assertQuiet(NOT_LOADED);
        }
    }

    @Test
    void aPageThatIsLeftGivesItsConnectionBackAndMissesNothingWhenOneComesBack() {
        try (var gateway = Gateway.start()) {
            var ids = new ArrayList<String>();
            for (int visit = 1; visit <= 8; visit++) { // a browser has six connections for a host
                if (visit == 1) page.follow(gateway.port(), CHANNEL);
                else page.browser().script("history.back()");
                String count = String.valueOf(ids.size());
                page.awaitCount(count);
                page.awaitState("Live");
                ids.add(gateway.publish(PATH, "\"while one looks\""));
                page.awaitCount(String.valueOf(ids.size()));
                page.open(gateway.port(), "health/live");
                ids.add(gateway.publish(PATH, "\"while one does not\""));
            }
            page.browser().script("history.back()");
            page.awaitCount(String.valueOf(ids.size()));
            assertEquals(ids, page.ids());
            page.await("the streams that were left to be gone", () -> {
                gateway.publish(PATH, "\"more\""); // a departed client is found by writing to it
                return gateway.client().connections() == 1;
            });
            page.assertQuiet("/favicon.ico"); // which the browser asks for beside the page that one went to
        }
    }

    @Test
    void oneOutageOfManyChannelsIsOneRowWithAllThatIsLost() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=2"); var cable = new Cable(gateway.port())) {
            page.follow(cable.port(), "logs:etl:w:*");
            gateway.publish("w/a", "1");
            page.awaitCount("1");
            cable.cut();
            page.awaitState("Reconnecting");
            for (int i = 0; i < 5; i++)
                for (var channel : List.of("a", "b", "c", "d")) gateway.publish("w/" + channel, "2");
            page.browser().script("document.getElementById('retry').click()"); // it need not wait any longer
            page.await("what is left and one gap", () -> page.ids().size() == 9);
            page.awaitDrawn();
            assertEquals(1, page.texts(".row.gap").size());
            assertTrue(page.text(".row.gap .told").startsWith("12 events lost here"), page.text(".row.gap .told"));
            assertEquals(1, page.texts(".row:nth-child(2).gap").size(), "it is where the first is lost");
            page.assertQuiet(NOT_LOADED);
        }
    }

    @Test
    void whatHistoryHasForgottenIsALineThatSaysHowMuch() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=10"); var cable = new Cable(gateway.port())) {
            page.follow(cable.port(), CHANNEL);
            gateway.publish(PATH, "\"before\"");
            page.awaitCount("1");
            cable.cut();
            page.awaitState("Reconnecting");
            gateway.publishAll(PATH, IntStream.range(0, 30).mapToObj(i -> "\"meanwhile " + i + "\"").toList());
            page.browser().script("document.getElementById('retry').click()"); // it need not wait any longer
            page.awaitCount("11");
            var messages = page.messages();
            assertEquals("before", messages.getFirst());
            assertTrue(messages.get(1).startsWith("20 events lost here"), messages::toString);
            assertEquals(List.of("meanwhile 20", "meanwhile 29"), List.of(messages.get(2), messages.getLast()));
            assertTrue(page.visible(".row.gap"));
            page.press("/");
            page.type("29");
            page.awaitCount("1 of 11");
            assertTrue(page.visible(".row.gap"), "a filter hides no gap");
            assertTrue(page.visible("#notice-gap"), "a gap is told of where one looks");
            assertTrue(page.text("#status").startsWith("20 events lost here"), "and to who hears it: "
                    + page.text("#status"));
            assertTrue(page.text("#notice-gap-text").startsWith("20 events lost here"), page.text("#notice-gap-text"));
            assertTrue(page.text(".row.gap .between").matches("between [-0-9:. ]+ and [-0-9:. ]+"),
                    page.text(".row.gap .between"));
            page.size(320, 640);
            page.await("all of the gap on a phone", () -> page.is("""
                    const row = document.querySelector('.row.gap').getBoundingClientRect();
                    return innerWidth === 320 && [...document.querySelectorAll('.row.gap :is(.told, .between, .load)')]
                        .map(part => part.getBoundingClientRect()).filter(part => part.width > 30 && part.right <= 320
                            && part.top >= row.top && part.bottom <= row.bottom).length === 3"""));
            page.unsize();
            page.click("#notice-gap-show");
            page.await("no notice", () -> !page.visible("#notice-gap"));
            page.click(".row.gap .load");
            page.await("that nothing is left", () -> page.text("#toast").equals("Nothing of it is left")
                    && page.texts(".row.gap .load").isEmpty());
            assertTrue(page.text(".row.gap .told").startsWith("20 events lost here"), page.text(".row.gap .told"));
            page.click("#filter");
            page.press("\uE00C");
            assertTrue(page.download("ndjson").get(1)
                    .startsWith("{\"type\":\"gap\",\"reason\":\"evicted\",\"lost\":20,"));
            page.assertQuiet(NOT_LOADED);
        }
    }

    @Test
    void whatHistoryForgetsWhileOneReadsThePastIsARowInItsPlace() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=1500")) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < 100; i++) ids.add(gateway.publish(PATH, "\"line " + i + "\""));
            gateway.publishAll(PATH, lines(100, 1500));
            page.open(gateway.port(), "?channels=" + CHANNEL + "#" + ids.get(50));
            page.awaitCount("551");
            gateway.publishAll(PATH, lines(1500, 2900)); // of which the first 1400 make way
            page.await("the lines that are left", () -> {
                page.browser().script(
                        "const list = document.getElementById('scroller'); list.scrollTop = list.scrollHeight");
                return page.text("#state").equals("Live") && page.messages().contains("line 2899");
            });
            assertEquals("2,051", page.text("#count"));
            page.press("g");
            page.await("the first", () -> page.inSight(".row[aria-rowindex='1']"));
            page.browser().script("document.getElementById('scroller').scrollTop = 22 * 545");
            page.await("the gap", () -> page.visible(".row.gap"));
            assertEquals(List.of("line 550", "849 events lost here: history has forgotten them, and this page came too "
                    + "late for them", "line 1400"), page.strings("""
                    const row = document.querySelector('.row.gap');
                    return [row.previousElementSibling, row, row.nextElementSibling]
                        .map(one => one.querySelector('.told').textContent)"""));
            page.open(gateway.port(), "?channels=" + CHANNEL + "&tail=10#" + ids.get(50));
            page.await("that it is not there", () -> page.visible("#notice-line") && page.inSight(".row.gap"));
            assertTrue(page.text(".row.gap .told").matches("1,3[0-9][0-9] events lost here.*"),
                    page.text(".row.gap .told"));
            assertTrue(page.messages().contains("line 1400"), page.messages()::toString);
            page.assertQuiet();
        }
    }

    private static List<String> lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "\"line " + i + "\"").toList();
    }

    @Test
    void aTokenIsAskedForWhereOneIsNeededAndIsNowhereButInMemory() {
        try (var gateway = Gateway.start("STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET)) {
            String id = gateway.publish(PATH, "\"secret\"");
            page.open(gateway.port(), "?channels=" + CHANNEL + ",logs:etl:other:*");
            page.await("the question", () -> page.visible("#access") && page.text("#access-title")
                    .equals("This gateway asks for a token"));
            page.type(Tokens.reader(-3600, "w") + ENTER);
            page.await("why it is not taken", () -> page.text("#access-why").equals("The token has expired."));
            page.paste(Tokens.reader(600, "elsewhere"));
            page.press(ENTER);
            page.await("why it does not help", () -> page.text("#empty")
                    .contains("None of these channels may be read."));
            page.click("#empty button");
            String token = Tokens.reader(600, "w");
            page.paste("Bearer " + token);
            page.press(ENTER);
            page.awaitState("Live");
            page.awaitCount("1");
            assertEquals(List.of(id), page.ids());
            assertFalse(page.visible("#access"));
            assertTrue(page.text("#notice-text").contains("logs:etl:other:*"), "what is left out is told");
            String everywhere = page.string("""
                    return [location.href, document.cookie, JSON.stringify(localStorage),
                        JSON.stringify(sessionStorage), JSON.stringify(history.state),
                        document.documentElement.outerHTML,
                            document.getElementById('token').value, ...performance.getEntries().map(entry => \
                    entry.name)].join('\\n')""");
            assertTrue(everywhere.contains("/api/logs/channels"),
                    "the requests were seen; the stream's are the worker's");
            assertFalse(everywhere.contains(token), everywhere);
            page.click("#channel");
            page.await("the picker has the token too", () -> page.texts("#offers bdi").contains(CHANNEL));
            page.open(gateway.port(), "?channels=" + CHANNEL);
            page.await("the question again, since nothing kept it", () -> page.visible("#access"));
            page.browser().script("document.cookie = 'logs_token=' + arguments[0]", token);
            page.follow(gateway.port(), CHANNEL);
            page.browser().script("document.cookie = 'logs_token=; Max-Age=0'");
            page.awaitCount("1");
            assertFalse(page.visible("#access"), "the cookie says who one is");
            page.assertQuiet(NOT_LOADED);
        }
    }

    @Test
    void aStreamThatIsRefusedForNowSaysWhyAndComesBack() {
        try (var gateway = Gateway.start("MAX_CONNECTIONS_PER_IP=1")) {
            try (var other = gateway.follow(CHANNEL)) {
                other.next();
                page.open(gateway.port(), "?channels=" + CHANNEL);
                page.await("the reason", () -> page.text("#notice-text")
                        .startsWith("Too many streams from this address."));
                assertTrue(page.text("#state").startsWith("Reconnecting in "));
            }
            page.await("the way back", () -> {
                gateway.publish(PATH, "1"); // a departed client is found by writing to it
                if (page.visible("#retry")) page.browser().script("document.getElementById('retry').click()");
                return page.text("#state").equals("Live");
            });
            page.assertQuiet(NOT_LOADED);
        }
    }

    @Test
    void whatCanNotBeFollowedIsSaid() {
        try (var gateway = Gateway.start()) {
            page.open(gateway.port(), "?channels=logs:bad");
            page.await("the reason", () -> page.visible("#empty") && page.text("#empty").contains("Channels: "));
            page.awaitState("Disconnected");
            page.assertQuiet(NOT_LOADED);
        }
    }

    private static List<String> downloadedIds() {
        return page.download("ndjson").stream().map(line -> Gateway.string(Gateway.object(line), "id")).toList();
    }
}
