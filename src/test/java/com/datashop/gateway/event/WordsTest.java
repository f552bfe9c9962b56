package com.datashop.gateway.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Levels and points in time, as people write them.
class WordsTest {
    /// 2026-11-27T12:00:00Z
    private static final long NOW = 1_795_780_800_000L;

    @ParameterizedTest
    @CsvSource({"trace, TRACE", "Debug, DEBUG", "INFO, INFO", "warn, WARN", "WARNING, WARN", "err, ERROR",
            "Error, ERROR", "critical, FATAL",
        "fatal, FATAL", "notice, INFO", "emerg, FATAL"})
    void aLevelIsReadInAnyCaseAndUnderItsCommonNames(String name, Level level) {
        assertEquals(Optional.of(level), Level.named(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "loud", "information technology", "0", "50", "ERROR+4"})
    void whatIsNoLevelIsNotReadAsOne(String name) {
        assertEquals(Optional.empty(), Level.named(name));
    }

    @Test
    void aTimeIsReadInEachOfItsFormsAndOtherwiseRefusedWithTheReason() throws IOException {
        int rows = 0;
        try (var in = WordsTest.class.getResourceAsStream("times.txt")) {
            for (var line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
                if (line.isEmpty() || line.startsWith("#")) continue;
                rows++;
                var words = line.split(" \\| ", -1);
                assertEquals(3, words.length, line);
                var outcome = Reading.valueOf(words[0]).outcome(words[1]);
                if (words[2].startsWith("must")) assertTrue(outcome.contains(words[2]), () -> line + " is " + outcome);
                else assertEquals(words[2], outcome, line);
            }
        }
        assertTrue(rows > 100, rows + " rows");
    }

    @Test
    void aTimeIsReadOrRefusedAtOnceHoweverLongItIs() {
        int length = 1_000_000;
        for (var text : List.of("9".repeat(length), "1." + "0".repeat(length), "1e" + "9".repeat(length),
                "-" + "0".repeat(length), "2026-11-23T10:00:00." + "9".repeat(length),
                "2026-11-23T10:00:00" + " ".repeat(length))) {
            long before = System.nanoTime();
            for (var reading : Reading.values())
                assertTrue(reading.outcome(text).startsWith("must"), () -> reading + " of " + text.substring(0, 30));
            assertTrue(System.nanoTime() - before < 1_000_000_000L, "in a second: " + text.substring(0, 30));
        }
        assertThrows(InvalidTimeException.class, () -> Timestamps.ofNumber("1e999999999"));
    }

    /// A door by which a time comes in.
    private enum Reading {
        TEXT, NUMBER, SINCE, UNTIL;

        /// The milliseconds, or why it is refused.
        String outcome(String text) {
            try {
                return String.valueOf(switch (this) {
                    case TEXT -> Timestamps.ofText(text);
                    case NUMBER -> Timestamps.ofNumber(text);
                    case SINCE -> Timestamps.ofBeginning(text, NOW);
                    case UNTIL -> Timestamps.ofParameter(text, NOW);
                });
            } catch (InvalidTimeException refused) {
                return refused.getMessage();
            }
        }
    }
}
