package com.datashop.gateway.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.heap.HeapBudget;
import com.datashop.gateway.hub.rest.Turnstile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The followers of all channels. They are counted without a walk over them.
class AudienceTest {
    private static final List<String> CHANNELS =
            List.of("logs:a:v", "logs:a:w", "logs:a:w:r", "logs:a:w:s", "logs:b:w:r");
    private static final List<String> PATTERNS = Stream.concat(CHANNELS.stream(), Stream.of(
            "logs:*:w", "logs:a:*", "logs:*:*", "logs:a:w:*", "logs:*:w:r", "logs:a:*:r", "logs:*:*:*")).toList();

    private final Turnstile turnstile = new Turnstile();
    private final Audience audience = new Audience();
    private final List<Subscriber> all = new ArrayList<>();

    @AfterEach
    void close() {
        turnstile.close();
    }

    @Test
    void everyoneCountsOnceThoughPatternsOverlap() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        boolean someTwice = false;
        for (int step = 0; step < 1000; step++) {
            if (all.isEmpty() || random.nextInt(5) < 3) add(random.ints(1 + random.nextInt(4), 0, PATTERNS.size())
                    .mapToObj(PATTERNS::get).toList());
            else audience.remove(all.remove(random.nextInt(all.size())));
            var events = random.ints(3, 0, CHANNELS.size()).mapToObj(CHANNELS::get).map(AudienceTest::event).toList();
            var counts = new int[events.size()];
            int most = audience.count(events, counts);
            assertEquals(IntStream.of(counts).max().orElseThrow(), most, "seed " + seed);
            var expected = events.stream().mapToInt(this::followers).toArray();
            someTwice |= IntStream.of(counts).sum() > IntStream.of(expected).sum();
            assertTrue(audience.countOnce(events, counts), "seed " + seed);
            assertArrayEquals(expected, counts, "seed " + seed + ", step " + step);
        }
        assertTrue(someTwice);
    }

    @Test
    void itGivesUpWhenLooksAtManyDifferentSetsWouldTakeAsLongAsAWalk() {
        for (int i = 0; i < 300; i++) add(List.of("logs:a:w:*", "logs:*:w:r", "logs:c:w:" + i));
        for (int i = 0; i < 300; i++) add(List.of("logs:a:w:*", "logs:*:w:r")); // One set, whoever has it.
        var one = new int[1];
        audience.count(List.of(event("logs:a:w:r")), one);
        assertTrue(audience.countOnce(List.of(event("logs:a:w:r")), one));
        assertEquals(600, one[0]);
        var many = IntStream.range(0, 100).mapToObj(_ -> event("logs:a:w:r")).toList();
        assertFalse(audience.countOnce(many, new int[many.size()]));
        for (var each : all) audience.remove(each);
        assertTrue(audience.countOnce(many, new int[many.size()]), "nothing is kept of those who have left");
    }

    private void add(List<String> patterns) {
        var channels = new ChannelSet(patterns.stream().map(ChannelPattern::new).toList());
        var subscription = new Subscription(channels, List.of(), null, null, "", Instant.MAX);
        all.add(new Subscriber("", Thread.currentThread(), subscription, EventId.ZERO, new HeapBudget(1), turnstile));
        audience.add(all.getLast());
    }

    private int followers(Event event) {
        return (int) all.stream().filter(each -> each.subscription().channels().matches(event.channel())).count();
    }

    private static Event event(String channel) {
        return Event.of(EventId.MAX, new Draft(new Channel(channel), 1, "1".getBytes(UTF_8)));
    }
}
