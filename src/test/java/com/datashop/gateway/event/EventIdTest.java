package com.datashop.gateway.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTest {
    @Test
    void idsAreComparedAsPairsOfUnsignedNumbers() {
        String[] inOrder = {"0-0", "0-1", "0-9223372036854775807", "0-9223372036854775808", "0-18446744073709551615",
            "1-0", "9-5", "10-4", "9223372036854775808-0", "18446744073709551615-18446744073709551615"};
        for (int i = 1; i < inOrder.length; i++) {
            var before = EventId.parse(inOrder[i - 1]).orElseThrow();
            var after = EventId.parse(inOrder[i]).orElseThrow();
            assertTrue(after.isAfter(before), after + " is after " + before);
            assertEquals(after, EventId.max(before, after));
            assertEquals(inOrder[i], after.toString());
        }
    }

    @Test
    void thePreviousPlaceIsRightBefore() {
        assertEquals("5-6", EventId.parse("5-7").orElseThrow().previous().toString());
        assertEquals("4-18446744073709551615", EventId.parse("5-0").orElseThrow().previous().toString());
        assertEquals(EventId.ZERO, EventId.ZERO.previous());
    }

    @Test
    void theNextPlaceIsRightBehind() {
        for (var places : new String[][] {{"5-6", "5-7"}, {"4-18446744073709551615", "5-0"},
                {"9223372036854775807-18446744073709551615", "9223372036854775808-0"},
                {"5-9223372036854775807", "5-9223372036854775808"}, {"18446744073709551615-18446744073709551614",
                        "18446744073709551615-18446744073709551615"}}) {
            assertEquals(places[1], EventId.parse(places[0]).orElseThrow().next().toString());
            assertEquals(places[0], EventId.parse(places[1]).orElseThrow().previous().toString());
        }
        assertEquals(EventId.MAX, EventId.MAX.next());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "1", "1-", "-1", "1--1", "+1-1", "1-+1", " 1-1", "1-1 ", "a-1", "1-b", "1-1-1",
            "18446744073709551616-0",
        "0-18446744073709551616", "1.0-1", "1-٣", "99999999999999999999999999999999999999999999-1"})
    void whatIsNoIdIsNotReadAsOne(String text) {
        assertEquals(Optional.empty(), EventId.parse(text));
    }
}
