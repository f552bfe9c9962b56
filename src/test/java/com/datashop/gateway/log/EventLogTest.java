package com.datashop.gateway.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The promises of every log, wherever it lives.
class EventLogTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";

    @ParameterizedTest
    @EnumSource
    void everyEventHasOnePlaceAndEverybodySeesTheSameOrder(LogKind kind) throws Exception {
        try (var place = kind.open(); var gateway = place.start("HISTORY_EVENTS=100000");
                var executor = Executors.newVirtualThreadPerTaskExecutor();
                var all = gateway.follow("logs:*:*:*");
                var named = gateway.follow("logs:etl:w:0,logs:etl:w:1,logs:*:w:2,logs:etl:w:3")) {
            for (var follower : List.of(all, named)) follower.await(Message::isConnection);
            var published = Collections.synchronizedList(new ArrayList<String>());
            var tasks = new ArrayList<Future<?>>();
            for (int p = 0; p < 4; p++) {
                int publisher = p;
                tasks.add(executor.submit(() -> IntStream.range(0, 100)
                        .forEach(n -> published.add(gateway.publish("w/" + publisher, String.valueOf(n))))));
            }
            for (var task : tasks) task.get();
            var ordered = published.stream().map(EventLogTest::id).sorted().map(EventId::toString).toList();
            assertEquals(400, Set.copyOf(ordered).size(), "no id is given twice");
            all.logs(400);
            named.logs(400);
            assertEquals(ordered, all.ids());
            assertEquals(ordered, named.ids());
            for (int p = 0; p < 4; p++) {
                String channel = "logs:etl:w:" + p;
                assertEquals(IntStream.range(0, 100).boxed().toList(), all.logs(400).stream()
                        .filter(log -> log.data().contains("\"" + channel + "\"")).map(EventLogTest::number).toList());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchIsWholeAndNothingComesBetween(LogKind kind) throws Exception {
        try (var place = kind.open(); var gateway = place.start("HISTORY_EVENTS=100000");
                var executor = Executors.newVirtualThreadPerTaskExecutor();
                var follower = gateway.follow(CHANNEL)) {
            follower.await(Message::isConnection);
            var tasks = new ArrayList<Future<?>>();
            for (int p = 0; p < 6; p++) {
                int publisher = p;
                tasks.add(executor.submit(() -> {
                    for (int b = 0; b < 10; b++) {
                        int batch = publisher * 10 + b;
                        var reply = gateway.publishAll(PATH, IntStream.range(0, 20)
                                .mapToObj(n -> String.valueOf(batch * 20 + n)).toList());
                        assertEquals(20, Gateway.number(reply, "published"));
                        gateway.publish(PATH, "-1");
                        var broken = gateway.post("/api/logs/publish", Gateway.entry(PATH, "-2") + "\n{",
                                "Content-Type: application/x-ndjson", "X-Service-Token: " + Gateway.TOKEN);
                        assertEquals(400, broken.statusCode(), "one bad line is all of the batch");
                    }
                }));
            }
            for (var task : tasks) task.get();
            var numbers = follower.logs(60 * 21).stream().map(EventLogTest::number).toList();
            assertEquals(60, Collections.frequency(numbers, -1));
            for (int i = 0; i < numbers.size(); i++) {
                int n = numbers.get(i);
                if (n >= 0 && n % 20 > 0)
                    assertEquals(n - 1, numbers.get(i - 1), "between two events of a batch there is nothing");
            }
            assertEquals(IntStream.range(0, 1200).boxed().toList(), numbers.stream().filter(n -> n >= 0).sorted()
                    .toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theReplySaysWhereItIsAndWhoHadIt(LogKind kind) {
        try (var place = kind.open(); var gateway = place.start(); var first = gateway.follow(CHANNEL);
                var second = gateway.follow("logs:etl:*:r")) {
            for (var follower : List.of(first, second)) follower.await(Message::isConnection);
            assertEquals(2, Gateway.number(gateway.publishReply(PATH, "0"), "delivered"));
            assertEquals(0, Gateway.number(gateway.publishReply("w/other", "1"), "delivered"));
            var reply = gateway.publishAll(PATH, List.of("2", "3", "4"));
            assertEquals(6, Gateway.number(reply, "delivered"));
            var logs = first.logs(4);
            assertEquals(List.of(logs.get(1).id(), logs.get(3).id()),
                    List.of(Gateway.string(reply, "firstId"), Gateway.string(reply, "lastId")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRestartGoesOnAboveAndForgetsNothingThatLasts(LogKind kind) {
        try (var place = kind.open()) {
            var ids = new ArrayList<String>();
            String beginning;
            try (var gateway = place.start(); var follower = gateway.follow(CHANNEL)) {
                beginning = follower.await(Message::isConnection).id();
                for (int n = 0; n < 50; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
            }
            for (int life = 1; life <= 2; life++) {
                try (var gateway = place.start(); var resumed = gateway.follow(CHANNEL, "Last-Event-ID: " + ids.get(9));
                        var fresh = gateway.follow(CHANNEL, "Last-Event-ID: " + beginning)) {
                    resumed.await(Message::isConnection);
                    ids.add(gateway.publish(PATH, String.valueOf(ids.size())));
                    if (kind.isLasting()) {
                        assertEquals(ids.subList(10, ids.size()), resumed.ids(ids.size() - 10));
                        assertEquals(ids, fresh.ids(ids.size()));
                        assertEquals(List.of(), resumed.gaps());
                        assertEquals(List.of(), fresh.gaps(), "the place before the first event is a place in the log");
                    } else {
                        assertEquals("unknown-id", reason(resumed.await(Message::isGap)));
                    }
                }
            }
            assertEquals(ids, ids.stream().map(EventLogTest::id).sorted().map(EventId::toString).toList(),
                    "ids go up, from life to life");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatMemoryHasForgottenIsReplayedOrTold(LogKind kind) {
        try (var place = kind.open(); var gateway = place.start("HISTORY_EVENTS=5")) {
            var first = gateway.publish(PATH, "0");
            for (int b = 0; b < 10; b++) {
                int from = 1 + b * 200;
                gateway.publishAll(PATH, IntStream.range(from, from + 200).mapToObj(String::valueOf).toList());
                gateway.publishAll("w/other", IntStream.range(0, 50).mapToObj(String::valueOf).toList());
            }
            try (var follower = gateway.follow(CHANNEL, "Last-Event-ID: " + first);
                    var tail = gateway.follow(CHANNEL + "&tail=700"); var since =
                    gateway.follow(CHANNEL + "&since=1h")) {
                if (kind.isLasting()) {
                    assertEquals(IntStream.rangeClosed(1, 2000).boxed().toList(), follower.logs(2000).stream()
                            .map(EventLogTest::number).toList());
                    assertEquals(IntStream.rangeClosed(1301, 2000).boxed().toList(), tail.logs(700).stream()
                            .map(EventLogTest::number).toList());
                    assertEquals(IntStream.rangeClosed(0, 2000).boxed().toList(), since.logs(2001).stream()
                            .map(EventLogTest::number).toList());
                    assertEquals(List.of(), follower.gaps());
                } else {
                    assertEquals("1995", Gateway.object(follower.await(Message::isGap).data())
                            .get("lost").toString());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIdAheadOfTheLogIsUnknownAndAllOfHistoryFollows(LogKind kind) {
        try (var place = kind.open(); var gateway = place.start()) {
            var id = id(gateway.publish(PATH, "1"));
            for (var ahead : List.of(new EventId(id.major(), id.minor() + 1), new EventId(id.major() + 3_600_000, 0),
                    EventId.MAX)) {
                try (var follower = gateway.follow(CHANNEL, "Last-Event-ID: " + ahead)) {
                    assertEquals("unknown-id", reason(follower.await(Message::isGap)));
                    assertEquals(id.toString(), follower.nextLog().id());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsDroppedUnderAReaderIsTold(LogKind kind) {
        try (var place = kind.open();
                var gateway = place.start("HISTORY_EVENTS=10", "RETENTION_BYTES=256KiB", "HEARTBEAT_SECONDS=60")) {
            String text = ",\"text\":\"" + "x".repeat(200) + "\"}";
            var first = gateway.publish(PATH, "{\"n\":0" + text);
            int n = 1;
            for (; n < 1500; n += 100) batch(gateway, n, text);
            try (var follower = Follower.options().receiveBuffer(4096).paused()
                    .open(gateway.port(), "/api/logs/stream?channels=" + CHANNEL, "Last-Event-ID: " + first)) {
                follower.status();
                for (; n < 20_000; n += 100) batch(gateway, n, text);
                follower.resume();
                int last = n - 1;
                follower.await(message -> message.isLog() && number(message) == last);
                int expected = 1;
                boolean told = false;
                for (var message : follower.messages()) {
                    if (message.event().equals("gap")) told = true;
                    if (!message.isLog()) continue;
                    assertTrue(number(message) == expected || number(message) > expected && told,
                            "nothing is missing without a word before " + number(message) + ", after "
                            + (expected - 1));
                    expected = number(message) + 1;
                    told = false;
                }
                assertTrue(follower.gaps().size() > 0, "what is long gone was told");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void howeverPublishesRaceWithReconnectsNothingIsLostOrDoubled(LogKind kind) throws Exception {
        long seed = new Random().nextLong();
        try (var place = kind.open();
                var gateway = place.start(kind.isLasting() ? "HISTORY_EVENTS=20"
                : "HISTORY_EVENTS=100000"); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new java.util.concurrent.atomic.AtomicBoolean(true);
            var published = new ArrayList<String>();
            var publisher = executor.submit(() -> {
                for (int n = 0; running.get() && n < 20_000; n++)
                    published.add(gateway.publish("w/" + n % 3, String.valueOf(n)));
            });
            var clients = new ArrayList<Future<List<String>>>();
            for (int i = 0; i < 3; i++) {
                var random = new Random(seed + i);
                clients.add(executor.submit(() -> {
                    var ids = new ArrayList<String>();
                    for (int piece = 0; piece < 20; piece++) {
                        try (var follower = gateway.follow("logs:etl:w:*", ids.isEmpty() ? new String[0]
                                : new String[] {"Last-Event-ID: " + ids.getLast()})) {
                            for (int n = 1 + random.nextInt(40); n > 0; n--) ids.add(follower.nextLog().id());
                            if (random.nextBoolean()) follower.reset();
                        }
                    }
                    return ids;
                }));
            }
            var received = new ArrayList<List<String>>();
            for (var client : clients) received.add(client.get());
            running.set(false);
            publisher.get();
            for (var ids : received) {
                int from = published.indexOf(ids.getFirst());
                assertTrue(from >= 0, "seed " + seed);
                assertEquals(published.subList(from, from + ids.size()), ids, "seed " + seed);
            }
        }
    }

    private static void batch(Gateway gateway, int from, String text) {
        gateway.publishAll(PATH, IntStream.range(from, from + 100).mapToObj(n -> "{\"n\":" + n + text).toList());
    }

    /// The number that the event's data is, or has as `n`.
    private static int number(Message log) {
        var data = Gateway.object(log.data()).get("data");
        return Integer.parseInt(data instanceof com.datashop.gateway.json.JsonObject object ? object.get("n").toString()
                : data.toString());
    }

    private static EventId id(String text) {
        return EventId.parse(text).orElseThrow();
    }

    private static String reason(Message gap) {
        return Gateway.string(Gateway.object(gap.data()), "reason");
    }
}
