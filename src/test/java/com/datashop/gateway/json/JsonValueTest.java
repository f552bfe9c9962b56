package com.datashop.gateway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// Holds the values of the tree to being data: checked, copied, equal by content.
class JsonValueTest {

    @Test
    void aTextBecomesTheTreeThatItSays() throws JsonException {
        var members = new LinkedHashMap<String, JsonValue>();
        members.put("s", new JsonString("x\n"));
        members.put("n", new JsonNumber("-1.50"));
        members.put("l", new JsonArray(List.of(JsonBoolean.TRUE, JsonBoolean.FALSE, JsonNull.NULL)));
        members.put("o", new JsonObject(new LinkedHashMap<>()));
        String text = "{\"s\":\"x\\n\",\"n\":-1.50,\"l\":[true,false,null],\"o\":{}}";

        assertEquals(new JsonObject(members), JsonValue.parse(text));
        assertEquals(text, new JsonObject(members).toString());
    }

    @Test
    void anObjectKeepsItsOrderAndIsEqualInAnyOrder() throws JsonException {
        var one = (JsonObject) JsonValue.parse("{\"b\":1,\"a\":2,\"c\":3}");
        assertEquals(List.of("b", "a", "c"), List.copyOf(one.members().keySet()));
        assertEquals(one, JsonValue.parse("{\"a\":2,\"c\":3,\"b\":1}"));
        assertEquals(new JsonNumber("2"), one.get("a"));
        assertNull(one.get("d"));
    }

    @Test
    void whatWasGivenIsCopiedAndWhatIsHeldCanNotBeChanged() {
        var members = new LinkedHashMap<String, JsonValue>();
        members.put("a", JsonNull.NULL);
        var object = new JsonObject(members);
        members.clear();
        assertEquals("{\"a\":null}", object.toString());
        assertThrows(UnsupportedOperationException.class, () -> object.members().clear());

        var elements = new ArrayList<JsonValue>(List.of(JsonNull.NULL));
        var array = new JsonArray(elements);
        elements.clear();
        assertEquals("[null]", array.toString());
        assertThrows(UnsupportedOperationException.class, () -> array.elements().clear());
    }

    @Test
    void aJavaNullIsNoValue() {
        var members = new LinkedHashMap<String, JsonValue>();
        members.put("a", null);
        assertThrows(NullPointerException.class, () -> new JsonObject(members));
        assertThrows(NullPointerException.class, () -> new JsonArray(Arrays.asList((JsonValue) null)));
        assertThrows(NullPointerException.class, () -> new JsonString(null));
    }

    @Test
    void aNumberIsALongOnlyWhenItIsAnIntegerInRange() {
        assertEquals(OptionalLong.of(0), new JsonNumber("-0").asLong());
        assertEquals(OptionalLong.of(17), new JsonNumber("17").asLong());
        assertEquals(OptionalLong.of(Long.MAX_VALUE), new JsonNumber("9223372036854775807").asLong());
        assertEquals(OptionalLong.of(Long.MIN_VALUE), new JsonNumber("-9223372036854775808").asLong());
        for (String none : List.of("9223372036854775808", "-9223372036854775809", "1.0", "1e2", "1E2",
                "10000000000000000000000",
                "1e999999999")) {
            assertEquals(OptionalLong.empty(), new JsonNumber(none).asLong(), none);
        }
    }

    @Test
    void aNumberMustBeOneByTheGrammar() {
        for (String none : List.of("", " ", "1 ", " 1", "01", "+1", "1.", ".1", "1e", "NaN", "0x1", "1,2", "1]",
                "\"1\"", "é", "1é",
                "١")) {
            assertThrows(IllegalArgumentException.class, () -> new JsonNumber(none), none);
        }
    }

    @Test
    void aBooleanIsOneOfTwo() {
        assertEquals(JsonBoolean.TRUE, JsonBoolean.of(true));
        assertEquals(JsonBoolean.FALSE, JsonBoolean.of(false));
        assertFalse(JsonBoolean.FALSE.value());
        assertEquals("true", JsonBoolean.TRUE.toString());
    }
}
