package com.datashop.gateway.http.viewer;

import static com.datashop.gateway.http.viewer.ViewerPage.ENTER;
import static com.datashop.gateway.http.viewer.ViewerPage.ESCAPE;
import static com.datashop.gateway.http.viewer.ViewerPage.SPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Gateway;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The use of the viewer: following, filtering, pausing, linking, downloading, by mouse and by keyboard.
class ViewerTest extends ViewerSuite {
    ViewerTest() {
        super("HISTORY_EVENTS=5000");
    }

    @Test
    void historyIsThereAndWhatIsPublishedAppearsInOrder() {
        var ids = new ArrayList<String>();
        ids.add(publish("{\"level\":\"WARN\",\"message\":\"before\",\"rows\":3,\"table\":\"orders\"}"));
        page.follow(gateway.port(), channel());
        page.awaitCount("1");
        ids.add(publish("\"a text of its own\""));
        ids.add(publish("{\"level\":50,\"msg\":\"by pino\"}"));
        ids.add(publish("[1.00,2e400]"));
        page.awaitCount("4");
        assertEquals(ids, page.ids());
        assertEquals(List.of("before", "a text of its own", "by pino", "[1.00,2e400]"), page.messages());
        assertEquals(List.of("warn", "", "error", ""), page.texts(".row .level"));
        assertEquals(List.of("rows=3", "table=orders"), page.texts(".row .field"));
        assertTrue(page.text(".row .time").matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}"), page.text(".row .time"));
    }

    @Test
    void channelsAreTypedOrPickedAndAreInTheAddress() {
        gateway.publish(workspace + "/one", "1");
        gateway.publish(workspace + "/two", "2");
        page.open(gateway.port(), "");
        page.await("what there is", () -> page.texts(".offered bdi").contains(channel("*")));
        page.click("#channel");
        page.type(workspace + ":");
        page.await("offers", () -> page.texts("#offers [role=option] bdi")
                .equals(List.of(channel("*"), channel("one"), channel("two"))));
        page.click("#offers [role=option]:nth-child(2)");
        page.awaitState("Live");
        page.awaitCount("1");
        page.type("etl:" + workspace + ":two" + ENTER);
        page.awaitCount("2");
        assertEquals(List.of(channel("one"), channel("two")), page.texts(".chip bdi"));
        assertTrue(page.address().endsWith("/?channels=" + channel("one") + "," + channel("two")), page.address());
        assertEquals(List.of("one", "two"), page.texts(".row .channel"), "only what differs");
        assertEquals(List.of(channel("one"), channel("two")),
                page.strings("return [...document.querySelectorAll('.row .channel')].map(cell => cell.title)"));
        assertFalse(page.visible("#offers"), "the list hides no lines any more");
        page.type("etl:" + workspace + ":two" + ENTER);
        assertEquals(List.of(channel("one"), channel("two")), page.texts(".chip bdi"), "Enter adds none twice");
        assertFalse(page.visible("#offers"), "and closes the list");
        page.type("everything");
        page.await("all that may be read", () -> page.texts("#offers [role=option] bdi")
                .equals(List.of("Everything that may be read")));
        for (int i = 0; i < "everything".length(); i++) page.press("\uE003");
        page.type("nonsense" + ENTER);
        page.await("the error", () -> page.text("#channel-error").contains("logs:nonsense"));
        page.press(ESCAPE);
        page.browser().script("history.back()");
        page.awaitCount("1");
        assertEquals(List.of(channel("one")), page.texts(".chip bdi"));
    }

    @Test
    void levelsHaveCountsAndHideTheirLines() {
        publishAll("{\"level\":\"info\",\"message\":\"i1\"}", "{\"level\":\"error\",\"message\":\"e1\"}",
                "{\"level\":\"info\",\"message\":\"i2\"}", "{\"level\":\"warn\",\"message\":\"w1\"}");
        page.follow(gateway.port(), channel());
        page.awaitCount("4");
        assertEquals("2", page.text("#level-info .count"));
        assertEquals("1", page.text("#level-error .count"));
        page.click("#level-info");
        page.awaitCount("2 of 4");
        assertEquals(List.of("e1", "w1"), page.messages());
        publishAll("{\"level\":\"info\",\"message\":\"i3\"}", "{\"level\":\"error\",\"message\":\"e2\"}");
        page.awaitCount("3 of 6");
        assertEquals("3", page.text("#level-info .count"));
        page.doubleClick("#level-error");
        page.awaitCount("2 of 6");
        assertTrue(page.address().endsWith("&levels=error"), page.address());
        page.follow(gateway.port(), channel() + "&levels=error");
        page.awaitCount("2 of 6");
        assertEquals(List.of("e1", "e2"), page.messages());
        page.doubleClick("#level-error");
        page.awaitCount("6");
    }

    @Test
    void theTextFilterMarksWhatItFindsForOldLinesAndNew() {
        publishAll("{\"message\":\"Timeout of the upload\"}", "{\"message\":\"done\"}",
                "{\"message\":\"failed\",\"why\":\"TIMEOUT\"}");
        page.follow(gateway.port(), channel());
        page.awaitCount("3");
        page.press("/");
        page.type("timeout");
        page.awaitCount("2 of 3");
        page.await("the marks", () -> page.texts(".row mark").equals(List.of("Timeout", "TIMEOUT")));
        publishAll("{\"message\":\"no such\"}", "{\"message\":\"\\u001b[31mtime\\u001b[1mout\\u001b[0m again\"}");
        page.awaitCount("3 of 5");
        assertEquals("timeout again", page.messages().getLast());
        assertTrue(page.address().endsWith("&q=timeout"), page.address());
        page.type(" (of*");
        page.awaitCount("0 of 5");
        page.await("why there is nothing", () -> page.text("#empty").contains("No line matches"));
        page.click("#empty p:last-child button");
        page.awaitCount("5");
        assertFalse(page.address().contains("q="), page.address());
    }

    @Test
    void aLineThatWasFoundIsShownAmongThoseThatTheFilterHides() {
        publishAll(numbered(0, 500));
        page.follow(gateway.port(), channel() + "&q=line+321");
        page.awaitCount("1 of 500");
        page.press("j", ENTER);
        page.await("the detail", () -> page.visible(".detail"));
        page.click(".detail-actions button:last-child");
        page.awaitCount("500");
        page.await("the line", () -> page.inSight(".row.target"));
        assertEquals("line 321", page.text(".row.target .told"));
        assertTrue(page.inSight(lineWith(320)) && page.inSight(lineWith(322)), "with its neighbours");
        page.browser().script("history.back()");
        page.awaitCount("1 of 500");
        page.press("j", "a");
        page.awaitCount("500");
        page.await("the line once more", () -> page.inSight(".row.target"));
    }

    @Test
    void aFilterIsSavedByANameOfferedWhileOneTypesAndSharedByLink() {
        publishAll("{\"level\":\"error\",\"message\":\"timeout of the upload\"}",
                "{\"level\":\"info\",\"message\":\"timeout of the import\"}", "\"done\"");
        page.follow(gateway.port(), channel() + "&q=timeout&levels=error");
        page.awaitCount("1 of 3");
        page.click("#saved-open");
        page.await("the field for a name", () -> page.visible("#saved-name"));
        page.type("slow uploads" + ENTER);
        page.await("that it is saved", () -> page.text("#toast").equals("The filter is saved as “slow uploads”"));
        assertEquals("★", page.text("#saved-open"));
        page.follow(gateway.port(), channel());
        page.awaitCount("3");
        assertEquals("☆", page.text("#saved-open"));
        page.press("/");
        page.type("UPL");
        page.await("the offer", () -> page.texts("#saved .saved-one bdi").equals(List.of("slow uploads"))
                && page.visible("#saved"));
        page.press("\uE015", ENTER);
        page.awaitCount("1 of 3");
        assertTrue(page.address().endsWith("/?channels=" + channel() + "&q=timeout&levels=error"), page.address());
        assertFalse(page.visible("#saved"));
        assertEquals("★", page.text("#saved-open"));
        page.press("/", ESCAPE);
        page.doubleClick("#level-error");
        page.awaitCount("3");
        page.click("#saved-open");
        page.browser().devTools("Browser.grantPermissions",
                "{\"permissions\":[\"clipboardReadWrite\",\"clipboardSanitizedWrite\"]}");
        page.click("#saved-list [aria-label^='Copy a link']");
        page.await("the copy", () -> page.text("#toast").equals("Link copied"));
        assertEquals("http://127.0.0.1:" + gateway.port() + "/?channels=" + channel() + "&q=timeout&levels=error",
                page.string("return navigator.clipboard.readText()"));
        page.click("#saved-list [aria-label^='Delete']");
        page.await("that there is none", () -> page.text("#saved-list").startsWith("No filter is saved yet"));
        page.press(ESCAPE);
        page.await("it is closed", () -> !page.visible("#saved"));
        assertEquals("[]", page.string("return localStorage.getItem('logs-viewer-filters')"));
    }

    @Test
    void whatARowHasNoRoomForIsToldInItAndAddressesAreLinks() {
        publishAll("{\"message\":\"" + "far ".repeat(200) + "needle behind\"}",
                "{\"message\":\"short\",\"list\":[\"" + "x".repeat(20_000) + " needle inside\"]}",
                "{\"message\":\"see https://status.example.com/a?b=1.\",\"time\":\"2020-01-02T03:04:05Z\"}",
                "\"\\u001b[38:2::1:2:3mcoloured\\u001b[0m \\u001b[4:3mcurly\"");
        page.follow(gateway.port(), channel() + "&q=needle&time=utc");
        page.awaitCount("2 of 4");
        assertEquals(List.of("needle", "needle"), page.texts(".row .excerpt mark"));
        assertTrue(page.texts(".row .excerpt").get(1).endsWith("x needle inside\"]}"),
                () -> page.texts(".row .excerpt").toString());
        page.press("/", ESCAPE);
        page.awaitCount("4");
        assertEquals("https://status.example.com/a?b=1 _blank noopener noreferrer", page.string(
                "const { href, target, rel } = document.querySelector('.row a');"
                + "return [href, target, rel].join(' ')"));
        assertEquals(List.of("2020-01-02 03:04:05.000"), page.texts(".row .own"));
        assertEquals("rgb(1 2 3) curly", page.string("return document.querySelector('.row .ansi-other').style"
                + ".getPropertyValue('--ansi') + ' ' + document.querySelector('.row .ansi-underline').textContent"));
    }

    @Test
    void whatComesWhileItIsPausedWaitsAndIsCounted() {
        publishAll("\"one\"");
        page.follow(gateway.port(), channel());
        page.awaitCount("1");
        page.press(SPACE);
        publishAll("\"two\"", "\"three\"");
        page.await("the count", () -> page.text("#paused-text").equals("Paused. 2 new lines wait."));
        assertEquals(List.of("one"), page.messages());
        assertTrue(page.visible("#paused"));
        page.press(SPACE);
        page.awaitCount("3");
        assertEquals(List.of("one", "two", "three"), page.messages());
        assertFalse(page.visible("#paused"));
    }

    @Test
    void scrollingUpStopsFollowingAndSaysHowMuchIsNew() {
        publishAll(numbered(0, 300));
        page.follow(gateway.port(), channel());
        page.awaitCount("300");
        page.await("the end", () -> page.inSight(lineWith(299)));
        page.browser().script("document.getElementById('scroller').scrollTop -= 3000");
        page.await("the button", () -> page.visible("#newer"));
        String top =
                page.string(
                "return [...document.querySelectorAll('.row')].find(row => row.getBoundingClientRect().top >= "
                + "document.getElementById('scroller').getBoundingClientRect().top).dataset.id");
        publishAll(numbered(300, 345));
        page.await("the count", () -> page.text("#newer-text").equals("45 new lines"));
        assertTrue(page.inSight("[data-id='" + top + "']"), "what one reads stays");
        assertFalse(page.messages().contains("line 344"));
        page.press("G");
        page.await("the end", () -> page.inSight(lineWith(344)) && !page.visible("#newer"));
        publishAll(numbered(345, 346));
        page.await("it follows again", () -> page.inSight(lineWith(345)));
        page.press("g");
        page.await("the first", () -> page.inSight(lineWith(0)));
        page.click("#newer");
        page.await("the end", () -> page.inSight(lineWith(345)));
    }

    @Test
    void aLinkOpensItsLineAmongThoseAroundIt() {
        publishAll(numbered(0, 2000));
        page.follow(gateway.port(), channel());
        page.awaitCount("1,000");
        page.press("g");
        page.await("the first", () -> page.inSight(lineWith(1000)));
        page.press("j", "j", "j", "l");
        page.await("the copy", () -> page.text("#toast").equals("Link copied"));
        page.awaitDrawn();
        String id = page.string("return document.querySelector('.row.current').dataset.id");
        page.browser().devTools("Browser.grantPermissions",
                "{\"permissions\":[\"clipboardReadWrite\",\"clipboardSanitizedWrite\"]}");
        String link = page.string("return navigator.clipboard.readText()");
        assertEquals("http://127.0.0.1:" + gateway.port() + "/?channels=" + channel() + "#" + id, link);
        page.browser().open("about:blank");
        page.browser().open(link);
        page.await("the line", () -> page.inSight(".row.target"));
        assertEquals(id, page.string("return document.querySelector('.row.target').dataset.id"));
        assertTrue(page.messages().contains("line 999") && page.messages().contains("line 1005"),
                "with what is around it: " + page.messages());
        page.awaitCount("1,000");
        publishAll(numbered(2000, 2001));
        page.awaitState("Past");
        assertTrue(page.inSight(".row.target"), "it stays");
        page.await("the newest at the end", () -> {
            page.browser()
                    .script("const list = document.getElementById('scroller'); list.scrollTop = list.scrollHeight");
            return page.text("#state").equals("Live") && page.messages().contains("line 2000");
        });
        publishAll(numbered(2001, 2002));
        page.await("what comes then", () -> page.messages().contains("line 2001"));
        page.browser().open("about:blank");
        page.open(gateway.port(), "?channels=" + channel() + "&since=0#" + id.split("-")[0] + "-0");
        page.await("that it is not there", () -> page.visible("#notice-line"));
    }

    @Test
    void whatIsShownCanBeDownloaded() {
        var ids = publishAll("{\"level\":\"INFO\",\"message\":\"one\",\"exact\":1.00}",
                "{\"level\":\"WARN\",\"message\":\"\\u001b[31mtwo\\u001b[0m\\u202e\",\"rows\":[1, 2]}", "\"three\"");
        page.follow(gateway.port(), channel());
        page.awaitCount("3");
        var lines = page.download("ndjson");
        assertEquals(3, lines.size());
        var first = Gateway.object(lines.getFirst());
        assertEquals(List.of("channel", "id", "timestamp", "data"), List.copyOf(first.members().keySet()));
        assertEquals(channel(), Gateway.string(first, "channel"));
        assertEquals(ids, lines.stream().map(line -> Gateway.string(Gateway.object(line), "id")).toList());
        assertTrue(lines.getFirst().endsWith("\"data\":{\"level\":\"INFO\",\"message\":\"one\",\"exact\":1.00}}"),
                lines.getFirst());
        assertTrue(page.downloads().getFirst().getFileName().toString()
                .matches("logs-etl-" + workspace + "-r-[-0-9T]+\\.ndjson"), page.downloads()::toString);
        page.doubleClick("#level-warn");
        page.awaitCount("1 of 3");
        var text = page.download("text");
        assertEquals(1, text.size());
        assertTrue(text.getFirst().matches("[-0-9T:.]+(Z|[-+]\\d\\d:\\d\\d) WARN  " + channel()
                + " two\u27e8U\\+202E\u27e9 rows=\\[1,2\\]"), text.getFirst());
    }

    @Test
    void aLineOpensToItsDataTokenForToken() {
        publishAll(
                "{\"level\":\"ERROR\",\"message\":\"first\\nsecond\",\"n\":1.00,\"big\":12345678901234567890,"
                + "\"deep\":{\"list\":[true,null,{}]}}");
        page.follow(gateway.port(), channel());
        page.awaitCount("1");
        page.press("j", ENTER);
        page.await("the detail", () -> page.visible(".detail .json"));
        assertEquals("first\nsecond", page.text(".detail .whole"));
        assertEquals(List.of("1.00", "12345678901234567890"), page.texts(".detail .json-number"));
        assertEquals(List.of("level", "message", "n", "big", "deep", "list"), page.texts(".detail .json-key"));
        assertEquals("true", page.string("return document.querySelector('.row').getAttribute('aria-expanded')"));
        page.click(".detail .nested .nested > summary");
        page.await("it is folded", () -> page.is("return !document.querySelectorAll('.detail details')[1].open"));
        publishAll("\"another\"");
        page.awaitCount("2");
        assertTrue(page.visible(".detail .json"), "it stays open");
        page.press("j", ENTER);
        page.await("the other detail", () -> page.texts(".detail .whole").equals(List.of("first\nsecond", "another")));
        page.press(ESCAPE);
        page.await("it is closed", () -> !page.visible(".detail"));
    }

    @Test
    void timesAreLocalUtcOrRelative() {
        page.browser().devTools("Emulation.setTimezoneOverride", "{\"timezoneId\":\"Asia/Kolkata\"}");
        try {
            gateway.post("/api/logs/publish", "{\"service\":\"etl\",\"workspace_id\":\"" + workspace
                    + "\",\"resource_id\":\"r\",\"timestamp\":\"2021-03-04T20:06:07.089Z\",\"logData\":1}",
                    "Content-Type: application/json", "X-Service-Token: " + Gateway.TOKEN);
            page.follow(gateway.port(), channel());
            page.awaitCount("1");
            assertEquals("2021-03-05 01:36:07.089", page.text(".row .time"));
            page.press("j", ENTER);
            page.await("the detail", () -> page.text(".facts").startsWith("Time2021-03-05T01:36:07.089+05:30"));
            page.press("t");
            page.await("UTC", () -> page.text(".row .time").equals("2021-03-04 20:06:07.089"));
            page.await("the open line agrees", () -> page.text(".facts").startsWith("Time2021-03-04T20:06:07.089Z"));
            assertTrue(page.address().endsWith("&time=utc"), page.address());
            page.press("t");
            page.await("relative", () -> page.text(".row .time").matches("\\d+ d ago"));
            assertEquals("2021-03-05T01:36:07.089+05:30",
                    page.string("return document.querySelector('.row .time').title"));
        } finally {
            page.browser().devTools("Emulation.setTimezoneOverride", "{\"timezoneId\":\"\"}");
        }
    }

    @Test
    void anEmptyPageTellsHowToPublishAndInDevelopmentDoesItItself() {
        page.follow(gateway.port(), channel());
        page.await("what to do", () -> page.visible("#sample"));
        assertTrue(page.text("#empty pre").contains("\"workspace_id\":\"" + workspace + "\""), page.text("#empty pre"));
        page.click("#sample");
        page.awaitCount("1");
        assertEquals(List.of("Test line 1"), page.messages());
        assertFalse(page.visible("#empty"));
    }

    @Test
    void theHelpShowsTheKeysAndTypingIsNoCommand() {
        publishAll("\"one\"");
        page.follow(gateway.port(), channel());
        page.press("?");
        page.await("the help", () -> page.visible("#help"));
        assertTrue(page.text("#keys").contains("Pause"));
        page.press(ESCAPE);
        page.await("no help", () -> !page.visible("#help"));
        page.press("/");
        page.type("a g?G j");
        assertFalse(page.visible("#help"));
        assertFalse(page.visible("#paused"));
        page.awaitCount("0 of 1");
        page.press(ESCAPE);
        page.awaitCount("1");
    }

    private String publish(String data) {
        return gateway.publish(workspace + "/r", data);
    }

    private List<String> publishAll(String... data) {
        return java.util.Arrays.stream(data).map(this::publish).toList();
    }

    private void publishAll(List<String> data) {
        gateway.publishAll(workspace + "/r", data);
    }

    /// The row of the line that [#numbered] has numbered so.
    private String lineWith(int number) {
        return "[data-id='"
                + page
                .string(
                "return [...document.querySelectorAll('.row')].find(row => row.querySelector('.told').textContent "
                + "=== arguments[0])?.dataset.id ?? ''",
                "line " + number) + "']";
    }
}
