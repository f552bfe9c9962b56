package com.datashop.gateway.http.viewer;

import static java.lang.System.Logger.Level.INFO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The viewer under a flood: everything arrives in order, what is read stays, and the page stays small and answers.
class ViewerLoadTest extends ViewerSuite {
    private static final System.Logger LOG = System.getLogger(ViewerLoadTest.class.getName());
    /// As many as the page keeps.
    private static final int LINES = 100_000;
    private static final int BATCH = 1000;
    private static final Pattern NUMBER = Pattern.compile("line (\\d+)");
    /// Notes the milliseconds of each frame by what the page does, and the most rows in the document.
    private static final String WATCH = """
            window.watch = { doing: 'following', frames: {}, rows: 0 };
            let last = performance.now();
            requestAnimationFrame(function frame(now) {
              (watch.frames[watch.doing] ??= []).push(now - last);
              watch.rows = Math.max(watch.rows, document.querySelectorAll('.row').length);
              last = now;
              requestAnimationFrame(frame);
            })""";
    /// A line in the upper half of the page: its id, and where it stands.
    private static final String UNDER_THE_EYE = """
            const row = [...document.querySelectorAll('.row[data-id]')]
                .find(one => one.getBoundingClientRect().top > 250);
            return row.dataset.id + ' at ' + Math.round(row.getBoundingClientRect().top)""";

    ViewerLoadTest() {
        super("HISTORY_EVENTS=60000", "HISTORY_BYTES=100MiB", "HEARTBEAT_SECONDS=1");
    }

    @BeforeAll
    void size() {
        page.size(1280, 800);
    }

    @Test
    void aHundredThousandLinesArriveInOrderAndWhatIsReadStays() {
        page.follow(gateway.port(), "logs:etl:w:r");
        page.browser().script(WATCH);

        publish(0, 20_000);
        page.click("#level-warn"); // it answers in the middle of it all
        page.await("the level to be off", () -> page.visible("#level-warn[aria-pressed=false]"));
        publish(20_000, 50_000);
        page.click("#level-warn");
        page.awaitCount("50,000");
        page.await("the newest line", () -> page.inSight(".row[aria-rowindex='50000']"));

        doing("scrolled up");
        page.browser().script("document.getElementById('scroller').scrollTop -= 5000");
        page.await("what is new to be counted", () -> page.visible("#newer"));
        page.awaitDrawn();
        String read = page.string(UNDER_THE_EYE);
        publish(50_000, 70_000);
        page.press("?");
        page.await("the help", () -> page.visible("#help"));
        page.press(ViewerPage.ESCAPE);
        publish(70_000, LINES);
        page.awaitCount("100,000");
        assertEquals(read, page.string(UNDER_THE_EYE));
        assertEquals("50,000 new lines", page.text("#newer-text"));
        assertEquals(IntStream.range(0, LINES).boxed().toList(), page.download("ndjson").stream()
                .map(ViewerLoadTest::number).toList());
        page.press(ViewerPage.ESCAPE);

        doing("filtering");
        page.press("/");
        page.type("line 9999");
        page.awaitCount("11 of 100,000");
        publish(LINES, LINES + 10_000);
        page.awaitCount("10 of 100,000"); // 9999 came before the oldest that is left
        assertTrue(page.inSight(".row[aria-rowindex='10']"), "the newest that matches");
        page.press("/");
        page.click("#filter-clear");
        page.awaitCount("100,000");

        doing("full");
        page.press(ViewerPage.ESCAPE, "g");
        page.await("the oldest line", () -> page.messages().contains(message(10_000)));
        page.browser().script("document.getElementById('scroller').scrollTop += 3000");
        page.awaitDrawn();
        String oldest = page.string(UNDER_THE_EYE);
        publish(LINES + 10_000, LINES + 12_000);
        page.awaitState("Past");
        assertTrue(page.text("#notice-past-text").contains("stopped keeping up"), page.text("#notice-past-text"));
        page.awaitDrawn();
        assertEquals(oldest, page.string(UNDER_THE_EYE));
        assertEquals("100,000", page.text("#count"));
        Await.until("the stream to end", ViewerPage.PATIENCE, () -> gateway.client().connections() == 0);
        page.click("#newer");
        page.awaitState("Live");
        page.await("the newest line", () -> page.messages().contains(message(LINES + 11_999)));

        long rows = page.number("return watch.rows");
        assertTrue(rows > 10 && rows < 100, rows + " rows at a time");
        LOG.log(INFO, "event=viewer-load lines=" + LINES + " rows=" + rows + " " + page.string("""
                return Object.entries(watch.frames).map(([doing, frames]) => {
                  frames.sort((one, other) => one - other);
                  const at = share => frames[Math.min(frames.length - 1, Math.floor(frames.length * share))].toFixed(0);
                  const figures = `median_ms=${at(.5)} p99_ms=${at(.99)} most_ms=${at(1)}`;
                  return `doing="${doing}" frames=${frames.length} ${figures}`;
                }).join(' ')"""));
    }

    @Test
    void thePageKeepsNoMoreCharactersThanItHasRoomFor() {
        page.follow(gateway.port(), "logs:etl:w:heavy");
        String text = "x".repeat(700_000);
        for (int i = 0; i < 100; i++)
            gateway.publish("w/heavy", "{\"message\":\"line " + i + "\",\"text\":\"" + text + "\"}");
        page.await("the newest line", () -> page.messages().contains("line 99"));
        long kept = page.number("return Number(document.getElementById('count').textContent)");
        assertTrue(kept > 80 && kept * text.length() <= 64 << 20, kept + " lines");

        page.press(ViewerPage.SPACE); // nor does more wait during a pause, and what had to go can be loaded after it
        page.await("the pause", () -> page.visible("#paused"));
        for (int i = 100; i < 200; i++)
            gateway.publish("w/heavy", "{\"message\":\"line " + i + "\",\"text\":\"" + text + "\"}");
        page.await("all of them to be counted", () -> page.text("#paused-text")
                .equals("Paused. 100 new lines wait."));
        page.press(ViewerPage.SPACE);
        page.await("the newest line", () -> page.messages().contains("line 199"));
        page.click("#level-error"); // while some are hidden, older lines do not come by themselves
        page.press("g");
        page.await("the gap", () -> page.visible(".row.gap .load"));
        int lost = Integer.parseInt(page.text(".row.gap .told").replaceFirst(" .*", ""));
        assertTrue(lost > 0 && lost <= 20, page.text(".row.gap .told"));
        assertTrue(page.text(".row.gap .told").contains("more came during the pause than this page keeps"));
        page.click(".row.gap .load");
        page.await("what it held", () -> page.text("#toast").equals(lost == 1 ? "1 line loaded"
                : lost + " lines loaded"));
        page.await("no gap", () -> !page.visible(".row.gap") && page.messages().containsAll(
                List.of("line 100", "line " + (99 + lost), "line " + (100 + lost))));
    }

    private void doing(String what) {
        page.browser().script("watch.doing = arguments[0]", what);
    }

    private void publish(int from, int to) {
        for (int first = from; first < to; first += BATCH) {
            var entries = new ArrayList<String>();
            for (int i = first; i < first + BATCH; i++) entries.add(line(i));
            gateway.publishAll("w/r", entries);
        }
    }

    /// A line of one of the kinds that programs write: bare text, members, colours, an error with its stack.
    private static String line(int i) {
        return switch (i % 4) {
            case 0 -> "\"" + message(i) + "\"";
            case 1 -> "{\"level\":\"info\",\"message\":\"" + message(i) + "\",\"table\":\"orders\",\"ms\":"
                    + i % 900 + "}";
            case 2 -> "{\"level\":\"warn\",\"message\":\"\\u001b[1;33m" + message(i) + "\\u001b[0m\",\"pid\":7}";
            default -> i % 100 == 3
                    ? "{\"level\":\"error\",\"msg\":\"" + message(i) + "\",\"err\":{\"stack\":\"Error: boom\\n"
                            + "    at work (/srv/app/work.js:7:5)\\n".repeat(20) + "\"}}"
                    : "{\"level\":\"debug\",\"msg\":\"" + message(i) + "\",\"user\":{\"id\":" + i % 50 + "}}";
        };
    }

    private static String message(int i) {
        return "line " + i + " of the flood";
    }

    private static int number(String line) {
        var number = NUMBER.matcher(line);
        assertTrue(number.find(), line);
        return Integer.parseInt(number.group(1));
    }
}
