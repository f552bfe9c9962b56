package com.datashop.gateway.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds counters to losing nothing, and their labels to what an enum has.
class CounterTest {
    private static final int THREADS = 8;
    private static final int TIMES = 200_000;

    @Test
    void aCounterCounts() {
        var counter = new Counter();
        assertEquals(0, counter.value());
        counter.increment();
        counter.add(41);
        counter.add(0);
        assertEquals(42, counter.value());
    }

    @Test
    void aCounterNeverFalls() {
        var counter = new Counter();
        counter.add(5);
        assertThrows(IllegalArgumentException.class, () -> counter.add(-1));
        assertThrows(IllegalArgumentException.class, () -> counter.add(Long.MIN_VALUE));
        assertEquals(5, counter.value());
    }

    @Test
    void manyThreadsLoseNoCount() throws InterruptedException {
        var counter = new Counter();
        var family = new CounterFamily<>("end", End.class);
        Threads.run(THREADS, thread -> {
            for (int i = 0; i < TIMES; i++) {
                counter.increment();
                family.of(End.values()[i % End.values().length]).add(thread);
            }
        });
        assertEquals((long) THREADS * TIMES, counter.value());
        long all = Arrays.stream(End.values()).mapToLong(end -> family.of(end).value()).sum();
        assertEquals(THREADS * (THREADS - 1L) / 2 * TIMES, all);
    }

    @Test
    void aScrapeDuringCountingNeverFalls() throws InterruptedException {
        var registry = new Registry();
        var counter = registry.declare("events_total", "Events.", new Counter());
        var scrapes = new AtomicInteger();
        Threads.run(THREADS, thread -> {
            double before = 0;
            for (int i = 0; i < TIMES / 100; i++) {
                for (int j = 0; j < 100; j++) counter.increment();
                if (thread > 0) continue;
                double now = Scrape.of(registry).value("events_total");
                assertTrue(now >= before + 100, "what this thread counted is in what it reads");
                before = now;
                scrapes.incrementAndGet();
            }
        });
        assertEquals(TIMES / 100, scrapes.get());
        assertEquals((double) THREADS * TIMES, Scrape.of(registry).value("events_total"));
    }

    @Test
    void aFamilyHasOneSeriesForEachConstantFromTheStart() {
        var registry = new Registry();
        var family = registry.declare("ends_total", "Ends.", new CounterFamily<>("reason", End.class));
        assertEquals(End.values().length, Scrape.of(registry).family("ends_total").samples().size());
        for (int i = 0; i < 1000; i++) family.of(End.values()[i % End.values().length]).increment();
        var scrape = Scrape.of(registry);
        assertEquals(End.values().length, scrape.family("ends_total").samples().size());
        assertEquals(334, scrape.value("ends_total", "reason", "gone"));
        assertEquals(333, scrape.value("ends_total", "reason", "write-timeout"));
        assertEquals(333, scrape.value("ends_total", "reason", "http-2-is-over"));
        assertSame(family.of(End.GONE), family.of(End.GONE));
    }

    @Test
    void noPublicMethodTurnsAStringIntoALabelValue() {
        var methods = Arrays.stream(CounterFamily.class.getMethods())
                .filter(method -> method.getDeclaringClass() == CounterFamily.class).toList();
        assertFalse(methods.isEmpty());
        for (var method : methods)
            for (var type : method.getParameterTypes()) assertEquals(Enum.class, type, method.toString());
        assertFalse(Modifier.isPublic(Info.class.getModifiers()));
        assertFalse(Modifier.isPublic(Labels.class.getModifiers()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "a-b", "a:b", "a b", "__a", "le", "quantile", "job", "instance", "a\"", "\u00e9"})
    void aBadLabelNameIsRefused(String label) {
        assertThrows(IllegalArgumentException.class, () -> new CounterFamily<>(label, End.class));
        assertThrows(IllegalArgumentException.class, () -> new GaugeFamily<>(label, End.class, end -> 1));
    }

    @Test
    void constantsThatReadTheSameAreRefused() {
        var refusal = assertThrows(IllegalArgumentException.class, () -> new CounterFamily<>("word", Alike.class));
        assertEquals("Alike has two constants that read a-b", refusal.getMessage());
    }

    @Test
    void constantsWithABodyAreConstantsToo() {
        var family = new CounterFamily<>("word", Bodied.class);
        family.of(Bodied.TWO).increment();
        assertEquals(1, family.of(Bodied.TWO).value());
    }

    /// Why something ended.
    private enum End { GONE, WRITE_TIMEOUT, HTTP_2_IS_OVER }

    /// Two that differ in case alone.
    private enum Alike { A_B, a_b }

    /// One with a class of its own.
    private enum Bodied {
        ONE,
        TWO {
            @Override
            public String toString() {
                return "not the label";
            }
        }
    }
}
