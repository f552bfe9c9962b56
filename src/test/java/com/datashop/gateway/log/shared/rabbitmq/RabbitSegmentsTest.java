package com.datashop.gateway.log.shared.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.log.shared.rabbitmq.RunningRabbit.Raw;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Cable.Flow;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// RabbitMQ keeps a stream in segments. It uses up an offset at the border of two, and drops whole segments.
class RabbitSegmentsTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";
    /// With so little to keep, a segment has the 64 KB that is its least.
    private static final String RETENTION = "RETENTION_BYTES=1MiB";
    private static final int COUNT = 8000;

    @Test
    void anOffsetThatRabbitMqUsesForItselfIsNoGapAndNoBeginning() {
        String text = "\"" + "x".repeat(20_000) + "\"";
        var ids = new ArrayList<String>();
        try (var broker = RunningRabbit.start(); var gateway = Gateway.start(broker.url(broker.port()), RETENTION);
                var follower = gateway.follow(CHANNEL)) {
            for (int n = 0; n < 24; n++) ids.add(gateway.publish(PATH, text));
            assertTrue(offset(ids.getLast()) - offset(ids.getFirst()) > 23, "it has used some: " + ids);
            follower.logs(24);
            assertEquals(ids, follower.ids());
            assertEquals(List.of(), follower.gaps());
            try (var forgetful = Gateway.start(broker.url(broker.port()), RETENTION, "HISTORY_EVENTS=1")) {
                for (int n = 0; n < 23; n++) {
                    assertPage(forgetful, "after=" + ids.get(n), ids.subList(n + 1, n + 2));
                    assertPage(forgetful, "before=" + ids.get(n + 1), ids.subList(n, n + 1));
                }
                for (int n : new int[] {1, 2, 5, 8, 15, 16, 17, 23, 24}) {
                    try (var tail = forgetful.follow(CHANNEL + "&tail=" + n)) {
                        assertEquals(ids.subList(24 - n, 24), tail.ids(n));
                        assertEquals(List.of(), tail.gaps());
                    }
                }
            }
        }
    }

    @Test
    void segmentsThatAreDroppedUnderALiveReaderAreToldAsAGap() {
        try (var broker = RunningRabbit.start(); var cable = new Cable(broker.port());
                var gateway = Gateway.start(broker.url(cable.port()), RETENTION);
                var follower = gateway.follow(CHANNEL)) {
            gateway.publish(PATH, "-1");
            cable.let(Flow.STOPPED);
            add(broker, 0, COUNT);
            Await.until("RabbitMQ to have dropped some", () -> broker.events() < COUNT / 2);
            cable.let(Flow.OPEN);
            follower.await(message -> message.isLog() && number(message) == COUNT - 1);
            assertNothingIsMissingWithoutAWord(follower);
            assertEquals(1, follower.gaps().size());
        }
    }

    @Test
    void segmentsThatAreDroppedUnderAReaderOfThePastAreToldAsAGap() {
        try (var broker = RunningRabbit.start(); var cable = new Cable(broker.port());
                var gateway = Gateway.start(broker.url(cable.port()), RETENTION, "HISTORY_EVENTS=1")) {
            String before = gateway.publish(PATH, "-1");
            add(broker, 0, 1000);
            gateway.publish("w/other", "0"); // so this node has read all of them
            cable.stopAfter(350_000); // in the midst of the second page
            try (var follower = gateway.follow(CHANNEL, "Last-Event-ID: " + before)) {
                Await.until("the page to stop", cable::isStopped);
                add(broker, 1000, COUNT);
                Await.until("RabbitMQ to have dropped some", () -> broker.events() < COUNT / 2);
                cable.let(Flow.OPEN);
                follower.await(message -> message.isLog() && number(message) == COUNT - 1);
                assertNothingIsMissingWithoutAWord(follower);
                assertTrue(follower.gaps().size() > 0, "some were dropped");
            }
        }
    }

    /// Adds numbered events, each of them a message.
    private static void add(RunningRabbit broker, int from, int to) {
        var properties = new MessageHead(MessageHead.Kind.EVENTS, broker.read().life(), 0, "test").properties();
        String text = "x".repeat(900);
        for (int n = from; n < to; ) {
            var messages = new ArrayList<Raw>();
            for (int end = n + 500; n < end; n++) messages.add(new Raw(properties,
                    RunningRabbit.line(CHANNEL, "{\"n\":" + n + ",\"t\":\"" + text + "\"}")));
            broker.add(messages);
        }
    }

    private static void assertNothingIsMissingWithoutAWord(Follower follower) {
        Integer expected = null;
        boolean told = false;
        for (var message : follower.messages()) {
            if (message.event().equals("gap")) told = true;
            if (!message.isLog()) continue;
            int n = number(message);
            if (expected != null) {
                assertTrue(n == expected || n > expected && told, "nothing is said of " + expected + " to " + n);
            }
            expected = n + 1;
            told = false;
        }
    }

    private static int number(Message message) {
        var data = Gateway.object(message.data()).get("data");
        return data instanceof JsonObject object ? (int) Gateway.number(object, "n") : -1;
    }

    private static void assertPage(Gateway gateway, String parameters, List<String> expected) {
        var page = Gateway.json(gateway.get("/api/logs/events?limit=1&channels=" + CHANNEL + "&" + parameters));
        assertEquals("[]", page.get("gaps").toString(), parameters);
        assertEquals(expected, ((JsonArray) page.get("events")).elements().stream()
                .map(event -> Gateway.string((JsonObject) event, "id")).toList(), parameters);
    }

    private static long offset(String id) {
        return Place.offset(EventId.parse(id).orElseThrow());
    }
}
