package com.datashop.gateway.log.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Cable.Flow;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.RedisServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What Redis, or the way to it, does to a gateway; and what its subscribers and publishers see of that.
class RedisFaultsTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";

    @Test
    void connectionsThatAreCutWhilePublishesAreUnderWayLoseAndDoubleNothing() throws Exception {
        try (var redis = RedisServer.start(); var cable = new Cable(redis.port()); var gateway = Gateway.start(url(cable), "HISTORY_EVENTS=100000");
                var follower = gateway.follow(CHANNEL); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            follower.await(RedisFaultsTest::isConnection);
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
            var received = follower.messages().stream().filter(Message::isLog).map(RedisFaultsTest::number).toList();
            assertEquals(received.size(), new HashSet<>(received).size(), "nothing came twice");
            assertTrue(received.containsAll(acknowledged), "everything acknowledged came");
            assertEquals(List.of(), gaps(follower));
            assertTrue(acknowledged.size() >= numbers.get() - 8, "what was cut on its way was found again: " + acknowledged.size() + " of " + numbers);
        }
    }

    @Test
    void aBatchThatIsCutOnItsWayIsThereWholeOrNotAtAll() throws Exception {
        int size = 2000;
        try (var redis = RedisServer.start(); var cable = new Cable(redis.port()); var gateway = Gateway.start(url(cable), "HISTORY_EVENTS=1000000", "MAX_BODY_BYTES=8MiB");
                var follower = gateway.follow(CHANNEL); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            follower.await(RedisFaultsTest::isConnection);
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
            var numbers = follower.logs(20 * size).stream().map(RedisFaultsTest::number).toList();
            for (int i = 0; i < numbers.size(); i++) if (numbers.get(i) % size != 1) assertEquals(numbers.get(i - 1) + 1, numbers.get(i), "a batch is in one piece");
            assertEquals(IntStream.rangeClosed(1, 20 * size).boxed().toList(), numbers.stream().sorted().toList());
            assertEquals(String.valueOf(1 + 20 * size), redis.ask("XLEN", "logs"));
        }
    }

    @Test
    void aPublishWhoseReplyIsLostIsAnsweredWhenItIsReadBack() throws Exception {
        try (var redis = RedisServer.start(); var cable = new Cable(redis.port()); var gateway = Gateway.start(url(cable)); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            gateway.publish(PATH, "0");
            cable.let(Flow.DEAF);
            var single = executor.submit(() -> gateway.publish(PATH, "1"));
            Await.until("Redis to have it", () -> redis.ask("XLEN", "logs").equals("3"));
            cable.cut();
            cable.let(Flow.OPEN);
            var id = single.get();
            assertTrue(redis.ask("XRANGE", "logs", id, id).contains(CHANNEL));
            gateway.publish(PATH, "5");
            cable.let(Flow.DEAF);
            var batch = executor.submit(() -> gateway.publishAll(PATH, List.of("2", "3", "4")));
            Await.until("Redis to have it", () -> redis.ask("XLEN", "logs").equals("7"));
            cable.cut();
            cable.let(Flow.OPEN);
            assertEquals(3, Gateway.number(batch.get(), "published"));
            assertEquals("7", redis.ask("XLEN", "logs"), "and nothing was sent again");
        }
    }

    @Test
    void duringAnOutagePublishesWaitThenAreRefusedAndStreamsStayOpen() throws Exception {
        try (var redis = RedisServer.start(); var cable = new Cable(redis.port()); var process = GatewayProcess.start(url(cable), "HEARTBEAT_SECONDS=1");
                var follower = process.client().follow(CHANNEL); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var gateway = process.client();
            var first = gateway.publish(PATH, "1");
            assertEquals("healthy", status(gateway));
            double threads = Double.parseDouble(metric(gateway, "jvm_threads_current"));
            cable.let(Flow.STOPPED);
            var publishes = submit(executor, 100, () -> gateway.tryPublish(PATH, "2"));
            Await.until("the outage to be noticed", () -> status(gateway).equals("degraded"));
            try (var resumed = gateway.follow(CHANNEL, "Last-Event-ID: " + first)) {
                assertEquals(first, resumed.await(RedisFaultsTest::isConnection).id(), "who comes back is answered from memory");
            }
            for (var publish : publishes) {
                assertEquals(503, publish.get().statusCode());
                assertEquals("2", publish.get().headers().firstValue("Retry-After").orElseThrow());
            }
            assertTrue(Double.parseDouble(metric(gateway, "jvm_threads_current")) <= threads + 4, "no thread is left of them: " + threads + ", then " + metric(gateway, "jvm_threads_current"));
            assertTrue(cable.connections() <= 6, "nor connections: " + cable.connections());
            assertEquals(List.of("0", "0"), List.of(metric(gateway, "gateway_log_waiting"), metric(gateway, "gateway_log_waiting_bytes")));
            follower.awaitComments(follower.comments() + 2);
            var late = executor.submit(() -> gateway.publish(PATH, "3"));
            cable.let(Flow.OPEN);
            var second = late.get();
            follower.await(message -> message.id().equals(second));
            Await.until("the outage to be over", () -> status(gateway).equals("healthy"));
            assertEquals(List.of(), gaps(follower));
            assertEquals(1, Collections.frequency(follower.ids(), first));
            assertEquals(Long.toString(redis.ask("XRANGE", "logs", "-", "+").lines().filter(CHANNEL::equals).count()), Integer.toString(follower.ids().size()));
        }
    }

    @Test
    void whatWaitsForTheBrokerIsBoundedAndNoneOfItIsLost() throws Exception {
        try (var redis = RedisServer.start(); var cable = new Cable(redis.port()); var gateway = Gateway.start(url(cable)); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            gateway.publish(PATH, "0");
            cable.let(Flow.STOPPED);
            String large = "\"" + "x".repeat(1_000_000) + "\"";
            var answered = new AtomicInteger();
            var publishes = submit(executor, 90, () -> {
                var reply = gateway.client().tryPublish(PATH, large);
                answered.incrementAndGet();
                return reply;
            });
            Await.until("what is too much to be refused", () -> answered.get() >= 20);
            double waiting = Double.parseDouble(metric(gateway.client(), "gateway_log_waiting_bytes"));
            assertTrue(waiting <= 64 << 20, waiting + " bytes wait");
            cable.let(Flow.OPEN);
            int stored = 0;
            for (var publish : publishes) {
                if (publish.get().statusCode() == 200) stored++;
                else assertTrue(publish.get().statusCode() == 503 && publish.get().body().contains("more is waiting for the broker than there is room for"), publish.get().body());
            }
            assertTrue(stored >= 50, stored + " were stored");
            assertEquals(String.valueOf(2 + stored), redis.ask("XLEN", "logs"));
        }
    }

    @Test
    void aBrokerThatComesBackWithItsDataIsGoneOnWith() throws Exception {
        try (var redis = RedisServer.start("--appendonly", "yes", "--appendfsync", "always"); var gateway = Gateway.start("BUS_URL=" + redis.url());
                var follower = gateway.follow(CHANNEL); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var ids = new ArrayList<String>();
            for (int round = 0; round < 3; round++) {
                for (int n = 0; n < 20; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
                redis.kill();
                var waiting = executor.submit(() -> gateway.publish(PATH, "\"while it was away\""));
                Await.until("the outage to be noticed", () -> status(gateway).equals("degraded"));
                redis.restart();
                ids.add(waiting.get());
            }
            follower.logs(ids.size());
            assertEquals(ids, follower.ids());
            assertEquals(List.of(), gaps(follower));
        }
    }

    @Test
    void whoNeedsWhatOnlyTheBrokerHasWaitsForItAndHearsMeanwhileThatTheStreamIsAlive() {
        try (var redis = RedisServer.start("--appendonly", "yes", "--appendfsync", "always"); var gateway = Gateway.start("BUS_URL=" + redis.url(), "HISTORY_EVENTS=5", "HEARTBEAT_SECONDS=1")) {
            var ids = new ArrayList<String>();
            for (int n = 0; n < 50; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
            redis.kill();
            try (var follower = gateway.follow(CHANNEL, "Last-Event-ID: " + ids.getFirst())) {
                follower.awaitComments(2);
                assertEquals(List.of(), follower.ids());
                redis.restart();
                assertEquals(ids.subList(1, 50), ids(follower.logs(49)));
                assertEquals(List.of(), gaps(follower));
            }
        }
    }

    @Test
    void aBrokerThatComesBackEmptyIsGoneOnWithBehindAGap() {
        try (var redis = RedisServer.start(); var gateway = Gateway.start("BUS_URL=" + redis.url()); var other = Gateway.start("BUS_URL=" + redis.url());
                var follower = gateway.follow(CHANNEL); var second = other.follow(CHANNEL)) {
            for (var each : List.of(follower, second)) each.await(RedisFaultsTest::isConnection);
            var before = new ArrayList<String>();
            for (int n = 0; n < 10; n++) before.add(gateway.publish(PATH, String.valueOf(n)));
            redis.kill();
            redis.restart();
            var after = new ArrayList<String>();
            for (int n = 10; n < 20; n++) after.add((n % 2 == 0 ? gateway : other).publish(PATH, String.valueOf(n)));
            var all = new ArrayList<>(before);
            all.addAll(after);
            for (var each : List.of(follower, second)) {
                each.logs(20);
                assertEquals(all, each.ids(), "in one order, nothing repeated");
                assertEquals(1, gaps(each).size(), "told once: " + each.messages());
                var gap = Gateway.object(gaps(each).getFirst().data());
                assertEquals(List.of("evicted", before.getLast()), List.of(Gateway.string(gap, "reason"), Gateway.string(gap, "from")));
                assertEquals(before.size() + 1, each.messages().stream().filter(message -> !isConnection(message)).toList().indexOf(gaps(each).getFirst()) + 1, "where it is");
            }
            var hole = Gateway.object(gaps(follower).getFirst().data());
            var inside = EventId.parse(before.getLast()).map(id -> new EventId(id.major() + 1, 0)).orElseThrow().toString();
            try (var atItsEdge = gateway.follow(CHANNEL, "Last-Event-ID: " + before.getLast()); var within = gateway.follow(CHANNEL, "Last-Event-ID: " + inside);
                    var behind = gateway.follow(CHANNEL, "Last-Event-ID: " + Gateway.string(hole, "to"))) {
                for (var each : List.of(atItsEdge, within, behind)) assertEquals(after, ids(each.logs(10)));
                assertEquals(List.of(1, 1, 0), List.of(gaps(atItsEdge).size(), gaps(within).size(), gaps(behind).size()));
                assertEquals(inside, Gateway.string(Gateway.object(gaps(within).getFirst().data()), "from"));
            }
            try (var resumed = gateway.follow(CHANNEL, "Last-Event-ID: " + before.get(4)); var later = Gateway.start("BUS_URL=" + redis.url());
                    var fresh = later.follow(CHANNEL, "Last-Event-ID: " + before.get(4))) {
                assertEquals(all.subList(5, 20), ids(resumed.logs(15)), "a node that was there has it all in memory");
                assertEquals(1, gaps(resumed).size());
                assertEquals(after, ids(fresh.logs(10)));
                assertEquals(1, gaps(fresh).size(), "a node that was not tells what is lost: " + fresh.messages());
            }
        }
    }

    @Test
    void anEmptiedBrokerNeitherStallsNorRepeatsWhilePublishesGoOn() throws Exception {
        try (var redis = RedisServer.start(); var gateway = Gateway.start("BUS_URL=" + redis.url(), "HISTORY_EVENTS=100000"); var follower = gateway.follow(CHANNEL);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            follower.await(RedisFaultsTest::isConnection);
            var running = new AtomicBoolean(true);
            var acknowledged = Collections.synchronizedList(new ArrayList<String>());
            var publisher = executor.submit(() -> {
                for (int n = 0; running.get(); n++) acknowledged.add(gateway.publish(PATH, String.valueOf(n)));
            });
            for (int round = 0; round < 5; round++) {
                int enough = acknowledged.size() + 50;
                Await.until("publishes to go on", () -> acknowledged.size() >= enough);
                redis.ask("FLUSHALL");
            }
            running.set(false);
            publisher.get();
            follower.logs(acknowledged.size());
            assertEquals(acknowledged, follower.ids());
            redis.ask("FLUSHALL");
            Await.until("the loss to be noticed", () -> redis.ask("XLEN", "logs").equals("1"));
            acknowledged.add(gateway.publish(PATH, "0"));
            follower.logs(acknowledged.size());
            assertEquals(acknowledged, follower.ids());
            assertTrue(gaps(follower).size() >= 1);
        }
    }

    @Test
    void aConnectionThatIsHalfClosedIsReplaced() {
        try (var redis = RedisServer.start(); var cable = new Cable(redis.port()); var gateway = Gateway.start(url(cable)); var follower = gateway.follow(CHANNEL)) {
            var ids = new ArrayList<String>();
            for (int n = 0; n < 5; n++) {
                ids.add(gateway.publish(PATH, String.valueOf(n)));
                cable.halfClose();
            }
            follower.logs(5);
            assertEquals(ids, follower.ids());
            Await.until(() -> cable.connections() + " connections to become few", Duration.ofSeconds(10), () -> cable.connections() <= 2);
        }
    }

    @Test
    void publishesThatComeTogetherShareRoundTrips() throws Exception {
        try (var redis = RedisServer.start(); var cable = new Cable(redis.port()); var gateway = Gateway.start(url(cable)); var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            gateway.publish(PATH, "0");
            long before = Long.parseLong(metric(gateway.client(), "gateway_log_write_seconds_count"));
            cable.delay(Duration.ofMillis(100));
            for (var publish : submit(executor, 200, () -> gateway.client().tryPublish(PATH, "1"))) assertEquals(200, publish.get().statusCode());
            cable.delay(Duration.ZERO);
            long roundTrips = Long.parseLong(metric(gateway.client(), "gateway_log_write_seconds_count")) - before;
            assertTrue(roundTrips <= 20, "200 publishes in " + roundTrips + " round trips");
        }
    }

    @Test
    void aBrokerThatCanNotStoreIsToldAndFoundWellAgainWithoutAPublish() {
        try (var redis = RedisServer.start(); var gateway = Gateway.start("BUS_URL=" + redis.url()); var follower = gateway.follow(CHANNEL)) {
            var first = gateway.publish(PATH, "1");
            for (var fault : List.of(List.of("maxmemory", "1", "0", "out of memory"), List.of("min-replicas-to-write", "1", "0", "lacks the replicas"))) {
                redis.ask("CONFIG", "SET", fault.get(0), fault.get(1));
                var refused = gateway.client().tryPublish(PATH, "2");
                assertEquals(503, refused.statusCode());
                assertTrue(refused.body().contains(fault.get(3)), refused.body());
                Await.until("it to be noticed", () -> status(gateway).equals("degraded"));
                redis.ask("CONFIG", "SET", fault.get(0), fault.get(2));
                Await.until("it to be over", () -> status(gateway).equals("healthy"));
            }
            var second = gateway.publish(PATH, "3");
            assertEquals(List.of(first, second), ids(follower.logs(2)), "what was refused is nowhere");
        }
    }

    @Test
    void aPublishToAServerThatHasBeenDemotedWaitsForTheNext() throws Exception {
        try (var redis = RedisServer.start(); var gateway = Gateway.start("BUS_URL=" + redis.url());
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            gateway.publish(PATH, "1");
            redis.ask("CONFIG", "SET", "replica-serve-stale-data", "no");
            redis.ask("REPLICAOF", "127.0.0.1", String.valueOf(RedisServer.freePort()));
            var waiting = executor.submit(() -> gateway.publish(PATH, "2"));
            Await.until("it to be noticed", () -> status(gateway).equals("degraded"));
            redis.ask("REPLICAOF", "NO", "ONE");
            var id = waiting.get();
            assertTrue(redis.ask("XRANGE", "logs", id, id).contains(CHANNEL));
        }
    }

    private static String url(Cable cable) {
        return "BUS_URL=redis://127.0.0.1:" + cable.port();
    }

    private static List<Future<HttpResponse<String>>> submit(ExecutorService executor, int times, Callable<HttpResponse<String>> task) {
        return IntStream.range(0, times).mapToObj(_ -> executor.submit(task)).toList();
    }

    private static String status(Gateway gateway) {
        return status(gateway.client());
    }

    private static String status(Client gateway) {
        return Gateway.string(Gateway.json(gateway.get("/health")), "status");
    }

    private static String metric(Client gateway, String name) {
        return gateway.get("/metrics").body().lines().filter(line -> line.startsWith(name + " ")).map(line -> line.substring(name.length() + 1)).findFirst().orElseThrow();
    }

    private static int number(Message log) {
        return Integer.parseInt(Gateway.object(log.data()).get("data").toString());
    }

    private static List<String> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }

    private static boolean isConnection(Message message) {
        return message.event().equals("connection");
    }

    private static List<Message> gaps(Follower follower) {
        return follower.messages().stream().filter(message -> message.event().equals("gap")).toList();
    }
}
