package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.support.Gateway;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A page that a developer visits may not publish samples behind the developer's back.
class CrossSiteTest {
    private static final byte[] BODY = "{\"logData\":1}".getBytes(UTF_8);

    @Test
    void aPageOfAnotherSiteMayNotPublishASampleInDevelopment() {
        try (var gateway = Gateway.start()) {
            for (var site : List.of("cross-site", "Cross-Site", " cross-site ")) {
                for (var type : List.of("Content-Type: text/plain", "Content-Type: application/json",
                        "X-Service-Token: " + Gateway.TOKEN))
                    assertProblem(403, "another site", ask(gateway.port(), Door.request("POST", "/test/logs", BODY,
                            type, "Sec-Fetch-Site: " + site)), site);
                assertProblem(403, "another site", ask(gateway.port(), Door.request("POST", "/test/logs",
                        "Sec-Fetch-Site: " + site)), site);
            }
            assertEquals(0, Door.published(gateway));
            for (var site : List.of("same-origin", "same-site", "none"))
                assertEquals(200, ask(gateway.port(), Door.request("POST", "/test/logs", BODY, "Sec-Fetch-Site: "
                        + site)).status(), site);
            assertEquals(200, ask(gateway.port(), Door.request("POST", "/test/logs", BODY)).status(),
                    "curl says nothing of a site");
            var metrics = gateway.get("/metrics").body();
            assertEquals(List.of("gateway_refusals_total{reason=\"cross-site\"} 12"), metrics.lines().filter(line ->
                    line.contains("\"cross-site\"")).toList());
        }
    }

    @Test
    void inProductionTheServiceTokenDecides() {
        try (var gateway = Gateway.start("NODE_ENV=production", "SERVICE_TOKENS=t=etl", "STREAM_AUTH=none")) {
            assertProblem(401, "token", ask(gateway.port(), Door.request("POST", "/test/logs", BODY,
                    "Sec-Fetch-Site: cross-site")));
            assertEquals(200, ask(gateway.port(), Door.request("POST", "/test/logs", BODY, "Sec-Fetch-Site: cross-site",
                    "X-Service-Token: t")).status());
        }
    }
}
