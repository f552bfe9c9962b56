package com.datashop.gateway.http.viewer;

import static java.lang.System.Logger.Level.INFO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Gateway;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The viewer under a flood: everything arrives, in order, and the document stays small.
class ViewerLoadTest {
    private static final System.Logger LOG = System.getLogger(ViewerLoadTest.class.getName());
    private static final int EVENTS = 50_000;
    private static final int BATCH = 500;
    /// Counts frames and rows with every frame, from the page itself.
    private static final String WATCH = """
            window.watch = { frames: 0, slow: 0, longest: 0, rows: 0, began: performance.now() };
            let last = performance.now();
            requestAnimationFrame(function frame(now) {
              watch.frames++;
              watch.longest = Math.max(watch.longest, now - last);
              if (now - last > 50) watch.slow++;
              watch.rows = Math.max(watch.rows, document.querySelectorAll('.row').length);
              last = now;
              if (!watch.over) requestAnimationFrame(frame);
            })""";

    @Test
    void fiftyThousandEventsArriveInOrderWithNoMoreRowsInTheDocumentThanOneSees() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=60000", "HISTORY_BYTES=100MiB"); var page = new ViewerPage()) {
            page.follow(gateway.port(), "logs:etl:w:r");
            page.browser().script(WATCH);
            for (int from = 0; from < EVENTS; from += BATCH)
                gateway.publishAll("w/r", IntStream.range(from, from + BATCH)
                        .mapToObj(i -> "{\"level\":\"" + (i % 10 == 0 ? "WARN" : "INFO") + "\",\"message\":\"line " + i
                        + "\",\"table\":\"orders\",\"ms\":" + i % 900 + "}").toList());
            page.awaitCount("50,000");
            LOG.log(INFO, page.string("""
                    watch.over = true;
                    const seconds = (performance.now() - watch.began) / 1000;
                    return `event=viewer-load events=50000 seconds=${seconds.toFixed(1)} \
                    frames_per_second=${(watch.frames / seconds).toFixed(1)} frames_over_50_ms=${watch.slow} \
                    longest_ms=${watch.longest.toFixed(0)} rows=${watch.rows}`"""));
            long rows = page.number("return watch.rows");
            assertTrue(rows > 10 && rows < 100, rows + " rows at a time");
            assertEquals("5.0k", page.text("#level-warn .count"));
            var expected = new ArrayList<String>();
            for (int i = 0; i < EVENTS; i++) expected.add("line " + i);
            assertEquals(expected, page.download("ndjson").stream()
                    .map(line -> line.replaceFirst(".*\"message\":\"", "").replaceFirst("\".*", "")).toList());
            page.press("g");
            page.await("the first line", () -> page.messages().contains("line 0"));
            page.press("/");
            page.type("line 4999");
            page.awaitCount("11 of 50,000");
            page.assertQuiet();
        }
    }
}
