package com.datashop.gateway.cli.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.GatewayProcess;
import java.util.List;
import org.junit.jupiter.api.Test;

/// An idle gateway gives back the memory that it does not need; how, stays its operator's to say.
class IdleHeapTest {
    private static final String PERIODIC = "G1PeriodicGCInterval";
    private static final String FREE = "MaxHeapFreeRatio";
    private static final String COLLECTION = "G1 Periodic Collection";

    @Test
    void theDefaultCollectorKeepsLittleAndCollectsOnceWhenTheGatewayIsCalm() {
        try (var gateway = GatewayProcess.startWith(List.of("-XX:+UseG1GC", "-Dgateway.calm.seconds=1", "-Xlog:gc"))) {
            Await.until("the JVM is told to keep little", () -> gateway.jvmOption(FREE).equals("5"));
            Await.until("a collection", () -> gateway.out().contains(COLLECTION));
            Await.until("the JVM is told to leave it at that", () -> gateway.jvmOption(PERIODIC).equals("0"));
        }
    }

    @Test
    void whatTheCommandLineSaysStays() {
        try (var gateway = GatewayProcess.startWith(List.of("-XX:+UseG1GC", "-XX:MaxHeapFreeRatio=50",
                "-XX:G1PeriodicGCInterval=70000"))) {
            Await.until("the option before is set", () -> gateway.jvmOption("MinHeapFreeRatio").equals("0"));
            assertEquals("50", gateway.jvmOption(FREE));
            assertEquals("70000", gateway.jvmOption(PERIODIC));
        }
    }
}
