package com.datashop.gateway.log.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Questions that go through all that is on disk: they are alive meanwhile, others are answered in between, and they
/// end with who asked.
class LongSearchTest {
    private static final int EVENTS = 100_000;
    private static final int SEARCHES = 16;
    private static final String EVERYTHING = "logs:*:*:*&tail=999999999&q=";
    private static final String FILLING = "x".repeat(300);
    @TempDir
    Path directory;

    @Test
    void aSearchShowsThatItIsAliveFindsAllAndGoesOnLive() throws Exception {
        var ids = fill(EVENTS, LongSearchTest::busy);
        var needles = ids.stream().filter(id -> id.minor() % 10_000 == 0).map(EventId::toString).toList();
        String place = EventId.parse(needles.getFirst()).orElseThrow().previous().toString();
        try (var gateway = start()) {
            var searches = follow(gateway, EVERYTHING + "needle");
            try {
                Await.until("a comment before the first message",
                        () -> searches.stream().anyMatch(search -> isWaiting(search) && search.comments() > 0));
                awaitHeads(searches);
                for (var search : searches.subList(0, 5)) {
                    var first = search.next();
                    assertEquals("connection", first.event());
                    assertEquals(place, first.id(), "the place right before the first that follows");
                    assertEquals(needles, search.logs(needles.size()).stream().map(message -> message.id()).toList());
                }
                var live = gateway.publish("w/busy", "\"needle\"");
                for (var search : searches.subList(0, 5)) {
                    search.await(message -> message.id().equals(live));
                    assertEquals(needles.size() + 1, search.ids().size(), "nothing twice");
                }
            } finally {
                searches.forEach(Follower::close);
            }
        }
    }

    @Test
    void whoLeavesWhileItsQuestionIsLookedForIsNoticedAndTheSearchEnds() throws Exception {
        fill(EVENTS, LongSearchTest::busy);
        try (var gateway = start("HEARTBEAT_SECONDS=15")) {
            var searches = follow(gateway, EVERYTHING + "nowhere");
            awaitHeads(searches);
            assertTrue(searches.stream().anyMatch(LongSearchTest::isWaiting), "some are not answered yet");
            searches.forEach(Follower::close);
            // within a second on a machine that has nothing else to do; one that has gets half a heartbeat
            Await.until("all to be noticed", Duration.ofSeconds(7), () -> gateway.client().connections() == 0);
        }
    }

    @Test
    void aShortQuestionIsAnsweredInBetweenLongOnes() throws Exception {
        fill(EVENTS, LongSearchTest::busy);
        try (var gateway = start()) {
            var searches = follow(gateway, EVERYTHING + "nowhere");
            try {
                awaitHeads(searches);
                for (int i = 0; i < 5; i++) {
                    try (var quiet = gateway.follow("logs:etl:w:quiet&tail=3")) {
                        quiet.logs(3);
                    }
                }
                long waiting = searches.stream().filter(LongSearchTest::isWaiting).count();
                assertTrue(waiting > SEARCHES / 2, "the long ones were before it and still wait: " + waiting);
            } finally {
                searches.forEach(Follower::close);
            }
        }
    }

    @Test
    void aStreamThatIsStillSearchingIsToldWhenTheGatewayStops() throws Exception {
        fill(EVENTS, LongSearchTest::busy);
        List<Follower> searches;
        try (var gateway = start()) {
            searches = follow(gateway, EVERYTHING + "nowhere");
            awaitHeads(searches);
        }
        for (var search : searches) {
            search.await(message -> message.event().equals("shutdown"));
            assertEquals(Follower.End.COMPLETE, search.awaitEnd());
            search.close();
        }
    }

    @Test
    void halfAMillionChannelsAreReadWithASmallHeap() throws Exception {
        var ids = fill(500_000, i -> new Draft(new Channel("logs:etl:w:r" + i), 1, "1".getBytes(UTF_8)));
        var settings = List.of("PORT=0", "HOST=127.0.0.1", "DATA_DIR=" + directory);
        try (var gateway = GatewayProcess.launchWith(List.of("-Xmx40m"), settings)) {
            Await.until("it to have read its log back", Duration.ofSeconds(120),
                    () -> gateway.out().contains("/admin/logs/stats\n"));
            for (int round = 0; round < 2; round++) {
                var asked = new ArrayList<Follower>();
                var client = gateway.client();
                for (int i = 0; i < 20; i++) asked.add(client.follow("logs:etl:w:r" + i * 25_000 + "&tail=1"));
                for (int i = 0; i < 5; i++) asked.add(client.follow("logs:*:*:*&tail=1&q=7"));
                var origin = ids.getFirst().previous();
                for (int i = 0; i < 5; i++) asked.add(client.follow("logs:etl:w:r" + i + "&lastEventId=" + origin));
                for (int i = 0; i < 20; i++) assertEquals(ids.get(i * 25_000).toString(), asked.get(i).nextLog().id());
                for (int i = 25; i < 30; i++) assertEquals(ids.get(i - 25).toString(), asked.get(i).nextLog().id());
                asked.forEach(Follower::close);
            }
            assertTrue(gateway.isAlive(), "it lives: " + gateway);
        }
    }

    /// Stores events as a life of the gateway would have; their ids.
    private List<EventId> fill(int events, IntFunction<Draft> drafts) throws Exception {
        var ids = new ArrayList<EventId>();
        var settings = new DiskSettings(directory, Fsync.INTERVAL, 1 << 30, null);
        try (var log = DiskLog.open(settings, System.currentTimeMillis(), 1 << 20)) {
            log.follow(stored -> {
                for (var event : stored) ids.add(event.id());
                return 0;
            });
            for (int i = 0; i < events; i += 1000) {
                var batch = new ArrayList<Draft>();
                for (int j = i; j < i + 1000; j++) batch.add(drafts.apply(j));
                log.append(batch);
            }
        }
        return ids;
    }

    /// Event i has the minor id i + 1.
    private static Draft busy(int i) {
        int minor = i + 1;
        String channel = minor % 15_000 == 0 ? "logs:etl:w:quiet" : "logs:etl:w:busy";
        String text = minor % 10_000 == 0 ? "needle" : FILLING;
        return new Draft(new Channel(channel), 1, ("\"" + text + "\"").getBytes(UTF_8));
    }

    private Gateway start(String... settings) {
        var all = new ArrayList<>(List.of("DATA_DIR=" + directory, "HISTORY_BYTES=64KiB", "SHUTDOWN_SECONDS=5"));
        all.addAll(List.of(settings));
        return Gateway.start(all.toArray(String[]::new));
    }

    private static boolean isWaiting(Follower search) {
        return search.messages().isEmpty();
    }

    private static void awaitHeads(List<Follower> searches) {
        Await.until("the head and the wait of each", () -> searches.stream().allMatch(search -> search.retry() > 0));
    }

    private static List<Follower> follow(Gateway gateway, String channels) {
        var followers = new ArrayList<Follower>();
        for (int i = 0; i < SEARCHES; i++) followers.add(new Client(gateway.port()).follow(channels));
        return followers;
    }
}
