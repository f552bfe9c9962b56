package com.datashop.gateway.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Streams with equal filters look at an event once, and each gets what its own filter lets through.
class SharedFiltersTest {
    private static final int STREAMS = 100;
    private static final int EVENTS = 400;

    @Test
    void aHundredStreamsWithOneFilterLookOnceAtAnEvent() {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=1")) {
            var spellings = List.of("q=seven&not=x7&where=odd=true", "where=odd=true&q=SEVEN&not=X7&q=seven");
            var followers = follow(gateway, "logs:etl:w:*", spellings);
            try {
                var expected = publish(gateway, n -> n % 10 == 7);
                assertReceived(expected, followers);
                assertEquals(EVENTS, looks(gateway), "one look at each event");
                followers.subList(1, STREAMS).forEach(Follower::close);
                Await.until("all but one to be gone", () -> gateway.client().connections() == 1);
                publish(gateway, n -> n % 10 == 7);
                followers.getFirst().logs(2 * expected.size());
                assertEquals(2 * EVENTS, looks(gateway), "who is left looks for itself");
            } finally {
                followers.forEach(Follower::close);
            }
        }
    }

    @Test
    void streamsThatResumeTogetherLookOnceAtAnEvent() {
        try (var gateway = Gateway.start()) {
            var expected = publish(gateway, n -> n % 10 == 7);
            assertEquals(0, looks(gateway), "nobody asks");
            var followers = new ArrayList<Follower>();
            try (var first = gateway.follow("logs:etl:w:none&q=seven");
                    var second = gateway.follow("logs:etl:w:none&q=seven")) {
                assertEquals("connection", first.next().event());
                assertEquals("connection", second.next().event());
                for (int i = 0; i < STREAMS; i++) followers.add(gateway.follow("logs:etl:w:*&since=1h&q=seven"));
                assertReceived(expected, followers);
                assertEquals(EVENTS, looks(gateway), "one look at each event");
            } finally {
                followers.forEach(Follower::close);
            }
        }
    }

    @Test
    void streamsWithOtherFiltersGetOtherEvents() {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=1")) {
            var filters = List.of("q=seven", "not=seven", "where=odd=true", "where=odd=false", "where=n=17&q=seven");
            var passing = List.<IntPredicate>of(n -> n % 10 == 7, n -> n % 10 != 7, n -> n % 2 == 1, n -> n % 2 == 0,
                    n -> n == 17);
            var followers = follow(gateway, "logs:etl:w:*", filters);
            try {
                var all = publish(gateway, _ -> true);
                for (int i = 0; i < filters.size(); i++) {
                    var passes = passing.get(i);
                    var expected = IntStream.range(0, EVENTS).filter(passes).mapToObj(all::get).toList();
                    for (int k = i; k < STREAMS; k += filters.size())
                        assertReceived(expected, List.of(followers.get(k)));
                }
                double looks = looks(gateway);
                assertTrue(looks >= EVENTS * filters.size() && looks < EVENTS * STREAMS / 4, "looks: " + looks);
            } finally {
                followers.forEach(Follower::close);
            }
        }
    }

    @Test
    void aLevelAndNoFilterAtAllCostNoLook() {
        try (var gateway = Gateway.start()) {
            var followers = follow(gateway, "logs:etl:w:*", List.of("level=info", "", "q=", "not=%20"));
            try {
                assertReceived(publish(gateway, _ -> true), followers);
                assertEquals(0, looks(gateway));
            } finally {
                followers.forEach(Follower::close);
            }
        }
    }

    private static List<Follower> follow(Gateway gateway, String channels, List<String> filters) {
        var followers = new ArrayList<Follower>();
        for (int i = 0; i < STREAMS; i++)
            followers.add(gateway.follow(channels + "&" + filters.get(i % filters.size())));
        for (var follower : followers) assertEquals("connection", follower.next().event());
        return followers;
    }

    /// The ids of those of the events that pass.
    private static List<String> publish(Gateway gateway, IntPredicate passes) {
        var ids = new ArrayList<String>();
        for (int from = 0; from < EVENTS; from += 50) {
            var data = IntStream.range(from, from + 50).mapToObj(n -> "{\"level\":\"info\",\"n\":" + n + ",\"odd\":"
                    + (n % 2 == 1) + ",\"text\":\"" + (n % 10 == 7 ? "seven" : "other") + "\"}").toList();
            var last = EventId.parse(Gateway.string(gateway.publishAll("w/r", data), "lastId")).orElseThrow();
            for (int i = 0; i < 50; i++) {
                if (passes.test(from + i)) ids.add(new EventId(last.major(), last.minor() - 49 + i).toString());
            }
        }
        return ids;
    }

    private static void assertReceived(List<String> expected, List<Follower> followers) {
        for (var follower : followers)
            assertEquals(expected, follower.logs(expected.size()).stream().map(message -> message.id()).toList());
    }

    private static double looks(Gateway gateway) {
        return gateway.get("/metrics").body().lines().filter(line -> line.startsWith("gateway_filter_looks_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ')))).findFirst().orElseThrow();
    }
}
