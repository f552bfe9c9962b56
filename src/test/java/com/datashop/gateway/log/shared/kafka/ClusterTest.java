package com.datashop.gateway.log.shared.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
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
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Three brokers, of which the one that leads the log dies. The tests share them.
class ClusterTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";
    private static List<KafkaServer> brokers;

    @BeforeAll
    static void start() {
        brokers = KafkaServer.cluster(3, "default.replication.factor=3", "min.insync.replicas=2",
                "replica.lag.time.max.ms=4000", "unclean.leader.election.interval.ms=2000");
        var probe = new Admin(brokers.get(0), "probe");
        Await.until("all to be in sync", Duration.ofSeconds(60), () -> isMade(probe) && takesRecords(probe));
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

    /// The leader goes on alone and then dies. The broker that is elected was behind, and its log ends before.
    @Test
    @Timeout(300)
    void anElectionOfABrokerThatLacksTheEndIsToldAsAHoleOnceAndNoIdIsGivenTwice() {
        var admin = new Admin(brokers.get(2), "unclean").createOn(List.of(1, 2),
                Map.of("min.insync.replicas", "2", "unclean.leader.election.enable", "true"));
        var leader = brokers.get(0);
        var behind = brokers.get(1);
        var url = url("unclean");
        try (var gateway = Gateway.start(url); var other = Gateway.start(url); var follower = gateway.follow(CHANNEL);
                var second = other.follow(CHANNEL)) {
            for (var each : List.of(follower, second)) each.await(message -> message.event().equals("connection"));
            var kept = new ArrayList<String>();
            for (int n = 0; n < 10; n++) kept.add(gateway.publish(PATH, "1"));
            behind.signal("STOP");
            Await.until("too few replicas to be told", Duration.ofSeconds(60), () -> {
                var refused = gateway.client().tryPublish(PATH, "2");
                return refused.statusCode() == 503 && refused.body()
                        .contains("too few replicas are in sync: the topic wants 2 (min.insync.replicas), and has 1");
            });
            Await.until("it to be noticed", () -> gateway.get("/health").body().contains("degraded"));
            admin.alter(Map.of("min.insync.replicas", "1"));
            Await.until("the leader to go on alone", Duration.ofSeconds(60),
                    () -> gateway.client().tryPublish(PATH, "3").statusCode() == 200);
            var lost = new ArrayList<String>();
            for (int n = 0; n < 10; n++) lost.add(gateway.publish(PATH, "4"));
            for (var each : List.of(follower, second)) each.await(message -> message.id().equals(lost.getLast()));
            leader.kill();
            behind.signal("CONT");
            Await.until("the other to go on", Duration.ofSeconds(60),
                    () -> other.client().tryPublish(PATH, "5").statusCode() == 200);
            var last = gateway.publish(PATH, "6");
            for (var each : List.of(follower, second)) {
                each.await(message -> message.id().equals(last));
                assertTrue(each.ids().containsAll(kept) && each.ids().containsAll(lost), "they had come before");
                assertEquals(each.ids(), each.ids().stream().map(id -> EventId.parse(id).orElseThrow()).sorted()
                        .distinct().map(EventId::toString).toList(), "in order, and no id twice");
                assertEquals(1, gaps(each).size(), each.messages().toString());
                assertTrue(gaps(each).getFirst().data().contains("\"from\":\"" + lost.getLast() + "\""),
                        "the gap is where they are lost: " + gaps(each));
            }
            assertEquals(follower.ids(), second.ids());
            try (var late = Gateway.start(url);
                    var resumed = late.follow(CHANNEL, "Last-Event-ID: " + lost.get(4))) {
                resumed.await(message -> message.id().equals(last));
                assertEquals(1, gaps(resumed).size(), resumed.messages().toString());
                assertTrue(lost.stream().noneMatch(resumed.ids()::contains), "they are lost");
            }
            leader.restart();
            var more = gateway.publish(PATH, "7");
            for (var each : List.of(follower, second)) each.await(message -> message.id().equals(more));
            assertEquals(1, gaps(follower).size(), follower.messages().toString());
        } finally {
            behind.signal("CONT");
            if (!leader.isAlive()) leader.restart();
        }
    }

    @Test
    @Timeout(300)
    void aLeaderThatDiesIsFollowedByTheNextAndNothingIsLostOrDoubled() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var url = url("logs");
            try (var gateway = Gateway.start(url, "HISTORY_EVENTS=100000");
                    var other = Gateway.start(url, "HISTORY_EVENTS=100000");
                    var follower = gateway.follow(CHANNEL); var second = other.follow(CHANNEL)) {
                for (var each : List.of(follower, second)) each.await(message -> message.event().equals("connection"));
                var running = new AtomicBoolean(true);
                var acknowledged = Collections.synchronizedSet(new HashSet<String>());
                var publishers = new ArrayList<java.util.concurrent.Future<?>>();
                for (int p = 0; p < 4; p++) {
                    var node = p % 2 == 0 ? gateway : other;
                    publishers.add(executor.submit(() -> {
                        while (running.get()) {
                            var reply = node.client().tryPublish(PATH, "1");
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
                    assertTrue(each.messages().stream().noneMatch(message -> message.event().equals("gap")));
                }
                assertEquals(follower.ids(), second.ids());
                int leader = leader(url);
                for (int i = 0; i < 3; i++) if (i != leader) brokers.get(i).signal("STOP");
                try {
                    Await.until("too few replicas to be told", Duration.ofSeconds(60), () -> {
                        var refused = gateway.client().tryPublish(PATH, "3");
                        return refused.statusCode() == 503 && !refused.body().contains("starting");
                    });
                    Await.until("it to be noticed", () -> gateway.get("/health").body().contains("degraded"));
                } finally {
                    for (int i = 0; i < 3; i++) if (i != leader) brokers.get(i).signal("CONT");
                }
                Await.until("it to be over", Duration.ofSeconds(60), () -> gateway.client().tryPublish(PATH, "4")
                        .statusCode() == 200);
            }
        }
    }

    private static String url(String topic) {
        var servers = String.join(",", brokers.stream().map(broker -> "127.0.0.1:" + broker.port()).toList());
        return "BUS_URL=kafka://" + servers + "/" + topic;
    }

    private static List<Message> gaps(Follower follower) {
        return follower.messages().stream().filter(message -> message.event().equals("gap")).toList();
    }

    private static int leader(String url) throws Exception {
        var settings = KafkaSettings.parse(url.substring(url.indexOf('=') + 1), 1 << 30, null);
        try (var partition = new Cluster(settings).connect()) {
            int port = partition.connection().link().socket().getPort();
            for (int i = 0; i < settings.servers().size(); i++) if (settings.servers().get(i).port() == port) return i;
            throw new AssertionError("the leader is none of the servers");
        }
    }

    private static void more(java.util.Set<String> acknowledged, int events) {
        int enough = acknowledged.size() + events;
        Await.until(() -> "publishes to go on: " + acknowledged.size() + " of " + enough, Duration.ofSeconds(60),
                () -> acknowledged.size() >= enough);
    }
}
