package com.datashop.gateway.log.shared.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Ports;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A node that starts where others have been for long.
class WarmStartTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";

    @Test
    void itSaysThatItIsStartingUntilItHasReadBackWhatItIsToRemember() throws Exception {
        var topic = KafkaServer.topic();
        try (var cable = KafkaServer.shared().cable(); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            try (var gateway = start(topic)) {
                for (int b = 0; b < 30; b++)
                    gateway.publishAll(PATH, Collections.nCopies(100, "\"" + "x".repeat(200) + "\""));
            }
            cable.delay(Duration.ofMillis(50));
            int port = Ports.free();
            var starting = executor.submit(() -> Gateway.start("PORT=" + port, "BUS_URL=" + KafkaServer.shared()
                    .cabledUrl(topic)));
            var node = new Client(port);
            Await.until("/health to say starting", () -> health(node).equals("503 starting"));
            assertEquals(503, node.get(Client.stream(CHANNEL)).statusCode());
            assertEquals(503, node.tryPublish(PATH, "1").statusCode());
            cable.delay(Duration.ZERO);
            try (var gateway = starting.get(); var follower = gateway.follow(CHANNEL + "&tail=1000")) {
                assertEquals("200 healthy", health(node));
                gateway.publish(PATH, "1"); // now the node has its connection for writing, too
                int before = cable.connections();
                follower.logs(1000);
                assertEquals(before, cable.connections(), "from memory");
            }
        }
    }

    @Test
    void whatItHasNotReadBackItFetchesAndWhatIsNowhereItTells() {
        var topic = KafkaServer.topic();
        var ids = new ArrayList<String>();
        try (var gateway = start(topic)) {
            for (int n = 0; n < 300; n++)
                ids.add(gateway.publish(n % 3 == 0 ? "w/other" : PATH, "\"" + n + "x".repeat(300) + "\""));
        }
        try (var gateway = Gateway.start("BUS_URL=" + KafkaServer.shared().url(topic), "HISTORY_BYTES=48KiB");
                var old = gateway.follow(CHANNEL, "Last-Event-ID: " + ids.getFirst());
                var everything = gateway.follow("logs:etl:*:*", "Last-Event-ID: " + ids.getFirst());
                var tail = gateway.follow(CHANNEL + "&tail=190"); var since = gateway.follow("logs:etl:*:*&since=1h")) {
            long held = sum(gateway.get("/metrics").body(), Pattern.compile("\ngateway_history_events ([0-9]+)"));
            assertTrue(held > 20 && held < 150, "memory has a part of it: " + held);
            var here = IntStream.range(1, 300).filter(n -> n % 3 != 0).mapToObj(ids::get).toList();
            assertEquals(here, ids(old.logs(here.size())));
            assertEquals(ids.subList(1, 300), ids(everything.logs(299)));
            assertEquals(here.subList(here.size() - 190, here.size()), ids(tail.logs(190)));
            assertEquals(ids, ids(since.logs(300)));
            for (var follower : List.of(old, everything, tail, since)) assertEquals(0, gaps(follower));
            new Admin(KafkaServer.shared(), topic).deleteRecords(201);
            Await.until("the node to know", () -> {
                try (var late = gateway.follow("logs:etl:*:*", "Last-Event-ID: " + ids.getFirst())) {
                    return ids(late.logs(100)).equals(ids.subList(200, 300)) && gaps(late) == 1;
                }
            });
        }
    }

    @Test
    void aThousandThatComeBackAtOnceAreAnsweredFromMemory() throws Exception {
        var topic = KafkaServer.topic();
        try (var cable = KafkaServer.shared().cable(); var gateway = Gateway.start("BUS_URL=" + KafkaServer.shared()
                .cabledUrl(topic));
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var ids = new ArrayList<String>();
            for (int n = 0; n < 50; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
            int connections = cable.connections();
            var clients = IntStream.range(0, 1000).mapToObj(n -> executor.submit(() -> {
                try (var follower = Follower.open(gateway.port(), Client.stream(CHANNEL), "Last-Event-ID: "
                        + ids.get(n % 40))) {
                    return ids(follower.logs(49 - n % 40)).equals(ids.subList(n % 40 + 1, 50));
                }
            })).toList();
            for (var client : clients) assertTrue(client.get());
            assertTrue(cable.connections() <= connections, cable.connections() + " connections, then " + connections);
        }
    }

    @Test
    void whatOthersPutIntoTheTopicIsLeftOutAndCounted() {
        var topic = KafkaServer.topic();
        var admin = new Admin(KafkaServer.shared(), topic);
        try (var gateway = start(topic); var follower = gateway.follow("logs:*:*")) {
            follower.await(Message::isConnection);
            var foreign = new String[][] {{null, null}, {"logs:etl:w", null}, {null, "1"}, {"logs:etl:*", "1"},
                    {"nothing", "1"},
                    {"logs:etl:w", ""}, {"logs:etl:w", "{"}, {"logs:etl:w", "1\n\nid:5-5\ndata:2"},
                            {"logs:etl:w", "[1,]"}};
            for (var record : foreign) admin.produce(record[0], record[1]);
            admin.produce("logs:etl:w", " {\"from\" : \"elsewhere\"} ");
            var id = gateway.publish("w", "1");
            var logs = follower.logs(2);
            assertEquals(id, logs.getLast().id(), "what looks the same is the same");
            assertTrue(logs.getFirst().data().endsWith("\"data\":{\"from\":\"elsewhere\"}}"), logs.getFirst().data());
            assertTrue(gateway.get("/metrics").body().contains("\ngateway_log_foreign_total " + foreign.length + "\n"),
                    gateway.get("/metrics").body());
            try (var again = start(topic); var tail = again.follow("logs:*:*&tail=10")) {
                assertEquals(ids(logs), ids(tail.logs(2)));
            }
        }
    }

    @Test
    void twoNodesThatFindTheTopicEmptyAtTheSameTimeAgreeOnItsBirth() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 5; round++) {
                var topic = KafkaServer.topic();
                var nodes = IntStream.range(0, 3).mapToObj(_ -> executor.submit(() -> start(topic))).toList();
                try (var one = nodes.get(0).get(); var two = nodes.get(1).get(); var three = nodes.get(2).get()) {
                    var ids = new ArrayList<String>();
                    for (int n = 0; n < 6; n++)
                        ids.add(List.of(one, two, three).get(n % 3).publish(PATH, String.valueOf(n)));
                    for (var node : List.of(one, two, three)) {
                        try (var follower = node.follow(CHANNEL + "&tail=10")) {
                            assertEquals(ids, ids(follower.logs(6)));
                        }
                    }
                }
            }
        }
    }

    private static Gateway start(String topic) {
        return Gateway.start("BUS_URL=" + KafkaServer.shared().url(topic));
    }

    private static String health(Client node) {
        try {
            var reply = node.get("/health");
            return reply.statusCode() + " " + Gateway.string(Gateway.json(reply), "status");
        } catch (UncheckedIOException notYet) {
            return "";
        }
    }

    private static long sum(String text, Pattern number) {
        return number.matcher(text).results().mapToLong(found -> Long.parseLong(found.group(1))).sum();
    }

    private static List<String> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }

    private static long gaps(Follower follower) {
        return follower.messages().stream().filter(Message::isGap).count();
    }
}
