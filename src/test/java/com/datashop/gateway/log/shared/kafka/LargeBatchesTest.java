package com.datashop.gateway.log.shared.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Record batches that are larger than a node can hold: it goes on behind them, and tells a gap.
class LargeBatchesTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";

    @Test
    void aRecordBatchThatTheHeapHasNoRoomForIsToldAsAGapAndTheNodeGoesOn() {
        var topic = KafkaServer.topic();
        var admin = new Admin(KafkaServer.shared(), topic).create(1, Map.of("max.message.bytes", "33554432"));
        var ids = new ArrayList<String>();
        try (var small = small(topic); var follower = small.client().follow(CHANNEL)) {
            follower.await(LargeBatchesTest::isConnection);
            ids.add(small.client().publish(PATH, "1"));
            admin.produce(CHANNEL, "\"" + "x".repeat(20 << 20) + "\""); // more than is read at once
            ids.add(small.client().publish(PATH, "2"));
            var records = Collections.nCopies(150_000, new String[] {"logs:etl:w:other", "1"});
            admin.produce(Drafts.batch(Admin.pieces(records), 0, Producer.Id.NONE, -1, false)); // more events
            ids.add(small.client().publish(PATH, "3"));
            assertEquals(ids, ids(follower.logs(3)));
            assertEquals(List.of("connection", "log " + ids.get(0), "gap", "log " + ids.get(1), "gap",
                    "log " + ids.get(2)), kinds(follower), "the gaps are where the batches are");
            assertHealthy(small);
            assertTrue(small.client().get("/metrics").body().contains("\ngateway_log_unreadable_total 2\n"));
        }
        try (var late = small(topic);
                var follower = late.client().follow(CHANNEL, "Last-Event-ID: " + ids.getFirst())) {
            assertEquals(ids.subList(1, 3), ids(follower.logs(2)), "a node that starts among them starts");
            assertTrue(kinds(follower).contains("gap"), follower.messages().toString());
            assertHealthy(late);
        }
    }

    private static GatewayProcess small(String topic) {
        return GatewayProcess.startWith(List.of("-Xmx64m"), "BUS_URL=" + KafkaServer.shared().url(topic));
    }

    private static void assertHealthy(GatewayProcess node) {
        Await.until("/health to say healthy", () -> Gateway.string(Gateway.json(node.client().get("/health")),
                "status").equals("healthy"));
    }

    private static boolean isConnection(Message message) {
        return message.event().equals("connection");
    }

    private static List<String> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }

    private static List<String> kinds(Follower follower) {
        return follower.messages().stream().map(message -> message.isLog() ? "log " + message.id() : message.event())
                .toList();
    }
}
