package com.datashop.gateway.http.viewer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Gateway;
import java.net.URLEncoder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The viewer in the hands of its readers: text that stays marked, expressions that never end, lines of every logger.
class ViewerReadingTest extends ViewerSuite {
    ViewerReadingTest() {
        super("HISTORY_EVENTS=5000");
    }

    @BeforeAll
    void size() {
        page.size(1280, 800);
    }

    /// Three clicks mark a paragraph to the start of what comes next, and after the counts that is the list of lines.
    @Test
    void whatIsMarkedAboveTheLinesDoesNotStopThem() {
        gateway.publishAll(workspace + "/r", numbered(0, 300));
        page.follow(gateway.port(), channel());
        page.awaitCount("300");
        page.await("the counts", () -> page.text("#counts-text").startsWith("300 lines"));
        page.browser().script("""
                const [from, to] = ['counts-text', 'edge-text'].map(id => document.getElementById(id));
                document.getSelection().setBaseAndExtent(from, 0, to, 0)""");
        page.awaitDrawn();
        gateway.publishAll(workspace + "/r", numbered(300, 331));
        page.awaitCount("331");
        page.awaitDrawn();
        assertFalse(page.visible("#newer"), "nobody has scrolled");
        assertEquals("line 330", page.messages().getLast());
        page.browser().script("document.getSelection().removeAllRanges()");
    }

    @Test
    void anExpressionThatABrowserWouldTakeForEverForIsAnsweredAtOnce() {
        for (var message : List.of("a".repeat(60) + "!", "a".repeat(60), "x".repeat(30_000),
                "GET /api/orders 503 in 17 ms"))
            gateway.publish(workspace + "/r", "{\"message\":\"" + message + "\"}");
        for (var expected : List.of("(a+)+$: 1 of 4", "(a|aa)+b: 0 of 4", "(x+x+)+y: 0 of 4", "x.*y: 0 of 4",
                " 5\\d\\d .*ms$: 1 of 4", "^get\\b: 1 of 4", "^(a|g): 3 of 4")) {
            filter(expected.split(": ")[0]);
            page.awaitCount(expected.split(": ")[1]);
        }
        assertEquals(List.of("a", "a", "G"), page.texts(".row mark"));
        for (var faulty : List.of("(", "(a)\\1", "(?=a)", "a{9999}")) {
            filter(faulty);
            page.await("what is wrong with " + faulty, () -> page.visible("#filter-error"));
            assertTrue(page.text("#filter-error").startsWith("No regular expression: "), page.text("#filter-error"));
        }
    }

    private void filter(String expression) {
        page.follow(gateway.port(), channel() + "&regex=1&q=" + URLEncoder.encode(expression, UTF_8));
    }

    @Test
    void linesOfEveryLoggerShowLevelMessageAndTheirOwnTime() {
        for (var data : List.of(
                "{\"level\":50,\"time\":1577934245678,\"pid\":7,\"hostname\":\"h\",\"msg\":\"by pino\"}",
                "{\"name\":\"a\",\"v\":0,\"level\":40,\"time\":\"2020-01-02T03:04:05.678Z\",\"msg\":\"by bunyan\"}",
                "{\"level\":\"warn\",\"ts\":1577934245.678,\"caller\":\"a.go:7\",\"msg\":\"by zap\"}",
                "{\"timestamp\":\"2020-01-02T03:04:05.678Z\",\"level\":\"error\",\"message\":\"by winston\"}",
                "{\"instant\":{\"epochSecond\":1577934245,\"nanoOfSecond\":678000000},\"level\":\"WARN\","
                        + "\"loggerName\":\"a.B\",\"message\":\"by log4j\"}",
                "{\"@timestamp\":\"2020-01-02T03:04:05.678Z\",\"log.level\":\"ERROR\",\"message\":\"by ECS\"}",
                "{\"timeUnixNano\":\"1577934245678000000\",\"severityNumber\":17,"
                        + "\"body\":{\"stringValue\":\"by OTel\"}}",
                "{\"severity\":\"CRITICAL\",\"timestamp\":{\"seconds\":1577934245,\"nanos\":678000000},"
                        + "\"jsonPayload\":{\"message\":\"by Google\",\"user\":7}}",
                "{\"@t\":\"2020-01-02T03:04:05.678Z\",\"@l\":\"Warning\",\"@mt\":\"by {Who}\",\"Who\":\"Serilog\"}",
                "{\"Timestamp\":\"2020-01-02T03:04:05.678Z\",\"LogLevel\":\"Error\",\"Message\":\"by .NET\"}",
                "{\"asctime\":\"2020-01-02 03:04:05,678\",\"levelname\":\"WARNING\",\"message\":\"by Python\"}",
                "{\"__REALTIME_TIMESTAMP\":\"1577934245678000\",\"PRIORITY\":\"3\",\"MESSAGE\":\"by journald\"}"))
            gateway.publish(workspace + "/r", data);
        page.follow(gateway.port(), channel() + "&time=utc");
        page.awaitCount("12");
        assertEquals(List.of("error by pino", "warn by bunyan", "warn by zap", "error by winston", "warn by log4j",
                "error by ECS", "error by OTel", "fatal by Google", "warn by Serilog", "error by .NET",
                "warn by Python", "error by journald"), page.strings("""
                return [...document.querySelectorAll('.row')].map(row =>
                  row.querySelector('.level').textContent + ' ' + row.querySelector('.told').textContent)"""));
        assertEquals(List.of("2020-01-02 03:04:05.678"), page.texts(".row .own").stream().distinct().toList());
        assertEquals(12, page.texts(".row .own").size());
        page.doubleClick("#level-error");
        page.awaitCount("6 of 12");
        var asked = Gateway.json(gateway.get("/api/logs/events?channels=" + channel() + "&level=error"));
        assertEquals(7, asked.get("events").toString().split("\"id\":").length - 1, "as the gateway reads them");
    }

    @Test
    void addressesAreLinksWithoutWhatStandsAroundThemAndNothingElseIs() {
        for (var text : List.of("(see https://a.example/x_(y)?z=1#f).",
                "<http://b.example/>, and \\\"https://c.example\\\"!",
                "javascript:alert(1) data:text/html,x //d.example file:///etc https://bank.example@evil.example/"))
            gateway.publish(workspace + "/r", "{\"message\":\"" + text + "\"}");
        page.follow(gateway.port(), channel());
        page.awaitCount("3");
        assertEquals(List.of("https://a.example/x_(y)?z=1#f", "http://b.example/", "https://c.example/"),
                page.strings("return [...document.querySelectorAll('.row a')].map(link => link.href)"));
        assertEquals(List.of("_blank noopener noreferrer"), page.strings("""
                const links = [...document.querySelectorAll('.row a')];
                return [...new Set(links.map(link => link.target + ' ' + link.rel))]"""));
    }

    @Test
    void aTimeRangeIsTypedAndWhatIsNoneIsSaid() {
        gateway.publishEntries(IntStream.range(0, 10).mapToObj(i -> "{\"service\":\"etl\",\"workspace_id\":\""
                + workspace + "\",\"resource_id\":\"r\",\"timestamp\":" + (1_700_000_000_000L + i * 1000L)
                + ",\"logData\":\"second " + i + "\"}").toList());
        page.follow(gateway.port(), channel() + "&time=utc");
        page.awaitCount("10");
        page.browser().script("const list = document.getElementById('start'); list.value = 'range';"
                + "list.dispatchEvent(new Event('change'))");
        page.await("the fields", () -> page.visible("#range"));
        assertEquals("3600", page.string("""
                const [since, until] = ['range-since', 'range-until'].map(id => document.getElementById(id).value);
                return String((new Date(until) - new Date(since)) / 1000)"""), "an hour until now");
        for (var wrong : List.of(",", "2023-11-14T22:13:25,2023-11-14T22:13:22",
                "2023-11-14T22:13:25,2023-11-14T22:13:25")) {
            range(wrong);
            page.await("what is wrong with " + wrong, () -> page.text("#range-error").equals(wrong.equals(",")
                    ? "Say from when, or until when." : "The end must come after the beginning."));
            page.awaitCount("10");
        }
        range("2023-11-14T22:13:22,2023-11-14T22:13:25");
        page.awaitCount("3");
        assertEquals(List.of("second 2", "second 3", "second 4"), page.messages(), "its end is not in it");
        assertFalse(page.visible("#range-error"));
        range(",2023-11-14T22:13:22");
        page.awaitCount("2");
        range("2023-11-14T22:13:27,");
        page.awaitCount("3");
        assertEquals(List.of("second 7", "second 8", "second 9"), page.messages());
    }

    /// Types both ends of a time range, which a comma separates.
    private void range(String both) {
        page.browser().script("""
                const [since, until] = arguments[0].split(',');
                document.getElementById('range-since').value = since;
                document.getElementById('range-until').value = until;
                document.getElementById('range').requestSubmit()""", both);
    }
}
