package com.datashop.gateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/// Holds a refusal to the line and column that an editor would show.
class JsonPlaceTest {

    @Test
    void linesEndWithLfOrCrOrBoth() {
        assertPlace("\nx", 2, 1);
        assertPlace("\rx", 2, 1);
        assertPlace("\r\nx", 2, 1);
        assertPlace("\n\nx", 3, 1);
        assertPlace("\r\rx", 3, 1);
        assertPlace("\r\n\r\nx", 3, 1);
        assertPlace("\n\rx", 3, 1);
        assertPlace("[\r\n  1,\r\n  2,\r\n  x\r\n]\r\n", 4, 3);
        assertPlace("{\n\t\"a\": 1,\n\t\"b\" 2\n}", 3, 6);
    }

    @Test
    void aColumnIsACodePointWhateverItsBytesAre() {
        assertPlace("[\"a\",x]", 1, 6);
        assertPlace("[\"é\",x]", 1, 6);
        assertPlace("[\"€\",x]", 1, 6);
        assertPlace("[\"😀\",x]", 1, 6);
        assertPlace("[\"é€😀é\",\n \"日本語\" x]", 2, 8);
    }

    @Test
    void anEndIsJustBehindTheLastCharacter() {
        assertPlace("[1", 1, 3);
        assertPlace("[1\n", 2, 1);
        assertPlace("[1\r\n", 2, 1);
        assertPlace("[\"é\"", 1, 5);
    }

    @Test
    void anUnpairedSurrogateInTextIsRefusedWhereItStands() {
        assertPlace("\"a\ud800\"", 1, 3);
        assertPlace("\"\udc00\"", 1, 2);
        assertPlace("[\"😀\",\n\"é\ud83d", 2, 3);
        assertPlace("\"\ude00\ud83d\"", 1, 2);
        JsonException refusal = assertThrows(JsonException.class, () -> JsonValue.parse("\"\ud800x\""));
        assertEquals("an unpaired surrogate must be escaped in a string at line 1 column 2", refusal.getMessage());
    }

    @Test
    void theMessageIsWhatAndWhere() {
        JsonException refusal = assertThrows(JsonException.class, () -> JsonValue.parse("{\"a\": 1\n  x"));
        assertEquals("expected ',' or '}' but found 'x'", refusal.what());
        assertEquals("expected ',' or '}' but found 'x' at line 2 column 3", refusal.getMessage());
    }

    private static void assertPlace(String json, int line, int column) {
        JsonException refusal = assertThrows(JsonException.class, () -> JsonValue.parse(json), json);
        assertEquals(line + ":" + column, refusal.line() + ":" + refusal.column(), refusal.getMessage());
    }
}
