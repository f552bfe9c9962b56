package com.datashop.gateway.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds the tests' own reader to being strict: what it lets through, no other test here sees.
class ScrapeTest {
    private static final String HEAD = "# HELP a_seconds A.\n# TYPE a_seconds histogram\n";

    @Test
    void theFormatIsRead() {
        var scrape = Scrape.of("""
                # HELP requests_total A \\\\ and a\\nline.
                # TYPE requests_total counter
                requests_total{method="post",code="200"} 1027
                requests_total{path="C:\\\\DIR\\n\\"FILE.TXT\\""} 1.458255915e9
                # HELP took_seconds B.
                # TYPE took_seconds histogram
                took_seconds_bucket{le="0.05"} 24
                took_seconds_bucket{le="+Inf"} 144
                took_seconds_sum 53.25
                took_seconds_count 144
                """);
        assertEquals(List.of("requests_total", "took_seconds"), scrape.names());
        var requests = scrape.family("requests_total");
        assertEquals("A \\ and a\nline.", requests.help());
        assertEquals(Map.of("method", "post", "code", "200"), requests.samples().get(0).labels());
        assertEquals(Map.of("path", "C:\\DIR\n\"FILE.TXT\""), requests.samples().get(1).labels());
        assertEquals(1458255915, requests.samples().get(1).value());
        assertEquals(53.25, scrape.family("took_seconds").samples().get(2).value());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "a 1\n",
        "# TYPE a gauge\na 1\n",
        "# HELP a A.\na 1\n",
        "# HELP a A.\n# TYPE a gauge\n",
        "# HELP a A.\n# TYPE a gauge\na 1",
        "# HELP a A.\n# TYPE a gauge\n\na 1\n",
        "# HELP a A.\n# TYPE a gauge\na  1\n",
        "# HELP a A.\n# TYPE a gauge\na 1 \n",
        "# HELP a A.\n# TYPE a gauge\na{} 1\n",
        "# HELP a A.\n# TYPE a gauge\na{b=\"1\",} 1\n",
        "# HELP a A.\n# TYPE a gauge\na{b=\"1\"c=\"2\"} 1\n",
        "# HELP a A.\n# TYPE a gauge\na{b=\"1\",b=\"2\"} 1\n",
        "# HELP a A.\n# TYPE a gauge\na{b=\"\\t\"} 1\n",
        "# HELP a A.\n# TYPE a gauge\na{b=\"\"\"} 1\n",
        "# HELP a A.\n# TYPE a gauge\na Infinity\n",
        "# HELP a A.\n# TYPE a gauge\na 1,5\n",
        "# HELP a A.\n# TYPE a gauge\na 1\na 1\n",
        "# HELP a A.\n# TYPE a gauge\nb 1\n",
        "# HELP a A.\n# TYPE a thing\na 1\n",
        "# HELP a A.\n# TYPE a counter\na 1\n",
        "# HELP a A\\t.\n# TYPE a gauge\na 1\n",
        "# HELP a A.\n# TYPE a gauge\na 1\n# HELP a A.\n# TYPE a gauge\na 1\n",
        HEAD + "a_seconds_bucket{le=\"1\"} 1\na_seconds_sum 1\na_seconds_count 1\n",
        HEAD + "a_seconds_bucket{le=\"1\"} 2\na_seconds_bucket{le=\"+Inf\"} 1\na_seconds_sum 1\na_seconds_count 1\n",
        HEAD + "a_seconds_bucket{le=\"1\"} 1\na_seconds_bucket{le=\"+Inf\"} 1\na_seconds_sum 1\na_seconds_count 2\n",
        HEAD + "a_seconds_bucket{le=\"+Inf\"} 1\na_seconds_count 1\n",
    })
    void whatIsNotInTheFormatIsRefused(String text) {
        assertThrows(AssertionError.class, () -> Scrape.of(text));
    }
}
