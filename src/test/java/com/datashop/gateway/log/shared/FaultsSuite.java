package com.datashop.gateway.log.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.log.shared.BrokerSuite.Running;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Cable.Flow;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// Faults on the way to a broker: how the gateway, its subscribers and its publishers get through them.
public abstract class FaultsSuite {
    protected static final String CHANNEL = "logs:etl:w:r";
    protected static final String PATH = "w/r";

    /// The connections of one gateway to the broker, at the most.
    private final int connections;

    protected FaultsSuite(int connections) {
        this.connections = connections;
    }

    protected abstract Running start();

    @Test
    void duringAnOutagePublishesWaitThenAreRefusedAndStreamsStayOpen() throws Exception {
        try (var broker = start(); var cable = broker.cable();
                var process = GatewayProcess.start(broker.url(cable.port()), "HEARTBEAT_SECONDS=1");
                var follower = process.client().follow(CHANNEL);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var gateway = process.client();
            var first = gateway.publish(PATH, "1");
            assertEquals("healthy", gateway.status());
            double threads = Double.parseDouble(gateway.metric("jvm_threads_current"));
            cable.let(Flow.STOPPED);
            var publishes = gateway.publishAtOnce(executor, 100, PATH, "2");
            Await.until("the outage to be noticed", () -> gateway.status().equals("degraded"));
            try (var resumed = gateway.follow(CHANNEL, "Last-Event-ID: " + first)) {
                assertEquals(first, resumed.await(Message::isConnection).id(),
                        "who comes back is answered from memory");
            }
            for (var publish : publishes) {
                assertEquals(503, publish.get().statusCode());
                assertEquals("2", publish.get().headers().firstValue("Retry-After").orElseThrow());
            }
            assertTrue(Double.parseDouble(gateway.metric("jvm_threads_current")) <= threads + 4,
                    "no thread is left of them: " + threads + ", then " + gateway.metric("jvm_threads_current"));
            assertTrue(cable.connections() <= 2 * connections, "nor connections: " + cable.connections());
            assertEquals(List.of("0", "0"),
                    List.of(gateway.metric("gateway_log_waiting"), gateway.metric("gateway_log_waiting_bytes")));
            follower.awaitComments(follower.comments() + 2);
            var late = executor.submit(() -> gateway.publish(PATH, "3"));
            cable.let(Flow.OPEN);
            var second = late.get();
            follower.await(message -> message.id().equals(second));
            Await.until("the outage to be over", () -> gateway.status().equals("healthy"));
            assertEquals(List.of(), follower.gaps());
            assertEquals(1, Collections.frequency(follower.ids(), first));
            assertEquals(broker.events(), follower.ids().size());
        }
    }

    @Test
    void aConnectionThatIsHalfClosedIsReplaced() {
        try (var broker = start(); var cable = broker.cable(); var gateway = Gateway.start(broker.url(cable.port()));
                var follower = gateway.follow(CHANNEL)) {
            follower.await(Message::isConnection);
            var ids = new ArrayList<String>();
            for (int n = 0; n < 5; n++) {
                ids.add(gateway.publish(PATH, String.valueOf(n)));
                cable.halfClose();
            }
            follower.logs(5);
            assertEquals(ids, follower.ids());
            Await.until(() -> cable.connections() + " connections to become few", Duration.ofSeconds(15),
                    () -> cable.connections() <= connections);
        }
    }

    @Test
    void publishesThatComeTogetherShareRoundTrips() throws Exception {
        try (var broker = start(); var cable = broker.cable(); var gateway = Gateway.start(broker.url(cable.port()));
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            gateway.publish(PATH, "0");
            long before = Long.parseLong(gateway.client().metric("gateway_log_write_seconds_count"));
            cable.delay(Duration.ofMillis(100));
            for (var publish : gateway.client().publishAtOnce(executor, 200, PATH, "1"))
                assertEquals(200, publish.get().statusCode());
            cable.delay(Duration.ZERO);
            long trips = Long.parseLong(gateway.client().metric("gateway_log_write_seconds_count")) - before;
            assertTrue(trips <= 20, "200 publishes in " + trips + " round trips");
        }
    }
}
