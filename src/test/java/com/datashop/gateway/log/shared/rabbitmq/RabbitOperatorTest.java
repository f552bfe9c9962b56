package com.datashop.gateway.log.shared.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Cable.Flow;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.RabbitServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// An operator changes RabbitMQ under a gateway: alarms, policies, vhosts, rights.
class RabbitOperatorTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";

    private static final String NO_ALARM = "vm_memory_monitor:set_vm_memory_high_watermark({absolute, 1000000000}), "
            + "rabbit_disk_monitor:set_disk_free_limit(1000000).";
    private static final String NOT_ALLOWED = "no such vhost, or the user may not use it";

    @Test
    void anAlarmIsToldAndFoundOver() throws Exception {
        try (var broker = RunningRabbit.start(); var gateway = Gateway.start(broker.url(broker.port()));
                var follower = gateway.follow(CHANNEL); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var ids = new ArrayList<>(List.of(gateway.publish(PATH, "1")));
            for (var alarm : Map.of(
                    "low on memory", "vm_memory_monitor:set_vm_memory_high_watermark({absolute, 1000000}).",
                    "low on disk", "rabbit_disk_monitor:set_disk_free_limit(1 bsl 60).").entrySet()) {
                broker.server().eval(alarm.getValue());
                try {
                    // RabbitMQ tells a connection of the alarm when a message comes, and does not take this message.
                    var waiting = executor.submit(() -> gateway.publish(PATH, "2"));
                    Await.until("the alarm to be noticed", () -> gateway.client().status().equals("degraded"));
                    var refused = gateway.client().tryPublish(PATH, "3");
                    assertEquals(503, refused.statusCode(), refused.body());
                    assertTrue(refused.body().contains("the broker did not store it: RabbitMQ takes no messages now: "
                            + alarm.getKey()), refused.body());
                    broker.server().eval(NO_ALARM);
                    ids.add(waiting.get());
                } finally {
                    broker.server().eval(NO_ALARM);
                }
                Await.until("it to be over", () -> gateway.client().status().equals("healthy"));
                ids.add(gateway.publish(PATH, "4"));
            }
            follower.logs(ids.size());
            assertEquals(ids, follower.ids());
            assertEquals(broker.events(), ids.size(), "and the refused ones were not stored");
            assertEquals(List.of(), follower.gaps());
        }
    }

    @Test
    void aPolicyThatTrimsUnderAReaderIsToldAsAGap() {
        var data = Collections.nCopies(100, "\"" + "x".repeat(1000) + "\"");
        String retention = "RETENTION_BYTES=4MiB";
        try (var broker = RunningRabbit.start(); var cable = new Cable(broker.port());
                var writing = Gateway.start(broker.url(broker.port()), retention);
                var cutOff = Gateway.start(broker.url(cable.port()), retention);
                var all = writing.follow(CHANNEL); var live = cutOff.follow(CHANNEL)) {
            for (var each : List.of(all, live)) each.await(Message::isConnection);
            String first = writing.publish(PATH, "1");
            assertEquals(first, live.nextLog().id());
            cable.let(Flow.STOPPED);
            cable.cut();
            for (int batch = 0; batch < 20; batch++) writing.publishAll(PATH, data);
            broker.server().eval("rabbit_policy:parse_set(<<\"/\">>, <<\"trim\">>, <<\"^" + broker.stream()
                    + "$\">>, <<\"{\\\"max-length-bytes\\\":300000}\">>, 0, <<\"queues\">>, <<\"test\">>).");
            try {
                Await.until("RabbitMQ to have dropped some", () -> broker.events() < 1500);
                cable.let(Flow.OPEN);
                String last = writing.publish(PATH, "2");
                live.await(message -> message.id().equals(last));
                assertSuffixBehindAGap(all, live, first);
                String second = all.ids().get(1);
                try (var later = Gateway.start(broker.url(broker.port()), retention, "HISTORY_EVENTS=5");
                        var resumed = later.follow(CHANNEL, "Last-Event-ID: " + second)) {
                    resumed.await(message -> message.id().equals(last));
                    assertSuffixBehindAGap(all, resumed, null);
                }
            } finally {
                broker.server().eval("rabbit_policy:delete(<<\"/\">>, <<\"trim\">>, <<\"test\">>).");
            }
        }
    }

    @Test
    void aBatchAboveTheLargestMessageIsRefusedAloneAndOthersThatCameTogetherAreNot() throws Exception {
        try (var broker = RunningRabbit.start(); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            broker.server().eval("application:set_env(rabbit, max_message_size, 200000).");
            try (var cable = new Cable(broker.port()); var gateway = Gateway.start(broker.url(cable.port()));
                    var follower = gateway.follow(CHANNEL)) {
                var small = IntStream.range(0, 40).mapToObj(_ -> executor.submit(() ->
                        gateway.publish(PATH, "\"" + "x".repeat(50_000) + "\""))).toList();
                for (var publish : small) publish.get();
                cable.delay(Duration.ofMillis(50));
                var together = IntStream.range(0, 200).mapToObj(_ -> executor.submit(() ->
                        gateway.publish(PATH, "\"" + "x".repeat(1000) + "\""))).toList();
                var messages = new HashSet<Long>();
                for (var publish : together) messages.add(Place.offset(EventId.parse(publish.get()).orElseThrow()));
                assertTrue(messages.size() < 50, "publishes still share messages: " + messages.size());
                cable.delay(Duration.ZERO);
                var refused = gateway.client().tryPublish(PATH, "\"" + "x".repeat(300_000) + "\"");
                assertEquals(413, refused.statusCode(), refused.body());
                assertTrue(refused.body().contains("larger than configured max size 200000"), refused.body());
                String last = gateway.publish(PATH, "1");
                follower.await(message -> message.id().equals(last));
                assertEquals(241, follower.ids().size());
            } finally {
                broker.server().eval("application:set_env(rabbit, max_message_size, 134217728).");
            }
        }
    }

    @Test
    void aVhostThatIsDeletedAndRightsThatAreWithdrawnAreToldAndFoundWellAgain() {
        var broker = RunningRabbit.start();
        var server = broker.server();
        server.eval("rabbit_vhost:add(<<\"logs\">>, <<\"test\">>), "
                + "rabbit_auth_backend_internal:add_user(<<\"gateway\">>, <<\"s3cret\">>, <<\"test\">>).");
        try (broker; var cable = new Cable(broker.port())) {
            permit(server, "^the logs(\\\\.writer-.*)?$", "^amq\\\\.default$", "^the logs$");
            try (var gateway = Gateway.start("BUS_URL=amqp://gateway:s3cret@127.0.0.1:" + cable.port()
                    + "/logs?stream=the%20logs", "HISTORY_EVENTS=2"); var follower = gateway.follow(CHANNEL)) {
                var ids = new ArrayList<String>();
                for (int n = 0; n < 5; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
                try (var tail = gateway.follow(CHANNEL + "&tail=5")) {
                    assertEquals(ids, tail.logs(5).stream().map(Message::id).toList(), "from RabbitMQ");
                }
                server.eval("rabbit_auth_backend_internal:clear_permissions(<<\"gateway\">>, <<\"logs\">>, "
                        + "<<\"test\">>).");
                cable.cut();
                Await.until("it to be told", () -> trouble(gateway).contains(NOT_ALLOWED));
                permit(server, ".*", ".*", ".*");
                Await.until("it to be over", () -> gateway.client().status().equals("healthy"));
                ids.add(gateway.publish(PATH, "5"));
                follower.logs(6);
                assertEquals(List.of(), follower.gaps());
                server.eval("rabbit_vhost:delete(<<\"logs\">>, <<\"test\">>).");
                Await.until("it to be told", () -> trouble(gateway).contains(NOT_ALLOWED));
                server.eval("rabbit_vhost:add(<<\"logs\">>, <<\"test\">>).");
                permit(server, ".*", ".*", ".*");
                Await.until("it to be over", () -> gateway.client().status().equals("healthy"));
                ids.add(gateway.publish(PATH, "6"));
                follower.logs(7);
                assertEquals(ids, follower.ids());
                assertEquals(1, follower.gaps().size());
            }
        } finally {
            server.eval("rabbit_auth_backend_internal:delete_user(<<\"gateway\">>, <<\"test\">>), "
                    + "rabbit_vhost:delete(<<\"logs\">>, <<\"test\">>).");
        }
    }

    /// It has the event before the gap if there is one, the gap, and after it the newest events without a hole.
    private static void assertSuffixBehindAGap(Follower all, Follower follower, String before) {
        var ids = new ArrayList<>(follower.ids());
        if (before != null) assertEquals(before, ids.removeFirst());
        all.logs(2002);
        assertEquals(all.ids().subList(2002 - ids.size(), 2002), ids);
        assertTrue(ids.size() < 1500, "some were dropped: " + ids.size());
        assertEquals(1, follower.gaps().size(), follower.gaps().toString());
        assertEquals("evicted", Gateway.string(Gateway.object(follower.gaps().getFirst().data()), "reason"));
    }

    private static void permit(RabbitServer server, String... patterns) {
        server.eval("rabbit_auth_backend_internal:set_permissions(<<\"gateway\">>, <<\"logs\">>, <<\"" + String.join(
                "\">>, <<\"", patterns) + "\">>, <<\"test\">>).");
    }

    /// The figures of the gateway, with its trouble.
    private static String trouble(Gateway gateway) {
        return gateway.get("/admin/logs/stats").body();
    }
}
