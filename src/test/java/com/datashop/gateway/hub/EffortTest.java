package com.datashop.gateway.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.event.Level;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.history.History;
import com.datashop.gateway.log.EventLog;
import com.datashop.gateway.log.disk.DiskLog;
import com.datashop.gateway.log.disk.DiskSettings;
import com.datashop.gateway.log.disk.Fsync;
import com.datashop.gateway.log.memory.MemoryLog;
import com.datashop.gateway.log.shared.kafka.Kafka;
import com.datashop.gateway.log.shared.kafka.KafkaSettings;
import com.datashop.gateway.log.shared.redis.Redis;
import com.datashop.gateway.log.shared.redis.RedisSettings;
import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.RedisServer;
import com.datashop.gateway.time.Watchdog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A page ends where its search has cost enough, says so, and those after it find the rest.
class EffortTest {
    private static final int EVENTS = 5000;
    private static final Filter NEEDLE = new Filter(Level.TRACE, List.of(new Needle("needle")), List.of(), List.of());
    private static final Filter NOTHING = new Filter(Level.TRACE, List.of(new Needle("nowhere")), List.of(), List.of());
    private static final List<Effort> SMALL =
            List.of(new Effort(Duration.ofHours(1), 100_000), new Effort(Duration.ofNanos(2), 1L << 40));
    @TempDir
    Path directory;

    @Test
    void aSearchThroughMemoryEndsAndIsGoneOnWith() throws Exception {
        look(new MemoryLog(System.currentTimeMillis()), EVENTS);
    }

    @Test
    void aSearchOnDiskEndsAndIsGoneOnWith() throws Exception {
        var settings = new DiskSettings(directory, Fsync.INTERVAL, 1 << 30, null);
        look(DiskLog.open(settings, System.currentTimeMillis(), 1 << 20), 100);
    }

    @Test
    void aSearchInRedisEndsAndIsGoneOnWith() throws Exception {
        try (var redis = RedisServer.start()) {
            look(Redis.open(RedisSettings.parse(redis.url(), 1 << 30, null), 1 << 20, 1 << 20), 100);
        }
    }

    @Test
    void aSearchInKafkaEndsAndIsGoneOnWith() throws Exception {
        var url = KafkaServer.shared().url(KafkaServer.topic());
        look(Kafka.open(KafkaSettings.parse(url, 1 << 30, null), 1 << 20, 1 << 20), 100);
    }

    private static void look(EventLog log, int historyEvents) throws Exception {
        var heap = new HeapBudget(64 << 20);
        var history = new History(historyEvents, 64 << 20, log.warmFrom());
        try (log; var watchdog = new Watchdog();
                var hub = new Hub(history, log, watchdog, heap, Duration.ofSeconds(15), Duration.ZERO,
                        Duration.ofSeconds(30))) {
            var needles = new ArrayList<EventId>();
            log.follow(events -> {
                for (var event : events) if (NEEDLE.accepts(event)) needles.add(event.id());
                return hub.accept(events);
            });
            fill(log);
            assertEquals(EVENTS / 1000, needles.size());
            for (var effort : SMALL) {
                var past = hub.past(effort);
                for (boolean forward : List.of(true, false)) {
                    var found = new Walk(past, NEEDLE, forward);
                    assertEquals(needles, found.ids, effort + ", forward " + forward);
                    assertTrue(found.pages > 1, effort + " needs several pages: " + found.pages);
                    assertTrue(new Walk(past, NOTHING, forward).ids.isEmpty());
                }
            }
            var unhurried = new Effort(Duration.ofHours(1), Effort.OF_A_PAGE.bytes());
            assertEquals(1, new Walk(hub.past(unhurried), NEEDLE, true).pages);
            assertEquals(1, new Walk(hub.past(unhurried), NEEDLE, false).pages);
            assertEquals(0, heap.taken(HeapBudget.Use.QUEUES), "all is given back");
        }
    }

    private static void fill(EventLog log) throws Exception {
        for (int i = 0; i < EVENTS; i += 100) {
            var batch = new ArrayList<Draft>();
            for (int j = i; j < i + 100; j++) {
                String text = j % 1000 == 50 ? "needle" : "x".repeat(200);
                batch.add(new Draft(new Channel("logs:etl:w:r" + j % 3), 1, ("\"" + text + "\"").getBytes(UTF_8)));
            }
            log.append(batch);
        }
    }

    /// A walk through all pages, one way or the other.
    private static final class Walk {
        private final List<EventId> ids = new ArrayList<>();
        private int pages;

        Walk(Past past, Filter filter, boolean forward) throws Exception {
            var channels = new ChannelSet(List.of(new ChannelPattern("logs:etl:w:*")));
            Optional<EventId> place = Optional.empty();
            for (boolean more = true; more; pages++) {
                var since = forward && place.isEmpty() ? OptionalLong.of(0) : OptionalLong.empty();
                var query = new PastQuery(channels, filter, since, OptionalLong.empty(),
                        forward ? Optional.empty() : place,
                        forward ? place : Optional.empty(), 1000, Instant.MAX);
                var page = past.open(query);
                var taken = new Taken();
                page.writeTo(taken);
                ids.addAll(forward ? ids.size() : 0, taken.ids);
                assertTrue(page.to().isAfter(page.from()) || page.to().equals(page.from()), page.from() + " to "
                        + page.to());
                var next = forward ? page.to() : page.from();
                assertTrue(!page.more() || !Optional.of(next).equals(place), "it comes on");
                more = page.more();
                place = Optional.of(next);
            }
        }
    }

    /// Takes the ids of a page's events.
    private static final class Taken implements PastSink {
        private final List<EventId> ids = new ArrayList<>();
        private final ByteArrayOutputStream envelope = new ByteArrayOutputStream();

        @Override
        public void beginEvent() {
            envelope.reset();
        }

        @Override
        public void piece(byte[] bytes, int from, int length) {
            envelope.write(bytes, from, length);
        }

        @Override
        public void endEvent() {
            String text = envelope.toString(UTF_8);
            int at = text.indexOf("\"id\":\"") + 6;
            ids.add(EventId.parse(text.substring(at, text.indexOf('"', at))).orElseThrow());
        }

        @Override
        public void gap(Gap reason, EventId from, EventId to, long lost) throws IOException {
            throw new IOException("nothing is missing, but " + reason + " from " + from + " to " + to);
        }

        @Override
        public void flush() { }
    }
}
