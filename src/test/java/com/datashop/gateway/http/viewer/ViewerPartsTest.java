package com.datashop.gateway.http.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonString;
import com.datashop.gateway.support.Browser;
import com.datashop.gateway.support.Gateway;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Parts of the viewer by themselves, as modules in a real browser, where the page as a whole would take too long to
/// show all they do.
class ViewerPartsTest {
    private static Gateway gateway;
    private static Browser browser;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        browser = new Browser();
        browser.open("http://127.0.0.1:" + gateway.port() + "/client.js");
    }

    @AfterAll
    static void stop() {
        if (browser != null) browser.close();
        gateway.close();
    }

    @Test
    void theRingHoldsWhatAPlainListWouldWhateverIsAddedFilteredAndForgotten() {
        long seed = ThreadLocalRandom.current().nextInt();
        assertEquals(List.of(), run("""
                const { Lines } = await import('/shared/lines.js');
                const { LEVELS, weight } = await import('/shared/line.js');
                const { needle } = await import('/shared/text.js');
                let state = %d;
                const random = below => { state = (Math.imul(state, 1664525) + 1013904223) | 0;
                    return ((state >>> 8) %% below); };
                const wrong = [];
                for (let round = 0; round < 200; round++) {
                  const capacity = 1 + random(30), most = 150 + random(4000);
                  const lines = new Lines(capacity, most);
                  let all = [], levels = new Set(LEVELS), text = '', last = -1;
                  for (let step = 0; step < 150; step++) {
                    const what = random(20);
                    if (what === 0) {
                      levels = new Set(LEVELS.filter(() => random(2)));
                      text = ['', 'a', 'B', 'ab'][random(4)];
                      lines.filter(levels, needle(text));
                    } else if (what === 1 && random(5) === 0) {
                      lines.clear();
                      all = [];
                    } else {
                      const message = ['a', 'b', 'aB', 'x'.repeat(random(200))][random(4)];
                      const line = random(10) ? { kind: 'log', id: String(step), channel: 'logs:c',
                          level: LEVELS[random(7)], message, text: '1' } : { kind: 'gap', message };
                      lines.add(line);
                      if (line.number <= last) wrong.push('numbers do not grow');
                      last = line.number;
                      all.push(line);
                      while (all.length > capacity || all.length > 1
                          && all.reduce((sum, one) => sum + weight(one), 0) > most)
                        all.shift();
                    }
                    const shown = all.filter(line => line.kind === 'gap' || levels.has(line.level)
                        && (line.message + ' logs:c').toLowerCase().includes(text.toLowerCase()));
                    const counts = LEVELS.map(level =>
                        all.filter(line => line.kind === 'log' && line.level === level).length);
                    const seen = [...lines];
                    if (lines.size !== all.length || lines.shown !== shown.length
                        || seen.some((line, i) => line !== shown[i]))
                      wrong.push(`round ${round} step ${step}: ${seen.length} instead of ${shown.length}`);
                    if (LEVELS.some((level, i) => lines.counts[level] !== counts[i]))
                      wrong.push(`round ${round} step ${step}: counts`);
                    if (shown.some((line, i) => lines.placeOf(line.number) !== i || lines.get(line.number) !== line))
                      wrong.push(`round ${round} step ${step}: places`);
                    if (all.length > 0 && lines.get(all[0].number - 1) !== null)
                      wrong.push(`round ${round} step ${step}: a line that was forgotten`);
                  }
                }
                return wrong.slice(0, 5);""".formatted(seed)), () -> "seed " + seed);
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
    void theAddressOfAViewReadsBackAsThatView() {
        assertEquals(List.of("",
                "?channels=logs:a:*,logs:b:c:d@e~f&since=15m&q=a%20%26b%3D%2B%23%C3%A4&levels=fatal,none&time=utc"
                + "#12-34",
                "?levels=", "true", "all", "new"), run("""
                const { read, write } = await import('/viewer/address.js');
                const at = address => { const url = new URL(address, 'http://x/'); return read(url); };
                const views =
                    ['', '?channels=logs:a:*&channels=%20logs%3Ab%3Ac%3Ad%40e~f&since=15m&q=a+%26b%3D%2B%23\u00e4&level\
                s=none,fatal,nonsense&time=utc#12-34', '?levels=&time=never&tail=1000#<script>'].map(at);
                const written = views.map(write);
                const same = views.every((view, i) =>
                    JSON.stringify({ ...view, levels: [...view.levels].sort() }) === JSON.stringify(
                    { ...at(written[i]), levels: [...at(written[i]).levels].sort() }));
                return [...written, String(same), at('').levels.size === 7 ? 'all' : 'some', at('?tail=0').start === \
                'tail=0' ? 'new' : 'old'];"""));
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
                const { lineOf, contains } = await import('/shared/line.js');
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
                "i|ansi-underline ansi-italic", "j|ansi-italic", "klmno|"), run("""
                const { pieces } = await import('/shared/ansi.js');
                const e = '\u001b[';
                const text =
                    `a${e}1;31mb${e}22;91mc${e}0;44md${e}0;38;5;208me${e}38;5;12mf${e}38;2;1;2;3mg${e}38;5;232mh${e}39;\
                4;3mi${e}24mj${e}mk${e}2J${e}?25ll${e}10;20Hm\u001b]8;;http://x\u0007n\u001b(Bo`;
                const joined = [];
                for (const { text: part, classes, colour } of pieces(text, 100)) {
                  const style = classes + (colour === null ? '' : ' ' + colour);
                  if (joined.length > 0 && joined.at(-1)[1] === style) joined.at(-1)[0] += part;
                  else joined.push([part, style]);
                }
                return joined.map(([part, style]) => part + '|' + style);"""));
    }

    @Test
    void parametersWithPartsOfTheirOwnMeanWhatTheOlderFormsDo() {
        assertEquals(List.of("true", "true", "true", "true", "true", "true"), run("""
                const { pieces } = await import('/shared/ansi.js');
                const e = '\\u001b[';
                const same = (one, other) =>
                    String(JSON.stringify(pieces(e + one + 'mx', 9)) === JSON.stringify(pieces(e + other + 'mx', 9)));
                return [same('38:2::255:0:0', '38;2;255;0;0'), same('38:2:255:0:0', '38;2;255;0;0'),
                    same('38:5:208', '38;5;208'), same('4:3', '4'),
                        same('4;4:0', '4;24'), same('1;48:2::1:2:3;31', '1;48;2;1;2;3;31')];"""));
    }

    /// Runs the body of an async function that gives strings; what it throws is its only string.
    private static List<String> run(String body) {
        var result = (JsonArray) browser.asyncScript("const done = arguments[0]; (async () => {" + body
                + "})().then(done, failed => done([String(failed.stack)]))");
        return result.elements().stream().map(one -> ((JsonString) one).value()).toList();
    }
}
