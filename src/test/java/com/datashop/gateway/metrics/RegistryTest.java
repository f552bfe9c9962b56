package com.datashop.gateway.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds the registry to what it lets be declared, and to the text it makes of it.
class RegistryTest {
    private final Registry registry = new Registry();

    @Test
    void theTextIsTheFormatToTheLetter() {
        registry.declare("logs_published_total", "Events published.", new Counter()).add(3);
        registry.declare("logs_streams", "Open streams.", new Gauge(() -> 2.5));
        registry.declare("logs_ended_total", "Streams that ended, by reason.",
                new CounterFamily<>("reason", Reason.class)).of(Reason.CLIENT_GONE).increment();
        var took = registry.declare("logs_took_seconds", "How long it took.", new Histogram(0.0001, 0.25, 1, 60));
        took.record(100_000);
        took.record(1_500_000_000);
        took.record(61_000_000_000L);
        registry.declare("logs_info", "What this is.", new Info(Map.of("version", "1.0")));
        var out = new StringBuilder();
        registry.writeTo(out);
        assertEquals("""
                # HELP logs_published_total Events published.
                # TYPE logs_published_total counter
                logs_published_total 3
                # HELP logs_streams Open streams.
                # TYPE logs_streams gauge
                logs_streams 2.5
                # HELP logs_ended_total Streams that ended, by reason.
                # TYPE logs_ended_total counter
                logs_ended_total{reason="client-gone"} 1
                logs_ended_total{reason="shutdown"} 0
                # HELP logs_took_seconds How long it took.
                # TYPE logs_took_seconds histogram
                logs_took_seconds_bucket{le="0.0001"} 1
                logs_took_seconds_bucket{le="0.25"} 1
                logs_took_seconds_bucket{le="1"} 1
                logs_took_seconds_bucket{le="60"} 2
                logs_took_seconds_bucket{le="+Inf"} 3
                logs_took_seconds_sum 62.5001
                logs_took_seconds_count 3
                # HELP logs_info What this is.
                # TYPE logs_info gauge
                logs_info{version="1.0"} 1
                """, out.toString());
        Scrape.of(out.toString());
    }

    @Test
    void declaringGivesTheMetricBack() {
        var counter = new Counter();
        assertSame(counter, registry.declare("a_total", "A.", counter));
    }

    @Test
    void metricsComeInTheOrderOfDeclaration() {
        for (var name : List.of("b", "a", "d", "c")) registry.declare(name, "A letter.", new Gauge(() -> 1));
        assertEquals(List.of("b", "a", "d", "c"), Scrape.of(registry).names());
    }

    @Test
    void anEmptyRegistryWritesNothing() {
        assertEquals(List.of(), Scrape.of(registry).names());
    }

    @Test
    void gaugesAreReadAtEachScrapeAndNotBefore() {
        var reads = new AtomicLong();
        registry.declare("reads", "How often this was read.", new Gauge(reads::incrementAndGet));
        registry.declare("reads_total", "The same.", new ReadCounter(reads::get));
        assertEquals(0, reads.get());
        assertEquals(1, Scrape.of(registry).value("reads"));
        assertEquals(2, Scrape.of(registry).value("reads_total"));
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        registry.declare("unknown", "Never known.", new Gauge(() -> Double.NaN));
        registry.declare("unknown_total", "Never known.", new ReadCounter(() -> Double.NaN));
        registry.declare("ends", "One is known.",
                new GaugeFamily<>("reason", Reason.class, reason -> reason == Reason.SHUTDOWN ? 7 : Double.NaN));
        registry.declare("known", "Known.", new Gauge(() -> 1));
        var scrape = Scrape.of(registry);
        assertEquals(List.of("ends", "known"), scrape.names());
        assertEquals(1, scrape.family("ends").samples().size());
        assertEquals(7, scrape.value("ends", "reason", "shutdown"));
    }

    @Test
    void whatAGaugeThrowsFailsTheScrape() {
        registry.declare("broken", "Throws.", new Gauge(() -> {
            throw new IllegalStateException("broken");
        }));
        assertEquals("broken", assertThrows(IllegalStateException.class, () -> registry.writeTo(new StringBuilder()))
                .getMessage());
    }

    @Test
    void helpIsEscaped() {
        registry.declare("odd", "A \\ and a \"quote\",\nand C:\\new \u00e9\u4e16.", new Gauge(() -> 1));
        var out = new StringBuilder();
        registry.writeTo(out);
        assertEquals("# HELP odd A \\\\ and a \"quote\",\\nand C:\\\\new \u00e9\u4e16.",
                out.substring(0, out.indexOf("\n")));
        assertEquals("A \\ and a \"quote\",\nand C:\\new \u00e9\u4e16.", Scrape.of(out.toString())
                .family("odd").help());
    }

    @Test
    void labelValuesAreEscaped() {
        var value = "1.0 \"beta\"\\n,}\n{x=\"1\"} 2\u00e9";
        registry.declare("odd_info", "Odd.", new Info(Map.of("version", value)));
        var samples = Scrape.of(registry).family("odd_info").samples();
        assertEquals(1, samples.size());
        assertEquals(Map.of("version", value), samples.getFirst().labels());
    }

    @Test
    void numbersAreWrittenAsPeopleAndPrometheusReadThem() {
        var written = Map.ofEntries(Map.entry(0.0, "0"), Map.entry(-0.0, "0"), Map.entry(42.0, "42"),
                Map.entry(-1.5, "-1.5"), Map.entry(0.1, "0.1"),
                Map.entry(0.0001, "0.0001"), Map.entry(2.5e-7, "0.00000025"), Map.entry(1e-12, "1.0E-12"),
                Map.entry(1763881200.123, "1763881200.123"),
                Map.entry(6320816128.0, "6320816128"), Map.entry(1e300, "1.0E300"),
                Map.entry(Double.POSITIVE_INFINITY, "+Inf"),
                Map.entry(Double.NEGATIVE_INFINITY, "-Inf"), Map.entry(Double.MIN_VALUE, "4.9E-324"),
                Map.entry((double) Long.MAX_VALUE, "9.223372036854776E18"));
        written.forEach((number, text) -> {
            assertEquals(text, Exposition.number(number));
            if (!number.isInfinite()) assertEquals(number, Double.parseDouble(text), 0);
        });
    }

    @Test
    void aCounterIsWrittenToItsLastDigit() {
        registry.declare("many_total", "Many.", new Counter()).add(Long.MAX_VALUE);
        var out = new StringBuilder();
        registry.writeTo(out);
        assertEquals("many_total 9223372036854775807\n", out.substring(out.lastIndexOf("many_total")));
    }

    @Test
    void aNameIsDeclaredOnce() {
        registry.declare("a_total", "A.", new Counter());
        var refusal = assertThrows(IllegalArgumentException.class,
                () -> registry.declare("a_total", "B.", new ReadCounter(() -> 1)));
        assertEquals("a_total is declared already", refusal.getMessage());
        assertEquals(List.of("a_total"), Scrape.of(registry).names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1a", "a-b", "a.b", "a b", "a\n", "\u00e9", "a{b}", "a_total", "a_count", "a_sum",
            "a_bucket", "a_info",
        "took_milliseconds", "took_ms", "size_kilobytes", "idle_percent", "age_days"})
    void aGaugeIsRefusedUnderABadName(String name) {
        assertThrows(IllegalArgumentException.class, () -> registry.declare(name, "A.", new Gauge(() -> 1)));
        assertEquals(List.of(), Scrape.of(registry).names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "_a1", ":a:b", "A_Z9", "took_seconds", "size_bytes", "totals", "a_total_b"})
    void aGaugeIsTakenUnderAGoodName(String name) {
        registry.declare(name, "A.", new Gauge(() -> 1));
        assertEquals(List.of(name), Scrape.of(registry).names());
    }

    @Test
    void aNameSaysWhatKindItIs() {
        assertRefused("events", new Counter());
        assertRefused("events", new CounterFamily<>("reason", Reason.class));
        assertRefused("events", new ReadCounter(() -> 1));
        assertRefused("_total", new Counter());
        assertRefused("took", new Histogram(1));
        assertRefused("took_seconds_total", new Histogram(1));
        assertRefused("version", new Info(Map.of()));
        assertRefused("ends_total", new GaugeFamily<>("reason", Reason.class, reason -> 1));
        assertRefused("took_milliseconds_total", new Counter());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n"})
    void aMetricWithoutHelpIsRefused(String help) {
        assertThrows(IllegalArgumentException.class, () -> registry.declare("a", help, new Gauge(() -> 1)));
    }

    private void assertRefused(String name, Metric metric) {
        assertThrows(IllegalArgumentException.class, () -> registry.declare(name, "A.", metric), name);
    }

    /// Some reasons.
    private enum Reason { CLIENT_GONE, SHUTDOWN }
}
