package com.datashop.gateway.log.shared.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Ports;
import com.datashop.gateway.support.RedisServer;
import com.datashop.gateway.support.TemporaryDirectory;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// Behind a real sentinel, which makes another server the master when one is gone.
class SentinelTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";

    @Test
    void aFailoverToAReplicaThatHasEverythingLosesNothing() throws Exception {
        try (var master = RedisServer.start();
                var replica = RedisServer.start("--replicaof", "127.0.0.1 " + master.port()); var sentinel =
                Sentinel.start(master);
                var gateway = Gateway.start("BUS_URL=" + sentinel.url()); var follower = gateway.follow(CHANNEL);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            sentinel.awaitReplica();
            var ids = new ArrayList<String>();
            for (int n = 0; n < 50; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
            Await.until("the replica to have it", () -> replica.ask("XLEN", "logs").equals("51"));
            master.kill();
            var waiting = executor.submit(() -> publishUntilTaken(gateway, 50));
            Await.until("the outage to be noticed", () -> gateway.get("/health").body().contains("degraded"));
            ids.add(waiting.get());
            assertEquals("master", replica.ask("ROLE").lines().findFirst().orElse(""));
            for (int n = 51; n < 60; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
            follower.logs(60);
            assertEquals(ids, follower.ids());
            assertTrue(follower.messages().stream().noneMatch(SentinelTest::isGap), follower.messages().toString());
        }
    }

    @Test
    void whatAReplicaThatLaggedHasNotIsToldAsAGap() throws Exception {
        try (var master = RedisServer.start();
                var replica = RedisServer.start("--replicaof", "127.0.0.1 " + master.port());
                var sentinel = Sentinel.start(master); var gateway = Gateway.start("BUS_URL=" + sentinel.url());
                var follower = gateway.follow(CHANNEL)) {
            sentinel.awaitReplica();
            var kept = new ArrayList<String>();
            for (int n = 0; n < 10; n++) kept.add(gateway.publish(PATH, String.valueOf(n)));
            Await.until("the replica to have it", () -> replica.ask("XLEN", "logs").equals("11"));
            replica.ask("CONFIG", "SET", "masteruser", "nobody");
            replica.ask("CONFIG", "SET", "masterauth", "wrong"); // so it does not come back when its link is cut
            master.ask("CLIENT", "KILL", "TYPE", "replica");
            var lost = new ArrayList<String>();
            for (int n = 10; n < 20; n++) lost.add(gateway.publish(PATH, String.valueOf(n)));
            assertEquals("11", replica.ask("XLEN", "logs"), "the replica lags");
            master.kill();
            var after = new ArrayList<>(List.of(publishUntilTaken(gateway, 20)));
            for (int n = 21; n < 30; n++) after.add(gateway.publish(PATH, String.valueOf(n)));
            var all = new ArrayList<>(kept);
            all.addAll(lost);
            all.addAll(after);
            follower.logs(30);
            assertEquals(all, follower.ids(), "who was there has all of it, and no id came twice");
            assertEquals(1, follower.messages().stream().filter(SentinelTest::isGap).count());
            try (var later = Gateway.start("BUS_URL=" + sentinel.url());
                    var resumed = later.follow(CHANNEL, "Last-Event-ID: " + lost.get(4));
                    var early = later.follow(CHANNEL, "Last-Event-ID: " + kept.get(4))) {
                assertEquals(after, resumed.logs(10).stream().map(Message::id).toList());
                assertEquals(1, resumed.messages().stream().filter(SentinelTest::isGap).count(),
                        "who comes to another node with an id that is lost is told");
                kept.addAll(after);
                assertEquals(kept.subList(5, 20), early.logs(15).stream().map(Message::id).toList());
                assertEquals(1, early.messages().stream().filter(SentinelTest::isGap).count());
            }
        }
    }

    @Test
    void sentinelsThatAreGoneOrDoNotKnowTheMasterAreNotTheLastWord() throws Exception {
        try (var master = RedisServer.start();
                var replica = RedisServer.start("--replicaof", "127.0.0.1 " + master.port()); var sentinel =
                Sentinel.start(master); var stale = Sentinel.start(replica)) {
            String two = "127.0.0.1:" + Ports.free() + ",127.0.0.1:" + stale.port();
            try (var gateway = Gateway.start("BUS_URL=redis+sentinel://" + two + ",127.0.0.1:" + sentinel.port()
                    + "/mymaster")) {
                var id = gateway.publish(PATH, "1");
                assertTrue(master.ask("XRANGE", "logs", id, id).contains(CHANNEL));
            }
            assertRefused("redis+sentinel://" + two + "/mymaster", "127.0.0.1:" + replica.port()
                    + " is a replica, and the sentinels have not agreed on another yet");
            assertRefused("redis+sentinel://127.0.0.1:" + sentinel.port() + "/other", "it knows no other");
        }
    }

    private static void assertRefused(String url, String why) {
        var refused = assertThrows(UncheckedIOException.class, () -> Gateway.start("BUS_URL=" + url).close());
        assertTrue(refused.getCause().getMessage().contains(why), refused.getCause().getMessage());
    }

    /// As a publisher does that is answered 503.
    private static String publishUntilTaken(Gateway gateway, int n) {
        var id = new String[1];
        Await.until("a publish to be taken", () -> {
            var reply = gateway.client().tryPublish(PATH, String.valueOf(n));
            if (reply.statusCode() == 200) id[0] = Gateway.string(Gateway.json(reply), "id");
            return id[0] != null;
        });
        return id[0];
    }

    private static boolean isGap(Message message) {
        return message.event().equals("gap");
    }

    /// A real sentinel, alone, which takes a master for gone after half a second.
    private record Sentinel(Child child, int port, TemporaryDirectory directory) implements AutoCloseable {
        static Sentinel start(RedisServer master) throws IOException {
            var directory = TemporaryDirectory.create("sentinel");
            int port = Ports.free();
            var config = Files.writeString(directory.path().resolve("sentinel.conf"), """
                    port %d
                    bind 127.0.0.1
                    dir %s
                    sentinel monitor mymaster 127.0.0.1 %d 1
                    sentinel down-after-milliseconds mymaster 500
                    sentinel failover-timeout mymaster 4000
                    """.formatted(port, directory.path(), master.port()));
            var sentinel = new Sentinel(Child.start(Tool.path("redis-server").toString(), config.toString(),
                    "--sentinel"), port, directory);
            Await.until(() -> "the sentinel to answer: " + sentinel.child, Duration.ofSeconds(10),
                    () -> sentinel.ask("PING").equals("PONG\n"));
            return sentinel;
        }

        String url() {
            return "redis+sentinel://127.0.0.1:" + port + "/mymaster";
        }

        void awaitReplica() {
            Await.until(() -> "the sentinel to know the replica: " + child, Duration.ofSeconds(30),
                    () -> ask("SENTINEL", "replicas", "mymaster").contains("\nslave\n"));
        }

        private String ask(String... command) {
            var words = new ArrayList<>(List.of(Tool.path("redis-cli").toString(), "-p", String.valueOf(port)));
            words.addAll(List.of(command));
            try (var client = Child.start(words.toArray(String[]::new))) {
                client.awaitExit();
                return client.out();
            }
        }

        @Override
        public void close() {
            child.close();
            directory.close();
        }
    }
}
