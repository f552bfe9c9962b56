package com.datashop.gateway.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the tests' own reader to the standard, since every other test believes it.
class SseReaderTest {
    /// A stream and what a browser makes of it.
    record Vector(String name, String stream, List<Message> messages, String lastEventId, long retry, long comments) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Vector vector(String name, String stream, String lastEventId, Message... messages) {
        return new Vector(name, stream, List.of(messages), lastEventId, -1, 0);
    }

    private static Vector retry(String name, String stream, long retry) {
        return new Vector(name, stream, List.of(), "", retry, 0);
    }

    private static Vector comments(String name, String stream, long comments, Message... messages) {
        return new Vector(name, stream, List.of(messages), "", -1, comments);
    }

    private static Message log(String id, String data) {
        return new Message("message", id, data);
    }

    static List<Vector> vectors() {
        return List.of(
                vector("nothing", "", ""),
                vector("an unnamed event is a message", "data: a\n\n", "", log("", "a")),
                vector("a named event keeps its name", "event: gap\ndata: a\n\n", "", new Message("gap", "", "a")),
                vector("the name holds for one event", "event: gap\ndata: a\n\ndata: b\n\n", "",
                        new Message("gap", "", "a"), log("", "b")),
                vector("the name of an event without data does not stick", "event: gap\n\ndata: b\n\n", "",
                log("", "b")),
                vector("an empty name is none", "event: gap\nevent:\ndata: a\n\n", "", log("", "a")),
                vector("the last name counts", "event: a\nevent: b\ndata: c\n\n", "", new Message("b", "", "c")),

                vector("LF, CR and CRLF all end lines", "data: a\ndata: b\rdata: c\r\n\r\n", "", log("", "a\nb\nc")),
                vector("CR alone", "data: a\r\rdata: b\r\r", "", log("", "a"), log("", "b")),
                vector("CRLF alone", "data: a\r\n\r\ndata: b\r\n\r\n", "", log("", "a"), log("", "b")),
                vector("LF CR is two line ends", "data: a\n\rdata: b\n\r", "", log("", "a"), log("", "b")),
                vector("CR LF LF is two line ends", "data: a\r\n\n", "", log("", "a")),
                vector("no other character ends a line", "data: a\u000B\u000C\u0085\u2028b\n\n", "",
                        log("", "a\u000B\u000C\u0085\u2028b")),
                vector("the end of the stream is not the end of an event", "data: a\n\ndata: b\n", "", log("", "a")),
                vector("nor of a line", "data: a\n\ndata: b", "", log("", "a")),

                vector("one leading BOM is dropped", "\uFEFFdata: a\n\n", "", log("", "a")),
                vector("a second BOM is part of a field's name", "\uFEFF\uFEFFdata: a\ndata: b\n\n", "", log("", "b")),
                vector("a later BOM is part of a field's name", "data: a\n\uFEFFdata: b\n\n", "", log("", "a")),
                vector("a BOM before a blank line", "\uFEFF\n\ndata: a\n\n", "", log("", "a")),

                vector("one space after the colon is dropped", "data:a\ndata: b\ndata:  c\n\n", "",
                        log("", "a\nb\n c")),
                vector("a tab is not", "data:\ta\n\n", "", log("", "\ta")),
                vector("only the first colon separates", "data:a: b:c\n\n", "", log("", "a: b:c")),
                vector("a field without colon has an empty value", "data\ndata\n\n", "", log("", "\n")),
                vector("a data line without value is a message", "data\n\ndata:\n\ndata: \n\n", "",
                        log("", ""), log("", ""), log("", "")),
                vector("names are case-sensitive and exact", "Data: a\n data: b\ndata : c\nfoo: d\ndata: e\n\n", "",
                log("", "e")),
                vector("blank lines alone dispatch nothing", "\n\n\r\r\r\n\r\n", ""),

                vector("an id holds until the next one", "id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n", "2",
                        log("1", "a"), log("1", "b"), log("2", "c")),
                vector("an id counts without data", "id: 1\n\n", "1"),
                vector("and is the id of what follows", "id: 1\n\ndata: a\n\n", "1", log("1", "a")),
                vector("an id counts only at the blank line", "id: 1\ndata: a\n\nid: 2\ndata: b\n", "1", log("1", "a")),
                vector("an empty id resets it", "id: 1\ndata: a\n\nid\ndata: b\n\n", "", log("1", "a"), log("", "b")),
                vector("an id with NUL is ignored", "id: 1\nid: 2\0\ndata: a\n\n", "1", log("1", "a")),
                vector("data with NUL is not", "data: a\0b\n\n", "", log("", "a\0b")),

                retry("retry", "retry: 2000\n", 2000),
                retry("retry needs no blank line, the last one counts", "retry: 1\nretry:0003\n", 3),
                retry("retry takes digits only",
                "retry: 7\nretry: 8a\nretry: -9\nretry: +9\nretry: 1.5\nretry:  9\nretry: \u0663\n", 7),
                retry("an empty retry is ignored", "retry\nretry:\n", -1),
                retry("a retry without its line end is none", "retry: 20", -1),
                retry("a retry without bound is a long one", "retry: 99999999999999999999\n", Long.MAX_VALUE),

                comments("comments are counted and dispatch nothing", ":ping\n:\n: \n\n", 3),
                comments("a comment does not part an event", "data: a\n:data: x\ndata: b\n\n", 1, log("", "a\nb")),
                comments("a comment that did not end is none yet", ":ping", 0),

                vector("UTF-8 of every length", "data: \u00E9\u20AC\uD83D\uDE00\n\n", "",
                        log("", "\u00E9\u20AC\uD83D\uDE00")));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void a_stream_reads_as_the_standard_says_in_one_piece(Vector vector) {
        byte[] bytes = vector.stream.getBytes(UTF_8);
        check(vector, bytes, bytes.length);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void a_stream_reads_as_the_standard_says_byte_by_byte(Vector vector) {
        byte[] bytes = vector.stream.getBytes(UTF_8);
        var cuts = new int[bytes.length];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i;
        }
        check(vector, bytes, cuts);
    }

    @Test
    void a_stream_may_be_cut_at_any_two_places() {
        var mixed = new Vector("mixed",
                "\uFEFFretry: 12\r\n\r\nevent: connection\r\nid: 1-0\r\ndata: {\"\u20AC\":1}\r\n\r\n:p\nid: "
                + "1-1\ndata: \uD83D\uDE00\rdata\r\r"
                        + "\r\n\n:\r\nid: 1-2\r\n\r\nevent: gap\ndata: b\n\nid\0: x\nid: y\0\ndata: \u00E9\r\n\n",
                List.of(new Message("connection", "1-0", "{\"\u20AC\":1}"), log("1-1", "\uD83D\uDE00\n"),
                        new Message("gap", "1-2", "b"), log("1-2", "\u00E9")),
                "1-2", 12, 2);
        byte[] bytes = mixed.stream.getBytes(UTF_8);
        check(mixed, bytes);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                check(mixed, bytes, first, second);
            }
        }
    }

    @Test
    void bytes_that_are_not_utf_8_become_replacement_characters_and_cost_no_line() {
        byte[] bytes = "data: a\u00FFb\ndata: \u00E2\u0082\n\n".getBytes(ISO_8859_1);
        var expected = new Vector("malformed", "", List.of(log("", "a\uFFFDb\n\uFFFD")), "", -1, 0);
        for (int cut = 0; cut <= bytes.length; cut++) {
            check(expected, bytes, cut);
        }
    }

    @Test
    void a_message_is_there_as_soon_as_its_last_byte_is() {
        byte[] bytes = "data: a\r\r\n".getBytes(UTF_8);
        var reader = new SseReader();
        assertEquals(List.of(), reader.feed(bytes, 0, 8));
        assertEquals(List.of(log("", "a")), reader.feed(bytes, 8, 1), "a CR ends the line, whatever follows");
        assertEquals(List.of(), reader.feed(bytes, 9, 1));
    }

    private static void check(Vector vector, byte[] bytes, int... cuts) {
        var reader = new SseReader();
        var messages = new ArrayList<Message>();
        int from = 0;
        for (int cut : cuts) {
            messages.addAll(reader.feed(bytes, from, cut - from));
            from = cut;
        }
        messages.addAll(reader.feed(bytes, from, bytes.length - from));
        assertEquals(vector.messages, messages, vector.name);
        assertEquals(vector.lastEventId, reader.lastEventId(), vector.name);
        assertEquals(vector.retry, reader.retry(), vector.name);
        assertEquals(vector.comments, reader.comments(), vector.name);
    }
}
