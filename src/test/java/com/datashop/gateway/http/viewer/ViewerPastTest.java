package com.datashop.gateway.http.viewer;

import static com.datashop.gateway.http.viewer.ViewerPage.ENTER;
import static com.datashop.gateway.http.viewer.ViewerPage.ESCAPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Browser;
import com.datashop.gateway.support.Gateway;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The past in the viewer: older lines, a search of history, links to old lines, a time range, and finding.
class ViewerPastTest extends ViewerSuite {
    private static final int LINES = 20_000;
    private static final String CHANNEL = "logs:etl:w:r";

    ViewerPastTest() {
        super("HISTORY_EVENTS=30000");
    }

    @BeforeAll
    void publishLines() {
        for (int from = 0; from < LINES; from += 2000) gateway.publishAll("w/r", numbered(from, from + 2000));
        page.size(1280, 800);
    }

    @Test
    void olderLinesComeWhenOneIsAtTheTopAndTheLineUnderTheEyeStays() {
        page.follow(gateway.port(), CHANNEL + "&tail=100");
        page.awaitCount("100");
        String first = page.string("return fetch('api/logs/events?limit=100&channels=" + CHANNEL
                + "').then(reply => reply.json()).then(found => found.events[0].id)");
        page.press("g");
        page.awaitCount("1,100");
        assertTrue(page.inSight("[data-id='" + first + "']"), "what was the first stays in sight");
        page.press("g");
        page.awaitCount("2,100");
    }

    @Test
    void aSearchReachesAllOfHistoryAndTakesItsLinesAlong() {
        page.follow(gateway.port(), CHANNEL + "&tail=100&q=line+77");
        page.await("why there is nothing", () -> page.text("#empty").contains("No line matches"));
        page.click("#search-history");
        page.await("all of history", () -> page.text("#edge-text").equals("All of history was searched"));
        assertEquals("111 of 211", page.text("#count"), "77, 770 to 779, 7700 to 7799");
        page.press("/", ESCAPE);
        page.awaitCount("1,100"); // what was found is gone, and older lines come, since one is at the first
        page.click("#filter");
        page.type("no such text");
        page.await("why there is nothing", () -> page.text("#empty").contains("No line matches"));
        page.click("#search-history");
        page.await("that it is nowhere", () -> page.text("#empty").contains("Nothing in the rest of history does."));
    }

    @Test
    void aSearchOfHistoryLooksAtTheNamesOfChannelsAsTheFilterDoes() {
        gateway.publishAll("names/invoices", numbered(0, 30));
        gateway.publish("names/orders", "{\"message\":\"of the INVOICES of today\"}");
        gateway.publish("names/orders", "{\"message\":\"the last\"}");
        page.follow(gateway.port(), "logs:etl:names:*&tail=1&q=invoices");
        page.await("why there is nothing", () -> page.text("#empty").contains("No line matches"));
        page.click("#search-history");
        page.await("all of history", () -> page.text("#edge-text").equals("All of history was searched"));
        assertEquals("31 of 32", page.text("#count"));
    }

    @Test
    void aLinkToAnOldLineShowsItAmongOthersAndItStaysWhateverComes() {
        page.open(gateway.port(), "?channels=" + CHANNEL + "#" + idOf(50));
        page.await("the line", () -> page.inSight(".row.target"));
        assertEquals("line 50", page.text(".row.target .told"));
        assertTrue(page.messages().contains("line 49") && page.messages().contains("line 51"),
                page.messages()::toString);
        page.awaitCount("551");
        assertEquals("Past", page.text("#state"));
        gateway.publishAll("w/r", numbered(LINES, LINES + 2000));
        assertTrue(page.inSight(".row.target"));
        page.browser().script("const list = document.getElementById('scroller'); list.scrollTop = list.scrollHeight");
        page.awaitCount("1,551");
        page.click("#newer");
        page.awaitState("Live");
        page.await("the newest", () -> page.messages().contains("line " + (LINES + 1999)));
        assertFalse(page.address().contains("#"), page.address());
    }

    @Test
    void aTimeRangeShowsWhatWasWrittenThenAndNothingElse() {
        var entries = IntStream.range(0, 30)
                .mapToObj(i -> "{\"service\":\"etl\",\"workspace_id\":\"range\",\"timestamp\":"
                + (1_700_000_000_000L + i * 60_000L) + ",\"logData\":{\"message\":\"minute " + i + "\"}}").toList();
        gateway.publishEntries(entries);
        page.open(gateway.port(), "?channels=logs:etl:range&since=1700000600000&until=1700001200000");
        page.awaitCount("10");
        assertEquals(List.of("minute 10", "minute 19"), List.of(page.messages().getFirst(), page.messages().getLast()));
        assertEquals("Past", page.text("#state"));
        assertTrue(page.visible("#range"));
        page.browser().devTools("Emulation.setTimezoneOverride", "{\"timezoneId\":\"Asia/Kolkata\"}");
        page.open(gateway.port(), "?channels=logs:etl:range&since=1700000600000&until=1700001200000&time=utc");
        page.awaitCount("10");
        String since = "return document.getElementById('range-since').value + ' '"
                + "+ document.getElementById('range-zone').textContent";
        assertEquals("2023-11-14T22:23:20 UTC", page.string(since));
        page.press("t");
        page.await("local time", () -> page.string(since).equals("2023-11-15T03:53:20 local time"));
        page.browser().devTools("Emulation.setTimezoneOverride", "{\"timezoneId\":\"\"}");
        page.browser().script("localStorage.clear()");
        page.click("#range-close");
        page.awaitState("Live");
        page.awaitCount("30");
        assertFalse(page.visible("#range"));
    }

    @Test
    void countsOverTimeFollowTheFilterAndPickATimeRange() {
        long noon = 1_700_000_000_000L - 1_700_000_000_000L % 86_400_000L + 43_200_000L;
        gateway.publishEntries(IntStream.range(0, 60).mapToObj(i -> "{\"service\":\"etl\","
                + "\"workspace_id\":\"counts\",\"timestamp\":" + (noon + i * 60_000L) + ",\"logData\":{\"level\":\""
                + (i % 10 == 7 ? "error" : "info") + "\",\"message\":\"minute " + i + "\"}}").toList());
        page.follow(gateway.port(), "logs:etl:counts&time=utc");
        page.awaitCount("60");
        page.await("the counts", () -> page.text("#counts-text").equals("60 lines, at most 1 in 1 min"));
        assertEquals("60", page.string("return document.querySelector('#counts-picture')"
                + ".getAttribute('aria-valuemax')"));
        page.doubleClick("#level-error");
        page.awaitCount("6 of 60");
        page.await("the counts of the filter", () -> page.text("#counts-text").startsWith("6 lines"));
        page.doubleClick("#level-error");
        page.awaitCount("60");
        page.await("all of them", () -> page.text("#counts-text").startsWith("60 lines"));
        page.browser().script("document.getElementById('counts-picture').focus()");
        page.press("\uE011", "\uE014", "\uE014"); // Home, and twice to the right
        assertTrue(page.text("#counts-text").matches(".* 12:02:00 – .* 12:03:00: 1 line: 1 info"),
                page.text("#counts-text"));
        assertEquals(page.text("#counts-text"), page.string("return document.querySelector('#counts-picture')"
                + ".getAttribute('aria-valuetext')"), "and who hears it is told the same");
        page.browser().drag(pointIn(10.5), pointIn(19.5));
        page.awaitCount("10");
        assertEquals(List.of("minute 10", "minute 19"), List.of(page.messages().getFirst(), page.messages().getLast()));
        assertTrue(page.address().contains("since=" + (noon + 600_000) + "&until=" + (noon + 1_200_000)),
                page.address());
        page.await("the counts of the range",
                () -> page.text("#counts-text").startsWith("10 lines, at most 1 in 10 s"));
        page.browser().script("document.getElementById('counts-picture').focus()");
        page.press("\uE011", ENTER);
        page.awaitCount("1");
        assertEquals(List.of("minute 10"), page.messages());
        page.browser().script("history.back()");
        page.awaitCount("10");
        page.click("#range-close");
        page.awaitCount("60");
        page.press("h");
        page.await("no counts", () -> !page.visible("#counts"));
    }

    /// Where this column of sixty is in the picture of the counts.
    private Browser.Point pointIn(double column) {
        return point("const box = document.getElementById('counts-picture').getBoundingClientRect();"
                + "return [box.left + box.width * arguments[0] / 60, box.top + box.height / 2]",
                String.valueOf(column));
    }

    @Test
    void conditionsAreAddedByAClickAndByTheFieldAndTakenAwayAgain() {
        gateway.publishAll("conditions/r", List.of("{\"message\":\"GET /health\",\"user\":{\"id\":7}}",
                "{\"message\":\"GET /api\",\"user\":{\"id\":8}}", "{\"message\":\"GET /api/x\",\"user\":{\"id\":7}}"));
        page.follow(gateway.port(), "logs:etl:conditions:r");
        page.awaitCount("3");
        page.press("j", ENTER);
        page.await("the detail", () -> page.visible(".detail"));
        page.click(".detail [data-path='user.id']");
        page.click(".field-actions button");
        page.awaitCount("2 of 3");
        assertTrue(page.address().endsWith("&where=user.id%3D7"), page.address());
        page.press("/");
        page.type("HEALTH");
        page.awaitCount("1 of 3");
        page.click("#filter-not");
        page.awaitCount("1 of 3");
        assertEquals(List.of("GET /api/x"), page.messages());
        assertEquals(List.of("only", "without"), page.texts("#conditions .kind"));
        page.click("#conditions button");
        page.awaitCount("2 of 3");
        page.click("#conditions button");
        page.awaitCount("3");
        page.click("#filter-regex");
        page.type("api(/x)?$");
        page.awaitCount("2 of 3");
        assertEquals("2", page.text("#level-none .count"), "levels are counted with the filter applied");
        page.type("(");
        page.await("what is wrong", () -> page.visible("#filter-error"));
        page.click("#filter-clear");
        page.awaitCount("3");
    }

    @Test
    void aColumnIsChosenInALineAndKeptInThisBrowser() {
        gateway.publishAll("columns/r", List.of("{\"message\":\"one\",\"user\":{\"name\":\"ann\"}}"));
        page.follow(gateway.port(), "logs:etl:columns:r");
        page.awaitCount("1");
        page.press("j", ENTER);
        page.await("the detail", () -> page.visible(".detail"));
        page.click(".detail [data-path='user.name']");
        page.click(".field-actions button:nth-child(2)");
        page.await("the column", () -> page.texts(".row .column").equals(List.of("ann")));
        page.follow(gateway.port(), "logs:etl:columns:r");
        page.await("the column", () -> page.texts(".row .column").equals(List.of("ann")));
        page.size(320, 800);
        page.await("both on a phone", () -> page.is("""
                const row = document.querySelector('.row .summary').getBoundingClientRect();
                return [...document.querySelectorAll('.row .column, .row .message')].every(part => {
                  const { height, bottom } = part.getBoundingClientRect();
                  return height > 10 && bottom < row.bottom;
                })"""));
        page.size(1280, 800);
    }

    @Test
    void findingGoesThroughAllLinesAndNotOnlyThoseInSight() {
        page.open(gateway.port(), "?channels=" + CHANNEL + "&tail=3000");
        page.awaitCount("3,000");
        String sought = page.string("return fetch('api/logs/events?limit=3000&channels=" + CHANNEL
                + "').then(reply => reply.json()).then(found => found.events[5].data.message)");
        page.browser().pressWith("\uE009", "f");
        page.await("the field", () -> page.visible("#find"));
        page.type(sought);
        page.await("the count", () -> page.text("#find-count").equals("1 line"));
        page.press(ENTER);
        page.await("the line", () -> page.inSight(".row.current") && page.text(".row.current mark").equals(sought));
        page.press(ESCAPE);
        page.await("no marks", () -> page.texts(".row mark").isEmpty());
    }

    @Test
    void whatIsCopiedByMouseIsACleanLineForEachRow() {
        gateway.publishAll("copies/r",
                List.of("{\"level\":\"warn\",\"message\":\"one\",\"n\":1}", "\"two \\u001b[31mred\\u001b[0m\""));
        page.follow(gateway.port(), "logs:etl:copies:r&time=utc");
        page.awaitCount("2");
        var copied = page.string("""
                const data = new DataTransfer();
                document.getSelection().selectAllChildren(document.querySelector('.window'));
                document.querySelector('.window').dispatchEvent(
                  new ClipboardEvent('copy', { clipboardData: data, bubbles: true }));
                document.getSelection().removeAllRanges();
                return data.getData('text/plain')""").split("\n");
        assertEquals(2, copied.length);
        assertTrue(copied[0].matches("[-0-9T:.]+Z WARN  logs:etl:copies:r one n=1"), copied[0]);
        assertTrue(copied[1].matches("[-0-9T:.]+Z -     logs:etl:copies:r two red"), copied[1]);
        page.browser().devTools("Browser.grantPermissions",
                "{\"permissions\":[\"clipboardReadWrite\",\"clipboardSanitizedWrite\"]}");
        page.browser().drag(middleOf(0), middleOf(1));
        page.browser().pressWith("\uE009", "c");
        assertEquals(List.of(copied), List.of(page.string("return navigator.clipboard.readText()").split("\n")));
        page.browser().script("document.getSelection().removeAllRanges()");
        page.press("j", ENTER);
        page.await("the open line", () -> page.visible(".detail .json"));
        assertEquals("false ", page.string("""
                const data = new DataTransfer();
                document.getSelection().selectAllChildren(document.querySelector('.detail .json'));
                const copying = new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true });
                document.querySelector('.detail').dispatchEvent(copying);
                document.getSelection().removeAllRanges();
                return copying.defaultPrevented + ' ' + data.getData('text/plain')"""),
                "what is marked in an open line is copied as the browser does");
    }

    /// The middle of the message of the row at this place.
    private Browser.Point middleOf(int row) {
        return point("const box = document.querySelectorAll('.row .told')[arguments[0]].getBoundingClientRect();"
                + "return [box.left + box.width / 2, box.top + box.height / 2]", String.valueOf(row));
    }

    private Browser.Point point(String script, String argument) {
        var at = page.strings("const find = function () {" + script + "};"
                + "return find(...arguments).map(one => String(Math.round(one)))", argument);
        return new Browser.Point(Integer.parseInt(at.getFirst()), Integer.parseInt(at.getLast()));
    }

    @Test
    void linesThatWrapShowTheirStackTraceWithItsLineBreaks() {
        gateway.publish("wraps/r", "{\"level\":\"error\",\"msg\":\"it failed\",\"err\":{\"message\":\"boom\","
                + "\"stack\":\"Error: boom\\n    at work (work.js:7:5)\\n    at main (main.js:1:1)\"}}");
        page.follow(gateway.port(), "logs:etl:wraps:r");
        page.awaitCount("1");
        assertEquals("", page.text(".row .trace"));
        page.press("w");
        page.await("the stack", () -> page.text(".row .trace").lines().count() == 3);
        assertTrue(page.number("return document.querySelector('.row .trace').getBoundingClientRect().height") >= 3 * 17,
                "each on a line of its own");
        page.press("w");
        page.await("one line", () -> page.text(".row .trace").isEmpty());
    }

    @Test
    void whoDragsOnBeyondTheEdgeCopiesTheRowsThatHaveLeftTheDocumentToo() {
        page.follow(gateway.port(), CHANNEL + "&tail=1000&time=utc");
        page.awaitCount("1,000");
        page.browser().script("""
                const list = document.getElementById('scroller');
                list.scrollTop = 3200;""");
        page.await("to have left the end", () -> page.visible("#newer"));
        page.awaitDrawn();
        var first = page.string("""
                const row = document.querySelectorAll('.row')[12].querySelector('.told');
                document.getSelection().setBaseAndExtent(row.firstChild, 1, row.firstChild, 2);
                row.dispatchEvent(new Event('selectstart', { bubbles: true }));
                document.getElementById('scroller').scrollTop += 2200;
                return row.textContent""");
        page.await("other rows", () -> !page.messages().contains(first));
        var copied = page.string("""
                const rows = document.querySelectorAll('.row .told');
                const range = document.createRange();
                range.setStart(document.querySelector('.window'), 0);
                range.setEnd(rows[3].firstChild, 2);
                document.getSelection().removeAllRanges();
                document.getSelection().addRange(range);
                const data = new DataTransfer();
                rows[3].dispatchEvent(new ClipboardEvent('copy', { clipboardData: data, bubbles: true }));
                const last = rows[3].textContent;
                document.getSelection().removeAllRanges();
                return last + '\\n' + data.getData('text/plain')""").split("\n");
        int from = Integer.parseInt(first.substring(5));
        int to = Integer.parseInt(copied[0].substring(5));
        assertTrue(to - from > 50, first + " to " + copied[0]);
        assertEquals(IntStream.rangeClosed(from, to).mapToObj(i -> "line " + i).toList(),
                Stream.of(copied).skip(1).map(line -> line.substring(line.indexOf("line "))).toList());
    }

    private String idOf(int number) {
        var found = Gateway.json(gateway.get("/api/logs/events?channels=" + CHANNEL + "&since=0&limit="
                + (number + 1)));
        return Gateway.string((JsonObject) ((JsonArray) found.get("events")).elements().getLast(), "id");
    }
}
