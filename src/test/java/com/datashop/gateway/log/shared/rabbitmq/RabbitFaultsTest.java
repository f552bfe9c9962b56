package com.datashop.gateway.log.shared.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Cable.Flow;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// RabbitMQ fails, or the way to it does. Subscribers and publishers see no more of that than they must.
class RabbitFaultsTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";

    @Test
    void duringAnOutagePublishesWaitThenAreRefusedAndNothingIsDoubled() throws Exception {
        try (var broker = RunningRabbit.start(); var cable = new Cable(broker.port());
                var idle = Gateway.start(broker.url(broker.port()));
                var gateway = Gateway.start(broker.url(cable.port()), "HEARTBEAT_SECONDS=1");
                var follower = gateway.follow(CHANNEL); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = gateway.publish(PATH, "1");
            int connections = cable.connections();
            cable.let(Flow.STOPPED);
            var publishes = IntStream.range(0, 50).mapToObj(_ ->
                    executor.submit(() -> gateway.client().tryPublish(PATH, "2"))).toList();
            Await.until("the outage to be noticed", () -> gateway.client().status().equals("degraded"));
            for (var publish : publishes) assertEquals(503, publish.get().statusCode());
            assertEquals(List.of("0", "0"), List.of(gateway.client().metric("gateway_log_waiting"),
                    gateway.client().metric("gateway_log_waiting_bytes")));
            cable.let(Flow.OPEN);
            Await.until("the outage to be over", () -> gateway.client().status().equals("healthy"));
            var second = gateway.publish(PATH, "3");
            follower.await(message -> message.id().equals(second));
            assertEquals(first, follower.ids().getFirst());
            assertEquals(List.of(), follower.gaps());
            assertEquals(broker.events(), follower.ids().size(), "each event of the stream came once");
            Await.until("connections to become few", () -> cable.connections() <= connections);
            assertEquals("0", idle.client().metric("gateway_log_failures_total"), "heartbeats keep idle connections");
        }
    }

    @Test
    void aBrokerThatComesBackWithItsDataIsGoneOnWith() throws Exception {
        try (var broker = RunningRabbit.start(); var gateway = Gateway.start(broker.url(broker.port()));
                var follower = gateway.follow(CHANNEL); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var ids = new ArrayList<String>();
            for (int n = 0; n < 20; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
            broker.kill();
            Await.until("the outage to be noticed", () -> gateway.client().status().equals("degraded"));
            broker.restart();
            var waiting = executor.submit(() -> gateway.publish(PATH, "\"while it was away\""));
            ids.add(waiting.get());
            follower.logs(ids.size());
            assertEquals(ids, follower.ids());
            assertEquals(List.of(), follower.gaps());
            assertEquals(ids.size(), broker.events());
        }
    }

    @Test
    void aStreamThatIsDeletedWhilePublishesGoOnIsMadeAgainBehindAGap() throws Exception {
        try (var broker = RunningRabbit.start();
                var one = Gateway.start(broker.url(broker.port()), "HISTORY_EVENTS=100000");
                var other = Gateway.start(broker.url(broker.port()), "HISTORY_EVENTS=100000");
                var first = one.follow(CHANNEL); var second = other.follow(CHANNEL);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var each : List.of(first, second)) each.await(Message::isConnection);
            var running = new AtomicBoolean(true);
            var acknowledged = Collections.synchronizedList(new ArrayList<String>());
            var publishers = new ArrayList<Future<?>>();
            for (var node : List.of(one, other)) publishers.add(executor.submit(() -> {
                for (int n = 0; running.get(); n++) acknowledged.add(node.publish(PATH, String.valueOf(n)));
            }));
            for (int round = 0; round < 3; round++) {
                int enough = acknowledged.size() + 50;
                Await.until("publishes to go on", () -> acknowledged.size() >= enough);
                broker.delete();
            }
            int enough = acknowledged.size() + 20;
            Await.until("publishes to go on", () -> acknowledged.size() >= enough);
            running.set(false);
            for (var publisher : publishers) publisher.get();
            var last = one.publish(PATH, "0");
            for (var each : List.of(first, second)) {
                each.await(message -> message.id().equals(last));
                var ids = each.ids();
                assertEquals(ids.stream().map(RabbitFaultsTest::id).sorted().distinct().map(EventId::toString).toList(),
                        ids, "in order, and none twice");
                assertTrue(each.gaps().size() >= 3, "each loss is told: " + each.gaps());
            }
            // A node tells its own subscribers of all that it has acknowledged.
            var either = new ArrayList<>(first.ids());
            either.addAll(second.ids());
            assertTrue(either.containsAll(acknowledged), "what was acknowledged came");
        }
    }

    @Test
    void aCursorOfADeletedStreamIsUnknown() {
        try (var broker = RunningRabbit.start()) {
            String old;
            try (var gateway = Gateway.start(broker.url(broker.port()))) {
                for (int n = 0; n < 5; n++) gateway.publish(PATH, String.valueOf(n));
                old = gateway.publish(PATH, "5");
            }
            broker.delete();
            try (var gateway = Gateway.start(broker.url(broker.port()))) {
                var ids = new ArrayList<String>();
                for (int n = 0; n < 10; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
                assertTrue(id(ids.getFirst()).isAfter(id(old)), "ids go up over lives");
                try (var follower = gateway.follow(CHANNEL, "Last-Event-ID: " + old)) {
                    assertEquals(ids, follower.logs(10).stream().map(Message::id).toList());
                    var gap = Gateway.object(follower.gaps().getFirst().data());
                    assertEquals("unknown-id", Gateway.string(gap, "reason"));
                }
            }
        }
    }

    @Test
    void nodesThatMeetAnEmptyQueueAtTheSameTimeAgree() throws Exception {
        try (var broker = RunningRabbit.start(); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var starts = IntStream.range(0, 4).mapToObj(_ ->
                    executor.submit(() -> Gateway.start(broker.url(broker.port())))).toList();
            var gateways = new ArrayList<Gateway>();
            for (var start : starts) gateways.add(start.get());
            var followers = gateways.stream().map(gateway -> gateway.follow(CHANNEL)).toList();
            for (var each : followers) each.await(Message::isConnection);
            var ids = new ArrayList<String>();
            for (int n = 0; n < 40; n++) ids.add(gateways.get(n % 4).publish(PATH, String.valueOf(n)));
            for (var each : followers) {
                each.logs(40);
                assertEquals(ids, each.ids());
                assertEquals(List.of(), each.gaps());
                each.close();
            }
            for (var gateway : gateways) gateway.close();
        }
    }

    @Test
    void eventsOfALifeThatIsOverAreVoidAndForeignMessagesAreLeftOut() {
        try (var broker = RunningRabbit.start(); var gateway = Gateway.start(broker.url(broker.port()));
                var follower = gateway.follow(CHANNEL)) {
            var ids = new ArrayList<>(List.of(gateway.publish(PATH, "1")));
            long life = broker.read().life();
            String line = RunningRabbit.line(CHANNEL, "9");
            broker.add(new MessageHead(MessageHead.Kind.EVENTS, life - 1, 0, "old").properties(), line);
            broker.add(new MessageHead(MessageHead.Kind.LIFE, life + 1000, life - 1, "").properties(), "");
            broker.add(new Out().uint16(0), "anything");
            broker.add(new Out().uint16(0), "");
            broker.add(new Out().uint16(1 << 13).table(java.util.Map.of("kind", "events")), line);
            for (var foreign : List.of("", "\n", "{}", line.replace("7", "-7"), line.replace("7", "253402300800000"),
                    line.replace("logs:etl:w:r", "logs:etl"), line.replace("logs:etl:w:r", "logs:etl:w:*"),
                    line.replace("9", "[".repeat(513) + "]".repeat(513)), line.replace("9", "\"\u0001\""),
                    line.replace("9", "1,\"data\":2"), "{\"batch\":\"x\",\"events\":99999999}\n",
                    "{\"batch\":\"" + "x".repeat(300_000) + "\",\"events\":1}\n",
                    "{\"batch\":\"\",\"events\":-1}", "\n\n\n" + "x".repeat(300_000)))
                broker.add(foreign);
            broker.add(line.replace("9", " [ 8 ] ") + line);
            ids.add(gateway.publish(PATH, "2"));
            follower.await(message -> message.id().equals(ids.getLast()));
            var data = follower.messages().stream().filter(Message::isLog)
                    .map(message -> Gateway.object(message.data()).get("data").toString()).toList();
            assertEquals(List.of("1", "[8]", "9", "2"), data);
            assertEquals(List.of(), follower.gaps());
        }
    }

    @Test
    void aLifeThatBeginsWhileBatchesAreOnTheirWayLosesNoneOfThem() throws Exception {
        try (var broker = RunningRabbit.start(); var gateway = Gateway.start(broker.url(broker.port()),
                "HISTORY_EVENTS=100000"); var follower = gateway.follow(CHANNEL);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            follower.await(Message::isConnection);
            var running = new AtomicBoolean(true);
            var publishers = IntStream.range(0, 4).mapToObj(_ -> executor.submit(() -> {
                var ids = new ArrayList<String>();
                for (int n = 0; running.get(); n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
                return ids;
            })).toList();
            for (int round = 0; round < 5; round++) {
                int enough = follower.ids().size() + 30;
                Await.until("publishes to go on", () -> follower.ids().size() >= enough);
                long life = broker.read().life();
                broker.add(new MessageHead(MessageHead.Kind.LIFE, life + 1, life, "").properties(), "");
            }
            running.set(false);
            var published = new ArrayList<String>();
            for (var publisher : publishers) published.addAll(publisher.get());
            follower.logs(published.size());
            assertEquals(published.stream().map(RabbitFaultsTest::id).sorted().map(EventId::toString).toList(),
                    follower.ids());
            assertEquals(5, follower.gaps().size());
        }
    }

    private static EventId id(String text) {
        return EventId.parse(text).orElseThrow();
    }
}
