package com.datashop.gateway.http.viewer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonBoolean;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whether everybody can read and use the viewer: contrast in both themes, names for those who hear it, room on a
/// phone.
class ViewerLookTest extends ViewerSuite {
    /// Every text in sight whose contrast with its ground (WCAG 2.2, 1.4.3) is below 4.5. Grounds that are pictures are
    /// judged by the colour below.
    private static final String LOW_CONTRAST = """
            const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
            const rgba = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour;
                canvas.fillRect(0, 0, 1, 1); const [r, g, b, a] =
                canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
            const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
            const light = ([r, g, b]) => [r, g, b]
                .map(c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
                .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
            const groundOf = element => {
              const grounds = [];
              for (let e = element; e; e = e.parentElement) grounds.unshift(rgba(getComputedStyle(e).backgroundColor));
              return grounds.reduce((below, top) => over(top, below), rgba('Canvas'));
            };
            const low = new Set();
            let seen = 0;
            const texts = document.createTreeWalker(document.querySelector('dialog[open]') ?? document.body,
                NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
              const element = texts.currentNode.parentElement;
              if (texts.currentNode.data.trim() === '' || !element.checkVisibility({ visibilityProperty: true })
                  || element.closest('.unseen, option, script'))
                continue;
              const ground = groundOf(element);
              let colour = rgba(getComputedStyle(element).color);
              for (let e = element; e; e = e.parentElement) colour[3] *= Number(getComputedStyle(e).opacity);
              colour = over(colour, ground);
              const [one, other] = [light(colour), light(ground)].sort((a, b) => b - a);
              seen++;
              if ((one + .05) / (other + .05) < 4.5)
                low.add(
                    `${((one + .05) / (other + .05)).toFixed(2)} ${element.tagName}.${element.className} in \
            ${element.parentElement.className}: ${texts.currentNode.data.slice(0, 30)}`);
            }
            return [String(seen), ...low]""";

    @BeforeAll
    void publishLines() {
        for (var level : List.of("trace", "debug", "info", "warn", "error", "fatal", "none"))
            for (var resource : List.of("a", "b", "c", "d", "e", "f"))
                gateway.publish("w/" + resource, "{\"level\":\"" + level
                        + "\",\"message\":\"needle \\u001b[31mred \\u001b[32mgreen \\u001b[33myellow \\u001b[34mblue "
                        + "\\u001b[35mmagenta \\u001b[36mcyan \\u001b[30mblack \\u001b[97mwhite "
                        + "\\u001b[90mgrey \\u001b[38;5;226mbright \\u001b[38;2;20;10;60mdark\\u001b[0m "
                        + "\\u001b[2mdim\\u001b[0m \\u001b[7minverse\\u001b[0m \\u001b[41mon\\u001b[0m "
                        + "\\u0000\\n\",\"field\":[1,\"two\",null]}");
    }

    @AfterEach
    void unsize() {
        page.unsize();
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void everyTextStandsOutFromItsGround(String theme) {
        page.browser().devTools("Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + theme + "\"}]}");
        page.size(1280, 1000);
        page.open(gateway.port(), "");
        page.await("what there is", () -> page.visible(".offered"));
        assertReadable(15, "the choice");
        page.open(gateway.port(), "?channels=logs:etl:w:*&q=ee&levels=trace,debug,info,warn,error,fatal");
        page.await("lines", () -> page.text("#count").equals("36 of 42"));
        assertReadable(300, "lines");
        page.press("j", ViewerPage.ENTER);
        page.await("the detail", () -> page.visible(".detail"));
        page.press(ViewerPage.SPACE);
        page.await("the pause", () -> page.visible("#paused"));
        page.browser()
                .script(
                "const row = document.querySelector('.row:not(.current)'); row.className = 'row gap'; row.id = ''; "
                + "row.querySelector('.level').remove(); row.querySelector('.channel').remove();"
                + "row.querySelector('.message').textContent = '12 events lost here'");
        assertReadable(100, "a detail");
        page.press("?");
        page.await("the help", () -> page.visible("#help"));
        assertReadable(20, "the help");
    }

    @Test
    void everythingThatIsOperatedHasANameForThoseWhoHearIt() {
        page.size(1280, 900);
        page.follow(gateway.port(), "logs:etl:w:*");
        page.awaitCount("42");
        var names = new ArrayList<String>();
        for (var node : ((JsonArray) page.browser().devTools("Accessibility.getFullAXTree", "{}").get("nodes"))
                .elements()) {
            var element = (JsonObject) node;
            if (((JsonBoolean) element.get("ignored")).value()) continue;
            String role = ((JsonString) ((JsonObject) element.get("role")).get("value")).value();
            if (!List.of("button", "combobox", "searchbox", "textbox", "grid", "listbox", "toolbar", "group",
                    "DisclosureTriangle").contains(role))
                continue;
            var name = element.members().containsKey("name")
                    ? ((JsonString) ((JsonObject) element.get("name")).get("value")).value() : "";
            names.add(role + " " + name);
        }
        for (var expected : List.of("combobox Channels and patterns to follow", "combobox Where to begin",
                "searchbox Show only lines that contain", "group Levels", "grid Log lines", "button Help"))
            assertTrue(names.contains(expected), expected + " is not among " + names);
        assertEquals(List.of(), names.stream().filter(name -> name.endsWith(" ") && !name.startsWith("group"))
                .toList());
        assertEquals("42", page.string("return document.getElementById('scroller').getAttribute('aria-rowcount')"));
        assertEquals("polite", page.string("return document.getElementById('status').getAttribute('aria-live')"),
                "and lines themselves are not read out as they come");
        page.press("g", "j", "j");
        page.await("the second line", () ->
                page.string(
                "return document.getElementById(document.getElementById('scroller')"
                + ".getAttribute('aria-activedescendant'))?.getAttribute('aria-rowindex') ?? ''").equals("2"));
    }

    @ParameterizedTest
    @ValueSource(ints = {390, 320, 768, 1100})
    void nothingIsWiderThanThePage(int width) {
        page.size(width, 844);
        page.follow(gateway.port(), "logs:etl:w:*");
        page.awaitCount("42");
        page.await("rows", () -> !page.messages().isEmpty());
        page.press("j", ViewerPage.ENTER);
        page.await("the detail", () -> page.visible(".detail"));
        assertEquals(List.of(), page.strings("""
                return [...document.querySelectorAll('header *, .tools *, .notices *, .detail, .detail *, .summary')]
                    .filter(element => element.checkVisibility() && !element.closest('.levels, .offers-list, .unseen'))
                    .filter(element => { const box = element.getBoundingClientRect(); return box.width > 0 && \
                (box.right > innerWidth + 1 || box.left < -1); }).map(element => element.tagName + '.' + \
                element.className)"""));
        assertEquals(width, page.number("return document.documentElement.scrollWidth"));
    }

    /// 320 by 256 is what a page of 1280 by 1024 has at a zoom of 400 %.
    @ParameterizedTest
    @ValueSource(ints = {256, 568})
    void aSmallScreenLeavesRoomForTheLog(int height) {
        page.size(320, height);
        page.follow(gateway.port(), "logs:etl:w:*");
        page.awaitCount("42");
        long share = page.number("return document.getElementById('scroller').clientHeight * 100 / innerHeight");
        assertTrue(share >= 60, share + " % of the height");
        page.click("#more-toggle");
        page.await("the options", () -> page.visible("#start") && page.visible("#view") && page.visible("#level-info"));
        page.click("#more-toggle");
    }

    @Test
    void aPageThatIsTurnedOrResizedGoesOnFollowing() {
        page.size(1280, 900);
        page.follow(gateway.port(), "logs:etl:w:*");
        page.awaitCount("42");
        for (var size : List.of(List.of(320, 640), List.of(640, 320), List.of(320, 2000), List.of(320, 400),
                List.of(1280, 400))) {
            page.size(size.getFirst(), size.getLast());
            page.await("the newest line at " + size, () -> page.inSight(".row[aria-rowindex='42']"));
            page.awaitDrawn();
            assertFalse(page.visible("#newer"), size::toString);
        }
    }

    private void assertReadable(int texts, String what) {
        var low = page.strings(LOW_CONTRAST);
        assertTrue(Integer.parseInt(low.getFirst()) >= texts, what + ": texts were looked at: " + low.getFirst());
        assertEquals(List.of(), low.subList(1, low.size()), what);
    }
}
