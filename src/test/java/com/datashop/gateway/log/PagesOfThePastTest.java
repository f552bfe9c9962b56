package com.datashop.gateway.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonBoolean;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Gateway;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Pages of the past, whoever keeps it: script after script visits every event once, backwards and forwards.
class PagesOfThePastTest {
    /// Most of them are no longer in memory, and they fill several pages.
    private static final int MANY = 300;
    /// Between two publishes that go on, in nanoseconds: at full speed they would only slow the pages.
    private static final long PAUSE = 2_000_000;

    /// Memory keeps 40 events of each channel, so the other kinds have most of it elsewhere.
    @ParameterizedTest
    @EnumSource(LogKind.class)
    void everyEventIsVisitedOnceInBothDirectionsWhilePublishesGoOn(LogKind kind) throws Exception {
        try (var place = kind.open();
                var gateway = place.start(kind.isLasting() ? "HISTORY_EVENTS=40" : "LOG_LEVEL=error")) {
            var published = new ArrayList<String>();
            for (int i = 0; i < MANY; i += 20) published.addAll(publish(gateway, "w/r" + i % 3, i, i + 20));
            var more = new AtomicBoolean(true);
            var publisher = Thread.ofVirtual().start(() -> {
                for (int i = MANY; more.get() && i < 3 * MANY; i++) {
                    gateway.publish("w/r" + i % 3, "{\"n\":" + i + "}");
                    LockSupport.parkNanos(PAUSE);
                }
            });
            try {
                for (int limit : List.of(1000, 97)) {
                    assertVisited(published, backwards(gateway, "channels=logs:etl:w:*", limit),
                            "backwards by " + limit);
                    assertVisited(published, forwards(gateway, "channels=logs:etl:w:*", limit), "forwards by " + limit);
                }
                var odd = IntStream.range(0, MANY).filter(i -> i % 10 == 7).mapToObj(published::get).toList();
                String filter = "channels=logs:etl:w:r0,logs:etl:w:r1,logs:etl:w:r2&where=last=7";
                assertVisited(odd, backwards(gateway, filter, 5), "filtered backwards");
                assertVisited(odd, forwards(gateway, filter, 5), "filtered forwards");
            } finally {
                more.set(false);
                publisher.join();
            }
        }
    }

    /// Nothing was ever evicted, so nothing has to be looked for elsewhere. One broker stands for all.
    @ParameterizedTest
    @EnumSource(names = {"MEMORY", "DISK", "REDIS"})
    void whileMemoryHasEverythingAPageSaysWhereItEnds(LogKind kind) {
        try (var place = kind.open(); var gateway = place.start("LOG_LEVEL=error")) {
            var ids = publish(gateway, "w/r", 0, 30);
            for (var none : List.of("channels=logs:etl:w:none", "channels=logs:etl:w:none&limit=1",
                    "channels=logs:etl:none:*&before=" + ids.get(3), "channels=logs:etl:w:none&since=0")) {
                var empty = Gateway.json(gateway.get("/api/logs/events?" + none));
                assertTrue(ids(empty).isEmpty() && !more(empty), () -> none + " " + empty);
            }
            for (int from = 30; from > 0; from -= 10) {
                var page = page(gateway, "limit=10" + (from == 30 ? "" : "&before=" + ids.get(from)));
                assertEquals(ids.subList(from - 10, from), ids(page));
                assertEquals(from > 10, more(page), page::toString);
            }
            var older = page(gateway, "before=" + ids.getFirst());
            assertTrue(ids(older).isEmpty() && !more(older), older::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(LogKind.class)
    void aPageLiesBetweenItsBounds(LogKind kind) {
        try (var place = kind.open();
                var gateway = place.start(kind.isLasting() ? "HISTORY_EVENTS=5" : "LOG_LEVEL=error")) {
            var ids = publish(gateway, "w/r", 0, 30);
            assertEquals(ids.subList(20, 30), ids(page(gateway, "limit=10")), "the newest");
            assertEquals(ids.subList(0, 10), ids(page(gateway, "limit=10&since=0")), "the oldest");
            assertEquals(ids.subList(10, 20), ids(page(gateway, "limit=10&before=" + ids.get(20))));
            assertEquals(ids.subList(6, 16), ids(page(gateway, "limit=10&after=" + ids.get(5))));
            var between = page(gateway, "limit=10&after=" + ids.get(5) + "&before=" + ids.get(9));
            assertEquals(ids.subList(6, 9), ids(between));
            assertFalse(more(between));
            assertTrue(ids(page(gateway, "after=" + ids.get(5) + "&before=" + ids.get(5))).isEmpty());
            for (int limit : List.of(29, 30, 31)) {
                assertEquals(limit < 30, more(page(gateway, "limit=" + limit)), "newest " + limit);
                assertEquals(limit < 30, more(page(gateway, "since=0&limit=" + limit)), "oldest " + limit);
            }
            var end = page(gateway, "after=" + ids.getLast());
            assertTrue(ids(end).isEmpty() && !more(end), end::toString);
            assertEquals(ids.getLast(), Gateway.string(end, "to"));
            for (var parameters : List.of("", "since=0&", "since=1h&", "until=2199-01-01T00:00:00Z&"))
                assertTrue(gaps(page(gateway, parameters)).isEmpty(), parameters);
        }
    }

    @ParameterizedTest
    @EnumSource(LogKind.class)
    void timesHoldBackWhatIsOlderOrNewer(LogKind kind) {
        try (var place = kind.open();
                var gateway = place.start(kind.isLasting() ? "HISTORY_EVENTS=5" : "LOG_LEVEL=error")) {
            long now = System.currentTimeMillis();
            var ids = new ArrayList<String>();
            for (int i = 0; i < 30; i++) ids.add(publishAt(gateway, now - 30_000 + i * 1000L));
            assertEquals(ids.subList(0, 10), ids(page(gateway, "until=" + (now - 20_000))), "until is exclusive");
            assertEquals(ids.subList(12, 30), ids(page(gateway, "since=" + (now - 18_000))), "since is inclusive");
            assertEquals(ids.subList(12, 20),
                    ids(page(gateway, "since=" + (now - 18_000) + "&until=" + (now - 10_000))));
            assertEquals(ids.subList(8, 10), ids(page(gateway, "limit=2&until=" + (now - 20_000))));
            assertEquals(ids.subList(15, 30), ids(page(gateway, "since=" + (now - 18_000) + "&after=" + ids.get(14))));
            var none = page(gateway, "since=2199-01-01T00:00:00Z");
            assertTrue(ids(none).isEmpty() && !more(none), none::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(LogKind.class)
    void aPageThatEndsAtATimeDoesNotReadWhatIsNewer(LogKind kind) {
        String history = kind.isLasting() ? "HISTORY_EVENTS=5" : "HISTORY_EVENTS=30000";
        try (var place = kind.open(); var gateway = place.start(history)) {
            long now = System.currentTimeMillis();
            var old = new ArrayList<String>();
            for (int i = 0; i < 20; i++) old.add(publishAt(gateway, now - 60_000 + i));
            var newer = Collections.nCopies(3000, "0");
            for (int i = 0; i < 8; i++) gateway.publishAll("w/r", newer);
            var back = page(gateway, "limit=10&until=" + now);
            assertEquals(old.subList(10, 20), ids(back), "a page of a shared log looks at 20,000 entries at most");
            assertTrue(more(back) && gaps(back).isEmpty(), back::toString);
            var rest = page(gateway, "limit=10&until=" + now + "&before=" + Gateway.string(back, "from"));
            assertEquals(old.subList(0, 10), ids(rest));
            assertFalse(more(rest), rest::toString);
            var on = page(gateway, "since=0&until=" + now);
            assertEquals(old, ids(on));
            assertFalse(more(on), "and nothing more can come");
            var to = EventId.parse(Gateway.string(on, "to")).orElseThrow();
            assertTrue(to.isAfter(EventId.parse(old.getLast()).orElseThrow().previous()), on::toString);
            assertTrue(ids(page(gateway, "until=" + (now - 61_000))).isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource(LogKind.class)
    void latecomersAreFoundByTheirTimeWhereverTheyAre(LogKind kind) {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var ids = new ArrayList<String>();
        var times = new ArrayList<Long>();
        long begin = System.currentTimeMillis() - 3_600_000;
        try (var place = kind.open()) {
            for (int life = 0; life < (kind.isLasting() ? 2 : 1); life++) {
                try (var gateway = place.start(kind.isLasting() ? "HISTORY_EVENTS=50" : "HISTORY_EVENTS=9000")) {
                    for (int batch = 0; batch < 6; batch++) {
                        var entries = new ArrayList<String>();
                        for (int i = 0; i < 500; i++) {
                            times.add(begin + times.size() - (random.nextInt(200) == 0 ? random.nextInt(3000) : 0));
                            entries.add(at(times.getLast(), "w/r"));
                        }
                        var last = Gateway.string(gateway.publishEntries(entries), "lastId");
                        var after = ids.isEmpty() ? "&since=0" : "&after=" + ids.getLast();
                        ids.addAll(ids(page(gateway, "limit=10000" + after)));
                        assertEquals(last, ids.getLast());
                    }
                    assertEquals(times.size(), ids.size());
                    for (int i = 0; i < 4; i++) {
                        long until = begin + random.nextInt(times.size() + 200) - 100;
                        var expected = IntStream.range(0, ids.size()).filter(n -> times.get(n) < until)
                                .mapToObj(ids::get).toList();
                        String query = "channels=logs:etl:w:r&until=" + until;
                        assertEquals(expected, backwards(gateway, query, 1000), "seed " + seed);
                        assertEquals(expected, forwards(gateway, query, 1000), "seed " + seed);
                    }
                }
            }
        }
    }

    @Test
    void whatIsGoneIsToldAsAGap() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=10")) {
            var ids = publish(gateway, "w/r", 0, 30);
            var page = page(gateway, "after=" + ids.get(4));
            assertEquals(ids.subList(20, 30), ids(page));
            assertEquals("[{\"reason\":\"evicted\",\"lost\":15,\"from\":\"" + ids.get(4) + "\",\"to\":\"" + ids.get(19)
                    + "\"}]", page.get("gaps").toString());
            var filtered = page(gateway, "q=2&after=" + ids.get(4));
            assertTrue(filtered.get("gaps").toString().contains("\"lost\":null"), filtered::toString);
            var back = page(gateway, "before=" + ids.get(20));
            assertTrue(ids(back).isEmpty(), back::toString);
            assertEquals(1, gaps(back).size(), "a place that fell out of history: " + back);
            assertTrue(gaps(page(gateway, "")).isEmpty(), "that history begins somewhere is no gap");
        }
    }

    @Test
    void anIdThatWasNeverIssuedIsToldAsAGap() {
        try (var gateway = Gateway.start()) {
            var ids = publish(gateway, "w/r", 0, 3);
            for (var id : List.of("0-0", "1-1", "99999999999999-1", "18446744073709551615-18446744073709551615")) {
                var page = page(gateway, "after=" + id);
                assertEquals(ids, ids(page), id);
                assertTrue(page.get("gaps").toString()
                        .startsWith("[{\"reason\":\"unknown-id\",\"lost\":null,\"from\":null,\"to\":\""),
                        page::toString);
                var before = page(gateway, "before=" + id);
                assertEquals(id.startsWith("0") || id.equals("1-1") ? List.of() : ids, ids(before), id);
                assertTrue(before.get("gaps").toString().startsWith("[{\"reason\":\"unknown-id\""), before::toString);
            }
        }
    }

    @Test
    void anEmptyLogHasAnEmptyPage() {
        for (var parameters : List.of("", "since=0", "since=1h", "limit=1")) {
            try (var gateway = Gateway.start()) {
                var page = page(gateway, parameters);
                assertEquals("[]", page.get("events").toString());
                assertEquals("[]", page.get("gaps").toString());
                assertFalse(more(page));
                var id = gateway.publish("w/r", "1");
                var next = page(gateway, "after=" + Gateway.string(page, "to"));
                assertEquals(List.of(id), ids(next), "it can be gone on from");
                assertTrue(gaps(next).isEmpty(), next::toString);
                assertTrue(gaps(page(gateway, "before=" + Gateway.string(page, "from"))).isEmpty());
            }
        }
    }

    private static void assertVisited(List<String> published, List<String> visited, String how) {
        var ids = visited.stream().map(id -> EventId.parse(id).orElseThrow()).toList();
        assertEquals(ids.stream().sorted().distinct().toList(), ids, how + ": in order, and none twice");
        assertEquals(published, visited.stream().filter(published::contains).toList(), how + ": each one");
    }

    /// All of the past, from the newest page back.
    private static List<String> backwards(Gateway gateway, String query, int limit) {
        var all = new ArrayList<String>();
        String before = "";
        while (true) {
            var page = Gateway.json(gateway.get("/api/logs/events?" + query + "&limit=" + limit + before));
            assertEquals("[]", page.get("gaps").toString());
            all.addAll(0, ids(page));
            if (!more(page)) return all;
            before = "&before=" + Gateway.string(page, "from");
        }
    }

    /// All of the past, from the oldest page on, until it has caught up.
    private static List<String> forwards(Gateway gateway, String query, int limit) {
        var all = new ArrayList<String>();
        String after = "&since=0";
        while (true) {
            var page = Gateway.json(gateway.get("/api/logs/events?" + query + "&limit=" + limit + after));
            assertEquals("[]", page.get("gaps").toString());
            all.addAll(ids(page));
            if (!more(page)) return all;
            after = "&after=" + Gateway.string(page, "to");
        }
    }

    private static JsonObject page(Gateway gateway, String parameters) {
        var reply = gateway.get("/api/logs/events?channels=logs:etl:w:r&" + parameters);
        assertEquals(200, reply.statusCode(), reply::body);
        return Gateway.json(reply);
    }

    private static List<String> ids(JsonObject page) {
        return ((JsonArray) page.get("events")).elements().stream()
                .map(event -> Gateway.string((JsonObject) event, "id")).toList();
    }

    private static List<String> gaps(JsonObject page) {
        return ((JsonArray) page.get("gaps")).elements().stream().map(Object::toString).toList();
    }

    private static boolean more(JsonObject page) {
        return ((JsonBoolean) page.get("more")).value();
    }

    private static List<String> publish(Gateway gateway, String path, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> gateway.publish(path, "{\"n\":" + i + ",\"last\":" + i % 10 + "}"))
                .toList();
    }

    private static String publishAt(Gateway gateway, long timestamp) {
        var reply = gateway.post("/api/logs/publish", at(timestamp, "w/r"), "Content-Type: application/json",
                "X-Service-Token: " + Gateway.TOKEN);
        return Gateway.string(Gateway.json(reply), "id");
    }

    private static String at(long timestamp, String path) {
        return Gateway.entry(path, "1").replace("\"logData\"", "\"timestamp\":" + timestamp + ",\"logData\"");
    }
}
