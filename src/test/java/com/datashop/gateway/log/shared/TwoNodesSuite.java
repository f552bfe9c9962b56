package com.datashop.gateway.log.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.shared.BrokerSuite.Running;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Two gateways, one broker, and everything that can be killed is.
///
/// Each kind of broker has a class that extends this one.
public abstract class TwoNodesSuite {
    private static final String CHANNELS = "logs:etl:w:*";
    private static final int PUBLISHERS = 4;
    /// In nanoseconds, between two events of a publisher.
    private static final long PACE = 10_000_000;

    /// A broker that has stored nothing.
    protected abstract Running start();

    @Test
    void whateverDiesEverythingAcknowledgedArrivesOnceAndInOneOrderEverywhere() throws Exception {
        var nodes = new AtomicReferenceArray<GatewayProcess>(2);
        try (var broker = start(); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 2; i++) nodes.set(i, node(broker));
            var acknowledged = Collections.synchronizedSet(new HashSet<String>());
            var running = new AtomicBoolean(true);
            var publishers = new ArrayList<Future<?>>();
            for (int p = 0; p < PUBLISHERS; p++) {
                int publisher = p;
                publishers.add(executor.submit(() -> {
                    for (int n = 0; running.get(); n++) {
                        try {
                            var reply = nodes.get(publisher % 2).client()
                                    .tryPublish("w/" + publisher, "\"" + publisher + ":" + n + "\"");
                            if (reply.statusCode() == 200) acknowledged.add(Gateway.string(Gateway.json(reply), "id"));
                        } catch (UncheckedIOException died) {
                            // its node is being restarted; what became of this one nobody knows
                        }
                        LockSupport.parkNanos(PACE); // what starts meanwhile needs the processors too
                    }
                }));
            }
            var hopping = new Reader(nodes, 0, 40);
            var readers = List.of(hopping, new Reader(nodes, 0, Integer.MAX_VALUE),
                    new Reader(nodes, 1, Integer.MAX_VALUE));
            var reading = readers.stream().map(executor::submit).toList();
            more(acknowledged, 300);
            nodes.get(0).signal("KILL");
            nodes.get(0).awaitExit();
            more(acknowledged, 200);
            nodes.set(0, node(broker));
            more(acknowledged, 300);
            broker.kill();
            broker.restart();
            more(acknowledged, 300);
            nodes.get(1).signal("KILL");
            nodes.get(1).awaitExit();
            nodes.set(1, node(broker));
            more(acknowledged, 300);
            running.set(false);
            for (var publisher : publishers) publisher.get();
            nodes.get(1).client().publish("w/last", "1");
            for (var reader : reading) reader.get();

            var log = readers.get(1).ids;
            assertTrue(log.containsAll(acknowledged));
            for (var reader : readers) {
                assertEquals(List.of(), reader.gaps, "nothing was told to be lost");
                assertEquals(log, reader.ids, "everything, once, and in one order");
            }
            assertEquals(broker.events(), log.size(), "from the beginning, and all that is stored");
            assertEquals(log, log.stream().map(id -> EventId.parse(id).orElseThrow()).sorted().map(EventId::toString)
                    .toList());
            assertTrue(hopping.hops > 20, hopping.hops + " hops");
        } finally {
            for (int i = 0; i < 2; i++) if (nodes.get(i) != null) nodes.get(i).close();
        }
    }

    @Test
    void aCursorThatIsAheadOfANodeIsWaitedFor() {
        try (var broker = start(); var way = broker.cable(); var ahead = Gateway.start(broker.url(broker.port()));
                var behind = Gateway.start(broker.url(way.port()))) {
            var first = ahead.publish("w/r", "1");
            Await.until("the other node to have it", () -> behind.get("/api/logs/channels").body().contains(first));
            way.let(Cable.Flow.STOPPED);
            var second = ahead.publish("w/r", "2");
            var third = ahead.publish("w/r", "3");
            try (var follower = behind.follow("logs:etl:w:r", "Last-Event-ID: " + second);
                    var elsewhere = behind.follow("logs:etl:w:r", "Last-Event-ID: " + first)) {
                elsewhere.await(message -> message.event().equals("connection"));
                way.let(Cable.Flow.OPEN);
                assertEquals(second, follower.await(message -> message.event().equals("connection")).id());
                assertEquals(third, follower.nextLog().id());
                assertEquals(List.of(second, third), elsewhere.logs(2).stream().map(Message::id).toList());
                assertTrue(follower.messages().stream().noneMatch(message -> message.event().equals("gap")),
                        follower.messages().toString());
            }
            var books = behind.get("/metrics").body();
            long matched = count(books, "matched");
            assertEquals(List.of(3L, 0L), List.of(matched, count(books, "filtered")),
                    "an event that came while the first one waited counts once: " + books);
            assertEquals(matched, count(books, "delivered") + count(books, "filtered") + count(books, "lost")
                    + count(books, "undelivered"), books);
        }
    }

    private static long count(String metrics, String what) {
        return metrics.lines().filter(line -> line.startsWith("gateway_events_" + what + "_total "))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1))).sum();
    }

    private static GatewayProcess node(Running broker) {
        return GatewayProcess.start(broker.url(broker.port()), "HISTORY_EVENTS=200");
    }

    private static void more(Set<String> acknowledged, int events) {
        int enough = acknowledged.size() + events;
        Await.until(() -> "publishes to go on: " + acknowledged.size() + " of " + enough, Duration.ofSeconds(40), () ->
                acknowledged.size() >= enough);
    }

    /// A client that comes back by its last id, to the same node or to the other.
    private static final class Reader implements Runnable {
        private final AtomicReferenceArray<GatewayProcess> nodes;
        private final int eventsANode;
        private final List<String> ids = new ArrayList<>();
        private final List<Message> gaps = new ArrayList<>();
        private int node;
        private int hops;

        /// @param eventsANode how many it takes before it goes to the other node
        Reader(AtomicReferenceArray<GatewayProcess> nodes, int node, int eventsANode) {
            this.nodes = nodes;
            this.node = node;
            this.eventsANode = eventsANode;
        }

        @Override
        public void run() {
            String cursor = "0-0"; // before everything
            for (boolean ended = false; !ended; ) {
                try (var follower = Follower.open(nodes.get(node).port(), Client.stream(CHANNELS), "Last-Event-ID: "
                        + cursor)) {
                    for (int n = 0; n < eventsANode && !ended; ) {
                        var message = follower.next();
                        if (message.event().equals("gap") && !ids.isEmpty()) gaps.add(message);
                        if (!message.isLog()) continue;
                        ids.add(message.id());
                        cursor = message.id();
                        ended = message.data().contains("\"logs:etl:w:last\"");
                        n++;
                    }
                } catch (AssertionError | UncheckedIOException died) {
                    LockSupport.parkNanos(PACE);
                }
                if (eventsANode < Integer.MAX_VALUE) {
                    node = 1 - node;
                    hops++;
                }
            }
        }
    }
}
