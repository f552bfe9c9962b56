package com.datashop.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Wire;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How long a connection stays on which nothing is asked: longer than load balancers and nginx keep theirs, which is 60
/// s.
class IdleConnectionTest {
    private static final String OLD = "GET /health/live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    private static final String NEW = "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";

    @Test
    void anIdleConnectionIsServedAgainAfterFortySeconds() {
        try (var gateway = GatewayProcess.start(); var old = Wire.connect(gateway.port());
                var connection = Wire.connect(gateway.port())) {
            old.send(OLD);
            assertEquals("timeout=90", old.receive().header("Keep-Alive"),
                    "what the JDK's server tells is what it does");
            connection.send(NEW);
            assertEquals(200, connection.receive().status());
            assertFalse(connection.closedByPeer(Duration.ofSeconds(40)), "the JDK's own default is 30 s");
            connection.send(NEW);
            assertEquals(200, connection.receive().status());
        }
    }

    @Test
    void aPropertyThatTheOperatorSetStays() {
        try (var gateway = GatewayProcess.startWith(List.of("-Dsun.net.httpserver.idleInterval=2"));
                var old = Wire.connect(gateway.port()); var connection = Wire.connect(gateway.port())) {
            old.send(OLD);
            assertEquals("timeout=2", old.receive().header("Keep-Alive"));
            connection.send(NEW);
            assertEquals(200, connection.receive().status());
            assertTrue(connection.closedByPeer(Duration.ofSeconds(8)), "the property counts seconds");
        }
    }
}
