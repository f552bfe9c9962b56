package com.datashop.gateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Holds the readers to a bounded depth, and to time and memory linear in the input, whatever it is.
class JsonLimitsTest {

    /// Far above what linear work takes on a slow machine, far below what quadratic work on megabytes takes.
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int MEGABYTES = 5_000_000;

    @Test
    void depth512IsReadInEveryWay() {
        for (Reading reading : Reading.values()) {
            assertEquals(Optional.empty(), reading.refusal(bytes(arrays(512))), reading.name());
            assertEquals(Optional.empty(), reading.refusal(bytes(objects(512))), reading.name());
            assertEquals(Optional.empty(),
                    reading.refusal(bytes("[" + arrays(511) + ",{\"a\":" + objects(510) + "}]")));
        }
    }

    @Test
    void depth513IsRefusedInEveryWayAtTheBracketThatIsTooMuch() {
        for (Reading reading : Reading.values()) {
            JsonException arrays = reading.refusal(bytes(arrays(513))).orElseThrow();
            assertEquals("nesting deeper than 512 at line 1 column 513", arrays.getMessage(), reading.name());
            JsonException objects = reading.refusal(bytes(objects(513))).orElseThrow();
            assertEquals("nesting deeper than 512 at line 1 column " + (512 * 5 + 1), objects.getMessage(),
                    reading.name());
        }
    }

    @Test
    void aHundredThousandBracketsAreRefusedQuickly() {
        assertTimeoutPreemptively(SOON, () -> {
            for (Reading reading : Reading.values()) {
                assertFalse(reading.refusal(bytes("[".repeat(100_000))).isEmpty(), reading.name());
                assertFalse(reading.refusal(bytes(arrays(100_000))).isEmpty(), reading.name());
                assertFalse(reading.refusal(bytes("{\"a\":".repeat(100_000))).isEmpty(), reading.name());
            }
        });
    }

    @Test
    void aScalarHasDepthZeroAndAnEmptyArrayOne() throws JsonException {
        new JsonScanner(bytes("1")).skip(0);
        new JsonScanner(bytes("\"[[\"")).skip(0);
        new JsonScanner(bytes("[]")).skip(1);
        new JsonScanner(bytes("[{},1]")).skip(2);
        for (String deep : new String[] {"[]", "{}", "[1]"}) {
            JsonException refusal = assertThrows(JsonException.class, () -> new JsonScanner(bytes(deep)).compact(0));
            assertEquals("nesting deeper than 0", refusal.what());
        }
        assertThrows(JsonException.class, () -> new JsonScanner(bytes("[[]]")).skip(1));
    }

    @Test
    void aWalkOfAMillionLevelsTakesNoStack() throws JsonException {
        int depth = 1_000_000;
        String mixed = "[{\"a\":".repeat(depth / 2) + "1" + "}]".repeat(depth / 2);
        var scanner = new JsonScanner(bytes(mixed.replace(":", " : ")));
        assertEquals(mixed, new String(scanner.compact(depth), StandardCharsets.UTF_8));

        // Each level must be closed by its own bracket: the walk remembers all of them.
        byte[] crossed = bytes(mixed);
        crossed[crossed.length - 1] = '}';
        assertThrows(JsonException.class, () -> new JsonScanner(crossed).skip(depth));
        byte[] crossedInside = bytes(mixed);
        crossedInside[crossedInside.length - 2] = ']';
        assertThrows(JsonException.class, () -> new JsonScanner(crossedInside).skip(depth));
    }

    @Test
    void longTokensAreReadInLinearTime() {
        assertTimeoutPreemptively(SOON, () -> {
            String[] longOnes = {
                "\"" + "x".repeat(MEGABYTES) + "\"",
                "\"" + "é".repeat(MEGABYTES / 2) + "\"",
                "\"" + "\\n".repeat(MEGABYTES / 2) + "\"",
                "\"" + "\\ud83d".repeat(MEGABYTES / 6) + "\"",
                "9".repeat(MEGABYTES),
                "0." + "1".repeat(MEGABYTES),
                "1e" + "9".repeat(MEGABYTES),
                " ".repeat(MEGABYTES) + "1",
                "[" + "1 , ".repeat(MEGABYTES / 4) + "1]",
                "{\"" + "n".repeat(MEGABYTES) + "\":1}",
            };
            for (String json : longOnes) {
                for (Reading reading : Reading.values()) {
                    assertEquals(Optional.empty(), reading.refusal(bytes(json)), () -> reading + " "
                            + json.substring(0, 20));
                }
            }
        });
    }

    @Test
    void aBatchIsCompactedInLinearTimeAndSpace() {
        // With a buffer as long as the rest of the input for each element this would move 100 GB.
        assertTimeoutPreemptively(SOON, () -> {
            int elements = 200_000;
            var scanner = new JsonScanner(bytes("[" + "[ 1 ], ".repeat(elements) + "0]"));
            scanner.beginArray();
            int seen = 0;
            while (scanner.nextElement()) {
                seen += scanner.compact(1).length == 3 ? 1 : 0;
            }
            assertEquals(elements, seen);
        });
    }

    @Test
    void namesThatCollideAreReadInGoodTime() {
        // "Aa" and "BB" have one hash, so the 2^16 names of 16 such pairs do too; in a list they would cost 2 * 10^9
        // comparisons.
        assertTimeoutPreemptively(SOON, () -> {
            var json = new StringBuilder("{");
            for (int i = 0; i < 1 << 16; i++) {
                json.append(i == 0 ? "\"" : ",\"");
                for (int bit = 0; bit < 16; bit++) {
                    json.append((i >> bit & 1) == 0 ? "Aa" : "BB");
                }
                json.append("\":0");
            }
            var tree = (JsonObject) JsonValue.parse(json.append('}').toString());
            assertEquals(1 << 16, tree.members().size());
            assertEquals(1, tree.members().keySet().stream().mapToInt(String::hashCode).distinct().count());
        });
    }

    private static String arrays(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    private static String objects(int depth) {
        return "{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
