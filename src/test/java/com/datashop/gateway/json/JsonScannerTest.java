package com.datashop.gateway.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// Holds the scanner's cursor to what its callers do with it.
class JsonScannerTest {

    @Test
    void aPublishRequestIsPulledMemberByMember() throws JsonException {
        var scanner =
                scanner(" { \"service\" : \"etl\" , \"logData\" : { \"a\" : [ 1 , 2 ] } , \"timestamp\" : 17.5e3 } ");
        scanner.beginObject();
        assertEquals("service", scanner.nextName());
        assertEquals("etl", scanner.string());
        assertEquals("logData", scanner.nextName());
        assertEquals("{\"a\":[1,2]}", text(scanner.compact(512)));
        assertEquals("timestamp", scanner.nextName());
        assertEquals(JsonScanner.Kind.NUMBER, scanner.peek());
        assertEquals("17.5e3", scanner.number());
        assertNull(scanner.nextName());
        scanner.end();
    }

    @Test
    void arraysAndObjectsNestInTheCursor() throws JsonException {
        var scanner = scanner("[[],{},[{\"a\":[]}],1]");
        scanner.beginArray();
        assertTrue(scanner.nextElement());
        scanner.beginArray();
        assertFalse(scanner.nextElement());
        assertTrue(scanner.nextElement());
        scanner.beginObject();
        assertNull(scanner.nextName());
        assertTrue(scanner.nextElement());
        scanner.beginArray();
        assertTrue(scanner.nextElement());
        scanner.beginObject();
        assertEquals("a", scanner.nextName());
        scanner.beginArray();
        assertFalse(scanner.nextElement());
        assertNull(scanner.nextName());
        assertFalse(scanner.nextElement());
        assertTrue(scanner.nextElement());
        assertEquals("1", scanner.number());
        assertFalse(scanner.nextElement());
        scanner.end();
    }

    @Test
    void peekTellsWhatStartsAndMovesOnlyOverWhiteSpace() throws JsonException {
        Object[][] cases = {{"{", JsonScanner.Kind.OBJECT}, {"[", JsonScanner.Kind.ARRAY},
                {"\"", JsonScanner.Kind.STRING},
            {"-", JsonScanner.Kind.NUMBER}, {"0", JsonScanner.Kind.NUMBER}, {"9", JsonScanner.Kind.NUMBER},
            {"t", JsonScanner.Kind.TRUE}, {"f", JsonScanner.Kind.FALSE}, {"n", JsonScanner.Kind.NULL},
            {"", JsonScanner.Kind.END}};
        for (Object[] c : cases) {
            var scanner = scanner(" \t\r\n" + c[0]);
            assertEquals(0, scanner.position());
            assertEquals(c[1], scanner.peek());
            assertEquals(c[1], scanner.peek());
            assertEquals(4, scanner.position());
        }
        assertThrows(JsonException.class, () -> scanner("]").peek());
    }

    @Test
    void thePositionIsTheNextUnreadByte() throws JsonException {
        var scanner = scanner(" [ \"é\" , 2 ] ");
        scanner.beginArray();
        assertEquals(2, scanner.position());
        assertTrue(scanner.nextElement());
        assertEquals(3, scanner.position());
        scanner.string();
        assertEquals(7, scanner.position());
        assertTrue(scanner.nextElement());
        scanner.skip(0);
        assertEquals(11, scanner.position());
        assertFalse(scanner.nextElement());
        assertEquals(13, scanner.position());
        scanner.end();
        assertEquals(14, scanner.position());
    }

    @Test
    void stringsAreDecoded() throws JsonException {
        assertEquals("a\"\\/\b\f\n\r\tz", scanner("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"").string());
        assertEquals("Aé€😀é€😀", scanner("\"\\u0041\\u00e9\\u20AC\\uD83d\\uDe00é€😀\"").string());
        assertEquals("日本é😀", scanner("\"日本é😀\"").string());
        assertEquals("\u0000\u001f", scanner("\"\\u0000\\u001F\"").string());
        assertEquals("\ud800", scanner("\"\\ud800\"").string());
        assertEquals("\udc00x\ud800", scanner("\"\\udc00x\\ud800\"").string());
        assertEquals("\u12345", scanner("\"\\u12345\"").string());
        assertEquals("", scanner("\"\"").string());
    }

    @Test
    void namesAreDecodedAsStringsAre() throws JsonException {
        var scanner = scanner("{\"a\\n\\u0062é😀\":1,\"\\\"\" : 2}");
        scanner.beginObject();
        assertEquals("a\nbé😀", scanner.nextName());
        scanner.skip(0);
        assertEquals("\"", scanner.nextName());
        scanner.skip(0);
        assertNull(scanner.nextName());
    }

    @Test
    void aValueOfAnotherKindIsRefusedWithBothNamed() {
        assertEquals("expected a string but found '1' at line 1 column 2", refusal(() -> scanner(" 1").string())
                .getMessage());
        assertEquals("expected a number but found '\"' at line 1 column 1", refusal(() -> scanner("\"1\"").number())
                .getMessage());
        assertEquals("expected an object but found '[' at line 1 column 1", refusal(() -> scanner("[").beginObject())
                .getMessage());
        assertEquals("expected an array but found '{' at line 1 column 1", refusal(() -> scanner("{").beginArray())
                .getMessage());
        assertEquals("unexpected end, expected an object at line 1 column 3", refusal(() -> scanner("  ").beginObject())
                .getMessage());
    }

    @Test
    void aNumberKeepsItsText() throws JsonException {
        for (String number : new String[] {"0", "-0", "1.50", "1E+05", "1e999999999"}) {
            assertEquals(number, scanner(" " + number + " ").number());
        }
    }

    @Test
    void aBatchIsReadLineByLineFromOneArray() throws JsonException {
        byte[] lines = "{\"a\":1}\n{\"a\": 2}\n".getBytes(StandardCharsets.UTF_8);
        var second = new JsonScanner(lines, 8, 16);
        assertEquals("{\"a\":2}", text(second.compact(1)));
        second.end();

        var cut = new JsonScanner(lines, 8, 15);
        JsonException refusal = refusal(() -> cut.skip(1));
        assertEquals(2, refusal.line());
        assertEquals(8, refusal.column());
    }

    @Test
    void aRangeBeyondTheArrayIsRefused() {
        assertThrows(IndexOutOfBoundsException.class, () -> new JsonScanner(new byte[2], 0, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> new JsonScanner(new byte[2], 2, 1));
    }

    @Test
    void aCallerRefusesAValueAtThePresentPlace() throws JsonException {
        var scanner = scanner("{\n \"a\": 5}");
        scanner.beginObject();
        scanner.nextName();
        scanner.peek();
        assertEquals("no fives at line 2 column 7", scanner.error("no fives").getMessage());
    }

    @Test
    void compactCopiesAPartAndNotTheWhole() throws JsonException {
        byte[] json = "[1]".getBytes(StandardCharsets.UTF_8);
        assertSame(json, new JsonScanner(json).compact(1));
        byte[] part = new JsonScanner(json, 1, 2).compact(1);
        assertArrayEquals("1".getBytes(StandardCharsets.UTF_8), part);
        byte[] spaced = "[1] ".getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(json, new JsonScanner(spaced).compact(1));
    }

    @Test
    void aScannerCompactsManyValuesOneAfterTheOther() throws JsonException {
        var scanner = scanner("[ [ [ 1 ] ] , {\"a\": {\"b\" : [ ] } } , [1] , \" x \" , 7 ]");
        String[] expected = {"[[1]]", "{\"a\":{\"b\":[]}}", "[1]", "\" x \"", "7"};
        scanner.beginArray();
        for (String value : expected) {
            assertTrue(scanner.nextElement());
            assertEquals(value, text(scanner.compact(3)));
        }
        assertFalse(scanner.nextElement());
    }

    private static JsonScanner scanner(String json) {
        return new JsonScanner(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    private static JsonException refusal(Executable read) {
        return assertThrows(JsonException.class, read);
    }
}
