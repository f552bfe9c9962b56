package com.datashop.gateway.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelTest {
    @Test
    void aChannelIsMadeOfItsParts() throws InvalidChannelException {
        assertEquals("logs:etl:w1", Channel.of("etl", "w1", null).text());
        var channel = Channel.of("etl", "user@example.com", "a.b_c~d-E9");
        assertEquals("logs:etl:user@example.com:a.b_c~d-E9", channel.text());
        assertEquals("etl", channel.service());
        assertEquals("user@example.com", channel.workspace());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "a b", "*", "a\nb", "a\u0000", "ä", "a/b", "a,b", "a\"b", "a%b"})
    void aSegmentWithAnotherCharacterIsRefused(String segment) {
        assertTrue(assertThrows(InvalidChannelException.class, () -> Channel.of("etl", segment, null)).getMessage()
                .startsWith("workspace_id"));
        assertTrue(assertThrows(InvalidChannelException.class, () -> Channel.of(segment, "w", null)).getMessage()
                .startsWith("service"));
        assertTrue(assertThrows(InvalidChannelException.class, () -> Channel.of("etl", "w", segment)).getMessage()
                .startsWith("resource_id"));
    }

    @Test
    void aSegmentHasAtMost128Characters() throws InvalidChannelException {
        assertEquals(128, Channel.of("etl", "w".repeat(128), null).workspace().length());
        assertThrows(InvalidChannelException.class, () -> Channel.of("etl", "w".repeat(129), null));
    }

    @ParameterizedTest
    @CsvSource({
        "logs:etl:w:r, logs:etl:w:r, true", "logs:etl:w:r, logs:etl:w, false", "logs:etl:w, logs:etl:w:r, false",
        "logs:etl:w:*, logs:etl:w:r, true", "logs:etl:w:*, logs:etl:w, false", "logs:etl:*, logs:etl:w, true",
        "logs:etl:*, logs:etl:w:r, false", "logs:*:w, logs:etl:w, true", "logs:*:*:*, logs:etl:w:r, true",
        "logs:*:*, logs:etl:w:r, false",
        "logs:*:w:r, logs:etl:w:r, true", "logs:*:w:r, logs:etl:w:rr, false",
        "logs:etl:*:r, logs:etl:long-name:r, true",
        "logs:etl:w:r, logs:etl:w:rx, false", "logs:etl:w:rx, logs:etl:w:r, false"})
    void aStarMatchesExactlyOneSegment(String pattern, String channel, boolean matches) throws InvalidChannelException {
        assertEquals(matches, ChannelPattern.parse(pattern).matches(new Channel(channel)));
        assertEquals(matches, List.of(new Channel(channel).keys()).contains(pattern), "the channel's keys agree");
    }

    @Test
    void theKeysOfAChannelAreAllPatternsThatMatchItAndItselfFirst() {
        assertEquals("logs:etl:w", new Channel("logs:etl:w").keys()[0]);
        assertEquals(List.of("logs:*:*", "logs:*:w", "logs:etl:*", "logs:etl:w"),
                List.copyOf(new TreeSet<>(Arrays.asList(new Channel("logs:etl:w").keys()))));
        assertEquals(8, new TreeSet<>(Arrays.asList(new Channel("logs:etl:w:r").keys())).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "logs", "logs:", "logs:etl", "logs:etl:", "logs::w", "log:etl:w", "LOGS:etl:w",
            "logs:etl:w:", "logs:etl:w:r:x",
        "logs:etl:w*", "logs:**:w", "*:etl:w", "logs:etl:w:r ", "logs:e\u0000tl:w"})
    void whatIsNoChannelNorPatternIsRefused(String text) {
        assertThrows(InvalidChannelException.class, () -> ChannelPattern.parse(text));
    }
}
