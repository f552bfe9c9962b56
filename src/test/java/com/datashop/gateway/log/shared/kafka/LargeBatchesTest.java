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
            follower.await(Message::isConnection);
            ids.add(small.client().publish(PATH, "1"));
            admin.produce(CHANNEL, "\"" + "x".repeat(20 << 20) + "\""); // more than is read at once
            ids.add(small.client().publish(PATH, "2"));
            var records = Collections.nCopies(150_000, new String[] {"logs:etl:w:other", "1"});
            admin.produce(BatchEncoder.batch(Admin.pieces(records), 0, Producer.Id.NONE, -1, false)); // more events
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

    /// Whatever such a node takes, it can read back: the rest gets 413.
    @Test
    void aPublishThatItsNodeCouldNotReadBackIsRefusedWith413() {
        var topic = KafkaServer.topic();
        new Admin(KafkaServer.shared(), topic).create(1, Map.of("max.message.bytes", "33554432"));
        try (var small = small(topic, "MAX_BODY_BYTES=32MiB"); var follower = small.client().follow("logs:etl:w:r")) {
            int stored = 0;
            var answers = new ArrayList<String>();
            for (int megabytes = 4; megabytes <= 12; megabytes += 4) {
                var half = "\"" + "x".repeat(megabytes << 19) + "\"";
                var whole = "\"" + "x".repeat(megabytes << 20) + "\"";
                for (var values : List.of(List.of(half, half), List.of(whole)))
                    if (isTaken(small, values, megabytes + " MiB", answers)) stored += values.size();
            }
            for (int events = 20_000; events <= 60_000; events += 20_000)
                if (isTaken(small, Collections.nCopies(events, "1"), events + " events", answers)) stored += events;
            assertTrue(stored > 0 && answers.stream().anyMatch(answer -> answer.endsWith("413")), answers.toString());
            var last = small.client().publish(PATH, "2");
            follower.await(message -> message.id().equals(last));
            assertEquals(1L + stored, new Admin(KafkaServer.shared(), topic).events(), answers.toString());
            assertEquals("0", small.client().metric("gateway_log_unreadable_total"), answers.toString());
            assertEquals("0", small.client().metric("gateway_log_too_large_total"), answers.toString());
            assertHealthy(small);
        }
    }

    private static boolean isTaken(GatewayProcess node, List<String> values, String what, List<String> answers) {
        var lines = String.join("\n", values.stream().map(value -> Gateway.entry(PATH, value)).toList());
        var reply = node.client().post("/api/logs/publish", lines, "Content-Type: application/x-ndjson",
                "X-Service-Token: " + Gateway.TOKEN);
        answers.add(what + ": " + reply.statusCode());
        assertTrue(reply.statusCode() == 200 || reply.statusCode() == 413, () -> answers + reply.body());
        return reply.statusCode() == 200;
    }

    private static GatewayProcess small(String topic, String... settings) {
        var all = new ArrayList<>(List.of("BUS_URL=" + KafkaServer.shared().url(topic)));
        all.addAll(List.of(settings));
        return GatewayProcess.startWith(List.of("-Xmx64m"), all.toArray(String[]::new));
    }

    private static void assertHealthy(GatewayProcess node) {
        Await.until("/health to say healthy", () -> Gateway.string(Gateway.json(node.client().get("/health")),
                "status").equals("healthy"));
    }

    private static List<String> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }

    private static List<String> kinds(Follower follower) {
        return follower.messages().stream().map(message -> message.isLog() ? "log " + message.id() : message.event())
                .toList();
    }
}
