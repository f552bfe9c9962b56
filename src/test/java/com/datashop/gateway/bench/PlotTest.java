package com.datashop.gateway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/// The pictures of how figures grow.
class PlotTest {
    private static final Plot PLOT = new Plot("Up & <down>", "subscribers", "deliveries a second", List.of(
            new Plot.Series("1 processor",
            List.of(new Plot.Point(1, 4, 3, 5), new Plot.Point(10, 350, 300, 400),
            new Plot.Point(10_000, 123_456, 100_000, 1_000_000))),
            new Plot.Series("2 processors", List.of(new Plot.Point(1, 0.2, 0.1, 0.3), new Plot.Point(100, 9, 9, 9)))));

    @Test
    void aPlotIsWellFormedAndEachPointIsAMarkWithinTheFrame() throws Exception {
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(PLOT.svg())));
        var circles = document.getElementsByTagName("circle");
        assertEquals(5, circles.getLength());
        double[] x = new double[5];
        for (int i = 0; i < 5; i++) {
            var circle = (Element) circles.item(i);
            x[i] = Double.parseDouble(circle.getAttribute("cx"));
            double y = Double.parseDouble(circle.getAttribute("cy"));
            assertTrue(x[i] >= 84 && x[i] <= 696 && y >= 82 && y <= 364, x[i] + " " + y);
        }
        assertEquals(3 * (x[1] - x[0]), x[2] - x[1], 0.5, "three decades are three times as far as one");
        assertEquals(x[0], x[3]);
        assertEquals("Up & <down>", document.getElementsByTagName("title").item(0).getTextContent());
    }

    @Test
    void theTableHasEachPointInNumbers() {
        assertEquals("""
                | subscribers | 1 processor, deliveries a second | 2 processors, deliveries a second |
                | ---: | ---: | ---: |
                | 1 | 4.00 (3.00 - 5.00) | 0.20 (0.10 - 0.30) |
                | 10 | 350 (300 - 400) |  |
                | 100 |  | 9.00 (9.00 - 9.00) |
                | 10000 | 123 k (100 k - 1.00 M) |  |
                """, PLOT.table());
    }
}
