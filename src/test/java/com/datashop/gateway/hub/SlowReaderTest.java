package com.datashop.gateway.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A subscriber that reads too slowly costs nobody else anything, and itself only what history no longer holds.
class SlowReaderTest {
    private static final Predicate<Message> CONNECTED = message -> message.event().equals("connection");

    @Test
    void oneStalledReaderLeavesMemoryBoundedAndTheOthersComplete() {
        int events = 60_000;
        var filler = "x".repeat(200);
        try (var gateway = Gateway.start("HISTORY_EVENTS=1000", "WRITE_TIMEOUT_SECONDS=600");
                var stalled = stalled(gateway, "logs:etl:w:r");
                var first = gateway.follow("logs:etl:w:r"); var second = gateway.follow("logs:etl:w:*")) {
            first.await(CONNECTED);
            second.await(CONNECTED);
            long before = used();
            var ids = new ArrayList<String>();
            for (int i = 0; i < events; i += 500) {
                ids.addAll(publish(gateway, "w/r", i, 500, filler));
                first.logs(ids.size()); // the others keep up, so that all that they miss is the stalled one's doing
                second.logs(ids.size());
            }
            assertEquals(ids, first.ids());
            assertEquals(ids, second.ids());
            assertEquals(0, gaps(first).size() + gaps(second).size());
            long received = 2L * events * 600; // what the two followers of this test keep, at most, of what they got
            assertTrue(used() - before < received + (24 << 20), "the heap grew by " + (used() - before) + " bytes");
            stalled.resume();
            assertCompleteOrTold(stalled, ids, "overflow");
        }
    }

    @Test
    void anOverflowThatHistoryStillHoldsLosesNothing() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=100000"); var stalled = stalled(gateway, "logs:etl:w:r")) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < 20_000; i += 1000) ids.addAll(publish(gateway, "w/r", i, 1000, "x".repeat(200)));
            stalled.resume();
            stalled.logs(ids.size());
            assertEquals(ids, stalled.ids());
            assertEquals(List.of(), gaps(stalled));
            ids.add(gateway.publish("w/r", "\"live again\""));
            stalled.logs(ids.size());
            assertEquals(ids, stalled.ids());
        }
    }

    @Test
    void burstsLargerThanAnyQueueReachReadersThatKeepUpAtOnceAndWhole() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=100000", "HEARTBEAT_SECONDS=600");
                var first = gateway.follow("logs:etl:w:r"); var second = gateway.follow("logs:etl:*:*")) {
            first.await(CONNECTED);
            second.await(CONNECTED);
            var ids = new ArrayList<String>();
            for (int i = 0; i < 50_000; i += 1000) {
                ids.addAll(publish(gateway, "w/r", i, 1000, "x"));
                first.logs(ids.size());
                second.logs(ids.size());
            }
            assertEquals(ids, first.ids());
            assertEquals(ids, second.ids());
            assertEquals(0, gaps(first).size() + gaps(second).size());
        }
    }

    @Test
    void aReaderThatFallsBehindTwiceIsToldTwiceAndExactly() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=300");
                var stalled = stalled(gateway, "logs:etl:w:r,logs:etl:w:quiet")) {
            var ids = new ArrayList<String>();
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 15_000; i += 1000) {
                    ids.addAll(publish(gateway, "w/r", i, 1000, "x".repeat(300)));
                    ids.add(gateway.publish("w/quiet", "1"));
                }
                stalled.resume();
                var last = ids.getLast();
                stalled.await(message -> message.id().equals(last) && message.isLog());
                ids.add(gateway.publish("w/r", "\"caught up\""));
                var live = ids.getLast();
                stalled.await(message -> message.id().equals(live) && message.isLog());
                stalled.pause();
                ids.add(gateway.publish("w/r", "\"may or may not be read before the pause\""));
            }
            stalled.resume();
            assertCompleteOrTold(stalled, ids, "overflow");
            assertTrue(gaps(stalled).size() >= 2);
        }
    }

    @Test
    void aReplayThatIsOvertakenByEvictionTellsWhatItLost() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=20000")) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < 20_000; i += 1000) ids.addAll(publish(gateway, "w/r", i, 1000, "x".repeat(300)));
            try (var stalled = Follower.options().receiveBuffer(4096).paused()
                    .open(gateway.port(), "/api/logs/stream?channels=logs:etl:w:r&lastEventId=" + ids.getFirst())) {
                for (int i = 0; i < 30_000; i += 1000) ids.addAll(publish(gateway, "w/r", i, 1000, "x".repeat(300)));
                stalled.resume();
                assertCompleteOrTold(stalled, ids.subList(1, ids.size()), "evicted");
                assertNotEquals(List.of(), gaps(stalled));
            }
        }
    }

    @Test
    void largeEventsToAStalledReaderPinNoMoreThanABound() {
        try (var gateway = Gateway.start("HISTORY_BYTES=4MiB", "WRITE_TIMEOUT_SECONDS=600");
                var stalled = stalled(gateway, "logs:etl:w:r")) {
            long before = used();
            var ids = new ArrayList<String>();
            for (int i = 0; i < 100; i++) ids.add(gateway.publish("w/r", "\"" + "x".repeat(500_000) + "\""));
            assertTrue(used() - before < 16 << 20, "the heap grew by " + (used() - before) + " bytes");
            stalled.resume();
            assertCompleteOrTold(stalled, ids, "overflow");
        }
    }

    @Test
    void aWriteThatMakesNoProgressEndsTheConnectionAndTheClientResumes() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=100000", "WRITE_TIMEOUT_SECONDS=1");
                var stalled = stalled(gateway, "logs:etl:w:r")) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < 20_000; i += 1000) ids.addAll(publish(gateway, "w/r", i, 1000, "x".repeat(300)));
            Await.until("the stalled stream is ended", () -> gateway.get("/health").body()
                    .contains("\"connections\":0"));
            stalled.resume();
            stalled.awaitEnd();
            var received = stalled.ids();
            assertTrue(received.size() < ids.size(), "it was cut");
            assertEquals(ids.subList(0, received.size()), received);
            var cursor = stalled.lastEventId();
            try (var resumed = gateway.follow("logs:etl:w:r", "Last-Event-ID: " + cursor)) {
                resumed.logs(ids.size() - received.size());
                assertEquals(ids.subList(received.size(), ids.size()), resumed.ids());
            }
        }
    }

    @Test
    void aClientThatWentAwayIsNoticedWithinTwoHeartbeats() {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=1")) {
            for (int i = 0; i < 20; i++) {
                var follower = gateway.follow("logs:etl:w:r");
                follower.await(CONNECTED);
                if (i % 2 == 0) follower.reset();
                else follower.close();
            }
            Await.until("no stream is left", () -> gateway.get("/health").body()
                    .contains("\"connections\":0,\"channels\":0"));
        }
    }

    /// Every id was received, or lies in a told gap whose count is right.
    private static void assertCompleteOrTold(Follower follower, List<String> ids, String reason) {
        var last = ids.getLast();
        if (follower.messages().stream().noneMatch(message -> message.isLog() && message.id().equals(last)))
            follower.await(message -> message.isLog() && message.id().equals(last));
        int next = 0;
        for (var message : follower.messages()) {
            if (message.isLog()) {
                assertEquals(ids.get(next), message.id(), () -> "the next event, or a gap before it: "
                        + around(follower, message));
                next++;
            } else if (message.event().equals("gap")) {
                var gap = Gateway.object(message.data());
                assertEquals(reason, Gateway.string(gap, "reason"));
                assertEquals(next == 0 ? Gateway.string(gap, "from") : ids.get(next - 1), Gateway.string(gap, "from"));
                next += (int) Gateway.number(gap, "lost");
                assertEquals(ids.get(next - 1), Gateway.string(gap, "to"));
            }
        }
        assertEquals(ids.size(), next);
    }

    private static String around(Follower follower, Message message) {
        int at = follower.messages().indexOf(message);
        return follower.messages().subList(Math.max(0, at - 6), at + 1).stream()
                .map(m -> m.event() + " " + m.id() + " " + m.data().substring(0, Math.min(140, m.data().length())))
                .toList().toString();
    }

    private static List<String> publish(Gateway gateway, String path, int from, int count, String filler) {
        var reply = gateway.publishAll(path, IntStream.range(from, from + count)
                .mapToObj(n -> "{\"n\":" + n + ",\"filler\":\"" + filler + "\"}").toList());
        var first = Gateway.string(reply, "firstId").split("-");
        return IntStream.range(0, count).mapToObj(n -> first[0] + "-" + (Long.parseLong(first[1]) + n)).toList();
    }

    private static Follower stalled(Gateway gateway, String channels) {
        var follower = Follower.options().receiveBuffer(4096).paused()
                .open(gateway.port(), "/api/logs/stream?channels=" + channels);
        follower.status();
        return follower;
    }

    private static List<Message> gaps(Follower follower) {
        return follower.messages().stream().filter(message -> message.event().equals("gap")).toList();
    }

    private static long used() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
