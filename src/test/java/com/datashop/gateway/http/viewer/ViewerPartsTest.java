package com.datashop.gateway.http.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.support.Browser;
import com.datashop.gateway.support.Gateway;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Parts of the viewer by themselves, as modules in a real browser, where the page as a whole would take too long to
/// show all they do.
class ViewerPartsTest {
    @AutoClose
    private static Gateway gateway;
    @AutoClose
    private static Browser browser;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        browser = new Browser();
        browser.open("http://127.0.0.1:" + gateway.port() + "/client.js");
    }

    @Test
    void whatWaitsWhileItIsPausedIsBoundedAndWhatIsLetGoIsCountedInItsPlace() {
        assertEquals(List.of("held 25", "dropped 15", "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26",
                "held 0"), run("""
                const { Intake } = await import('/shared/intake.js');
                const seen = [];
                await new Promise(over => {
                  const intake = new Intake({ count: 10, weight: 1e6 }, item => seen.push(String(item.n)),
                      count => seen.push('dropped ' + count), () => {
                    if (!intake.paused && seen.includes('26')) over(seen.push('held ' + intake.held));
                  });
                  intake.pause(true);
                  for (let n = 1; n <= 25; n++) intake.push({ n });
                  seen.push('held ' + intake.held);
                  intake.pause(false);
                  setTimeout(() => intake.push({ n: 26 }), 100);
                });
                return seen;"""));
    }

    @Test
    void timesAreToldWhateverTheyAre() {
        assertEquals(List.of("12:34:56.789", "01-02 12:34:56.789", "2019-01-02 12:34:56.789", "8640000000000001",
                "now", "59 s ago", "2 min ago", "23 h ago", "3 d ago", "in 5 s"), run("""
                const { timeOf } = await import('/shared/time.js');
                const now = Date.UTC(2020, 0, 3, 12, 34, 56, 789);
                return [timeOf(now, 'utc', now), timeOf(now - 864e5, 'utc', now),
                    timeOf(Date.UTC(2019, 0, 2, 12, 34, 56, 789), 'utc', now), timeOf(8640000000000001, 'local', now),
                  ...[500, 59_900, 150_000, 86_399_000, 3 * 864e5, -5000].map(ago => timeOf(now - ago, 'relative', \
                now))];"""));
    }

    @Test
    void aLineHasTheLevelThatTheGatewayReadsAndIsFoundByWhatAReaderSeesInIt() {
        assertEquals(List.of("error error", "fatal fatal", "none null", "trace trace",
                "true true true true true", "false false"), run("""
                const { lineOf } = await import('/shared/line.js');
                const { contains } = await import('/viewer/wanted.js');
                const { needle } = await import('/shared/text.js');
                const { LogEvent } = await import('/client.js');
                const envelope = '{"channel":"logs:a:b","id":"1-1","timestamp":1,"data":';
                const event = data => new LogEvent(envelope + data + '}');
                const named = ['{"level":"info","level":"ERROR+4"}', '{"severity":600}', '"error"',
                    '{"log":{"level":"t"}}'];
                const levels = named
                    .map(data => lineOf(event(data)).level + ' ' + event(data).level);
                const request = String.raw`{"path":"GET \\/api","who":"Andr\\u00e9 \\ud83d\\ude00",`
                    + String.raw`"quoted":"\\"a\\\\b\\""}`;
                const line = lineOf(event('{"message":"m","request":' + request + '}'));
                const found = text => contains(line, needle(text));
                const there = ['get /api', 'ANDRÉ 😀', '"a\\\\b"', '"path":"get', '"message":"m"'];
                const elsewhere = ['u00e9', 'a\\\\\\\\b'];
                return [...levels, ...[there, elsewhere].map(texts => texts.map(found).join(' '))];"""));
    }

    @Test
    void escapesOfTerminalsAreReadAsTheStandardSays() {
        assertEquals(List.of("a|", "b|ansi-bold ansi-red", "c|ansi-bright-red", "d|ansi-on ansi-on-blue",
                "e|ansi-other rgb(255 135 0)", "f|ansi-bright-blue", "g|ansi-other rgb(1 2 3)",
                "h|ansi-other rgb(8 8 8)",
                "i|ansi-underline ansi-italic", "j|ansi-italic", "klmno|", "p|ansi-underline", "q|"), run("""
                const { pieces } = await import('/shared/ansi.js');
                const e = '\u001b[';
                const text =
                    `a${e}1;31mb${e}22;91mc${e}0;44md${e}0;38;5;208me${e}38;5;12mf${e}38;2;1;2;3mg${e}38;5;232mh${e}39;\
                4;3mi${e}24mj${e}mk${e}2J${e}?25ll${e}10;20Hm\u001b]8;;http://x\u0007n\u001b(Bo\
                ${e}21;58;2;31;7;1;58;5;31;58:2::1:2:3mp${e}24;59mq`;
                const joined = [];
                for (const { text: part, classes, colour } of pieces(text, 100)) {
                  const style = classes + (colour === null ? '' : ' ' + colour);
                  if (joined.length > 0 && joined.at(-1)[1] === style) joined.at(-1)[0] += part;
                  else joined.push([part, style]);
                }
                return joined.map(([part, style]) => part + '|' + style);"""));
    }

    /// Runs the body of an async function that gives strings; what it throws is its only string.
    private static List<String> run(String body) {
        var result = (JsonArray) browser.asyncScript("const done = arguments[0]; (async () => {" + body
                + "})().then(done, failed => done([String(failed.stack)]))");
        return result.elements().stream().map(one -> ((JsonString) one).value()).toList();
    }
}
