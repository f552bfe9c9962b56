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

/// Questions that go through all that is on disk: they are alive meanwhile, others are answered in between, and they end with who asked.
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
        try (var gateway = start()) {
            var searches = follow(gateway, EVERYTHING + "needle");
            try {
                Await.until("a comment before the first message", () -> searches.stream().anyMatch(search -> search.comments() > 0 && search.messages().isEmpty()));
                Await.until("the head and the wait of each", () -> searches.stream().allMatch(search -> search.retry() > 0));
                for (var search : searches.subList(0, 5)) {
                    var first = search.next();
                    assertEquals("connection", first.event());
                    assertEquals(EventId.parse(needles.getFirst()).orElseThrow().previous().toString(), first.id(), "the place right before the first that follows");
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
            Await.until("all to search", () -> searches.stream().allMatch(search -> search.retry() > 0));
            assertTrue(searches.stream().anyMatch(search -> search.messages().isEmpty()), "some are not answered yet");
            long began = System.nanoTime();
            searches.forEach(Follower::close);
            Await.until("all to be noticed", Duration.ofSeconds(8), () -> gateway.client().connections() == 0);
            // within a second on a machine that has nothing else to do: half a heartbeat leaves room for one that has
            assertTrue(System.nanoTime() - began < 8_000_000_000L);
        }
    }

    @Test
    void aShortQuestionIsAnsweredInBetweenLongOnes() throws Exception {
        fill(EVENTS, LongSearchTest::busy);
        try (var gateway = start()) {
            var searches = follow(gateway, EVERYTHING + "nowhere");
            try {
                Await.until("all to search", () -> searches.stream().allMatch(search -> search.retry() > 0));
                for (int i = 0; i < 5; i++) {
                    try (var quiet = gateway.follow("logs:etl:w:quiet&tail=3")) {
                        assertEquals(3, quiet.logs(3).size());
                    }
                }
                long waiting = searches.stream().filter(search -> search.messages().isEmpty()).count();
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
            Await.until("all to search", () -> searches.stream().allMatch(search -> search.retry() > 0));
        }
        for (var search : searches) {
            search.await(message -> message.event().equals("shutdown"));
            assertEquals(Follower.End.COMPLETE, search.awaitEnd());
            search.close();
        }
    }

    @Test
    void aMillionChannelsAreReadWithASmallHeap() throws Exception {
        var ids = fill(1_000_000, i -> new Draft(new Channel("logs:etl:w:r" + i), 1, "1".getBytes(UTF_8)));
        try (var gateway = GatewayProcess.startWith(List.of("-Xmx64m"), "DATA_DIR=" + directory)) {
            for (int round = 0; round < 2; round++) {
                var asked = new ArrayList<Follower>();
                for (int i = 0; i < 20; i++) asked.add(gateway.client().follow("logs:etl:w:r" + i * 50_000 + "&tail=1"));
                for (int i = 0; i < 5; i++) asked.add(gateway.client().follow("logs:*:*:*&tail=1&q=7"));
                for (int i = 0; i < 5; i++) asked.add(gateway.client().follow("logs:etl:w:r" + i + "&lastEventId=" + ids.get(0).previous()));
                for (int i = 0; i < 20; i++) assertEquals(ids.get(i * 50_000).toString(), asked.get(i).nextLog().id());
                for (int i = 25; i < 30; i++) assertEquals(ids.get(i - 25).toString(), asked.get(i).nextLog().id());
                asked.forEach(Follower::close);
            }
            assertTrue(gateway.isAlive(), "it lives: " + gateway);
        }
    }

    /// Stores events as a life of the gateway would have; their ids.
    private List<EventId> fill(int events, IntFunction<Draft> drafts) throws Exception {
        var ids = new ArrayList<EventId>();
        try (var log = DiskLog.open(new DiskSettings(directory, Fsync.INTERVAL, 1 << 30, null, 1 << 20), System.currentTimeMillis())) {
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
        return new Draft(new Channel(channel), 1, ("\"" + (minor % 10_000 == 0 ? "needle" : FILLING) + "\"").getBytes(UTF_8));
    }

    private Gateway start(String... settings) {
        var all = new ArrayList<>(List.of("DATA_DIR=" + directory, "HISTORY_BYTES=64KiB", "SHUTDOWN_SECONDS=5"));
        all.addAll(List.of(settings));
        return Gateway.start(all.toArray(String[]::new));
    }

    private static List<Follower> follow(Gateway gateway, String channels) {
        var followers = new ArrayList<Follower>();
        for (int i = 0; i < SEARCHES; i++) followers.add(new Client(gateway.port()).follow(channels));
        return followers;
    }
}
