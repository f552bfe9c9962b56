package com.datashop.gateway.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Levels and points in time, as people write them.
class WordsTest {
    @ParameterizedTest
    @CsvSource({"trace, TRACE", "Debug, DEBUG", "INFO, INFO", "warn, WARN", "WARNING, WARN", "err, ERROR", "Error, ERROR", "critical, FATAL",
        "fatal, FATAL", "notice, INFO", "emerg, FATAL"})
    void aLevelIsReadInAnyCaseAndUnderItsCommonNames(String name, Level level) {
        assertEquals(Optional.of(level), Level.named(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "loud", "information technology", "0"})
    void whatIsNoLevelIsNotReadAsOne(String name) {
        assertEquals(Optional.empty(), Level.named(name));
    }

    @Test
    void aLevelIsReadFromTheNumbersThatPinoWrites() {
        assertEquals(Optional.of(Level.ERROR), Level.numbered("50"));
        assertEquals(Optional.empty(), Level.numbered("5"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1763881234567, 1763881234567", "1970-01-01T00:00:00Z, 0", "2026-11-23T10:00:00.5+01:00, 1795424400500",
        "2026-11-23t09:00:00z, 1795424400000", "2026-11-23 09:00:00Z, 1795424400000", "2026-11-23T10:00:00 01:00, 1795424400000",
        "2026-11-23T09:00:00.123456789012345Z, 1795424400123", "9999-12-31T23:59:59.999Z, 253402300799999", "253402300799999, 253402300799999"})
    void aTimeIsMillisecondsOrRfc3339(String text, long milliseconds) {
        assertEquals(OptionalLong.of(milliseconds), Timestamps.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1e3", "yesterday", "2026-11-23", "2026-11-23T10:00Z", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
        "2026-11-23T10:00:00", "2026-11-23T10:00:00.Z", "2026-11-23T25:00:00Z", "253402300800000", "99999999999999999999", "1969-12-31T23:59:59Z"})
    void whatIsNoTimeIsNotReadAsOne(String text) {
        assertEquals(OptionalLong.empty(), Timestamps.parse(text));
    }
}
