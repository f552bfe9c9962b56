package com.datashop.gateway.http;

import static com.datashop.gateway.http.DashboardPage.AWAY;
import static com.datashop.gateway.http.DashboardPage.PATIENCE;
import static com.datashop.gateway.http.DashboardPage.assertConsole;
import static com.datashop.gateway.http.DashboardPage.awaitState;
import static com.datashop.gateway.http.DashboardPage.awaitText;
import static com.datashop.gateway.http.DashboardPage.open;
import static com.datashop.gateway.http.DashboardPage.points;
import static com.datashop.gateway.http.DashboardPage.rows;
import static com.datashop.gateway.http.DashboardPage.script;
import static com.datashop.gateway.http.DashboardPage.string;
import static com.datashop.gateway.http.DashboardPage.text;
import static com.datashop.gateway.http.DashboardPage.widen;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.RedisServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The parts of the dashboard that show who sends, where the log is and who follows.
class DashboardPartsTest {
    @BeforeAll
    static void start() {
        DashboardPage.start();
    }

    @AfterAll
    static void end() {
        DashboardPage.end();
    }

    @Test
    void shippersTheBrokerAndFollowersByPatternAreShownWithoutHoles() {
        var redis = RedisServer.start();
        try (var gateway = Gateway.start("BUS_URL=" + redis.url()); var one = gateway.follow("logs:etl:*:*");
                var other = gateway.follow("logs:etl:w:r,logs:*:*:r")) {
            one.next();
            other.next();
            gateway.publish("w/r", "1");
            for (var body : List.of("1\n2", "{"))
                gateway.post("/api/logs/ingest?workspace_id=w", body, Door.TOKEN, Door.NDJSON);
            open(gateway.port());
            widen(1400);
            awaitText("ingest", "JSON and lines");
            assertTrue(rows("ingest").getFirst().matches("JSON and lines\\s+\\S+\\s+2\\s+0\\s+1"),
                    () -> text("ingest"));
            assertTrue(rows("channels").stream()
                    .anyMatch(row -> row.matches("logs:etl:w:r\\s+\\S+\\s+1 and 2 by pattern\\s+1")),
                    () -> text("channels"));
            awaitText("log", "connected, takes what is published");
            assertTrue(text("log").matches("(?s).*Behind the broker\\s+nothing.*"), () -> text("log"));
            assertEquals("0 0", string("""
                    const bottoms = [...document.querySelectorAll('.columns')].map(row => [...row.children]
                        .map(column => (column.matches('.card') ? column : column.lastElementChild)
                            .getBoundingClientRect().bottom));
                    return bottoms.map(all => Math.round(Math.max(...all) - Math.min(...all))).join(' ')"""));
            redis.close();
            awaitState("degraded");
            awaitText("log", "degraded: the broker can not be used");
        } finally {
            redis.close();
        }
        assertConsole(AWAY);
    }

    @Test
    void theHoveredMomentStaysUnderThePointerWhileTheChartsMoveOn() {
        try (var gateway = Gateway.start()) {
            open(gateway.port());
            Await.until("two samples", PATIENCE, () -> points("Streams", 0) >= 2);
            script("""
                    const picture = document.querySelector('#charts svg');
                    const box = picture.getBoundingClientRect();
                    picture.dispatchEvent(new PointerEvent('pointermove', { clientX: box.right, bubbles: true }));""");
            int points = points("Streams", 0);
            Await.until("two more samples", PATIENCE, () -> points("Streams", 0) >= points + 2);
            assertEquals("M600 0V100", string("return document.querySelector('#charts .cross').getAttribute('d')"));
        }
        assertConsole(AWAY);
    }
}
