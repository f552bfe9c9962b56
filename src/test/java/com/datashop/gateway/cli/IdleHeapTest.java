package com.datashop.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.GatewayProcess;
import java.util.List;
import org.junit.jupiter.api.Test;

/// An idle gateway gives back the memory that it does not need; how, stays its operator's to say.
class IdleHeapTest {
    private static final String AFTER = "G1PeriodicGCInterval";
    private static final String FREE = "MaxHeapFreeRatio";

    @Test
    void theDefaultCollectorIsToldToCollectWhenIdleAndToKeepLittle() {
        try (var gateway = GatewayProcess.startWith(List.of("-XX:+UseG1GC"))) {
            Await.until("the last option is set", () -> gateway.jvmOption(FREE).equals("5"));
            assertEquals("60000", gateway.jvmOption(AFTER));
        }
    }

    @Test
    void whatTheCommandLineSaysStays() {
        try (var gateway = GatewayProcess.startWith(List.of("-XX:+UseG1GC", "-XX:MaxHeapFreeRatio=50"))) {
            Await.until("the option before is set", () -> gateway.jvmOption("MinHeapFreeRatio").equals("0"));
            assertEquals("50", gateway.jvmOption(FREE));
            assertEquals("60000", gateway.jvmOption(AFTER));
        }
    }
}
