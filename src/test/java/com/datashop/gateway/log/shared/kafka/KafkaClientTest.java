package com.datashop.gateway.log.shared.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Jvm;
import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Packages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Kafka's own client reads the gateway's events, and the gateway reads those of the client.
class KafkaClientTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";
    /// The JVM compiles the program first.
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void whatTheGatewayWritesIsReadByKafkasClient() {
        var topic = KafkaServer.topic();
        new Admin(KafkaServer.shared(), topic).create(1, java.util.Map.of("max.message.bytes", "20000"));
        try (var gateway = Gateway.start("BUS_URL=" + KafkaServer.shared().url(topic))) {
            var expected = new ArrayList<String>();
            expected.add("0 null null [log-turn, log-birth]");
            gateway.publish(PATH, "{\"n\":1,\"text\":\"käse\"}");
            expected.add("1 " + CHANNEL + " {\"n\":1,\"text\":\"käse\"} [log-birth, log-batch]");
            gateway.publishAll(PATH, List.of("2", "3"));
            expected.add("2 " + CHANNEL + " 2 [log-birth, log-batch]");
            expected.add("3 " + CHANNEL + " 3 []");
            gateway.post("/api/logs/publish",
                    "{\"service\":\"etl\",\"workspace_id\":\"w\",\"logData\":4,\"timestamp\":\"2001-02-03T04:05:06Z\"}",
                    "Content-Type: application/json", "X-Service-Token: " + Gateway.TOKEN);
            expected.add("4 logs:etl:w 4 [log-birth, log-batch, log-time]");
            gateway.publish(PATH, "\"" + "x".repeat(50_000) + "\"");
            expected.add("5 " + CHANNEL + " \"" + "x".repeat(50_000) + "\" [log-birth, log-batch]");
            assertEquals(expected, run("consume", topic).lines().toList());
        }
    }

    @Test
    void whatKafkasClientWritesIsReadByTheGateway() {
        var topic = KafkaServer.topic();
        try (var gateway = Gateway.start("BUS_URL=" + KafkaServer.shared().url(topic));
                var live = gateway.follow(CHANNEL)) {
            live.await(Message::isConnection);
            run("produce", topic, CHANNEL);
            var expected = List.of("none", "gzip", "gap", "gap", "gap", "committed", "committed, second", "last");
            live.await(message -> message.data().contains("\"last\""));
            assertEquals(expected, told(live.messages()));
            assertTrue(gateway.get("/metrics").body().contains("\ngateway_log_unreadable_total 3\n"),
                    gateway.get("/metrics").body());
            assertTrue(gateway.get("/metrics").body().contains("\ngateway_log_foreign_total 0\n"),
                    gateway.get("/metrics").body());
            gateway.publish(PATH, "\"after\"");
            try (var late = Gateway.start("BUS_URL=" + KafkaServer.shared().url(topic), "HISTORY_EVENTS=1");
                    var old = late.follow(CHANNEL, "Last-Event-ID: " + live.messages().getFirst().id());
                    var tail = late.follow(CHANNEL + "&tail=3")) {
                old.await(message -> message.data().contains("\"after\""));
                var seen = told(old.messages());
                assertEquals(List.of("none", "gzip", "committed", "committed, second", "last", "after"),
                        seen.stream().filter(each -> !each.equals("gap")).toList());
                assertTrue(Collections.frequency(seen, "gap") > 0 && seen.indexOf("gap") == 2, seen.toString());
                assertEquals(List.of("committed, second", "last", "after"), told(tail.logs(3)));
            }
        }
    }

    private static List<String> told(List<Message> messages) {
        return messages.stream().filter(message -> message.isLog() || message.event().equals("gap"))
                .map(message -> message.isLog() ? Gateway.string(Gateway.object(message.data()), "data") : "gap")
                        .toList();
    }

    private static String run(String command, String... arguments) {
        var words = Jvm.command("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8");
        words.addAll(Packages.program("KafkaClient", Packages.kafka()));
        words.addAll(List.of(command, "127.0.0.1:" + KafkaServer.shared().port()));
        words.addAll(List.of(arguments));
        try (var child = Child.start(words.toArray(String[]::new))) {
            assertEquals(0, child.awaitExit(PATIENCE), child.toString());
            return child.out();
        }
    }
}
