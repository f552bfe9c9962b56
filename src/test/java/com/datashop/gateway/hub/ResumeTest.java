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
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A client that comes back gets what it missed, once, in order; and what is gone is told.
class ResumeTest {
    @Test
    void everySubscriberSeesTheSameOrder() throws Exception {
        try (var gateway = Gateway.start("HISTORY_EVENTS=100000");
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var followers = new ArrayList<Follower>();
            for (int i = 0; i < 5; i++)
                followers.add(gateway.follow(i % 2 == 0 ? "logs:etl:w:*" : "logs:etl:w:a,logs:etl:w:b,logs:*:w:c"));
            for (var follower : followers) follower.await(message -> message.event().equals("connection"));
            var published = Collections.synchronizedList(new ArrayList<String>());
            var tasks = new ArrayList<java.util.concurrent.Future<?>>();
            for (var resource : List.of("a", "b", "c"))
                tasks.add(executor.submit(() -> IntStream.range(0, 200)
                        .forEach(n -> published.add(gateway.publish("w/" + resource, "\"" + resource + n + "\"")))));
            for (var task : tasks) task.get();
            published.sort((a, b) -> Long.compare(Long.parseLong(a.substring(a.indexOf('-') + 1)),
                    Long.parseLong(b.substring(b.indexOf('-') + 1))));
            for (var follower : followers) {
                follower.logs(600);
                assertEquals(published, follower.ids());
                follower.close();
            }
        }
    }

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
                assertEquals(ids.get(3), byHeader.await(message -> message.event().equals("connection")).id(),
                        "the connection message carries the cursor");
                ids.add(gateway.publish("w/r", "10"));
                assertEquals(ids.subList(4, 11), idsOf(byHeader.logs(7)));
                assertEquals(ids.subList(6, 11), idsOf(byParameter.logs(5)));
                assertEquals(ids.subList(9, 11), idsOf(byBoth.logs(2)), "the header wins");
                assertEquals(ids.subList(8, 11), idsOf(byEmptyHeader.logs(3)), "an empty header is none");
            }
        }
    }

    @Test
    void aClientThatSawNothingResumesByTheIdOfItsConnectionMessage() {
        try (var gateway = Gateway.start()) {
            String cursor;
            try (var follower = gateway.follow("logs:etl:w:r")) {
                cursor = follower.await(message -> message.event().equals("connection")).id();
            }
            var id = gateway.publish("w/r", "1");
            try (var follower = gateway.follow("logs:etl:w:r", "Last-Event-ID: " + cursor)) {
                assertEquals(id, follower.nextLog().id());
                assertTrue(follower.messages().stream().noneMatch(message -> message.event().equals("gap")));
            }
        }
    }

    @Test
    void howeverPublishesRaceWithReconnectsNothingIsLostOrDoubled() throws Exception {
        long seed = new Random().nextLong();
        try (var gateway = Gateway.start("HISTORY_EVENTS=100000");
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new AtomicBoolean(true);
            var published = Collections.synchronizedList(new ArrayList<String>());
            var publisher = executor.submit(() -> {
                for (int n = 0; running.get() && n < 20_000; n++)
                    published.add(gateway.publish("w/" + n % 3, String.valueOf(n)));
            });
            var clients = new ArrayList<java.util.concurrent.Future<List<String>>>();
            for (int i = 0; i < 6; i++) {
                int number = i;
                clients.add(executor.submit(() -> followInPieces(gateway, new Random(seed + number), 40)));
            }
            var received = new ArrayList<List<String>>();
            for (var client : clients) received.add(client.get());
            running.set(false);
            publisher.get();
            for (var ids : received) {
                int from = published.indexOf(ids.getFirst());
                assertTrue(from >= 0 && ids.size() > 40, "seed " + seed);
                assertEquals(published.subList(from, from + ids.size()), ids, "seed " + seed);
            }
        }
    }

    /// Follows, leaves after a random number of events in a random way, and comes back by the last id, so many times.
    private static List<String> followInPieces(Gateway gateway, Random random, int pieces) {
        var ids = new ArrayList<String>();
        for (int piece = 0; piece < pieces; piece++) {
            var headers = ids.isEmpty() ? new String[0] : new String[] {"Last-Event-ID: " + ids.getLast()};
            var follower = gateway.follow("logs:etl:w:*", headers);
            var messages = new ArrayList<Message>();
            for (int n = 1 + random.nextInt(40); n > 0; n--) messages.add(follower.nextLog());
            ids.addAll(idsOf(messages));
            if (random.nextBoolean()) follower.reset();
            follower.close();
        }
        return ids;
    }

    @Test
    void anUnknownIdIsToldAndFollowedByAllOfHistory() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=3")) {
            for (var unknown : List.of("1-1", "never", "18446744073709551615-1", "-5", "%F0%9F%98%80")) {
                try (var empty = gateway.follow("logs:etl:never:used&lastEventId=" + unknown)) {
                    var connection = empty.await(message -> message.event().equals("connection"));
                    assertEquals("", connection.id(), unknown + " does not become the client's cursor");
                    assertEquals("unknown-id", reason(empty.next()), unknown);
                }
            }
            var ids = new ArrayList<String>();
            for (int i = 0; i < 5; i++) ids.add(gateway.publish("w/r", String.valueOf(i)));
            try (var follower = gateway.follow("logs:etl:w:r", "Last-Event-ID: 77-7")) {
                var gap = Gateway.object(follower.await(message -> message.event().equals("gap")).data());
                assertEquals(JsonNull.NULL, gap.get("lost"));
                assertEquals(JsonNull.NULL, gap.get("from"));
                assertEquals(ids.get(1), Gateway.string(gap, "to"));
                ids.add(gateway.publish("w/r", "5"));
                assertEquals(ids.subList(2, 6), idsOf(follower.logs(4)));
                assertEquals(1, gaps(follower).size(), "it is told once");
            }
        }
    }

    @Test
    void anIdThatIsAheadOfTheLogIsUnknown() {
        try (var gateway = Gateway.start()) {
            var id = gateway.publish("w/r", "1");
            var ahead = id.substring(0, id.indexOf('-') + 1) + "2";
            try (var follower = gateway.follow("logs:etl:w:r&lastEventId=" + ahead)) {
                assertEquals("unknown-id", reason(follower.await(message -> message.event().equals("gap"))));
                assertEquals(id, follower.nextLog().id());
            }
        }
    }

    @Test
    void whatIsEvictedIsCountedBeforeTheFirstEventAfterIt() {
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
                assertEquals(noisy.subList(25, 30), idsOf(follower.logs(6)).subList(1, 6));
            }
            try (var follower = gateway.follow("logs:etl:w:quiet", "Last-Event-ID: " + quiet)) {
                assertEquals(late, follower.nextLog().id());
                assertEquals(List.of(), gaps(follower), "another channel's hole is none of ours");
            }
            try (var follower = gateway.follow("logs:etl:w:noisy&level=trace", "Last-Event-ID: " + noisy.get(17))) {
                assertEquals("7", gap(follower.await(message -> message.event().equals("gap"))).get(1),
                        "trace holds nothing back");
            }
            try (var follower = gateway.follow("logs:etl:w:noisy&q=2", "Last-Event-ID: " + noisy.get(17))) {
                assertEquals("null", gap(follower.await(message -> message.event().equals("gap"))).get(1),
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
                    var gap = follower.await(message -> message.event().equals("gap"));
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
                assertEquals(ids.get(6), tail.await(message -> message.event().equals("connection")).id(),
                        "the place right before what follows");
                for (var follower : List.of(filtered, since, both, cursor, later, none))
                    follower.await(message -> message.event().equals("connection"));
                ids.add(gateway.publish("w", "{\"n\":10,\"level\":\"error\"}"));
                assertEquals(ids.subList(7, 11), idsOf(tail.logs(4)));
                assertEquals(List.of(ids.get(5), ids.get(7), ids.get(9), ids.get(10)), idsOf(filtered.logs(4)),
                        "tail counts after filtering");
                assertEquals(ids.subList(5, 11), idsOf(since.logs(6)));
                assertEquals(ids.subList(8, 11), idsOf(both.logs(3)), "since wins over tail");
                assertEquals(ids.subList(9, 11), idsOf(cursor.logs(2)), "a cursor wins over both");
                assertEquals(ids.subList(10, 11), idsOf(later.logs(1)));
                assertEquals(ids.subList(10, 11), idsOf(none.logs(1)));
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
                follower.await(message -> message.event().equals("connection"));
                gateway.publishEntries(List.of(entry.formatted(1_700_003_000, 5)));
                assertEquals(List.of("1", "3", "5"), follower.logs(3).stream()
                        .map(message -> Gateway.object(message.data()).get("data").toString()).toList(),
                        "history by its time, and all that comes live");
            }
        }
    }

    @Test
    void whatIsPublishedWhileTheBeginningIsSearchedForIsNotLost() {
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
    void whatALiveStreamLosesIsCountedUnderSinceToo() {
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
            for (var gap : gaps(stalled)) lost += Gateway.number(Gateway.object(gap.data()), "lost");
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
                    follower.await(message -> message.event().equals("connection"));
                var ids = new ArrayList<String>();
                for (var entry : entries) ids.add(gateway.publish("w", entry));
                assertEquals(List.of(ids.get(0), ids.get(4)), idsOf(live.logs(2)));
                assertEquals(List.of(ids.get(0), ids.get(1), ids.get(2), ids.get(3), ids.get(5)), idsOf(text.logs(5)));
                assertEquals(List.of(ids.get(0)), idsOf(both.logs(1)));
                try (var replayed = gateway.follow("logs:etl:w&level=warn&tail=100")) {
                    assertEquals(List.of(ids.get(0), ids.get(4)), idsOf(replayed.logs(2)));
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
                    assertEquals(List.of(), gaps(resumed));
                }
            }
        }
    }

    @Test
    void aMessageOfTheGatewayCarriesItsNameAsType() {
        try (var gateway = Gateway.start();
                var follower = gateway.follow("logs:etl:w,logs:etl:w,logs:etl:*:r", "X-User-Id: ann")) {
            var connection = Gateway.object(follower.await(message -> message.event().equals("connection")).data());
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

    private static List<Message> gaps(Follower follower) {
        return follower.messages().stream().filter(message -> message.event().equals("gap")).toList();
    }

    private static List<String> idsOf(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }
}
