package com.datashop.gateway.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/// Holds the ways of reading to agree on values that nobody thought of; a failure prints the seed.
class JsonRandomTest {

    private static final long SEED = Long.getLong("seed", System.nanoTime());

    @RegisterExtension
    static final TestExecutionExceptionHandler SEED_PRINTER = (_, failure) -> {
        throw new AssertionError("run again with -Dseed=" + SEED, failure);
    };

    private final Random random = new Random(SEED);
    private final RandomJson json = new RandomJson(random);

    @Test
    void compactOfSpacedOutTextIsWhatTheWriterWrites() throws JsonException {
        int dropped = 0;
        for (int round = 0; round < 5_000; round++) {
            JsonValue tree = json.value(4);
            byte[] compact = new JsonWriter().value(tree).toBytes();
            byte[] spaced = spacedOut(tree);
            dropped += spaced.length - compact.length;
            assertArrayEquals(compact, Reading.compacted(spaced));
            assertEquals(tree, JsonValue.parse(spaced));
            assertEquals(tree, JsonValue.parse(new String(spaced, StandardCharsets.UTF_8)));
        }
        assertTrue(dropped > 0);
    }

    @Test
    void mutatedTextIsAcceptedOrRefusedInEveryWayAlike() throws JsonException {
        int accepted = 0;
        int refused = 0;
        for (int round = 0; round < 40_000; round++) {
            byte[] text = mutated(spacedOut(json.value(3)));
            Optional<JsonException> skip = Reading.SKIP.refusal(text);
            Optional<JsonException> compact = Reading.COMPACT.refusal(text);
            assertEquals(message(skip), message(compact), () -> shown(text));
            Optional<JsonException> parse = Reading.PARSE.refusal(text);
            if (parse.isPresent() && parse.get().what().endsWith("is given twice")) {
                continue; // the one thing that only the tree refuses
            }
            assertEquals(message(skip), message(parse), () -> shown(text));
            if (skip.isEmpty()) {
                accepted++;
                assertEquals(JsonValue.parse(text), JsonValue.parse(Reading.compacted(text)), () -> shown(text));
            } else {
                refused++;
            }
        }
        assertTrue(accepted > 100 && refused > 100, accepted + " accepted, " + refused + " refused");
    }

    @Test
    void everyTruncationOfADocumentIsRefused() throws JsonException {
        byte[] whole =
                (" {\"a\" : [ 1.5e-3, \"é😀\\u00e9\\n\", true, false, null, {} , [] ],\r\n \"b\":{\"c\":-0}, "
                + "\"日本\":\"\\\"\"}")
                .getBytes(StandardCharsets.UTF_8);
        JsonValue.parse(whole);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            Optional<JsonException> skip = Reading.SKIP.refusal(cut);
            assertTrue(skip.isPresent(), "accepted: " + shown(cut));
            for (Reading reading : Reading.values()) {
                assertEquals(message(skip), message(reading.refusal(cut)), shown(cut));
            }
            assertThatARangeSaysTheSame(whole, length, skip);
        }
    }

    @Test
    void everyByteInEveryPlaceOfADocumentIsReadAlike() throws JsonException {
        byte[] whole = " [1.5e3,\"é\\n\",{\"a\":true}]".getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int place = 0; place < whole.length; place++) {
            for (int b = 0; b < 256; b++) {
                byte[] text = whole.clone();
                text[place] = (byte) b;
                Optional<JsonException> skip = Reading.SKIP.refusal(text);
                refused += skip.isPresent() ? 1 : 0;
                for (Reading reading : Reading.values()) {
                    assertEquals(message(skip), message(reading.refusal(text)), () -> shown(text));
                }
            }
        }
        assertTrue(refused > 1000);
    }

    @Test
    void bytesAtRandomThrowNothingButARefusal() {
        int refused = 0;
        for (int round = 0; round < 50_000; round++) {
            byte[] noise = new byte[random.nextInt(24)];
            random.nextBytes(noise);
            for (Reading reading : Reading.values()) {
                refused += reading.refusal(noise).isPresent() ? 1 : 0;
            }
        }
        assertTrue(refused > 0);
    }

    private static void assertThatARangeSaysTheSame(byte[] whole, int length, Optional<JsonException> expected) {
        Optional<JsonException> range = Optional.empty();
        try {
            new JsonScanner(whole, 0, length).skip(JsonValue.MAX_DEPTH);
        } catch (JsonException e) {
            range = Optional.of(e);
        }
        assertEquals(message(expected), message(range));
    }

    private byte[] mutated(byte[] text) {
        byte[] mutated = text;
        for (int times = 1 + random.nextInt(2); times > 0 && mutated.length > 0; times--) {
            int place = random.nextInt(mutated.length);
            mutated = switch (random.nextInt(4)) {
                case 0 -> with(mutated, place, 1, new byte[] {(byte) random.nextInt(256)});
                case 1 -> with(mutated, place, 1, new byte[] {(byte) "{}[],:\"\\ue0-.1 \n".charAt(random.nextInt(16))});
                case 2 -> with(mutated, place, 1, new byte[0]);
                default -> with(mutated, place, 0,
                        Arrays.copyOfRange(mutated, place, Math.min(mutated.length, place + 5)));
            };
        }
        return mutated;
    }

    private static byte[] with(byte[] text, int place, int dropped, byte[] added) {
        var out = new ByteArrayOutputStream();
        out.write(text, 0, place);
        out.writeBytes(added);
        out.write(text, place + dropped, text.length - place - dropped);
        return out.toByteArray();
    }

    private byte[] spacedOut(JsonValue value) {
        var out = new ByteArrayOutputStream();
        json.spacedOut(value, out);
        return out.toByteArray();
    }

    private static String message(Optional<JsonException> refusal) {
        return refusal.map(JsonException::getMessage).orElse("accepted");
    }

    private static String shown(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
