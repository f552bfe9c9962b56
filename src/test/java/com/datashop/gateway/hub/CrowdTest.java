package com.datashop.gateway.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A channel with thousands of subscribers. Its publishers do not wait for the walk over them, and nothing is lost,
/// doubled or out of order.
class CrowdTest {
    private static final int STREAMS = Followers.CROWD + 100;
    private static final int PUBLISHERS = 4;
    private static final int EVENTS = 5;
    /// As many events make a walk so long that the next ones wait for it.
    private static final List<String> LONG_WALK = Collections.nCopies(40, "0");

    private Gateway gateway;
    private Crowd crowd;
    /// The ids that everyone in the crowd must have got by now.
    private final List<String> expected = new ArrayList<>();

    @BeforeEach
    void open() {
        gateway = Gateway.start("SHUTDOWN_SECONDS=30");
        crowd = new Crowd(gateway, "logs:etl:w:r");
    }

    @AfterEach
    void close() {
        crowd.close();
        gateway.close();
    }

    @Test
    void everyoneGetsEachEventOnceAndInOrder() throws Exception {
        publishAtOnce();
        publishBetweenNewcomers();
        publishWhileOneFollowsTwice();
        for (int i = 0; i < 2; i++) expected.addAll(batch(gateway.publishAll("w/r", LONG_WALK)));
        gateway.close(); // A stop sends what was published right before.
        crowd.expect(expected);
        crowd.expectEnd();
    }

    private void publishAtOnce() throws Exception {
        try (var pattern = gateway.follow("logs:etl:w:*"); var small = gateway.follow("logs:etl:w:s");
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var published = new ArrayList<Future<?>>();
            for (int i = 0; i < PUBLISHERS; i++) published.add(executor.submit(() -> {
                for (int event = 0; event < EVENTS; event++) {
                    assertEquals(STREAMS + 1, Gateway.number(gateway.publishReply("w/r", "1"), "delivered"));
                    assertEquals(2, Gateway.number(gateway.publishReply("w/s", "2"), "delivered"));
                }
            }));
            for (var each : published) each.get();
            var all = ids(pattern.logs(2 * PUBLISHERS * EVENTS));
            assertEquals(all.stream().sorted(CrowdTest::byPlace).toList(), all);
            var quiet = ids(small.logs(PUBLISHERS * EVENTS));
            expected.addAll(all.stream().filter(id -> !quiet.contains(id)).toList());
            crowd.expect(expected);
        }
    }

    /// A published event belongs to the past for whoever comes next, though its walk has hardly begun.
    private void publishBetweenNewcomers() {
        for (int round = 0; round < EVENTS; round++) {
            for (int i = 0; i < 2; i++) expected.add(gateway.publish("w/r", "1"));
            var page = gateway.get("/api/logs/events?channels=logs:etl:w:r&limit=1").body();
            assertTrue(page.contains("\"" + expected.getLast() + "\""), page);
            try (var newcomer = gateway.follow("logs:etl:w:r");
                    var resumed = gateway.follow("logs:etl:w:r&lastEventId=" + expected.getLast())) {
                expected.add(gateway.publish("w/r", "3"));
                assertEquals(List.of(expected.getLast()), ids(newcomer.logs(1)));
                assertEquals(List.of(expected.getLast()), ids(resumed.logs(1)));
            }
        }
    }

    /// A subscriber whose patterns overlap counts once, and gets each event once.
    private void publishWhileOneFollowsTwice() {
        for (int i = 0; i < 2; i++) expected.addAll(batch(gateway.publishAll("w/r", LONG_WALK)));
        try (var both = gateway.follow("logs:etl:w:r,logs:etl:*:r")) {
            // Clients that have left count until a write to them fails.
            Await.until("the crowd and this one alone", () -> connections() == STREAMS + 1);
            for (int i = 0; i < EVENTS; i++) {
                var reply = gateway.publishReply("w/r", "3");
                assertEquals(STREAMS + 1, Gateway.number(reply, "delivered"));
                expected.add(Gateway.string(reply, "id"));
            }
            assertEquals(expected.subList(expected.size() - EVENTS, expected.size()), ids(both.logs(EVENTS)));
        }
    }

    private long connections() {
        return Gateway.number(Gateway.json(gateway.client().get("/health")), "connections");
    }

    private static List<String> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }

    /// The ids of a batch: a log in memory counts them from one event to the next.
    private static List<String> batch(JsonObject reply) {
        var last = Gateway.string(reply, "lastId").split("-");
        long to = Long.parseLong(last[1]);
        return LongStream.rangeClosed(to - LONG_WALK.size() + 1, to).mapToObj(minor -> last[0] + "-" + minor).toList();
    }

    private static int byPlace(String one, String other) {
        return Long.compare(Long.parseLong(one.split("-")[1]), Long.parseLong(other.split("-")[1]));
    }

    /// The followers of a channel, who all get the same.
    private static final class Crowd implements AutoCloseable {
        private final List<Follower> followers = new ArrayList<>();

        Crowd(Gateway gateway, String channel) {
            try {
                IntStream.range(0, STREAMS).forEach(_ -> followers.add(gateway.follow(channel)));
            } catch (RuntimeException | AssertionError failed) {
                close();
                throw failed;
            }
        }

        void expect(List<String> ids) {
            var wrong = new ArrayList<List<String>>();
            for (var follower : followers) {
                var got = ids(follower.logs(ids.size()));
                if (!got.equals(ids)) wrong.add(got);
            }
            assertEquals(Collections.emptyList(), wrong, ids::toString);
        }

        void expectEnd() {
            for (var follower : followers) follower.await(message -> message.event().equals("shutdown"));
        }

        @Override
        public void close() {
            followers.forEach(Follower::close);
        }
    }
}
