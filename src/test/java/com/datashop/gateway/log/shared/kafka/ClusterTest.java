package com.datashop.gateway.log.shared.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.KafkaServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Three brokers, of which the one that leads the log dies.
class ClusterTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";
    /// Between two events of a publisher, in nanoseconds. So a hundred are on their way when a broker dies, and the
    /// processors are free for the brokers.
    private static final long REST = 5_000_000;

    @Test
    @Timeout(300)
    void aLeaderThatDiesIsFollowedByTheNextAndNothingIsLostOrDoubled() throws Exception {
        var brokers = KafkaServer.cluster(3, "default.replication.factor=3", "min.insync.replicas=2",
                "replica.lag.time.max.ms=4000");
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var servers = String.join(",", brokers.stream().map(broker -> "127.0.0.1:" + broker.port()).toList());
            var url = "BUS_URL=kafka://" + servers + "/logs";
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
        } finally {
            for (var broker : brokers) broker.close();
        }

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
