package com.datashop.gateway.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A stream ends when it is as old as a stream may get, and its client goes on where it was.
class MaxAgeTest {
    private static final String CHANNEL = "logs:etl:w:r";
    /// So many events of 4 KB are less than a body may have.
    private static final int BATCH = 200;
    private static final String ENDS = "gateway_stream_ends_total{reason=\"max-age\"} ";

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1", "HTTP/1.0"})
    void anIdleStreamIsToldWhyItEndsAndHowSoonToComeBack(String version) {
        try (var gateway = Gateway.start("MAX_STREAM_SECONDS=2", "HEARTBEAT_SECONDS=600")) {
            var options = Follower.options();
            if (version.equals("HTTP/1.0")) options.http10();
            long begin = System.nanoTime();
            try (var follower = options.open(gateway.port(), Client.stream(CHANNEL))) {
                var end = follower.awaitEnd();
                long lasted = (System.nanoTime() - begin) / 1_000_000;
                assertEquals(version.equals("HTTP/1.0") ? Follower.End.EOF : Follower.End.COMPLETE, end);
                assertTrue(lasted >= 1600 && lasted <= 6000, lasted + " ms");
                assertShutdown("age", follower);
                assertTrue(follower.retry() >= 100 && follower.retry() <= 1000, "retry: " + follower.retry());
            }
            assertEquals(1, ends(gateway));
            Await.until("its place is free", () -> gateway.get("/health").body().contains("\"connections\":0"));
        }
    }

    @Test
    void aClientThatComesBackEachTimeGetsEveryEventOnceWhateverIsPublishedMeanwhile() {
        try (var gateway = Gateway.start("MAX_STREAM_SECONDS=1", "HISTORY_EVENTS=100000")) {
            var received = new ArrayList<String>();
            var expected = new ArrayList<String>();
            String cursor = null;
            for (int lives = 0; lives < 4; lives++) {
                var headers = cursor == null ? new String[0] : new String[] {"Last-Event-ID: " + cursor};
                try (var follower = gateway.follow(CHANNEL, headers)) {
                    follower.await(Message::isConnection);
                    while (!hasEnded(follower)) expected.addAll(publish(gateway, 3, 300));
                    assertEquals(Follower.End.COMPLETE, follower.awaitEnd());
                    assertShutdown("age", follower);
                    assertEquals(List.of(), follower.gaps());
                    received.addAll(follower.ids());
                    cursor = follower.lastEventId();
                }
            }
            try (var last = gateway.follow(CHANNEL, "Last-Event-ID: " + cursor)) {
                expected.addAll(publish(gateway, 1, 10));
                last.logs(expected.size() - received.size());
                received.addAll(last.ids());
            }
            assertEquals(expected, received);
            assertTrue(ends(gateway) >= 4);
        }
    }

    @Test
    void aQuietStreamComesBackWithThePlaceThatTheLogHadReached() {
        try (var gateway = Gateway.start("MAX_STREAM_SECONDS=1", "HEARTBEAT_SECONDS=600");
                var follower = gateway.follow(CHANNEL)) {
            follower.await(Message::isConnection);
            String elsewhere = gateway.publish("elsewhere", "1");
            follower.awaitEnd();
            assertEquals(elsewhere, follower.lastEventId());
        }
    }

    @Test
    void aStreamThatCatchesUpIsEndedInTheMidstAndGoesOnThere() {
        try (var gateway = Gateway.start("MAX_STREAM_SECONDS=1", "HISTORY_EVENTS=100000", "HISTORY_BYTES=64MiB")) {
            var expected = publish(gateway, 4000, 4000);
            try (var slow = Follower.options().receiveBuffer(4096).paused()
                    .open(gateway.port(), Client.stream(CHANNEL) + "&tail=100000")) {
                assertEquals(200, slow.status());
                long end = System.nanoTime() + 20_000_000_000L;
                while (!hasEnded(slow) && System.nanoTime() < end) { // reads a little now and then
                    slow.resume();
                    slow.pause();
                    Thread.onSpinWait();
                }
                slow.resume();
                slow.awaitEnd();
                assertShutdown("age", slow);
                var ids = new ArrayList<>(slow.ids());
                assertEquals(expected.subList(0, ids.size()), ids);
                for (int lives = 0; ids.size() < expected.size() && lives < 30; lives++) {
                    try (var again = gateway.follow(CHANNEL, "Last-Event-ID: " + ids.getLast())) {
                        again.awaitEnd();
                        ids.addAll(again.ids());
                    }
                }
                assertEquals(expected, ids);
            }
        }
    }

    @Test
    void aClientWhoseNetworkDiedWithoutAWordIsEndedToo() {
        try (var gateway = Gateway.start("MAX_STREAM_SECONDS=1", "HEARTBEAT_SECONDS=1");
                var cable = new Cable(gateway.port());
                var follower = Follower.open(cable.port(), Client.stream(CHANNEL))) {
            follower.await(Message::isConnection);
            cable.let(Cable.Flow.STOPPED);
            Await.until("it is gone", () -> gateway.get("/health").body().contains("\"connections\":0"));
            assertEquals(1, ends(gateway));
        }
    }

    @Test
    void aClientThatStallsInMidEventIsCutWhenAWritesTimeIsOver() {
        try (var gateway = Gateway.start("MAX_STREAM_SECONDS=3", "WRITE_TIMEOUT_SECONDS=4");
                var stalled = Follower.options().receiveBuffer(4096).paused()
                        .open(gateway.port(), Client.stream(CHANNEL))) {
            assertEquals(200, stalled.status());
            Await.until("it has joined", () -> gateway.get("/health").body().contains("\"connections\":1"));
            for (int i = 0; i < 12; i++) gateway.publish("w/r", "\"" + "x".repeat(900_000) + "\"");
            Await.until("it is gone", () -> gateway.get("/health").body().contains("\"connections\":0"));
            stalled.resume();
            assertNotEquals(Follower.End.COMPLETE, stalled.awaitEnd());
        }
    }

    @Test
    void zeroMeansNoMaximumAgeAndAStopOfTheGatewayHasItsOwnReason() {
        var follower = lives("MAX_STREAM_SECONDS=0");
        try (follower) {
            assertEquals(Follower.End.COMPLETE, follower.awaitEnd());
            assertShutdown("stop", follower);
        }
    }

    /// A stream of a gateway that has stopped meanwhile.
    private static Follower lives(String... settings) {
        try (var gateway = Gateway.start(settings)) {
            var follower = gateway.follow(CHANNEL);
            follower.await(Message::isConnection);
            return follower;
        }
    }

    private static void assertShutdown(String reason, Follower follower) {
        var last = follower.messages().getLast();
        assertEquals("shutdown", last.event());
        assertEquals("{\"type\":\"shutdown\",\"reason\":\"" + reason + "\"}", last.data());
    }

    private static boolean hasEnded(Follower follower) {
        var messages = follower.messages();
        return !messages.isEmpty() && messages.getLast().event().equals("shutdown");
    }

    private static long ends(Gateway gateway) {
        return gateway.get("/metrics").body().lines().filter(line -> line.startsWith(ENDS))
                .mapToLong(line -> Long.parseLong(line.substring(ENDS.length()))).sum();
    }

    private static List<String> publish(Gateway gateway, int count, int length) {
        var ids = new ArrayList<String>();
        for (int i = 0; i < count; i += BATCH) {
            int size = Math.min(BATCH, count - i);
            var reply = gateway.publishAll("w/r", Collections.nCopies(size, "\"" + "x".repeat(length) + "\""));
            var first = Gateway.string(reply, "firstId").split("-");
            LongStream.range(0, size).mapToObj(n -> first[0] + "-" + (Long.parseLong(first[1]) + n)).forEach(ids::add);
        }
        return ids;
    }
}
