package com.datashop.gateway.log.shared.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.Message;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Three brokers, of which the one that leads the log dies. The tests share them.
class ClusterTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";
    /// Between two events of a publisher, in nanoseconds. So a hundred are on their way when a broker dies, and the
    /// processors are free for the brokers.
    private static final long REST = 5_000_000;
    private static final Duration ELECTED = Duration.ofSeconds(60);
    private static List<KafkaServer> brokers;

    @BeforeAll
    static void start() {
        brokers = KafkaServer.cluster(3, "default.replication.factor=3", "min.insync.replicas=2",
                "replica.lag.time.max.ms=4000", "unclean.leader.election.interval.ms=1000");
        var probe = new Admin(brokers.getFirst(), "probe");
        Await.until("all to be in sync", ELECTED, () -> isMade(probe) && takesRecords(probe));
    }

    private static boolean isMade(Admin probe) {
        try {
            probe.createOn(List.of(1, 2, 3), Map.of("min.insync.replicas", "3"));
            return true;
        } catch (UncheckedIOException failed) {
            return failed.getMessage().contains("TOPIC_ALREADY_EXISTS");
        }
    }

    private static boolean takesRecords(Admin probe) {
        try {
            probe.produce("key", "value");
            return true;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    @AfterAll
    static void stop() {
        for (var broker : brokers) broker.close();
    }

    /// The leader goes on alone, and then dies. The broker that is elected lacks the end, and gives its offsets again.
    @Test
    @Timeout(300)
    void anUncleanElectionIsToldAsOneHoleToEverybodyAndNoIdIsGivenTwice() {
        new Admin(brokers.get(2), "unclean").createOn(List.of(1, 2),
                Map.of("min.insync.replicas", "1", "unclean.leader.election.enable", "true"));
        var leader = brokers.get(0);
        var behind = brokers.get(1);
        var url = url("unclean");
        new Admin(brokers.get(2), "lacking").createOn(List.of(1, 2), Map.of("min.insync.replicas", "2"));
        String stored;
        try (var before = Gateway.start(url("lacking"))) {
            stored = before.publish(PATH, "1");
        }
        try (var gateway = Gateway.start(url); var forgetful = Gateway.start(url, "HISTORY_EVENTS=1");
                var follower = gateway.follow(CHANNEL); var second = forgetful.follow(CHANNEL)) {
            for (var each : List.of(follower, second)) each.await(Message::isConnection);
            var kept = publish(gateway, 10);
            behind.signal("STOP");
            Await.until("the leader to go on alone", ELECTED,
                    () -> gateway.client().tryPublish(PATH, "\"a replica may have it\"").statusCode() == 200);
            var lost = publish(gateway, 10);
            assertStartsWithoutReplicas(url("lacking"), stored);
            for (var each : List.of(follower, second)) each.await(message -> message.id().equals(lost.getLast()));
            leader.kill();
            behind.signal("CONT");
            Await.until("the other to go on", ELECTED,
                    () -> forgetful.client().tryPublish(PATH, "\"later\"").statusCode() == 200);
            var later = publish(gateway, 2);
            for (var each : List.of(follower, second)) {
                each.await(message -> message.id().equals(later.getLast()));
                assertOrder(each.ids());
                assertTrue(each.ids().containsAll(kept) && each.ids().containsAll(lost), "they had come before");
                assertEquals(1, each.gaps().size(), each.messages().toString());
                assertEquals(lost.getLast(), Gateway.string(Gateway.object(each.gaps().getFirst().data()), "from"),
                        "the gap is where they are lost");
            }
            assertEquals(follower.ids(), second.ids());
            try (var late = Gateway.start(url)) {
                var nodes = List.of(gateway, forgetful, late);
                for (var node : nodes) assertTold(node, kept, lost, later);
                leader.restart();
                later.addAll(publish(gateway, 15)); // by now all lost offsets are given again
                for (var each : List.of(follower, second)) {
                    each.await(message -> message.id().equals(later.getLast()));
                    assertEquals(1, each.gaps().size(), each.messages().toString());
                }
                for (var node : nodes) assertTold(node, kept, lost, later);
                try (var latest = Gateway.start(url)) {
                    assertTold(latest, kept, lost, later);
                }
            }
        } finally {
            behind.signal("CONT");
            if (!leader.isAlive()) leader.restart();
        }
    }

    /// A node that starts while a topic lacks replicas serves the past, and says why it takes no publish.
    private static void assertStartsWithoutReplicas(String url, String stored) {
        try (var started = Gateway.start(url)) {
            assertEquals(List.of(stored), page(started, "since=0").ids());
            Await.until("it to say what is wrong", () -> started.client().status().equals("degraded"));
            var refused = started.client().tryPublish(PATH, "2");
            assertEquals(503, refused.statusCode(), refused::body);
            assertTrue(refused.body()
                    .contains("too few replicas are in sync: the topic wants 2 (min.insync.replicas), and has 1"),
                    refused.body());
        }
    }

    /// Comes back to the node by ids before and within what was lost, on streams and by pages.
    private static void assertTold(Gateway node, List<String> kept, List<String> lost, List<String> later) {
        for (var cursor : List.of(kept.get(4), kept.getLast(), lost.getFirst(), lost.get(4), lost.getLast())) {
            try (var resumed = node.follow(CHANNEL, "Last-Event-ID: " + cursor)) {
                resumed.await(message -> message.id().equals(later.getLast()));
                assertEquals(1, resumed.gaps().size(), cursor + ": " + resumed.messages());
                assertAfter(cursor, resumed.ids(), kept, later);
            }
            var page = page(node, "after=" + cursor);
            assertEquals(1, page.gaps(), cursor + ": " + page);
            assertAfter(cursor, page.ids(), kept, later);
            var before = page(node, "before=" + cursor);
            assertOrder(before.ids());
            assertTrue(before.ids().stream().allMatch(id -> place(id).compareTo(place(cursor)) < 0), before.toString());
            assertTrue(before.ids().containsAll(kept.subList(0, Math.max(4, kept.indexOf(cursor)))), before.toString());
        }
        var all = page(node, "since=0");
        assertTrue(all.ids().containsAll(kept) && all.ids().containsAll(later), all.toString());
        assertEquals(1, all.gaps(), all.toString());
        assertEquals(later.subList(later.size() - 2, later.size()), page(node, "limit=2").ids());
    }

    private static void assertAfter(String cursor, List<String> ids, List<String> kept, List<String> later) {
        assertOrder(ids);
        assertTrue(place(ids.getFirst()).isAfter(place(cursor)), cursor + ": " + ids);
        assertTrue(ids.containsAll(later), cursor + ": " + ids);
        int seen = kept.indexOf(cursor);
        if (seen >= 0) assertTrue(ids.containsAll(kept.subList(seen + 1, kept.size())), cursor + ": " + ids);
    }

    private static void assertOrder(List<String> ids) {
        assertEquals(ids.stream().map(ClusterTest::place).sorted().distinct().map(EventId::toString).toList(), ids,
                "in order, and no id twice");
    }

    @Test
    @Timeout(300)
    void aLeaderThatDiesIsFollowedByTheNextAndNothingIsLostOrDoubled() throws Exception {
        var url = url("logs");
        try (var executor = Executors.newVirtualThreadPerTaskExecutor();
                var gateway = Gateway.start(url, "HISTORY_EVENTS=100000");
                var other = Gateway.start(url, "HISTORY_EVENTS=100000");
                var follower = gateway.follow(CHANNEL); var second = other.follow(CHANNEL)) {
            for (var each : List.of(follower, second)) each.await(Message::isConnection);
            var running = new AtomicBoolean(true);
            var acknowledged = Collections.synchronizedSet(new HashSet<String>());
            var publishers = new ArrayList<Future<?>>();
            for (int p = 0; p < 4; p++) {
                var node = p % 2 == 0 ? gateway : other;
                publishers.add(executor.submit(() -> {
                    while (running.get()) {
                        var reply = node.client().tryPublish(PATH, "1");
                        LockSupport.parkNanos(REST);
                        if (reply.statusCode() == 200) acknowledged.add(Gateway.string(Gateway.json(reply), "id"));
                    }
                }));
            }
            for (int round = 0; round < 2; round++) {
                more(acknowledged, 200);
                int leader = leader(url);
                brokers.get(leader).kill();
                more(acknowledged, 200);
                brokers.get(leader).restart();
            }
            more(acknowledged, 200);
            running.set(false);
            for (var publisher : publishers) publisher.get();
            var last = gateway.publish(PATH, "2");
            for (var each : List.of(follower, second)) {
                each.await(message -> message.id().equals(last));
                assertEquals(each.ids().size(), new HashSet<>(each.ids()).size(), "nothing came twice");
                assertTrue(each.ids().containsAll(acknowledged), "everything acknowledged came");
                assertEquals(List.of(), each.gaps());
            }
            assertEquals(follower.ids(), second.ids());
            int leader = leader(url);
            for (int i = 0; i < 3; i++) if (i != leader) brokers.get(i).signal("STOP");
            try {
                Await.until("too few replicas to be told", ELECTED, () -> {
                    var refused = gateway.client().tryPublish(PATH, "3");
                    return refused.statusCode() == 503 && !refused.body().contains("starting");
                });
                Await.until("it to be noticed", () -> gateway.get("/health").body().contains("degraded"));
            } finally {
                for (int i = 0; i < 3; i++) if (i != leader) brokers.get(i).signal("CONT");
            }
            Await.until("it to be over", ELECTED, () -> gateway.client().tryPublish(PATH, "4").statusCode() == 200);
        }
    }

    private static String url(String topic) {
        return "BUS_URL=kafka://" + String.join(",",
                brokers.stream().map(broker -> "127.0.0.1:" + broker.port()).toList()) + "/" + topic;
    }

    private static int leader(String url) throws Exception {
        var settings = KafkaSettings.parse(url.substring(url.indexOf('=') + 1), 1 << 30, null);
        try (var partition = new Cluster(settings).connect()) {
            int port = partition.connection().link().socket().getPort();
            for (int i = 0; i < settings.servers().size(); i++) if (settings.servers().get(i).port() == port) return i;
            throw new AssertionError("the leader is none of the servers");
        }
    }

    private static List<String> publish(Gateway gateway, int events) {
        var ids = new ArrayList<String>();
        for (int n = 0; n < events; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
        return ids;
    }

    private static EventId place(String id) {
        return EventId.parse(id).orElseThrow();
    }

    private static Page page(Gateway node, String parameters) {
        var reply = Gateway.json(node.get("/api/logs/events?channels=" + CHANNEL + "&" + parameters));
        return new Page(((JsonArray) reply.get("events")).elements().stream()
                .map(event -> Gateway.string((JsonObject) event, "id")).toList(),
                ((JsonArray) reply.get("gaps")).elements().size());
    }

    private record Page(List<String> ids, int gaps) { }

    private static void more(Set<String> acknowledged, int events) {
        int enough = acknowledged.size() + events;
        Await.until(() -> "publishes to go on: " + acknowledged.size() + " of " + enough, ELECTED,
                () -> acknowledged.size() >= enough);
    }
}
