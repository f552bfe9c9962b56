package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// The reader of event streams, with responses cut at every place.
class EventStreamTest {
    private static final String BODY =
            ":ping\nretry: 1000\n\nevent: connection\nid: 1-5\ndata: {\"type\":\"connection\"}\n\n"
            + "id: 1-6\ndata: {\"data\":{\"message\":\"a\",\"stamp\":\"#00000a0000000b000000000000000c\"}}\n\n:ping\n"
            + "data:{\"stamp\":\"#00000a0000000c00000000000000ff\"}\r\n\r\n"
            + "data: no stamp\n\nevent: gap\ndata: {\"lost\":3}\n\nid: 1-9\ndata: #00000b00000001000000000000";
    private static final List<String> EXPECTED =
            List.of("200", "connection {\"type\":\"connection\"}", "10 11 12", "10 12 255", "-1", "gap {\"lost\":3}");

    @Test
    void anUnframedStreamIsReadHoweverItIsCut() {
        assertReadHoweverCut("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + BODY,
                EXPECTED);
    }

    @Test
    void chunksAreTakenOffHoweverTheyAreCut() {
        for (int size = 1; size < BODY.length(); size += 7) {
            var response = new StringBuilder("HTTP/1.1 200 OK\r\nTransfer-encoding: chunked\r\n\r\n");
            for (int from = 0; from < BODY.length(); from += size) {
                var chunk = BODY.substring(from, Math.min(from + size, BODY.length()));
                response.append(Integer.toHexString(chunk.length()).toUpperCase(Locale.ROOT))
                        .append(size % 2 == 0 ? ";extension=1" : "");
                response.append("\r\n").append(chunk).append("\r\n");
            }
            var expected = new ArrayList<>(EXPECTED);
            expected.add("ended");
            assertReadHoweverCut(response.append("0\r\n\r\n").toString(), expected);
        }
    }

    @Test
    void theIdIsThatOfTheLastMessageThatCameWhole() {
        var stream = new EventStream(new Heard());
        assertNull(stream.lastEventId());
        var bytes = ("HTTP/1.1 200 OK\r\n\r\n" + BODY).getBytes(US_ASCII);
        stream.feed(bytes, 0, bytes.length);
        assertEquals("1-6", stream.lastEventId());
    }

    private static void assertReadHoweverCut(String response, List<String> expected) {
        var bytes = response.getBytes(US_ASCII);
        for (int size = 1; size <= bytes.length; size = size < 40 ? size + 1 : size * 2) {
            var heard = new Heard();
            var stream = new EventStream(heard);
            for (int from = 0; from < bytes.length; from += size)
                stream.feed(bytes, from, Math.min(from + size, bytes.length));
            assertEquals(expected, heard.what, "in pieces of " + size);
        }
    }

    /// Notes everything that was read, in words.
    private static final class Heard implements EventStream.Sink {
        private final List<String> what = new ArrayList<>();

        @Override
        public void opened(int status) {
            what.add(String.valueOf(status));
        }

        @Override
        public void event(int lane, long number, long due) {
            what.add(lane < 0 ? "-1" : lane + " " + number + " " + due);
        }

        @Override
        public void control(String name, String data) {
            what.add(name + " " + data);
        }

        @Override
        public void ended() {
            what.add("ended");
        }
    }
}
