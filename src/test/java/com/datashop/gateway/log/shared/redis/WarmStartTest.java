package com.datashop.gateway.log.shared.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Ports;
import com.datashop.gateway.support.RedisServer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A node that starts where others have been for long.
class WarmStartTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";

    @Test
    void itSaysThatItIsStartingUntilItHasReadBackWhatItIsToRemember() throws Exception {
        try (var redis = RedisServer.start(); var cable = new Cable(redis.port());
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            try (var gateway = Gateway.start("BUS_URL=" + redis.url())) {
                for (int b = 0; b < 30; b++)
                    gateway.publishAll(PATH, Collections.nCopies(100, "\"" + "x".repeat(200) + "\""));
            }
            cable.delay(Duration.ofMillis(50));
            int port = Ports.free();
            var starting = executor.submit(() ->
                    Gateway.start("PORT=" + port, "BUS_URL=redis://127.0.0.1:" + cable.port()));
            var node = new Client(port);
            Await.until("/health to say starting", () -> health(node).equals("503 starting"));
            assertEquals(503, node.get(Client.stream(CHANNEL)).statusCode());
            assertEquals(503, node.tryPublish(PATH, "1").statusCode());
            cable.delay(Duration.ZERO);
            try (var gateway = starting.get(); var follower = gateway.follow(CHANNEL + "&tail=1000")) {
                assertEquals("200 healthy", health(node));
                long before = asked(redis);
                follower.logs(1000);
                assertEquals(before, asked(redis), "from memory");
            }
        }
    }

    @Test
    void whatItHasNotReadBackItFetchesAndWhatIsNowhereItTells() {
        try (var redis = RedisServer.start()) {
            var ids = new ArrayList<String>();
            try (var gateway = Gateway.start("BUS_URL=" + redis.url())) {
                for (int n = 0; n < 300; n++)
                    ids.add(gateway.publish(n % 3 == 0 ? "w/other" : PATH, "\"" + n + "x".repeat(300) + "\""));
            }
            try (var gateway = Gateway.start("BUS_URL=" + redis.url(), "HISTORY_BYTES=48KiB");
                    var old = gateway.follow(CHANNEL, "Last-Event-ID: " + ids.getFirst());
                    var everything = gateway.follow("logs:etl:*:*", "Last-Event-ID: " + ids.getFirst());
                    var tail = gateway.follow(CHANNEL + "&tail=190")) {
                long held = sum(gateway.get("/metrics").body(), Pattern.compile("\ngateway_history_events ([0-9]+)"));
                assertTrue(held > 20 && held < 150, "memory has a part of it: " + held);
                var here = IntStream.range(1, 300).filter(n -> n % 3 != 0).mapToObj(ids::get).toList();
                assertEquals(here, old.ids(here.size()));
                assertEquals(ids.subList(1, 300), everything.ids(299));
                assertEquals(here.subList(here.size() - 190, here.size()), tail.ids(190));
                for (var follower : List.of(old, everything, tail)) assertEquals(0, follower.gaps().size());
                redis.ask("XTRIM", "logs", "MAXLEN", "100");
                try (var late = gateway.follow("logs:etl:*:*", "Last-Event-ID: " + ids.getFirst())) {
                    assertEquals(ids.subList(200, 300), late.ids(100));
                    assertEquals(1, late.gaps().size());
                }
            }
        }
    }

    @Test
    void aThousandThatComeBackAtOnceAreAnsweredFromMemoryAndRedisSeesOneReader() throws Exception {
        try (var redis = RedisServer.start(); var gateway = Gateway.start("BUS_URL=" + redis.url());
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var ids = new ArrayList<String>();
            for (int n = 0; n < 50; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
            long before = asked(redis);
            long connections = connections(redis);
            var clients = IntStream.range(0, 1000).mapToObj(n -> executor.submit(() -> {
                try (var follower = Follower.open(gateway.port(), Client.stream(CHANNEL), "Last-Event-ID: "
                        + ids.get(n % 40))) {
                    return follower.ids(49 - n % 40).equals(ids.subList(n % 40 + 1, 50));
                }
            })).toList();
            for (var client : clients) assertTrue(client.get());
            assertEquals(before, asked(redis));
            assertEquals(connections, connections(redis));
        }
    }

    @Test
    void whatOthersPutIntoTheStreamIsLeftOutAndCounted() {
        try (var redis = RedisServer.start(); var gateway = Gateway.start("BUS_URL=" + redis.url());
                var follower = gateway.follow("logs:*:*")) {
            follower.await(Message::isConnection);
            for (var entry : List.of("x y", "c logs:etl:w", "c logs:etl:* t 1 d 1", "c logs:etl:w t soon d 1",
                    "c nothing t 1 d 1",
                    "c logs:etl:w t 1 d 1\n\nid:5-5\ndata:2", "t 1 d 1", "c logs:etl:w t 1 d "))
                redis.ask(Stream.concat(Stream.of("XADD", "logs", "*"), Stream.of(entry.split(" ", -1)))
                .toArray(String[]::new));
            var good = redis.ask("XADD", "logs", "*", "c", "logs:etl:w", "t", "7", "d", "{\"from\":\"elsewhere\"}");
            var id = gateway.publish("w", "1");
            assertEquals(List.of(good, id), follower.ids(2), "what looks the same is the same");
            assertEquals("{\"channel\":\"logs:etl:w\",\"id\":\"" + good
                    + "\",\"timestamp\":7,\"data\":{\"from\":\"elsewhere\"}}", follower.logs(1).getFirst().data());
            assertTrue(gateway.get("/metrics").body().contains("\ngateway_log_foreign_total 8\n"),
                    gateway.get("/metrics").body());
            try (var again = Gateway.start("BUS_URL=" + redis.url()); var tail = again.follow("logs:*:*&tail=10")) {
                assertEquals(List.of(good, id), tail.ids(2));
            }
        }
    }

    private static String health(Client node) {
        try {
            var reply = node.get("/health");
            return reply.statusCode() + " " + Gateway.string(Gateway.json(reply), "status");
        } catch (UncheckedIOException notYet) {
            return "";
        }
    }

    /// How often Redis was asked for a range.
    private static long asked(RedisServer redis) {
        return sum(redis.ask("INFO", "commandstats"), Pattern.compile("cmdstat_x(?:rev)?range:calls=([0-9]+)"));
    }

    private static long connections(RedisServer redis) {
        return redis.ask("CLIENT", "LIST").lines().filter(line -> line.contains("name=logs-sse-gateway")).count();
    }

    private static long sum(String text, Pattern number) {
        return number.matcher(text).results().mapToLong(found -> Long.parseLong(found.group(1))).sum();
    }
}
