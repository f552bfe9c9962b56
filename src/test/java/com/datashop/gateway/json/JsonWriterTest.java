package com.datashop.gateway.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Holds the writer to text that the readers read back as what was written.
class JsonWriterTest {

    @Test
    void commasAndColonsArePlacedByTheWriter() {
        String json = new JsonWriter().beginObject()
                .member("a", "x").member("b", 1).member("c", true).member("d", JsonNull.NULL).member("e", (String) null)
                .name("f").beginArray().value(1).value("y").value(false).nullValue()
                .beginArray().endArray().beginObject().endObject().value(2).endArray()
                .name("g").beginObject().member("h", JsonBoolean.FALSE).endObject()
                .name("i").raw(" [1]".getBytes(StandardCharsets.UTF_8)).member("j", -1L)
                .endObject().toString();
        assertEquals("{\"a\":\"x\",\"b\":1,\"c\":true,\"d\":null,\"e\":null,\"f\":[1,\"y\",false,null,[],{},2],"
                + "\"g\":{\"h\":false},\"i\": [1],\"j\":-1}", json);
    }

    @Test
    void aScalarStandsAlone() {
        assertEquals("\"x\"", new JsonWriter().value("x").toString());
        assertEquals("null", new JsonWriter().value((String) null).toString());
        assertEquals("-9223372036854775808", new JsonWriter().value(Long.MIN_VALUE).toString());
        assertEquals("9223372036854775807", new JsonWriter().value(Long.MAX_VALUE).toString());
        assertEquals("", new JsonWriter().toString());
    }

    @Test
    void onlyWhatMustBeEscapedIs() {
        assertEquals("\"\\\"\\\\/\\b\\f\\n\\r\\t\"", new JsonWriter().value("\"\\/\b\f\n\r\t").toString());
        assertEquals("\"\u007f\u0080é€\u2028\ufeff\uffff😀\"", new JsonWriter()
                .value("\u007f\u0080é€\u2028\ufeff\uffff😀").toString());
        for (char c = 0; c < 0x20; c++) {
            if ("\b\f\n\r\t".indexOf(c) < 0) {
                assertEquals("\"\\u%04x\"".formatted((int) c), new JsonWriter().value(String.valueOf(c)).toString());
            }
        }
    }

    @Test
    void anUnpairedSurrogateIsEscapedAndAPairIsNot() {
        assertEquals("\"\\ud800\"", new JsonWriter().value("\ud800").toString());
        assertEquals("\"\\udfff\"", new JsonWriter().value("\udfff").toString());
        assertEquals("\"\\ud83d😀\\ude00\"", new JsonWriter().value("\ud83d\ud83d\ude00\ude00").toString());
        assertEquals("\"\\ude00\\ud83d\"", new JsonWriter().value("\ude00\ud83d").toString());
        assertEquals("\"\\ud800x\"", new JsonWriter().value("\ud800x").toString());
        assertEquals("{\"\\ud800\":0}", new JsonWriter().beginObject().member("\ud800", 0).endObject().toString());
    }

    @Test
    void everyCharIsReadBackAsItself() throws JsonException {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            String text = "a" + (char) c + "b";
            byte[] json = new JsonWriter().value(text).toBytes();
            assertEquals(text, new JsonScanner(json).string());
        }
    }

    @Test
    void everySupplementaryCharacterIsWrittenAsUtf8() throws JsonException {
        for (int point = Character.MIN_SUPPLEMENTARY_CODE_POINT; point <= Character.MAX_CODE_POINT; point += 61) {
            String text = Character.toString(point);
            byte[] json = new JsonWriter().value(text).toBytes();
            assertArrayEquals(("\"" + text + "\"").getBytes(StandardCharsets.UTF_8), json);
            assertEquals(text, new JsonScanner(json).string());
            assertEquals(text + "\n", new JsonScanner(new JsonWriter().value(text + "\n").toBytes()).string());
        }
    }

    @Test
    void theBufferGrowsAtEveryLengthAroundItsEnd() throws JsonException {
        for (String unit : new String[] {"x", "é", "€", "😀", "\u0001", "\ud800", "\n"}) {
            for (int length = 0; length < 300; length++) {
                String text = "x".repeat(length) + unit.repeat(3) + "y";
                byte[] json = new JsonWriter().beginArray().value(text).value(7).endArray().toBytes();
                assertEquals(text, ((JsonString) ((JsonArray) JsonValue.parse(json)).elements().getFirst()).value());
            }
        }
    }

    @Test
    void aNullNameOrTreeIsAnErrorOfTheCaller() {
        assertThrows(NullPointerException.class, () -> new JsonWriter().beginObject().name(null));
        assertThrows(NullPointerException.class, () -> new JsonWriter().value((JsonValue) null));
    }
}
