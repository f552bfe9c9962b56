package com.datashop.gateway.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.hub.Timeline;
import com.datashop.gateway.replay.Archive;
import com.datashop.gateway.replay.Search;
import com.datashop.gateway.replay.Step;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// History against the plainest model there is: the list of all events that ever were.
class HistoryTest {
    private static final EventId ORIGIN = new EventId(1000, 0);

    private final List<Event> all = new ArrayList<>();

    @Test
    void aNoisyChannelDoesNotEvictAQuietOneWhileTheTotalAllows() {
        var history = new History(10, 1 << 20, ORIGIN);
        append(history, "logs:s:quiet", 20);
        for (int i = 0; i < 1000; i++) append(history, "logs:s:noisy", 20);
        assertEquals(List.of(1, 10), List.of(found(history, "logs:s:quiet").size(), found(history, "logs:s:noisy")
                .size()));
    }

    @Test
    void theOldestOfAllGoesFirstWhenTheTotalIsSpent() {
        var history = new History(1000, 20_000, ORIGIN);
        for (int i = 0; i < 300; i++) append(history, "logs:s:w" + i % 3, 100);
        var held = found(history, "logs:*:*");
        assertTrue(held.size() > 20, "some are held: " + held.size());
        assertEquals(all.subList(all.size() - held.size(), all.size()), held,
                "what is held is the newest, without a hole");
        assertTrue(history.bytes() <= 20_000);
    }

    @Test
    void anEventThatIsLargerThanAllOfHistoryIsNotHeldAndToldAsLost() {
        var history = new History(1000, 20_000, ORIGIN);
        append(history, "logs:s:w", 100);
        append(history, "logs:s:w", 50_000);
        var steps = history.reader(set("logs:s:w")).next(ORIGIN, newest()).steps();
        assertEquals(List.of(new Step.Lost(ORIGIN, newest(), 2)), steps);
    }

    @Test
    void aHoleIsFoundWhereItIs() {
        var history = new History(2, 1 << 20, ORIGIN);
        append(history, "logs:s:noisy", 1); // 1, lost
        append(history, "logs:s:quiet", 1); // 2
        append(history, "logs:s:noisy", 1); // 3, lost
        append(history, "logs:s:noisy", 1); // 4, lost
        append(history, "logs:s:quiet", 1); // 5
        append(history, "logs:s:noisy", 1); // 6
        append(history, "logs:s:noisy", 1); // 7
        var steps = history.reader(set("logs:s:*")).next(ORIGIN, newest()).steps();
        assertEquals(List.of(new Step.Lost(ORIGIN, id(1), 1), found(2), new Step.Lost(id(2), id(4), 2), found(5),
                found(6), found(7)), steps);
        assertEquals(List.of(new Step.Lost(id(3), id(4), 1), found(5), found(6), found(7)),
                history.reader(set("logs:s:*")).next(id(3), newest()).steps());
        assertEquals(List.of(found(5)), history.reader(set("logs:s:quiet")).next(id(2), newest()).steps(),
                "another channel's hole is none of ours");
    }

    @Test
    void whatIsEvictedDuringTheReplayIsAHoleInTheNextSlice() {
        var history = new History(600, 1 << 20, ORIGIN);
        for (int i = 0; i < 600; i++) append(history, "logs:s:w", 1);
        var reader = history.reader(set("logs:s:w"));
        var first = reader.next(ORIGIN, newest());
        assertFalse(first.complete());
        assertEquals(256, first.steps().size());
        for (int i = 0; i < 300; i++) append(history, "logs:s:w", 1);
        var second = reader.next(first.end(), newest());
        assertEquals(new Step.Lost(id(256), id(300), 44), second.steps().getFirst());
        assertEquals(found(301), second.steps().get(1));
    }

    @Test
    void whatIsTooLongGoneToBeCountedIsToldOnceAsUnknown() {
        var history = new History(10, 16_000, ORIGIN); // leaves 1000 bytes for evicted ids: some hundreds
        for (int i = 0; i < 5000; i++) append(history, "logs:s:w", 1);
        var reader = history.reader(set("logs:s:w"));
        var steps = reader.next(ORIGIN, newest()).steps();
        assertEquals(Step.Lost.UNKNOWN, ((Step.Lost) steps.getFirst()).count());
        assertEquals(ORIGIN, ((Step.Lost) steps.getFirst()).from());
        assertEquals(id(4990), ((Step.Lost) steps.getFirst()).to());
        assertEquals(11, steps.size());
        var near = history.reader(set("logs:s:w")).next(id(4950), newest()).steps();
        assertEquals(new Step.Lost(id(4950), id(4990), 40), near.getFirst(), "what is within memory is still counted");
    }

    @Test
    void aChannelOfWhichNothingIsLeftIsStillAHole() {
        var history = new History(10, 100_000, ORIGIN);
        append(history, "logs:s:gone", 1);
        for (int i = 0; i < 20_000; i++) append(history, "logs:s:w" + i % 40, 100);
        var steps = history.reader(set("logs:s:gone")).next(ORIGIN, newest()).steps();
        assertEquals(1, steps.size());
        assertEquals(Step.Lost.UNKNOWN, ((Step.Lost) steps.getFirst()).count());
        assertEquals(List.of(), history.reader(set("logs:s:gone")).next(id(19_000), newest()).steps(),
                "one that saw later events lost nothing");
    }

    @Test
    void tailCountsTheNewestOverAllChannelsAfterFiltering() throws InterruptedException {
        var history = new History(100, 1 << 20, ORIGIN);
        for (int i = 1; i <= 60; i++) append(history, "logs:s:w" + i % 3, i);
        assertEquals(id(50), newest(history, "logs:s:*", _ -> true, 10).place());
        assertEquals(id(40), newest(history, "logs:s:*", event -> event.id().minor() % 2 == 1, 10).place());
        assertEquals(60, newest(history, "logs:s:*", _ -> true, 1_000_000).found());
        assertEquals(id(0), newest(history, "logs:s:*", _ -> true, 1_000_000).place());
        assertEquals(null, newest(history, "logs:s:*", _ -> true, 0).place());
        assertEquals(null, newest(history, "logs:s:other", _ -> true, 5).place());
    }

    @Test
    void tailFindsTheSamePlaceHoweverManyChannelsAndStepsItTakes() throws InterruptedException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var history = new History(5000, 8 << 20, ORIGIN);
        for (int i = 1; i <= 3000; i++) {
            append(history, "logs:s:w" + (random.nextInt(4) > 0 ? 0 : random.nextInt(400)), random.nextInt(1000));
        }
        for (int n : new int[] {1, 2, 100, 255, 256, 257, 1000, 2999, 3000, 3001, 1_000_000}) {
            for (int part : new int[] {1, 3}) {
                var matching = all.stream().filter(event -> event.id().minor() % part == 0).toList();
                var search = newest(history, "logs:s:*", event -> event.id().minor() % part == 0, n);
                assertEquals(Math.min(n, matching.size()), search.found(), "of " + n + ", seed " + seed);
                var place = matching.get(Math.max(0, matching.size() - n)).id().previous();
                assertEquals(place, search.place(), "of " + n + ", seed " + seed);
            }
        }
    }

    @Test
    void sinceIsThePlaceRightBeforeTheFirstEventOfThatTime() {
        var history = new History(100, 1 << 20, ORIGIN);
        for (int i = 1; i <= 60; i++) append(history, "logs:s:w" + i % 3, i);
        assertEquals(id(29), history.since(set("logs:s:*"), 1_000_030).orElseThrow());
        assertEquals(id(29), history.since(set("logs:s:w0"), 1_000_028).orElseThrow());
        assertTrue(history.since(set("logs:s:*"), 1_000_061).isEmpty());
    }

    @Test
    void theBytesItCountsAreTheBytesItHolds() {
        for (int size : new int[] {1, 230, 5000}) {
            var histories = new History[1];
            long before = used();
            histories[0] = new History(1000, 48L << 20, ORIGIN);
            for (long i = 1; histories[0].bytes() < 47L << 20; i++)
                histories[0].append(event(i, "logs:s:workspace" + i % 500, size));
            for (long i = 1_000_000; i < 1_050_000; i++)
                histories[0].append(event(i, "logs:s:workspace" + i % 500, size));
            long held = used() - before;
            double ratio = (double) held / histories[0].bytes();
            assertTrue(ratio > 0.85 && ratio < 1.1, "events of " + size + " bytes: the heap holds " + ratio
                    + " of what is counted");
        }
    }

    @Test
    void aChannelThatWasBusyOnceHoldsNoMoreThanIsCounted() {
        var histories = new History[1];
        long before = used();
        histories[0] = new History(4000, 24L << 20, ORIGIN);
        long id = 0;
        // each in its turn fills its ring, and is evicted by those that come after
        for (int channel = 0; channel < 300; channel++) {
            for (int i = 0; i < 4000; i++) histories[0].append(event(++id, "logs:s:workspace" + channel, 1));
            for (int i = 0; i <= channel; i++) histories[0].append(event(++id, "logs:s:workspace" + i, 1));
        }
        double ratio = (double) (used() - before) / histories[0].bytes();
        assertTrue(ratio < 1.1, "the heap holds " + ratio + " of what is counted");
    }

    @RepeatedTest(40)
    void whateverHappensEveryEventIsFoundInOrderOrCountedAsLost() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var channels = new ArrayList<String>();
        for (int i = 1 + random.nextInt(12); i > 0; i--)
            channels.add("logs:s" + random.nextInt(2) + ":w" + random.nextInt(4)
                    + (random.nextBoolean() ? ":r" + i : ""));
        long maxBytes = 20_000 + random.nextInt(200_000);
        var history = new History(1 + random.nextInt(100), maxBytes, ORIGIN);
        for (int round = 0; round < 30; round++) {
            for (int i = random.nextInt(120); i > 0; i--)
                append(history, channels.get(random.nextInt(random.nextBoolean() ? channels.size() : 1)),
                        random.nextInt(200));
            assertTrue(history.bytes() <= maxBytes, "seed " + seed);
            var set = randomSet(random, channels);
            var cursor = id(random.nextInt(all.size() + 1));
            var reader = history.reader(set);
            var expected = new ArrayList<>(all.stream()
                    .filter(event -> set.matches(event.channel()) && event.id().isAfter(cursor)).toList());
            var unknown = ORIGIN;
            for (var place = cursor; ; ) {
                var slice = reader.next(place, newest());
                for (var step : slice.steps())
                    unknown = consume(expected, step, unknown, "seed " + seed + ", round " + round + ", " + set
                            + " after " + cursor);
                place = slice.end();
                if (slice.complete()) break;
                if (random.nextBoolean()) append(history, channels.getFirst(), 50);
                if (set.matches(all.getLast().channel()) && all.getLast().id().isAfter(place)
                        && !expected.contains(all.getLast()))
                    expected.add(all.getLast());
            }
            dropUnknown(expected, unknown);
            assertEquals(List.of(), expected, "seed " + seed + ": neither found nor lost");
        }
    }

    /// Holds the step against what is expected next, and returns the place up to which any number may be lost.
    private static EventId consume(List<Event> expected, Step step, EventId unknown, String where) {
        switch (step) {
            case Step.Found(var event) -> {
                while (!expected.isEmpty() && !expected.getFirst().id().isAfter(unknown) && event.id()
                        .isAfter(expected.getFirst().id()))
                    expected.removeFirst();
                assertFalse(expected.isEmpty(), where);
                assertEquals(expected.removeFirst().id(), event.id(), where);
                return unknown;
            }
            case Step.Lost(var from, var to, long count) -> {
                assertTrue(to.isAfter(from), where);
                if (count == Step.Lost.UNKNOWN) return EventId.max(unknown, to);
                dropUnknown(expected, unknown);
                int lost = 0;
                for (; !expected.isEmpty() && !expected.getFirst().id().isAfter(to); lost++)
                    assertTrue(expected.removeFirst().id().isAfter(from), where);
                assertEquals(lost, count, where);
                return unknown;
            }
        }
    }

    private static void dropUnknown(List<Event> expected, EventId unknown) {
        while (!expected.isEmpty() && !expected.getFirst().id().isAfter(unknown)) expected.removeFirst();
    }

    private static ChannelSet randomSet(Random random, List<String> channels) {
        var patterns = new ArrayList<ChannelPattern>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            var keys = new Channel(channels.get(random.nextInt(channels.size()))).keys();
            patterns.add(new ChannelPattern(keys[random.nextBoolean() ? 0 : random.nextInt(keys.length)]));
        }
        return new ChannelSet(patterns);
    }

    private static Search newest(History history, String pattern, Predicate<Event> accepted, long n)
            throws InterruptedException {
        var search = new Timeline(history, Archive.NONE).newest(set(pattern), accepted, n);
        int steps = 0;
        while (!search.step()) assertTrue(++steps < 100_000, "it ends");
        return search;
    }

    private List<Event> found(History history, String pattern) {
        var found = new ArrayList<Event>();
        var reader = history.reader(set(pattern));
        for (var place = ORIGIN; ; ) {
            var slice = reader.next(place, newest());
            for (var step : slice.steps()) if (step instanceof Step.Found(var event)) found.add(event);
            if (slice.complete()) return found;
            place = slice.end();
        }
    }

    private Step found(int minor) {
        return new Step.Found(all.get(minor - 1));
    }

    private void append(History history, String channel, int size) {
        all.add(event(all.size() + 1, channel, size));
        history.append(all.getLast());
    }

    private EventId newest() {
        return all.isEmpty() ? ORIGIN : all.getLast().id();
    }

    private static Event event(long minor, String channel, int size) {
        return Event.of(id(minor), new Draft(new Channel(channel), 1_000_000 + minor, ("\"" + "x".repeat(size) + "\"")
                .getBytes(StandardCharsets.UTF_8)));
    }

    private static EventId id(long minor) {
        return new EventId(1000, minor);
    }

    private static ChannelSet set(String... patterns) {
        return new ChannelSet(List.of(patterns).stream().map(ChannelPattern::new).toList());
    }

    private static long used() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
