package com.datashop.gateway.log.shared.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.log.shared.BrokerSuite.Running;
import com.datashop.gateway.log.shared.FaultsSuite;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Cable.Flow;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Ports;
import com.datashop.gateway.support.RedisServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Faults of Redis, or on the way to it: how the gateway, its subscribers and its publishers get through them.
class RedisFaultsTest extends FaultsSuite {
    /// Which bound is met first depends on the heap.
    private static final Pattern REFUSED =
            Pattern.compile("more is waiting for the broker than there is room for|the bodies under way leave no room");

    RedisFaultsTest() {
        super(3);
    }

    @Override
    protected Running start() {
        return RunningRedis.start();
    }

    @Test
    void whatWaitsForTheBrokerIsBoundedAndNoneOfItIsLost() throws Exception {
        try (var redis = RedisServer.start(); var cable = new Cable(redis.port());
                var gateway = Gateway.start(url(cable)); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            gateway.publish(PATH, "0");
            cable.let(Flow.STOPPED);
            String large = "\"" + "x".repeat(1_000_000) + "\"";
            var answered = new AtomicInteger();
            var publishes = IntStream.range(0, 75).mapToObj(_ -> executor.submit(() -> {
                var reply = gateway.client().tryPublish(PATH, large);
                answered.incrementAndGet();
                return reply;
            })).toList();
            Await.until("what is too much to be refused", () -> answered.get() >= 8);
            double waiting = Double.parseDouble(gateway.client().metric("gateway_log_waiting_bytes"));
            assertTrue(waiting <= 64 << 20, waiting + " bytes wait");
            cable.let(Flow.OPEN);
            int stored = 0;
            for (var publish : publishes) {
                if (publish.get().statusCode() == 200) stored++;
                else assertTrue(publish.get().statusCode() == 503 && REFUSED.matcher(publish.get().body()).find(),
                        publish.get().body());
            }
            assertTrue(stored >= 50, stored + " were stored");
            assertEquals(String.valueOf(2 + stored), redis.ask("XLEN", "logs"));
        }
    }

    @Test
    void aBrokerThatComesBackWithItsDataIsGoneOnWith() throws Exception {
        try (var redis = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");
                var gateway = Gateway.start("BUS_URL=" + redis.url());
                var follower = gateway.follow(CHANNEL); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var ids = new ArrayList<String>();
            for (int round = 0; round < 3; round++) {
                for (int n = 0; n < 20; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
                redis.kill();
                var waiting = executor.submit(() -> gateway.publish(PATH, "\"while it was away\""));
                Await.until("the outage to be noticed", () -> gateway.client().status().equals("degraded"));
                redis.restart();
                ids.add(waiting.get());
            }
            follower.logs(ids.size());
            assertEquals(ids, follower.ids());
            assertEquals(List.of(), follower.gaps());
        }
    }

    @Test
    void whoNeedsWhatOnlyTheBrokerHasWaitsForItAndHearsMeanwhileThatTheStreamIsAlive() {
        try (var redis = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");
                var gateway = Gateway.start("BUS_URL=" + redis.url(), "HISTORY_EVENTS=5", "HEARTBEAT_SECONDS=1")) {
            var ids = new ArrayList<String>();
            for (int n = 0; n < 50; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
            redis.kill();
            try (var follower = gateway.follow(CHANNEL, "Last-Event-ID: " + ids.getFirst())) {
                follower.awaitComments(2);
                assertEquals(List.of(), follower.ids());
                redis.restart();
                assertEquals(ids.subList(1, 50), follower.ids(49));
                assertEquals(List.of(), follower.gaps());
            }
        }
    }

    @Test
    void anEmptiedBrokerNeitherStallsNorRepeatsWhilePublishesGoOn() throws Exception {
        try (var redis = RedisServer.start();
                var gateway = Gateway.start("BUS_URL=" + redis.url(), "HISTORY_EVENTS=100000"); var follower =
                gateway.follow(CHANNEL);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            follower.await(Message::isConnection);
            var running = new AtomicBoolean(true);
            var acknowledged = Collections.synchronizedList(new ArrayList<String>());
            var publisher = executor.submit(() -> {
                for (int n = 0; running.get(); n++) acknowledged.add(gateway.publish(PATH, String.valueOf(n)));
            });
            for (int round = 0; round < 5; round++) {
                int enough = acknowledged.size() + 50;
                Await.until("publishes to go on", () -> acknowledged.size() >= enough);
                redis.ask("FLUSHALL");
            }
            running.set(false);
            publisher.get();
            follower.logs(acknowledged.size());
            assertEquals(acknowledged, follower.ids());
            redis.ask("FLUSHALL");
            Await.until("the loss to be noticed", () -> redis.ask("XLEN", "logs").equals("1"));
            acknowledged.add(gateway.publish(PATH, "0"));
            follower.logs(acknowledged.size());
            assertEquals(acknowledged, follower.ids());
            assertTrue(follower.gaps().size() >= 1);
        }
    }

    @Test
    void aBrokerThatCanNotStoreIsToldAndFoundWellAgainWithoutAPublish() {
        try (var redis = RedisServer.start(); var gateway = Gateway.start("BUS_URL=" + redis.url());
                var follower = gateway.follow(CHANNEL)) {
            var first = gateway.publish(PATH, "1");
            for (var fault : List.of(List.of("maxmemory", "1", "0", "out of memory"),
                    List.of("min-replicas-to-write", "1", "0", "lacks the replicas"))) {
                redis.ask("CONFIG", "SET", fault.get(0), fault.get(1));
                var refused = gateway.client().tryPublish(PATH, "2");
                assertEquals(503, refused.statusCode());
                assertTrue(refused.body().contains(fault.get(3)), refused.body());
                Await.until("it to be noticed", () -> gateway.client().status().equals("degraded"));
                redis.ask("CONFIG", "SET", fault.get(0), fault.get(2));
                Await.until("it to be over", () -> gateway.client().status().equals("healthy"));
            }
            var second = gateway.publish(PATH, "3");
            assertEquals(List.of(first, second), follower.ids(2), "what was refused is nowhere");
        }
    }

    @Test
    void aPublishToAServerThatHasBeenDemotedWaitsForTheNext() throws Exception {
        try (var redis = RedisServer.start(); var gateway = Gateway.start("BUS_URL=" + redis.url());
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            gateway.publish(PATH, "1");
            redis.ask("CONFIG", "SET", "replica-serve-stale-data", "no");
            redis.ask("REPLICAOF", "127.0.0.1", String.valueOf(Ports.free()));
            var waiting = executor.submit(() -> gateway.publish(PATH, "2"));
            Await.until("it to be noticed", () -> gateway.client().status().equals("degraded"));
            redis.ask("REPLICAOF", "NO", "ONE");
            var id = waiting.get();
            assertTrue(redis.ask("XRANGE", "logs", id, id).contains(CHANNEL));
        }
    }

    private static String url(Cable cable) {
        return "BUS_URL=redis://127.0.0.1:" + cable.port();
    }

    private static int number(Message log) {
        return Integer.parseInt(Gateway.object(log.data()).get("data").toString());
    }
}
