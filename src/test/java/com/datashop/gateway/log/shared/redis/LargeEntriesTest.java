package com.datashop.gateway.log.shared.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.RedisServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Entries of the stream that are larger than a node can hold: it goes on behind them, and tells what it had to leave
/// out.
class LargeEntriesTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";
    private static final int MANY = 17;

    @Test
    void anEntryThatIsLargerThanTheHeapIsToldAsAGapToThoseOfItsChannelOnly() {
        try (var redis = RedisServer.start(); var small = small(redis); var follower = small.client().follow(CHANNEL);
                var pattern = small.client().follow("logs:*:w:*,logs:etl:*:r,logs:etl:w:r");
                var other = small.client().follow("logs:etl:w:other")) {
            for (var each : List.of(follower, pattern, other)) each.await(LargeEntriesTest::isConnection);
            var first = small.client().publish(PATH, "1");
            var large = add(redis, CHANNEL, 66 << 20);
            var second = small.client().publish(PATH, "2");
            var third = small.client().publish("w/other", "3");
            assertEquals(List.of(first, second), ids(follower.logs(2)));
            assertEquals(List.of(first, second, third), ids(pattern.logs(3)));
            assertEquals(List.of(third), ids(other.logs(1)));
            assertEquals(List.of(gap(1, first, large)), gaps(follower));
            assertEquals(List.of(gap(1, first, large)), gaps(pattern));
            assertEquals(List.of(), gaps(other));
            assertEquals(List.of("connection", "log " + first, "gap", "log " + second), kinds(follower), "where it is");
            try (var resumed = small.client().follow(CHANNEL, "Last-Event-ID: " + first);
                    var behind = small.client().follow(CHANNEL, "Last-Event-ID: " + large);
                    var elsewhere = small.client().follow("logs:etl:w:other", "Last-Event-ID: " + first)) {
                for (var each : List.of(resumed, behind)) assertEquals(List.of(second), ids(each.logs(1)));
                assertEquals(List.of(third), ids(elsewhere.logs(1)));
                assertEquals(List.of(gap(1, first, large)), gaps(resumed));
                assertEquals(List.of(), gaps(behind));
                assertEquals(List.of(), gaps(elsewhere));
            }
            var metrics = small.client().get("/metrics").body();
            assertEquals("1", metric(metrics, "gateway_log_too_large_total"));
            assertEquals(metric(metrics, "gateway_events_matched_total"), String.valueOf(List.of("delivered",
                    "filtered", "lost", "undelivered").stream()
                    .mapToLong(what -> Long.parseLong(metric(metrics, "gateway_events_" + what + "_total"))).sum()),
                            metrics);
            assertSound(small);
        }
    }

    @Test
    void whatANodeWithLargerBodiesStoresIsReadOrToldByEveryNode() {
        try (var redis = RedisServer.start(); var large = GatewayProcess.start("BUS_URL=" + redis.url(),
                "MAX_BODY_BYTES=64MiB"); var small = small(redis);
                var reader = large.client().follow(CHANNEL); var follower = small.client().follow(CHANNEL)) {
            for (var each : List.of(reader, follower)) each.await(LargeEntriesTest::isConnection);
            var ids = new ArrayList<String>();
            for (int size : new int[] {1, 3 << 20, 24 << 20, 1}) ids.add(large.client().publish(PATH, "\""
                    + "x".repeat(size) + "\""));
            assertEquals(ids, ids(reader.logs(4)), "the node that can hold it has it");
            assertEquals(List.of(ids.get(0), ids.get(1), ids.get(3)), ids(follower.logs(3)),
                    "one that can not hold all of it has what it can hold");
            assertEquals(List.of(gap(1, ids.get(1), ids.get(2))), gaps(follower));
            assertSound(small);
        }
    }

    @Test
    void aNodeThatStartsAmongLargeEntriesStartsAndTellsThem() {
        try (var redis = RedisServer.start()) {
            var ids = new ArrayList<String>();
            try (var gateway = Gateway.start("BUS_URL=" + redis.url())) {
                ids.add(gateway.publish(PATH, "1"));
            }
            add(redis, CHANNEL, 66 << 20);
            for (int n = 0; n < MANY; n++) add(redis, CHANNEL, 5 << 20);
            add(redis, "no channel", 66 << 20);
            redis.ask("EVAL",
                    "local e = {} for i = 1, 7000 do e[i] = 'x' end"
                            + " for n = 1, 60 do redis.call('XADD', 'logs', '*', unpack(e)) end", "1", "logs");
            try (var small = small(redis)) {
                ids.add(small.client().publish(PATH, "2"));
                add(redis, CHANNEL, 66 << 20);
                ids.add(small.client().publish(PATH, "3"));
                try (var follower = small.client().follow(CHANNEL, "Last-Event-ID: " + ids.getFirst());
                        var tail = small.client().follow(CHANNEL + "&tail=10")) {
                    assertEquals(ids.subList(1, 3), ids(follower.logs(2)));
                    assertEquals(MANY + 2, lost(follower), follower.messages().toString());
                    tail.await(message -> message.isLog() && message.id().equals(ids.getLast()));
                }
                assertSound(small);
            }
            try (var late = small(redis); var follower = late.client().follow(CHANNEL, "Last-Event-ID: "
                    + ids.getFirst())) {
                assertEquals(ids.subList(1, 3), ids(follower.logs(2)), "the newest, and the oldest of all, are large");
                assertEquals(MANY + 2, lost(follower));
                assertSound(late);
            }
        }
    }

    @Test
    void aPublishThatItsNodeCanNotHoldIsRefusedAndNotStored() {
        try (var redis = RedisServer.start();
                var small = GatewayProcess.startWith(List.of("-Xmx96m"), "BUS_URL=" + redis.url(),
                        "MAX_BODY_BYTES=16MiB");
                var follower = small.client().follow(CHANNEL)) {
            follower.await(LargeEntriesTest::isConnection);
            var first = small.client().publish(PATH, "\"" + "x".repeat(4 << 20) + "\"");
            var refused = small.client().tryPublish(PATH, "\"" + "x".repeat(14 << 20) + "\"");
            assertEquals(413, refused.statusCode(), refused::body);
            var second = small.client().publish(PATH, "2");
            assertEquals(List.of(first, second), ids(follower.logs(2)));
            assertEquals(List.of(), gaps(follower));
            assertEquals("3", redis.ask("XLEN", "logs"));
            assertSound(small);
        }
    }

    private static GatewayProcess small(RedisServer redis) {
        return GatewayProcess.startWith(List.of("-Xmx64m"), "BUS_URL=" + redis.url());
    }

    /// Adds an entry whose data has about so many bytes; its id.
    private static String add(RedisServer redis, String channel, int bytes) {
        var id = redis.ask("EVAL", "return redis.call('XADD', 'logs', '*', 'c', '" + channel
                + "', 't', '7', 'd', '\"' .. string.rep(string.rep('x', 65536), " + bytes / 65536 + ") .. '\"')", "1",
                "logs");
        assertTrue(id.matches("[0-9]+-[0-9]+"), id);
        return id;
    }

    private static void assertSound(GatewayProcess node) {
        Await.until("/health to say healthy", () -> Gateway.string(Gateway.json(node.client().get("/health")),
                "status").equals("healthy"));
        var told = node.out() + node.err();
        assertFalse(told.contains("OutOfMemory") || told.contains("event=fault"), told);
    }

    private static String gap(int lost, String from, String to) {
        return "{\"type\":\"gap\",\"reason\":\"evicted\",\"lost\":" + lost + ",\"from\":\"" + from + "\",\"to\":\"" + to
                + "\"}";
    }

    private static long lost(Follower follower) {
        return follower.messages().stream().filter(message -> message.event().equals("gap"))
                .mapToLong(message -> Gateway.number(Gateway.object(message.data()), "lost")).sum();
    }

    private static String metric(String metrics, String name) {
        return metrics.lines().filter(line -> line.startsWith(name + " ")).map(line -> line.substring(name.length()
                + 1)).findFirst().orElseThrow();
    }

    private static boolean isConnection(Message message) {
        return message.event().equals("connection");
    }

    private static List<String> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }

    private static List<String> gaps(Follower follower) {
        return follower.messages().stream().filter(message -> message.event().equals("gap")).map(Message::data)
                .toList();
    }

    private static List<String> kinds(Follower follower) {
        return follower.messages().stream().map(message -> message.isLog() ? "log " + message.id() : message.event())
                .toList();
    }
}
