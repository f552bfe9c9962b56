package com.datashop.gateway.log.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Cable.Flow;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The invariants of [Broker], for a log in any broker, tried through the gateway's door. Each kind of broker has a
/// class that extends this one.
public abstract class BrokerSuite {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";

    /// A broker for the time of a test. Everything that it has stored is durable.
    public interface Running extends AutoCloseable {
        /// Where it listens on the loopback.
        int port();

        /// The setting that has a gateway use it, by way of this port.
        String url(int port);

        /// A way to it that can be cut.
        default Cable cable() {
            return new Cable(port());
        }

        /// How many events, and foreign entries, it holds.
        long events();

        /// Ends it at once, as a crash does.
        void kill();

        /// Starts it again with what it has stored.
        void restart();

        /// Ends it, and starts it again with nothing.
        void empty();

        /// Adds an entry for the channel that a publish would be refused for.
        void addForeign(String channel);

        /// Adds an event of the channel with about so many bytes of data.
        void addLarge(String channel, int bytes);

        @Override
        void close();
    }

    protected abstract Running start();

    @Test
    void whatIsAcknowledgedIsDurable() {
        try (var broker = start()) {
            var ids = new ArrayList<String>();
            try (var gateway = Gateway.start(broker.url(broker.port()))) {
                for (int n = 0; n < 20; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
                broker.kill();
            }
            broker.restart();
            try (var gateway = Gateway.start(broker.url(broker.port())); var follower = gateway.follow(CHANNEL
                    + "&tail=100")) {
                assertEquals(ids, ids(follower.logs(20)));
                ids.add(gateway.publish(PATH, "20"));
                assertEquals(ids, ids(follower.logs(21)));
                assertEquals(List.of(), follower.gaps());
            }
        }
    }

    @Test
    void allNodesSeeOneOrder() throws Exception {
        try (var broker = start(); var one = Gateway.start(broker.url(broker.port()), "HISTORY_EVENTS=10000");
                var other = Gateway.start(broker.url(broker.port()), "HISTORY_EVENTS=10000");
                var first = one.follow(CHANNEL); var second = other.follow("logs:etl:*:*");
                        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var each : List.of(first, second)) each.await(Message::isConnection);
            var published = Collections.synchronizedList(new ArrayList<EventId>());
            var publishers = new ArrayList<Future<?>>();
            for (int p = 0; p < 6; p++) {
                var node = p % 2 == 0 ? one : other;
                publishers.add(executor.submit(() -> IntStream.range(0,
                        50).forEach(n -> published.add(EventId.parse(node.publish(PATH, String.valueOf(n)))
                        .orElseThrow()))));
            }
            for (var publisher : publishers) publisher.get();
            var order = published.stream().sorted().map(EventId::toString).toList();
            assertEquals(300, new HashSet<>(order).size(), "no id is given twice");
            for (var each : List.of(first, second)) assertEquals(order, ids(each.logs(300)));
        }
    }

    @Test
    void whatIsForeignIsLeftOutAndWhatIsTooLargeIsTold() {
        try (var broker = start(); var gateway = Gateway.start(broker.url(broker.port()));
                var follower = gateway.follow(CHANNEL + "&level=trace");
                var filtered = gateway.follow(CHANNEL + "&level=error")) {
            for (var each : List.of(follower, filtered)) each.await(Message::isConnection);
            var first = gateway.publish(PATH, "{\"level\":\"error\"}");
            broker.addForeign(CHANNEL);
            broker.addLarge(CHANNEL, (int) (Runtime.getRuntime().maxMemory() / 16 + (2 << 20)));
            var second = gateway.publish(PATH, "{\"level\":\"error\"}");
            for (var each : List.of(follower, filtered)) {
                assertEquals(List.of(first, second), ids(each.logs(2)));
                assertEquals(1, each.gaps().size(), each.messages().toString());
            }
            assertEquals(4, broker.events());
        }
    }

    @Test
    void connectionsThatAreCutWhilePublishesAreUnderWayLoseAndDoubleNothing() throws Exception {
        try (var broker = start(); var cable = broker.cable();
                var gateway = Gateway.start(broker.url(cable.port()), "HISTORY_EVENTS=100000");
                var follower = gateway.follow(CHANNEL); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            follower.await(Message::isConnection);
            var running = new AtomicBoolean(true);
            var numbers = new AtomicInteger();
            var acknowledged = Collections.synchronizedSet(new HashSet<Integer>());
            var tasks = new ArrayList<Future<?>>();
            for (int p = 0; p < 8; p++) tasks.add(executor.submit(() -> {
                while (running.get()) {
                    int n = numbers.incrementAndGet();
                    if (gateway.client().tryPublish(PATH, String.valueOf(n)).statusCode() == 200) acknowledged.add(n);
                }
            }));
            for (int cut = 1; cut <= 10; cut++) {
                int enough = acknowledged.size() + 50;
                Await.until("publishes to go on", () -> acknowledged.size() >= enough);
                cable.cut();
            }
            running.set(false);
            for (var task : tasks) task.get();
            gateway.publish(PATH, "0");
            follower.await(message -> message.isLog() && number(message) == 0);
            var received = follower.messages().stream().filter(Message::isLog).map(BrokerSuite::number).toList();
            assertEquals(received.size(), new HashSet<>(received).size(), "nothing came twice");
            assertTrue(received.containsAll(acknowledged), "everything acknowledged came");
            assertEquals(List.of(), follower.gaps());
            assertTrue(acknowledged.size() >= numbers.get() - 8, "what was cut on its way was found again: "
                    + acknowledged.size() + " of " + numbers);
        }
    }

    @Test
    void aBatchThatIsCutOnItsWayIsThereWholeOrNotAtAll() throws Exception {
        int size = 2000;
        try (var broker = start(); var cable = broker.cable();
                var gateway = Gateway.start(broker.url(cable.port()), "HISTORY_EVENTS=1000000", "MAX_BODY_BYTES=8MiB");
                var follower = gateway.follow(CHANNEL); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            follower.await(Message::isConnection);
            var batches = new ArrayList<Future<?>>();
            var taken = new AtomicInteger();
            for (int b = 0; b < 20; b++) {
                int from = 1 + b * size;
                batches.add(executor.submit(() -> {
                    gateway.publishAll(PATH, IntStream.range(from, from + size).mapToObj(String::valueOf).toList());
                    taken.incrementAndGet();
                }));
            }
            for (int enough = 2; enough < 20; enough += 2) {
                int next = enough;
                Await.until("batches to go on", () -> taken.get() >= next);
                cable.cut();
            }
            for (var batch : batches) batch.get();
            var numbers = follower.logs(20 * size).stream().map(BrokerSuite::number).toList();
            for (int i = 0; i < numbers.size(); i++) if (numbers.get(i) % size != 1) assertEquals(numbers.get(i - 1)
                    + 1, numbers.get(i), "a batch is in one piece");
            assertEquals(IntStream.rangeClosed(1, 20 * size).boxed().toList(), numbers.stream().sorted().toList());
            assertEquals(20 * size, broker.events());
        }
    }

    @Test
    void aPublishWhoseReplyIsLostIsAnsweredWhenItIsReadBack() throws Exception {
        try (var broker = start(); var cable = broker.cable();
                var gateway = Gateway.start(broker.url(cable.port())); var follower = gateway.follow(CHANNEL);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            follower.await(Message::isConnection);
            gateway.publish(PATH, "0");
            cable.let(Flow.DEAF);
            var single = executor.submit(() -> gateway.publish(PATH, "1"));
            Await.until("the broker to have it", () -> broker.events() == 2);
            cable.cut();
            cable.let(Flow.OPEN);
            var id = single.get();
            assertEquals(List.of(id), ids(follower.logs(2)).subList(1, 2));
            gateway.publish(PATH, "5");
            cable.let(Flow.DEAF);
            var batch = executor.submit(() -> gateway.publishAll(PATH, List.of("2", "3", "4")));
            Await.until("the broker to have it", () -> broker.events() == 6);
            cable.cut();
            cable.let(Flow.OPEN);
            assertEquals(3, Gateway.number(batch.get(), "published"));
            assertEquals(6, broker.events(), "and nothing was sent again");
        }
    }

    @Test
    void aBrokerThatComesBackEmptyIsGoneOnWithBehindAGap() {
        try (var broker = start(); var gateway = Gateway.start(broker.url(broker.port()));
                var other = Gateway.start(broker.url(broker.port()));
                var follower = gateway.follow(CHANNEL); var second = other.follow(CHANNEL)) {
            for (var each : List.of(follower, second)) each.await(Message::isConnection);
            var before = new ArrayList<String>();
            for (int n = 0; n < 10; n++) before.add(gateway.publish(PATH, String.valueOf(n)));
            // The node that published has read them. The other one can not read what the broker has lost by then.
            assertEquals(before, ids(second.logs(10)));
            broker.empty();
            var after = new ArrayList<String>();
            for (int n = 10; n < 20; n++) after.add((n % 2 == 0 ? gateway : other).publish(PATH, String.valueOf(n)));
            var all = new ArrayList<>(before);
            all.addAll(after);
            for (var each : List.of(follower, second)) {
                each.logs(20);
                assertEquals(all, each.ids(), "in one order, nothing repeated");
                assertEquals(1, each.gaps().size(), "told once: " + each.messages());
                var gap = Gateway.object(each.gaps().getFirst().data());
                assertEquals(List.of("evicted", before.getLast()), List.of(Gateway.string(gap, "reason"),
                        Gateway.string(gap, "from")));
                assertEquals(before.size() + 1, each.messages().stream().filter(message -> !message.isConnection())
                        .toList().indexOf(each.gaps().getFirst()) + 1, "where it is");
            }
            var hole = Gateway.object(follower.gaps().getFirst().data());
            var inside = EventId.parse(before.getLast()).map(id -> new EventId(id.major() + 1, 0))
                    .orElseThrow().toString();
            try (var atItsEdge = gateway.follow(CHANNEL, "Last-Event-ID: " + before.getLast());
                    var within = gateway.follow(CHANNEL, "Last-Event-ID: " + inside);
                    var behind = gateway.follow(CHANNEL, "Last-Event-ID: " + Gateway.string(hole, "to"))) {
                for (var each : List.of(atItsEdge, within, behind)) assertEquals(after, ids(each.logs(10)));
                assertEquals(List.of(1, 1, 0), List.of(atItsEdge.gaps().size(), within.gaps().size(),
                        behind.gaps().size()));
                assertEquals(inside, Gateway.string(Gateway.object(within.gaps().getFirst().data()), "from"));
            }
            try (var resumed = gateway.follow(CHANNEL, "Last-Event-ID: " + before.get(4));
                    var later = Gateway.start(broker.url(broker.port()));
                    var fresh = later.follow(CHANNEL, "Last-Event-ID: " + before.get(4))) {
                assertEquals(all.subList(5, 20), ids(resumed.logs(15)), "a node that was there has it all in memory");
                assertEquals(1, resumed.gaps().size());
                assertEquals(after, ids(fresh.logs(10)));
                assertEquals(1, fresh.gaps().size(), "a node that was not tells what is lost: " + fresh.messages());
            }
        }
    }

    @Test
    void whatIsInMemoryIsAnsweredWhileTheBrokerIsAway() {
        try (var broker = start(); var gateway = Gateway.start(broker.url(broker.port()), "HISTORY_EVENTS=20")) {
            var ids = IntStream.range(0, 100).mapToObj(n -> gateway.publish(PATH, String.valueOf(n))).toList();
            String newest = "&limit=10";
            assertEquals(ids.subList(90, 100), ids(page(gateway, newest)));
            broker.kill();
            Await.until("the node to have noticed", () -> gateway.get("/health").body().contains("degraded"));
            var page = page(gateway, "");
            assertEquals(ids.subList(80, 100), ids(page), "what memory has");
            assertEquals("[]", page.get("gaps").toString());
            assertTrue(page.toString().contains("\"more\":true"), "and that is not all: " + page);
            assertEquals(ids.getLast(), Gateway.string(page, "to"));
            assertEquals(ids.subList(90, 100), ids(page(gateway, newest)));
            assertEquals(List.of(ids.get(95)), ids(page(gateway, "&q=95")));
            assertEquals(ids.subList(91, 100), ids(page(gateway, "&after=" + ids.get(90))));
            var older = "&before=" + Gateway.string(page, "from");
            for (var beyond : List.of(older, "&after=" + ids.get(10), "&since=0", "&since=1h"))
                for (var form : List.of("application/json", "application/x-ndjson")) {
                    var refused = gateway.get("/api/logs/events?channels=" + CHANNEL + beyond, "Accept: " + form);
                    assertEquals(503, refused.statusCode(), () -> beyond + ": " + refused.body());
                    assertTrue(refused.headers().firstValue("Retry-After").isPresent());
                }
            broker.restart();
            Await.until("the node to be back", () -> gateway.get("/health").body().contains("healthy"));
            var before = new ArrayList<String>();
            for (var next = older; next != null; next = next(page, "&before=", "from")) {
                page = page(gateway, next);
                before.addAll(0, ids(page));
            }
            assertEquals(ids.subList(0, 80), before);
            var all = new ArrayList<String>();
            for (var next = "&since=0"; next != null; next = next(page, "&after=", "to")) {
                page = page(gateway, next);
                all.addAll(ids(page));
            }
            assertEquals(ids, all);
        }
    }

    @Test
    void longReadersOfThePastShareTheBrokerByTurnsAndAreNoticedWhenTheyLeave() {
        int readers = 16;
        try (var broker = start(); var gateway = Gateway.start(broker.url(broker.port()), "HISTORY_EVENTS=20")) {
            var first = gateway.publish(PATH, "0");
            var filling = Collections.nCopies(1000, "\"" + "x".repeat(500) + "\"");
            String last = null;
            for (int i = 0; i < 24; i++) last = Gateway.string(gateway.publishAll(PATH, filling), "lastId");
            var place = EventId.parse(last).orElseThrow();
            var busy = new ArrayList<Follower>();
            for (int i = 0; i < readers; i++)
                busy.add(gateway.follow(CHANNEL + "&q=nowhere&lastEventId=" + first));
            try {
                for (var reader : busy) reader.await(Message::isConnection);
                for (int i = 0; i < 3; i++) assertEquals(3, ids(page(gateway, "&limit=3&after=" + first)).size());
                long reading = busy.stream().filter(reader -> !hasCome(reader, place)).count();
                assertTrue(reading > readers / 2, "the long ones were before it and still read: " + reading);
                busy.forEach(Follower::close);
                // within a second on a machine that has nothing else to do
                Await.until("all to be noticed", () -> gateway.client().connections() == 0);
            } finally {
                busy.forEach(Follower::close);
            }
        }
    }

    private static boolean hasCome(Follower reader, EventId place) {
        return EventId.parse(String.valueOf(reader.lastEventId())).filter(id -> !place.isAfter(id)).isPresent();
    }

    /// The parameters of the page that follows; null when there is no more.
    private static String next(JsonObject page, String parameter, String place) {
        return page.toString().contains("\"more\":true") ? parameter + Gateway.string(page, place) : null;
    }

    private static JsonObject page(Gateway gateway, String parameters) {
        var reply = gateway.get("/api/logs/events?channels=" + CHANNEL + parameters);
        assertEquals(200, reply.statusCode(), reply::body);
        return Gateway.json(reply);
    }

    private static List<String> ids(JsonObject page) {
        return ((JsonArray) page.get("events")).elements().stream()
                .map(event -> Gateway.string((JsonObject) event, "id")).toList();
    }

    private static int number(Message log) {
        return Integer.parseInt(Gateway.object(log.data()).get("data").toString());
    }

    private static List<String> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }
}
