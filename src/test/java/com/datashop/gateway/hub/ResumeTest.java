package com.datashop.gateway.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonNull;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How a client says where to go on, and what it is told of what is gone.
///
/// `EventLogTest` holds what every log owes to those who come back: everything, once, in one order.
class ResumeTest {
    @Test
    void aReconnectGetsWhatCameMeanwhileByHeaderOrParameter() {
        try (var gateway = Gateway.start()) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < 10; i++) ids.add(gateway.publish("w/r", String.valueOf(i)));
            try (var byHeader = gateway.follow("logs:etl:w:r", "Last-Event-ID: " + ids.get(3));
                    var byParameter = gateway.follow("logs:etl:w:r&lastEventId=" + ids.get(5));
                    var byBoth = gateway.follow("logs:etl:w:r&lastEventId=" + ids.get(5), "Last-Event-ID: "
                            + ids.get(8));
                    var byEmptyHeader = gateway.follow("logs:etl:w:r&lastEventId=" + ids.get(7), "Last-Event-ID: ")) {
                assertEquals(ids.get(3), byHeader.await(Message::isConnection).id(),
                        "the connection message carries the cursor");
                ids.add(gateway.publish("w/r", "10"));
                assertEquals(ids.subList(4, 11), byHeader.ids(7));
                assertEquals(ids.subList(6, 11), byParameter.ids(5));
                assertEquals(ids.subList(9, 11), byBoth.ids(2), "the header wins");
                assertEquals(ids.subList(8, 11), byEmptyHeader.ids(3), "an empty header is none");
            }
        }
    }

    @Test
    void aClientThatSawNothingResumesByTheIdOfItsConnectionMessage() {
        try (var gateway = Gateway.start()) {
            String cursor;
            try (var follower = gateway.follow("logs:etl:w:r")) {
                cursor = follower.await(Message::isConnection).id();
            }
            var id = gateway.publish("w/r", "1");
            try (var follower = gateway.follow("logs:etl:w:r", "Last-Event-ID: " + cursor)) {
                assertEquals(id, follower.nextLog().id());
                assertTrue(follower.messages().stream().noneMatch(Message::isGap));
            }
        }
    }

    @Test
    void anUnknownIdIsToldAndFollowedByAllOfHistory() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=3")) {
            for (var unknown : List.of("1-1", "never", "18446744073709551615-1", "-5", "%F0%9F%98%80")) {
                try (var empty = gateway.follow("logs:etl:never:used&lastEventId=" + unknown)) {
                    var connection = empty.await(Message::isConnection);
                    assertEquals("", connection.id(), unknown + " does not become the client's cursor");
                    assertEquals("unknown-id", reason(empty.next()), unknown);
                }
            }
            var ids = new ArrayList<String>();
            for (int i = 0; i < 5; i++) ids.add(gateway.publish("w/r", String.valueOf(i)));
            try (var follower = gateway.follow("logs:etl:w:r", "Last-Event-ID: 77-7")) {
                var gap = Gateway.object(follower.await(Message::isGap).data());
                assertEquals(JsonNull.NULL, gap.get("lost"));
                assertEquals(JsonNull.NULL, gap.get("from"));
                assertEquals(ids.get(1), Gateway.string(gap, "to"));
                ids.add(gateway.publish("w/r", "5"));
                assertEquals(ids.subList(2, 6), follower.ids(4));
                assertEquals(1, follower.gaps().size(), "it is told once");
            }
        }
    }

    @Test
    void aGapCountsTheEvictedEventsAndComesBeforeTheNextEvent() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=5")) {
            var quiet = gateway.publish("w/quiet", "0");
            var noisy = new ArrayList<String>();
            for (int i = 0; i < 20; i++) noisy.add(gateway.publish("w/noisy", String.valueOf(i)));
            var late = gateway.publish("w/quiet", "1");
            for (int i = 20; i < 30; i++) noisy.add(gateway.publish("w/noisy", String.valueOf(i)));
            try (var follower = gateway.follow("logs:etl:w:quiet,logs:etl:*:noisy", "Last-Event-ID: " + quiet)) {
                var first = gap(follower.await(message -> !message.event().equals("connection")));
                assertEquals(List.of("evicted", "20", quiet, noisy.get(19)), first);
                assertEquals(late, follower.next().id());
                assertEquals(List.of("evicted", "5", late, noisy.get(24)), gap(follower.next()));
                assertEquals(noisy.subList(25, 30), follower.ids(6).subList(1, 6));
            }
            try (var follower = gateway.follow("logs:etl:w:quiet", "Last-Event-ID: " + quiet)) {
                assertEquals(late, follower.nextLog().id());
                assertEquals(List.of(), follower.gaps(), "another channel's hole is none of ours");
            }
            try (var follower = gateway.follow("logs:etl:w:noisy&level=trace", "Last-Event-ID: " + noisy.get(17))) {
                assertEquals("7", gap(follower.await(Message::isGap)).get(1),
                        "trace holds nothing back");
            }
            try (var follower = gateway.follow("logs:etl:w:noisy&q=2", "Last-Event-ID: " + noisy.get(17))) {
                assertEquals("null", gap(follower.await(Message::isGap)).get(1),
                        "under a filter nobody can know");
            }
        }
    }

    @Test
    void aGapCarriesNoIdSoThatAConnectionCutThereIsToldAgain() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=1")) {
            var first = gateway.publish("w/r", "1");
            gateway.publish("w/r", "2");
            gateway.publish("w/r", "3");
            for (int i = 0; i < 2; i++) {
                try (var follower = gateway.follow("logs:etl:w:r", "Last-Event-ID: " + first)) {
                    var gap = follower.await(Message::isGap);
                    assertEquals(first, gap.id(), "the last id in force is still the client's own");
                    assertEquals("1", gap(gap).get(1));
                }
            }
        }
    }

    @Test
    void tailAndSinceBeginInHistoryAndResumeWithoutAHole() {
        try (var gateway = Gateway.start()) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < 10; i++)
                ids.add(gateway.publishEntries(List.of("{\"service\":\"etl\",\"workspace_id\":\"w\",\"timestamp\":"
                    + (1_700_001_000_000L + i * 1000) + ",\"logData\":{\"n\":" + i + ",\"level\":\""
                            + (i % 2 == 0 ? "info" : "error") + "\"}}"))
                            .get("lastId") instanceof com.datashop.gateway.json.JsonString id ? id.value() : null);
            try (var tail = gateway.follow("logs:etl:w&tail=3");
                    var filtered = gateway.follow("logs:etl:w&tail=3&level=error");
                    var since = gateway.follow("logs:etl:w&since=1700001004500");
                    var both = gateway.follow("logs:etl:w&since=1700001008000&tail=1");
                    var cursor = gateway.follow("logs:etl:w&since=1700001000000&tail=9&lastEventId=" + ids.get(8));
                    var later = gateway.follow("logs:etl:w&since=2026-11-23T00:00:00Z");
                    var none = gateway.follow("logs:etl:w&tail=0")) {
                assertEquals(ids.get(6), tail.await(Message::isConnection).id(),
                        "the place right before what follows");
                for (var follower : List.of(filtered, since, both, cursor, later, none))
                    follower.await(Message::isConnection);
                ids.add(gateway.publish("w", "{\"n\":10,\"level\":\"error\"}"));
                assertEquals(ids.subList(7, 11), tail.ids(4));
                assertEquals(List.of(ids.get(5), ids.get(7), ids.get(9), ids.get(10)), filtered.ids(4),
                        "tail counts after filtering");
                assertEquals(ids.subList(5, 11), since.ids(6));
                assertEquals(ids.subList(8, 11), both.ids(3), "since wins over tail");
                assertEquals(ids.subList(9, 11), cursor.ids(2), "a cursor wins over both");
                assertEquals(ids.subList(10, 11), later.ids(1));
                assertEquals(ids.subList(10, 11), none.ids(1));
            }
        }
    }

    @Test
    void sinceLeavesOutWhatIsOlderHoweverItWasPublished() {
        try (var gateway = Gateway.start()) {
            var entry = "{\"service\":\"etl\",\"workspace_id\":\"w\",\"timestamp\":%d,\"logData\":%d}";
            gateway.publishEntries(List.of(entry.formatted(1_700_009_000, 1), entry.formatted(1_700_001_000, 2),
                    entry.formatted(1_700_008_000, 3), entry.formatted(1_700_002_000, 4)));
            try (var follower = gateway.follow("logs:etl:w&since=1700005000")) {
                follower.await(Message::isConnection);
                gateway.publishEntries(List.of(entry.formatted(1_700_003_000, 5)));
                assertEquals(List.of("1", "3", "5"), follower.logs(3).stream()
                        .map(message -> Gateway.object(message.data()).get("data").toString()).toList(),
                        "history by its time, and all that comes live");
            }
        }
    }

    @Test
    void eventsThatArePublishedDuringTheSearchForTheBeginningAreNotLost() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=200000")) {
            for (int i = 0; i < 30; i++)
                gateway.publishAll("w/large", java.util.stream.IntStream.range(0, 2000)
                        .mapToObj(n -> "\"miss " + "x".repeat(100) + "\"").toList());
            for (int round = 0; round < 5; round++) {
                try (var follower = gateway.follow("logs:etl:w:a,logs:etl:w:large,logs:etl:w:b&tail=1&q=hit")) {
                    Await.until("the stream is on", () -> gateway.get("/health").body().contains("\"connections\":1,"));
                    var first = gateway.publish("w/a", "\"hit\"");
                    var second = gateway.publish("w/b", "\"hit\"");
                    var received = new ArrayList<String>();
                    while (!received.contains(second)) received.add(follower.nextLog().id());
                    assertTrue(received.contains(first), "published while the stream looked for its place: " + first
                            + " is not in " + received);
                }
                Await.until("it is gone", () -> {
                    gateway.publish("w/a", "\"hit\"");
                    return gateway.get("/health").body().contains("\"connections\":0,");
                });
            }
        }
    }

    @Test
    void aGapOfALiveStreamIsCountedAlsoWithSince() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=10", "HEARTBEAT_SECONDS=600");
                var stalled = Follower.options().receiveBuffer(4096).paused()
                        .open(gateway.port(), "/api/logs/stream?channels=logs:etl:w:r&since=1h")) {
            stalled.status();
            Await.until("the stream is on", () -> gateway.get("/health").body().contains("\"connections\":1,"));
            String last = null;
            for (int i = 0; i < 20; i++)
                last = Gateway.string(gateway.publishAll("w/r", java.util.stream.IntStream.range(0, 1000)
                        .mapToObj(n -> "\"" + "x".repeat(300) + "\"").toList()), "lastId");
            stalled.resume();
            var end = last;
            stalled.await(message -> message.id().equals(end));
            long lost = 0;
            for (var gap : stalled.gaps()) lost += Gateway.number(Gateway.object(gap.data()), "lost");
            assertEquals(20_000, lost + stalled.ids().size());
        }
    }

    @Test
    void filtersHoldForReplayAndLiveAlike() {
        try (var gateway = Gateway.start()) {
            var entries = List.of("{\"level\":\"warning\",\"m\":\"Disk Full\"}",
                    "{\"level\":\"info\",\"m\":\"disk full\"}", "{\"m\":\"disk full\"}",
                    "\"disk full\"", "{\"level\":\"FATAL\",\"m\":\"other\"}",
                    "{\"a\":{\"level\":\"fatal\"},\"level\":\"debug\",\"m\":\"disk full\"}");
            try (var live = gateway.follow("logs:etl:w&level=warn");
                    var text = gateway.follow("logs:etl:w&q=DISK%20FULL");
                    var both = gateway.follow("logs:etl:w&level=WARN&q=disk")) {
                for (var follower : List.of(live, text, both))
                    follower.await(Message::isConnection);
                var ids = new ArrayList<String>();
                for (var entry : entries) ids.add(gateway.publish("w", entry));
                assertEquals(List.of(ids.get(0), ids.get(4)), live.ids(2));
                assertEquals(List.of(ids.get(0), ids.get(1), ids.get(2), ids.get(3), ids.get(5)), text.ids(5));
                assertEquals(List.of(ids.get(0)), both.ids(1));
                try (var replayed = gateway.follow("logs:etl:w&level=warn&tail=100")) {
                    assertEquals(List.of(ids.get(0), ids.get(4)), replayed.ids(2));
                }
            }
        }
    }

    @Test
    void theCursorOfAQuietStreamMovesOnWithTheLog() {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=1", "HISTORY_EVENTS=2")) {
            try (var quiet = gateway.follow("logs:etl:quiet"); var narrow = gateway.follow("logs:etl:w&level=fatal")) {
                quiet.awaitComments(1);
                for (int i = 0; i < 9; i++) gateway.publish("w", "1");
                var last = gateway.publish("w", "1");
                quiet.await(message -> message.event().equals("cursor") && message.id().equals(last));
                narrow.await(message -> message.event().equals("cursor") && message.id().equals(last));
                assertEquals("cursor", Gateway.string(Gateway.object(quiet.messages().getLast().data()), "type"));
                quiet.awaitComments(quiet.comments() + 1);
                assertEquals(1, quiet.messages().stream().filter(message -> message.id().equals(last)).count(),
                        "once told, it is a ping again");
                try (var resumed = gateway.follow("logs:etl:w&level=fatal", "Last-Event-ID: " + last)) {
                    resumed.awaitComments(1);
                    assertEquals(List.of(), resumed.gaps());
                }
            }
        }
    }

    @Test
    void aMessageOfTheGatewayCarriesItsNameAsType() {
        try (var gateway = Gateway.start();
                var follower = gateway.follow("logs:etl:w,logs:etl:w,logs:etl:*:r", "X-User-Id: ann")) {
            var connection = Gateway.object(follower.await(Message::isConnection).data());
            assertEquals("connection", Gateway.string(connection, "type"));
            assertEquals("connected", Gateway.string(connection, "status"));
            assertEquals("[\"logs:etl:w\",\"logs:etl:*:r\"]", connection.get("channels").toString());
            assertEquals("ann", Gateway.string(connection, "userId"));
            assertNull(connection.get("denied"));
            assertTrue(follower.retry() >= 1000 && follower.retry() <= 4000);
        }
    }

    private static String reason(Message gap) {
        return Gateway.string(Gateway.object(gap.data()), "reason");
    }

    private static List<String> gap(Message message) {
        assertEquals("gap", message.event());
        JsonObject gap = Gateway.object(message.data());
        assertEquals("gap", Gateway.string(gap, "type"));
        return List.of(Gateway.string(gap, "reason"), gap.get("lost").toString(), Gateway.string(gap, "from"),
                Gateway.string(gap, "to"));
    }
}
