package com.datashop.gateway.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the readers to RFC 8259, by vectors.
class JsonGrammarTest {

    static List<Vectors.Case> accepted() throws IOException {
        return Vectors.of("accept.txt", 100);
    }

    static List<Vectors.Case> refused() throws IOException {
        return Vectors.of("refuse.txt", 150);
    }

    static List<Vectors.Case> duplicates() throws IOException {
        return Vectors.of("duplicates.txt", 10);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void whatTheGrammarAllowsIsReadInEveryWay(Vectors.Case vector) throws JsonException {
        for (Reading reading : Reading.values()) {
            reading.read(vector.input());
        }
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void compactDropsTheWhiteSpaceBetweenTokensAndNothingElse(Vectors.Case vector) throws JsonException {
        byte[] compact = Reading.compacted(vector.input());
        assertEquals(new String(vector.outcome(), StandardCharsets.UTF_8), new String(compact, StandardCharsets.UTF_8));
        assertArrayEquals(vector.outcome(), compact);
        assertArrayEquals(compact, Reading.compacted(compact));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void aTreeIsTheSameAfterBeingWrittenAndReadAgain(Vectors.Case vector) throws JsonException {
        JsonValue tree = JsonValue.parse(vector.input());
        assertEquals(tree, JsonValue.parse(vector.outcome()));
        assertEquals(tree, JsonValue.parse(tree.toString()));
        assertEquals(tree.toString(), new JsonWriter().value(tree).toString());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatTheGrammarDoesNotAllowIsRefusedInEveryWayWithTheSameWordsAndPlace(Vectors.Case vector) {
        for (Reading reading : Reading.values()) {
            assertRefused(vector, reading);
        }
    }

    @ParameterizedTest
    @MethodSource("duplicates")
    void aNameGivenTwiceIsRefusedByTheTreeAndPassesElsewhere(Vectors.Case vector) throws JsonException {
        assertRefused(vector, Reading.PARSE);
        Reading.SKIP.read(vector.input());
        Reading.COMPACT.read(vector.input());
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void aRangeOfALargerArrayIsReadAsIfItWereAlone(Vectors.Case vector) throws JsonException {
        // The bytes around it would close strings, continue numbers, and end open arrays and objects.
        byte[] around = "1\"]}9é".getBytes(StandardCharsets.UTF_8);
        int length = vector.input().length;
        byte[] all = Arrays.copyOf(around, around.length + length + around.length);
        System.arraycopy(vector.input(), 0, all, around.length, length);
        System.arraycopy(around, 0, all, around.length + length, around.length);

        var scanner = new JsonScanner(all, around.length, around.length + length);
        assertArrayEquals(vector.outcome(), scanner.compact(JsonValue.MAX_DEPTH));
        scanner.end();
        assertEquals(around.length + length, scanner.position());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aRangeOfALargerArrayIsRefusedAsIfItWereAlone(Vectors.Case vector) {
        byte[] closing = "\"}]0é".getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(vector.input(), vector.input().length + closing.length);
        System.arraycopy(closing, 0, all, vector.input().length, closing.length);

        var scanner = new JsonScanner(all, 0, vector.input().length);
        JsonException refusal = null;
        try {
            scanner.skip(JsonValue.MAX_DEPTH);
            scanner.end();
        } catch (JsonException e) {
            refusal = e;
        }
        assertNotNull(refusal, "accepted");
        assertEquals(vector.place(), place(refusal));
    }

    @Test
    void theVectorsNameEveryMessageOfTheGrammar() throws IOException {
        String all = String.join("\n", refused().stream().map(Vectors.Case::fragment).toList());
        for (String message : List.of("a value but", "a name but", "a name or '}' but", "':' but", "',' or '}' but",
                "',' or ']' but",
                "the end but", "a digit but", "four hex digits", "after a backslash", "leading zero", "not closed",
                "must be escaped", "invalid UTF-8", "byte order mark", "unexpected end, expected a value",
                "unexpected end, expected a name", "unexpected end, expected ':'", "unexpected end, expected a digit",
                "unexpected end, expected true", "unexpected end, expected ','")) {
            assertTrue(all.contains(message), message);
        }
    }

    private static void assertRefused(Vectors.Case vector, Reading reading) {
        JsonException refusal = reading.refusal(vector.input())
                .orElseThrow(() -> new AssertionError(reading + " accepts " + vector));
        assertEquals(vector.place(), place(refusal), () -> reading + ": " + refusal.getMessage());
        assertTrue(refusal.what().contains(vector.fragment()), () -> reading + ": " + refusal.getMessage());
    }

    private static String place(JsonException refusal) {
        return refusal.line() + ":" + refusal.column();
    }
}
