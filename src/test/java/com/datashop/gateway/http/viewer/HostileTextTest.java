package com.datashop.gateway.http.viewer;

import static com.datashop.gateway.http.viewer.ViewerPage.ENTER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonWriter;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Log text is written by others, and the worst of it is still only text.
class HostileTextTest extends ViewerSuite {
    HostileTextTest() {
        super("MAX_BODY_BYTES=4MiB", "HISTORY_BYTES=60MiB");
    }

    @Test
    void htmlIsShownAsItIsWritten() {
        String html =
                "<script>document.title='taken'</script><img src=x "
                + "onerror=\"document.title='taken'\"><style>*{display:none}</style></bdi></div>&lt;b&gt;";
        publish(html);
        gateway.publish(workspace + "/r", "{\"level\":\"<b>INFO\",\"message\":" + json(html) + ",\"" + "<i>k" + "\":"
                + json(html) + "}");
        follow(2);
        assertEquals(List.of(html, html), page.messages());
        page.press("j", "j", ENTER);
        page.await("the detail", () -> page.visible(".detail .json"));
        assertTrue(page.texts(".detail .json-string").contains('"' + html + '"'));
        assertEquals(0,
                page.number(
                "return document.querySelectorAll('main script, main img, main style, main b, main i').length"));
        assertFalse(page.string("return document.title").contains("taken"));
        page.press("/");
        page.type("<script>");
        page.awaitCount("2 of 2");
        page.await("the marks", () -> page.texts(".row .told mark").equals(List.of("<script>", "<script>")));
    }

    @Test
    void evenAFaultOfThePageCouldNotTurnTextIntoHtmlOrScript() {
        follow(0);
        for (var fault : List.of("document.body.innerHTML = '<b>x</b>'",
                "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')", "document.write('<b>x</b>')",
                "document.createElement('script').text = 'taken = 1'"))
            assertTrue(page.string("try { " + fault
                    + "; return 'it was let'; } catch (refused) { return refused.name; }").endsWith("Error"), fault);
        assertTrue(page.browser().console().stream()
                .filter(line -> line.contains("TrustedScript") || line.contains("TrustedHTML")).count() >= 4,
                "a violation is seen, and would fail any test here");
    }

    @Test
    void whatWouldReorderALineOrIsInvisibleIsMadeVisible() {
        publish(
                "user \u202Etxt.exe\u202C \u2066isolated\u2069 \u200Fmark\u200E zero\u200Bwidth \u0000\u0007\u009B "
                + "\uFEFF \u2028");
        publish("\u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627");
        follow(2);
        assertEquals(
                "user \u27E8U+202E\u27E9txt.exe\u27E8U+202C\u27E9 \u27E8U+2066\u27E9isolated\u27E8U+2069\u27E9 "
                + "\u27E8U+200F\u27E9mark\u27E8U+200E\u27E9 zero\u27E8U+200B\u27E9width ^@^G",
                page.messages().getFirst().split(" \u27E8U\\+FEFF")[0].strip().replaceAll("\u27E8U\\+009B\u27E9$", ""));
        assertEquals("\u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627", page.messages().getLast(),
                "letters that are read from the right are left as they are");
        assertEquals(List.of("isolate"),
                page.strings(
                "return [...new Set([...document.querySelectorAll('.row .told')].map(told => "
                + "getComputedStyle(told).unicodeBidi))]"));
        assertEquals(1, page.number("""
                const rows = [...document.querySelectorAll('.row')]
                    .map(row => row.querySelector('.time').getBoundingClientRect().left);
                return new Set(rows).size"""), "no line moves another column");
    }

    @Test
    void aLineOfAMegabyteIsCutAndCanBeSeenWhole() {
        String megabyte = "x".repeat(1 << 20);
        gateway.publish(workspace + "/r", "{\"level\":\"INFO\",\"message\":" + json(megabyte) + "}");
        publish("after");
        follow(2);
        assertEquals(1000, page.messages().getFirst().length());
        assertEquals("after", page.messages().getLast());
        page.press("g", "j", ENTER);
        page.await("the detail", () -> page.visible(".detail .whole .all"));
        assertEquals("Show all 1,048,576 characters", page.text(".detail .whole .all"));
        assertTrue(page.number("return document.querySelector('.detail .whole').textContent.length") < 11_000);
        page.browser().script("document.querySelector('.detail .whole .all').click()");
        page.await("all of it", () -> page
                .number("return document.querySelector('.detail .whole').textContent.length") == megabyte.length());
        assertEquals(megabyte.length() + "{\"level\":\"INFO\",\"message\":\"\"}".length(), page.download("ndjson")
                .getFirst().split("\"data\":", 2)[1].length() - 1);
    }

    @Test
    void anArrayOfManyThousandsIsCutAndCanBeSeenWhole() {
        String array = "[" + "12345,".repeat(50_000) + "0]";
        gateway.publish(workspace + "/r", array);
        follow(1);
        page.press("j", ENTER);
        page.await("the detail", () -> page.visible(".detail .json .all"));
        assertTrue(page.number("return document.querySelectorAll('.detail *').length") < 5000);
        page.browser().script("document.querySelector('.detail .json-rest .all').click()");
        page.await("all of it", () -> page.text(".detail .json-rest").endsWith("12345,0]"));
        assertEquals(50_001,
                page.number("return document.querySelector('.detail .json').textContent.match(/12345|0\\]/g).length"));
    }

    @Test
    void coloursOfTerminalsAreShownAndBombsOfThemAreBounded() {
        publish(
                "\u001b[1;31mred\u001b[0m \u001b[38;5;208morange\u001b[0m \u001b[38;2;1;2;3mink\u001b[0m "
                + "plain\u001b[2J\u001b]0;title\u0007");
        publish("\u001b[31mx".repeat(20_000));
        publish("\u001b[".repeat(20_000) + "\u001b]" + "y".repeat(100_000) + "\u001b[999999999999999999999999;;;;;m"
                + "\u001b[38;5;m\u001b[38;2;300;0;0mz");
        publish("\u0000a".repeat(20_000));
        publish("Z" + "\u0327\u0335\u0321".repeat(5000));
        follow(5);
        assertEquals("red orange ink plain", page.messages().getFirst());
        assertEquals(List.of("ansi-bold ansi-red", "ansi-other", "ansi-other"),
                page.strings(
                "return [...document.querySelector('.row .told').children].map(piece => piece.className)"));
        assertTrue(page.messages().get(1).matches("x+"));
        assertTrue(page.number("return document.querySelectorAll('.row *').length") < 600, "elements of five rows");
        for (int i = 0; i < 5; i++) {
            page.press("j", ENTER);
            int opened = i + 1;
            page.await("the details", () ->
                    page.number("return document.querySelectorAll('.row.current .detail').length") == 1
                    || page.texts(".detail").size() >= opened);
        }
        assertTrue(page.number("return document.querySelectorAll('main *').length") < 30_000,
                "elements of five details");
    }

    @Test
    void whatOnlyLooksLikeAnEnvelopeIsDataLikeAnyOther() {
        gateway.publish(workspace + "/r",
                "{\"data\":\",\\\"data\\\":\",\"id\":\"1-1\",\"channel\":\"logs:a:b\",\"message\":{\"not\":\"a "
                + "string\"},\"level\":[\"x\"],\"__proto__\":{\"polluted\":true}}");
        gateway.publish(workspace + "/r", "[".repeat(500) + "]".repeat(500));
        gateway.publish(workspace + "/r", "{\"message\":\"" + "\\ud800" + "\"}");
        gateway.publish(workspace + "/r", "{}");
        follow(4);
        assertEquals(4, page.ids().size());
        for (int i = 0; i < 4; i++) page.press("j", ENTER);
        page.await("the details", () -> page.texts(".detail").size() >= 3);
        assertFalse(page.is("return 'polluted' in {}"));
        assertEquals(4, page.download("text").size());
        assertEquals(4, page.download("ndjson").size());
    }

    @Test
    void aThousandHostileLinesASecondLeaveThePageUsable() {
        var bombs = List.of(json("\u001b[31mx".repeat(2000)), json("\u0000a".repeat(2000)), "{\"message\":"
                + json("\u202E".repeat(3000)) + ",\"a\":" + json("\u001b[1m\u0001".repeat(1000)) + "}");
        follow(0);
        for (int batch = 0; batch < 10; batch++)
            gateway.publishAll(workspace + "/r", Collections.nCopies(33, bombs).stream().flatMap(List::stream)
                    .toList());
        page.awaitCount("990");
        assertTrue(page.number("return document.querySelectorAll('.row').length") < 120);
        page.press("?");
        page.await("it answers", () -> page.visible("#help"));
    }

    private void publish(String text) {
        gateway.publish(workspace + "/r", json(text));
    }

    private void follow(int lines) {
        page.follow(gateway.port(), channel());
        page.awaitCount(String.valueOf(lines));
    }

    private static String json(String text) {
        return new String(new JsonWriter().value(text).toBytes(), UTF_8);
    }
}
