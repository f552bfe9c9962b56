package com.datashop.gateway.log.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonNull;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// With `DATA_DIR` a client gets what it missed across restarts, and what memory has forgotten, once, in order; and
/// what is gone is told.
class RestartTest {
    private static final String CHANNEL = "logs:etl:w:r";
    /// Milliseconds since 1970, in the range that the gateway takes.
    private static final long EPOCH = 1_700_000_000_000L;
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"always", "interval"})
    void aClientResumesAcrossARestartBeforeAndAfterAnyNewPublish(String fsync) throws IOException {
        var ids = new ArrayList<String>();
        try (var gateway = start("FSYNC=" + fsync)) {
            for (int i = 0; i < 10; i++) ids.add(gateway.publish("w/r", String.valueOf(i)));
        }
        try (var gateway = start("FSYNC=" + fsync)) {
            try (var before = gateway.follow(CHANNEL, "Last-Event-ID: " + ids.get(3));
                    var upToDate = gateway.follow(CHANNEL, "Last-Event-ID: " + ids.getLast())) {
                assertEquals(ids.subList(4, 10), idsOf(before.logs(6)));
                ids.add(gateway.publish("w/r", "10"));
                assertEquals(ids.subList(4, 11), idsOf(before.logs(7)));
                assertEquals(ids.subList(10, 11), idsOf(upToDate.logs(1)));
                assertNoGap(before, upToDate);
            }
            try (var after = gateway.follow(CHANNEL, "Last-Event-ID: " + ids.get(7))) {
                assertEquals(ids.subList(8, 11), idsOf(after.logs(3)));
                assertNoGap(after);
            }
        }
        for (int life = 0; life < 3; life++) {
            try (var gateway = start("FSYNC=" + fsync)) {
                ids.add(gateway.publish("w/r", "\"life " + life + "\""));
                try (var follower = gateway.follow(CHANNEL, "Last-Event-ID: " + ids.getFirst())) {
                    assertEquals(ids.subList(1, ids.size()), idsOf(follower.logs(ids.size() - 1)));
                    assertNoGap(follower);
                }
            }
        }
    }

    @Test
    void theCursorOfAClientThatSawNothingHoldsAcrossARestart() {
        String cursor;
        try (var gateway = start(); var follower = gateway.follow(CHANNEL)) {
            cursor = follower.await(message -> message.event().equals("connection")).id();
        }
        try (var gateway = start()) {
            var id = gateway.publish("w/r", "1");
            try (var follower = gateway.follow(CHANNEL, "Last-Event-ID: " + cursor)) {
                assertEquals(id, follower.nextLog().id());
                assertNoGap(follower);
            }
        }
    }

    @Test
    void anIdThatNoLifeOfTheLogHasGivenIsUnknown() {
        String first;
        try (var gateway = start()) {
            first = gateway.publish("w/r", "1");
        }
        try (var gateway = start()) {
            gateway.publish("w/r", "2");
            var major = Long.parseLong(first.substring(0, first.indexOf('-')));
            for (var unknown : List.of("1-1", major - 1 + "-1", "99999999999999-1", "nonsense")) {
                try (var follower = gateway.follow(CHANNEL, "Last-Event-ID: " + unknown)) {
                    var gap = Gateway.object(follower.await(message -> message.event().equals("gap")).data());
                    assertEquals("unknown-id", Gateway.string(gap, "reason"), unknown);
                    assertEquals(2, follower.logs(2).size(), "followed by all there is");
                }
            }
        }
    }

    @Test
    void whatMemoryHasForgottenIsReplayedFromDisk() {
        var ids = new ArrayList<String>();
        try (var gateway = start("HISTORY_EVENTS=10", "HISTORY_BYTES=64KiB")) {
            ids.addAll(publishAll(gateway, "w/r", 0, 3000));
            publishAll(gateway, "w/other", 0, 500);
            ids.addAll(publishAll(gateway, "w/r", 3000, 100));
            assertReplays(gateway, ids);
        }
        try (var gateway = start("HISTORY_EVENTS=10", "HISTORY_BYTES=64KiB")) {
            assertReplays(gateway, ids);
        }
    }

    private static void assertReplays(Gateway gateway, List<String> ids) {
        try (var cursor = gateway.follow(CHANNEL, "Last-Event-ID: " + ids.getFirst());
                var since = gateway.follow(CHANNEL + "&since=1h");
                var tail = gateway.follow(CHANNEL + "&tail=2000");
                var filtered = gateway.follow(CHANNEL + "&tail=5&q=number-12");
                var pattern = gateway.follow("logs:*:w:*&lastEventId=" + ids.get(2500));
                var early = gateway.follow(CHANNEL + "&lastEventId=" + ids.get(100))) {
            assertEquals(ids.subList(1, ids.size()), idsOf(cursor.logs(ids.size() - 1)));
            assertEquals(ids, idsOf(since.logs(ids.size())));
            assertEquals(ids.subList(ids.size() - 2000, ids.size()), idsOf(tail.logs(2000)));
            // 12, 120-129, 1200-1299 contain it: the newest five are 1295-1299
            assertEquals(ids.subList(1295, 1300), idsOf(filtered.logs(5)));
            assertEquals(500 + ids.size() - 2501, pattern.logs(500 + ids.size() - 2501).size());
            assertEquals(ids.subList(101, ids.size()), idsOf(early.logs(ids.size() - 101)));
            var next = gateway.publish("w/r", "\"live\"");
            ids.add(next);
            for (var follower : List.of(cursor, since, tail, early))
                follower.await(message -> message.id().equals(next));
            assertNoGap(cursor, since, tail, filtered, pattern, early);
        }
    }

    @Test
    void sinceFindsEveryEventOfThatTimeOnDiskInWhateverOrderTheirTimesAre() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var times = new ArrayList<Long>();
        var ids = new ArrayList<String>();
        // segments of 256 KiB
        var settings = new String[] {"HISTORY_EVENTS=10", "HISTORY_BYTES=64KiB", "RETENTION_BYTES=16MiB"};
        try (var gateway = start(settings)) {
            for (int batch = 0; batch < 60; batch++) {
                var entries = new ArrayList<String>();
                for (int i = 0; i < 100; i++) {
                    long time = (batch * 100L + i) * 10
                            + (random.nextInt(20) == 0 ? random.nextInt(20_000) - 10_000 : 0);
                    times.add(EPOCH + Math.max(0, time));
                    entries.add("{\"service\":\"etl\",\"workspace_id\":\"w\",\"resource_id\":\"r\",\"timestamp\":"
                            + times.getLast() + ",\"logData\":\"" + "x".repeat(200) + "\"}");
                }
                ids.addAll(idsFrom(gateway.publishEntries(entries), 100));
            }
            assertFindsSince(gateway, ids, times, random, seed);
        }
        try (var gateway = start(settings)) {
            assertFindsSince(gateway, ids, times, random, seed);
        }
    }

    private static void assertFindsSince(Gateway gateway, List<String> ids, List<Long> times, Random random,
            long seed) {
        for (int i = 0; i < 12; i++) {
            long since = i == 0 ? 0 : EPOCH + random.nextInt(65_000);
            var expected = IntStream.range(0, ids.size()).filter(n -> times.get(n) >= since).mapToObj(ids::get)
                    .toList();
            try (var follower = gateway.follow(CHANNEL + "&since=" + since)) {
                assertEquals(expected, idsOf(follower.logs(expected.size())), "since " + since + ", seed " + seed);
                assertNoGap(follower);
            }
        }
    }

    @Test
    void howeverPublishesRaceWithReadersOfTheDiskNothingIsLostOrDoubled() throws Exception {
        long seed = new Random().nextLong();
        try (var gateway = start("HISTORY_EVENTS=5", "HISTORY_BYTES=32KiB", "RETENTION_BYTES=16MiB");
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new AtomicBoolean(true);
            var published = Collections.synchronizedList(new ArrayList<String>());
            var publisher = executor.submit(() -> {
                for (int n = 0; running.get() && n < 20_000; n++)
                    published.add(gateway.publish("w/" + n % 3, "\"" + n + " " + "x".repeat(n % 7 * 100) + "\""));
            });
            Await.until("more than memory holds", () -> published.size() > 200);
            var clients = new ArrayList<Future<List<String>>>();
            for (int i = 0; i < 6; i++) {
                int number = i;
                clients.add(executor.submit(() ->
                        followInPieces(gateway, published.getFirst(), new Random(seed + number), 30)));
            }
            var received = new ArrayList<List<String>>();
            for (var client : clients) received.add(client.get());
            running.set(false);
            publisher.get();
            for (var ids : received) assertEquals(published.subList(1, ids.size() + 1), ids, "seed " + seed);
        }
    }

    /// Follows from a place that memory has forgotten, leaves after a random number of events, and comes back by the
    /// last id, so many times.
    private static List<String> followInPieces(Gateway gateway, String cursor, Random random, int pieces) {
        var ids = new ArrayList<>(List.of(cursor));
        for (int piece = 0; piece < pieces; piece++) {
            try (var follower = gateway.follow("logs:etl:w:*", "Last-Event-ID: " + ids.getLast())) {
                for (int n = 1 + random.nextInt(60); n > 0; n--) ids.add(follower.nextLog().id());
                assertNoGap(follower);
            }
        }
        return ids.subList(1, ids.size());
    }

    @Test
    void theOldestGoesWhenThereIsTooMuchAndIsToldAsAGap() throws IOException {
        try (var gateway = start("HISTORY_EVENTS=10", "HISTORY_BYTES=64KiB", "RETENTION_BYTES=1MiB")) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < 30; i++) ids.addAll(publishAll(gateway, "w/r", i * 100, 100));
            assertTrue(bytes() < 1 << 20, "no more is kept than RETENTION_BYTES: " + bytes());
            assertTrue(bytes() > 800 << 10, "and not much less: " + bytes());
            try (var follower = gateway.follow(CHANNEL, "Last-Event-ID: " + ids.getFirst())) {
                var first = follower.await(message -> !message.event().equals("connection"));
                assertEquals("gap", first.event(), "before the first event after the hole");
                var gap = Gateway.object(first.data());
                assertEquals("evicted", Gateway.string(gap, "reason"));
                assertEquals(ids.getFirst(), Gateway.string(gap, "from"));
                int kept = ids.size() - 1 - ids.indexOf(Gateway.string(gap, "to"));
                assertTrue(kept > 1000 && kept < 2900, "kept " + kept);
                assertEquals(ids.subList(ids.size() - kept, ids.size()), idsOf(follower.logs(kept)));
                assertEquals(1, follower.messages().stream().filter(message -> message.event().equals("gap")).count(),
                        "it is told once");
            }
        }
    }

    @Test
    void whatIsDeletedUnderASlowReaderIsToldAsAGapAndTheRestFollows() {
        try (var gateway = start("HISTORY_EVENTS=10", "HISTORY_BYTES=64KiB", "RETENTION_BYTES=1MiB")) {
            var ids = new ArrayList<>(publishAll(gateway, "w/r", 0, 2000));
            try (var follower = Follower.options().receiveBuffer(4096).paused()
                    .open(gateway.port(), "/api/logs/stream?channels=" + CHANNEL, "Last-Event-ID: " + ids.getFirst())) {
                assertEquals(200, follower.status());
                for (int i = 20; i < 80; i++) ids.addAll(publishAll(gateway, "w/r", i * 100, 100, 4000));
                follower.resume();
                follower.await(message -> message.isLog() && message.id().equals(ids.getLast()));
                long told = 0;
                var seen = new ArrayList<String>();
                for (var message : follower.messages()) {
                    if (message.isLog()) seen.add(message.id());
                    if (!message.event().equals("gap")) continue;
                    var gap = Gateway.object(message.data());
                    int from = ids.indexOf(Gateway.string(gap, "from"));
                    int to = ids.indexOf(Gateway.string(gap, "to"));
                    assertTrue(from >= 0 && to > from, "a gap names the places around the hole: " + message.data());
                    if (!gap.get("lost").equals(JsonNull.NULL)) assertEquals(to - from, Gateway.number(gap, "lost"));
                    assertEquals(ids.get(from), seen.isEmpty() ? ids.getFirst() : seen.getLast(),
                            "and comes where the hole is");
                    told += to - from;
                }
                assertTrue(told > 0, "the reader was slow enough to lose something");
                assertEquals(ids.size() - 1, seen.size() + told, "everything was sent or told");
                assertEquals(seen.stream().distinct().toList(), seen);
            }
        }
    }

    @Test
    void theOldestGoesWhenItIsOlderThanItMayBe() throws IOException {
        String old;
        try (var gateway = start()) {
            old = gateway.publish("w/r", "\"old\"");
        }
        age(Segment.name(1), java.time.Duration.ofHours(5));
        String young;
        try (var gateway = start()) {
            young = gateway.publish("w/r", "\"young\"");
        }
        age(Segment.name(1), java.time.Duration.ofHours(5));
        age(Segment.name(2), java.time.Duration.ofHours(3));
        try (var gateway = start("RETENTION_HOURS=4", "HISTORY_EVENTS=1")) {
            assertTrue(Files.exists(directory.resolve(Segment.name(1))), "it was written to three hours ago");
            assertTrue(gateway.get("/health").statusCode() == 200);
        }
        try (var gateway = start("RETENTION_HOURS=2", "HISTORY_EVENTS=1")) {
            Await.until("the old segment to go", () -> !Files.exists(directory.resolve(Segment.name(1))));
            try (var follower = gateway.follow(CHANNEL, "Last-Event-ID: " + old)) {
                assertEquals(young, follower.nextLog().id());
            }
        }
    }

    /// Makes a segment as old as that.
    private void age(String name, java.time.Duration age) throws IOException {
        byte[] bytes = Files.readAllBytes(directory.resolve(name));
        var header = Header.decode(bytes, bytes.length).orElseThrow();
        var older = new Header(header.origin(), header.base(), header.major(),
                System.currentTimeMillis() - age.toMillis());
        System.arraycopy(older.encoded(), 0, bytes, 0, Header.BYTES);
        Files.write(directory.resolve(name), bytes);
    }

    @Test
    void theMetricsTellWhatTheLogHolds() {
        try (var gateway = start("FSYNC=always")) {
            gateway.publish("w/r", "1");
            var metrics = gateway.get("/metrics").body();
            assertTrue(metrics.matches("(?s).*\ngateway_log_bytes [1-9][0-9]*\n.*"), metrics);
            assertTrue(metrics.matches("(?s).*\ngateway_log_segments [1-9][0-9]*\n.*"), metrics);
            assertTrue(metrics.matches("(?s).*\ngateway_log_fsync_seconds_count [1-9][0-9]*\n.*"), metrics);
            assertTrue(metrics.contains("\ngateway_log_failures_total 0\n"), metrics);
        }
    }

    private Gateway start(String... settings) {
        var all = new ArrayList<>(List.of(settings));
        all.add("DATA_DIR=" + directory);
        return Gateway.start(all.toArray(String[]::new));
    }

    /// Publishes `count` events in a batch for each hundred, and returns their ids.
    private static List<String> publishAll(Gateway gateway, String path, int from, int count) {
        return publishAll(gateway, path, from, count, 350);
    }

    private static List<String> publishAll(Gateway gateway, String path, int from, int count, int size) {
        var ids = new ArrayList<String>();
        for (int at = from; at < from + count; at += 100) {
            var reply = gateway.publishAll(path, IntStream.range(at, at + 100)
                    .mapToObj(n -> "\"number-" + n + " " + "x".repeat(size) + "\"").toList());
            ids.addAll(idsFrom(reply, 100));
        }
        return ids;
    }

    /// The ids of a batch: the minor number counts a life's events.
    private static List<String> idsFrom(JsonObject reply, int count) {
        String first = Gateway.string(reply, "firstId");
        long minor = Long.parseLong(first.substring(first.indexOf('-') + 1));
        return IntStream.range(0, count).mapToObj(i -> first.substring(0, first.indexOf('-') + 1) + (minor + i))
                .toList();
    }

    private long bytes() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static List<String> idsOf(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }

    private static void assertNoGap(Follower... followers) {
        for (var follower : followers)
            assertTrue(follower.messages().stream().noneMatch(message -> message.event().equals("gap")),
                    () -> follower.messages().toString());
    }
}
