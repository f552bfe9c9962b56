package com.datashop.gateway.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The books of `/metrics`: every event that was for a subscriber went somewhere.
class LedgerTest {
    @Test
    void theLedgerBalancesUnderLoadWithStalledAndDyingReaders() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        try (var gateway = Gateway.start("HISTORY_EVENTS=500", "HEARTBEAT_SECONDS=1", "WRITE_TIMEOUT_SECONDS=600")) {
            var steady = List.of(gateway.follow("logs:etl:w:*"), gateway.follow("logs:etl:w:a,logs:etl:*:b"),
                    gateway.follow("logs:etl:w:*,logs:etl:w:a&level=warn"));
            for (var follower : steady) follower.await(message -> message.event().equals("connection"));
            var dying = new ArrayList<Follower>();
            for (int i = 0; i < 4; i++) dying.add(stalled(gateway, "logs:etl:w:*"));
            var stalled = List.of(stalled(gateway, "logs:etl:w:*"), stalled(gateway, "logs:etl:w:b&q=7"));
            String last = null;
            for (int round = 0; round < 60; round++) {
                last = publish(gateway, random, 400);
                if (round % 15 == 7) dying.removeLast().reset();
                if (round % 20 == 10) try (var late = gateway.follow("logs:etl:w:*&tail=300")) {
                    late.logs(300);
                }
            }
            for (var follower : dying) follower.close();
            for (var follower : stalled) follower.resume();
            var end = gateway.publish("w/b", "{\"level\":\"fatal\",\"n\":7}");
            for (var follower : List.of(steady.get(0), steady.get(1), steady.get(2), stalled.get(0), stalled.get(1)))
                follower.await(message -> message.id().equals(end));
            Await.until("those that left are noticed", () -> gateway.get("/health").body()
                    .contains("\"connections\":5"));
            var books = scrape(gateway);
            assertEquals(books.get("gateway_events_matched_total"), books.get("gateway_events_delivered_total")
                    + books.get("gateway_events_filtered_total")
                    + books.get("gateway_events_lost_total") + books.get("gateway_events_undelivered_total"),
                    "seed " + seed + ": " + books);
            assertTrue(books.get("gateway_events_filtered_total") > 0 && books.get("gateway_events_lost_total") > 0
                    && books.get("gateway_events_undelivered_total") > 0, "each was seen: " + books);
            assertTrue(books.get("gateway_queue_overflows_total") > 0
                    && books.get("gateway_events_replayed_total") >= 900, books.toString());
            assertEquals(24_001, books.get("gateway_events_published_total"));
            assertEquals(24_001, books.get("gateway_publish_duration_seconds_count") * 400 - 399,
                    "one request a batch, and one alone");
            assertTrue(books.get("gateway_delivery_latency_seconds_count") > 0);
            assertTrue(books.get("gateway_gaps_total{reason=\"overflow\"}") > 0);
            for (var follower : List.of(stalled.get(0), stalled.get(1), steady.get(0), steady.get(1), steady.get(2)))
                follower.close();
            Await.until("all are gone", () -> gateway.get("/health").body().contains("\"connections\":0"));
            var after = scrape(gateway);
            assertEquals(after.get("gateway_streams_total"), after.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith("gateway_stream_ends_total"))
                    .mapToDouble(Map.Entry::getValue).sum(), "every stream that was opened has ended for a reason");
            assertTrue(last != null);
        }
    }

    @Test
    void aGapThatCanNotSayHowManyIsSettledAllTheSame() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=10", "HISTORY_BYTES=20000", "WRITE_TIMEOUT_SECONDS=600");
                var stalled = stalled(gateway, "logs:etl:w:*")) {
            var random = new Random(1);
            // the ids of so many evicted events do not fit into 20,000 bytes
            for (int i = 0; i < 40; i++) publish(gateway, random, 400);
            stalled.resume();
            var end = gateway.publish("w/b", "1");
            stalled.await(message -> message.id().equals(end));
            assertTrue(stalled.messages().stream()
                    .anyMatch(message -> message.event().equals("gap") && message.data().contains("\"lost\":null")),
                    "a gap without a number was told");
            Await.until("the books balance", () -> {
                var books = scrape(gateway);
                return books.get("gateway_events_matched_total") == 16_001
                        && books.get("gateway_events_delivered_total")
                        + books.get("gateway_events_lost_total") == 16_001;
            });
        }
    }

    @Test
    void aScrapeNamesNoChannelUserOrWorkspace() {
        try (var gateway = Gateway.start();
                var follower = gateway.follow("logs:etl:acme-workspace:*", "X-User-Id: somebody")) {
            follower.await(message -> message.event().equals("connection"));
            gateway.publish("acme-workspace/r", "1");
            follower.nextLog();
            var text = gateway.get("/metrics");
            assertEquals("text/plain; version=0.0.4; charset=utf-8", text.headers().firstValue("Content-Type")
                    .orElseThrow());
            assertTrue(text.body().contains("gateway_connections 1\n") && text.body().contains("gateway_channels 1\n")
                    && text.body().contains("gateway_subscriptions 1\n"), text.body());
            assertTrue(text.body().contains("gateway_history_events 1\n") && text.body()
                    .contains("gateway_build_info{"), text.body());
            for (var name : List.of("jvm_memory", "jvm_threads", "process_open_fds", "process_cpu"))
                assertTrue(text.body().contains(name), name);
            assertTrue(!text.body().contains("acme") && !text.body().contains("somebody") && !text.body()
                    .contains("logs:"), text.body());
        }
    }

    private static String publish(Gateway gateway, Random random, int count) {
        var levels = List.of("info", "warn", "debug");
        var entries = IntStream.range(0, count).mapToObj(n -> Gateway.entry("w/" + (char) ('a' + random.nextInt(3)),
                "{\"level\":\"" + levels.get(random.nextInt(3)) + "\",\"n\":" + n + ",\"filler\":\"" + "x".repeat(250)
                + "\"}")).toList();
        return Gateway.string(gateway.publishEntries(entries), "lastId");
    }

    private static Map<String, Double> scrape(Gateway gateway) {
        var samples = new HashMap<String, Double>();
        gateway.get("/metrics").body().lines().filter(line -> !line.startsWith("#"))
                .forEach(line -> samples.put(line.substring(0, line.lastIndexOf(' ')),
                Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
        return samples;
    }

    private static Follower stalled(Gateway gateway, String channels) {
        var follower = Follower.options().receiveBuffer(4096).paused()
                .open(gateway.port(), "/api/logs/stream?channels=" + channels);
        follower.status();
        return follower;
    }
}
