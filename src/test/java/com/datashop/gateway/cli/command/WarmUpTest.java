package com.datashop.gateway.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A gateway that opens streams to itself before it lets clients in.
class WarmUpTest {
    @Test
    void itOpensAsManyStreamsAsAskedForAndNothingOfThemIsSeenLater() {
        try (var gateway = GatewayProcess.start("WARM_UP_STREAMS=120")) {
            assertTrue(gateway.err().contains("event=warm-up streams=120 "), gateway.err());
            assertFalse(gateway.err().contains("failed"), gateway.err());
            var metrics = gateway.client().get("/metrics").body();
            for (var zero : List.of("gateway_connections 0", "gateway_channels 0", "gateway_history_events 0",
                    "gateway_events_published_total 0"))
                assertTrue(metrics.lines().anyMatch(zero::equals), () -> zero + " in\n" + metrics);
            assertEquals(1, gateway.err().lines().count(), gateway.err());
        }
    }

    @Test
    void whoConnectsDuringTheWarmUpWaitsAndIsAnswered() {
        int port = Ports.free();
        try (var gateway = GatewayProcess.launch(List.of("PORT=" + port, "HOST=127.0.0.1", "WARM_UP_STREAMS=2000"))) {
            Await.until("a bound port", () -> isBound(port));
            assertFalse(gateway.err().contains("event=warm-up"), "the warm-up is under way");
            assertEquals(200, new Client(port).get("/health").statusCode());
            assertTrue(gateway.err().contains("event=warm-up streams="), gateway.err());
        }
    }

    @Test
    void fewOpenFilesMakeItSlowerAndDoNotHarmTheGateway() {
        for (int files : List.of(70, 100)) {
            try (var gateway = GatewayProcess.startWithFiles(files, "WARM_UP_STREAMS=60")) {
                assertWarm(gateway, 60);
            }
        }
    }

    @Test
    void theOperatorsSettingsOfTheJvmDoNotHarmIt() {
        for (var option : List.of("-Djava.net.preferIPv6Addresses=true", "-Djdk.httpserver.maxConnections=10")) {
            try (var gateway = GatewayProcess.startWith(List.of("-Xmx512m", option), "WARM_UP_STREAMS=60")) {
                assertWarm(gateway, 60);
            }
        }
    }

    @Test
    void aFailureIsOneLineAndTheGatewayStarts() {
        try (var gateway = GatewayProcess.startWith(List.of("-Djdk.httpserver.maxConnections=1"),
                "WARM_UP_STREAMS=60")) {
            assertEquals(1, gateway.err().lines().count(), gateway.err());
            assertTrue(gateway.err().contains("level=warn event=warm-up-failed streams=0 "), gateway.err());
            assertEquals(200, gateway.client().get("/health").statusCode());
        }
    }

    private static void assertWarm(GatewayProcess gateway, int streams) {
        assertEquals(200, gateway.client().get("/health").statusCode());
        assertEquals(1, gateway.err().lines().count(), gateway.err());
        assertTrue(gateway.err().contains("event=warm-up streams=" + streams + " "), gateway.err());
    }

    private static boolean isBound(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
