package com.datashop.gateway.log.shared.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.log.shared.BrokerSuite.Running;
import com.datashop.gateway.log.shared.FaultsSuite;
import com.datashop.gateway.support.Cable.Flow;
import com.datashop.gateway.support.Directories;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.KafkaServer;
import com.datashop.gateway.support.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Faults of Kafka, or on the way to it: how the gateway, its subscribers and its publishers get through them.
class KafkaFaultsTest extends FaultsSuite {
    KafkaFaultsTest() {
        super(4);
    }

    @Override
    protected Running start() {
        return new RunningKafka(KafkaServer.shared(), KafkaServer.topic());
    }

    @Test
    void aTopicThatIsDeletedUnderTheNodesIsMadeAgainAndOldCursorsAreNeverWrong() {
        var topic = KafkaServer.topic();
        var admin = new Admin(KafkaServer.shared(), topic);
        try (var gateway = start(topic); var other = start(topic); var follower = gateway.follow(CHANNEL);
                var second = other.follow(CHANNEL)) {
            for (var each : List.of(follower, second)) each.await(Message::isConnection);
            var before = publish(gateway, 10);
            second.logs(10);
            admin.delete();
            var after = new ArrayList<String>();
            for (int n = 0; n < 20; n++) after.addAll(publish(n % 2 == 0 ? gateway : other, 1));
            for (var each : List.of(follower, second)) {
                each.logs(30);
                assertEquals(before, each.ids().subList(0, 10));
                assertEquals(after, each.ids().subList(10, 30), "in one order, and above what was before");
                assertEquals(1, each.gaps().size(), each.messages().toString());
            }
            try (var late = start(topic); var resumed = late.follow(CHANNEL, "Last-Event-ID: " + before.get(2))) {
                assertEquals(after, ids(resumed.logs(20)));
                assertEquals("unknown-id", Gateway.string(Gateway.object(resumed.gaps().getFirst().data()), "reason"));
            }
        }
    }

    @Test
    void aLogThatLosesItsEndIsGoneOnWithBehindAGapAndNoIdIsGivenTwice() throws Exception {
        try (var kafka = KafkaServer.start(); var gateway = Gateway.start("BUS_URL=" + kafka.url("lossy"));
                var follower = gateway.follow(CHANNEL)) {
            follower.await(Message::isConnection);
            var kept = publish(gateway, 10);
            var unseen = new ArrayList<String>();
            try (var gone = Gateway.start("BUS_URL=" + kafka.url("unseen"))) {
                publish(gone, 5);
                kafka.kill();
                var copies = kafka.directory().resolve("copies");
                for (var topic : List.of("lossy", "unseen")) copy(kafka.partition(topic), copies.resolve(topic));
                kafka.restart();
                unseen.addAll(publish(gone, 10));
            }
            var lost = publish(gateway, 10);
            kafka.kill();
            for (var topic : List.of("lossy", "unseen")) {
                Directories.delete(kafka.partition(topic));
                copy(kafka.directory().resolve("copies").resolve(topic), kafka.partition(topic));
            }
            kafka.restart();
            var after = publish(gateway, 20);
            var all = new ArrayList<>(kept);
            all.addAll(lost);
            all.addAll(after);
            follower.logs(40);
            assertEquals(all, follower.ids(), "and the offsets of the lost ones are given again");
            assertEquals(all.stream().map(KafkaFaultsTest::place).sorted().toList(), all.stream()
                    .map(KafkaFaultsTest::place).toList());
            assertEquals(1, follower.gaps().size(), follower.messages().toString());
            assertEquals(lost.getLast(), Gateway.string(Gateway.object(follower.gaps().getFirst().data()), "from"),
                    "where it is");
            try (var late = Gateway.start("BUS_URL=" + kafka.url("lossy"));
                    var old = late.follow(CHANNEL, "Last-Event-ID: " + kept.get(4));
                    var seen = late.follow(CHANNEL, "Last-Event-ID: " + lost.get(4))) {
                var expected = new ArrayList<>(kept.subList(5, 10));
                expected.addAll(after);
                assertEquals(expected, ids(old.logs(25)));
                assertEquals(1, old.gaps().size(), "a node that was not there tells it too: " + old.messages());
                assertEquals(after, ids(seen.logs(20)));
                assertEquals(1, seen.gaps().size(), seen.messages().toString());
            }
            assertToldWithoutWitness("BUS_URL=" + kafka.url("unseen"), unseen);
        }
    }

    /// No node is left that has read what is lost. Only the client knows these ids, whose offsets are given to others.
    private static void assertToldWithoutWitness(String url, List<String> lost) {
        try (var gateway = Gateway.start(url); var forgetful = Gateway.start(url, "HISTORY_EVENTS=1")) {
            var later = publish(gateway, 3);
            for (int more : new int[] {0, 20}) { // first fewer than are lost, and then more
                later.addAll(publish(gateway, more));
                for (var node : List.of(gateway, forgetful)) {
                    for (var cursor : List.of(lost.get(1), lost.getLast())) {
                        try (var resumed = node.follow(CHANNEL, "Last-Event-ID: " + cursor)) {
                            resumed.await(message -> message.id().equals(later.getLast()));
                            assertEquals(1, resumed.gaps().size(), cursor + ": " + resumed.messages());
                            assertTrue(resumed.ids().containsAll(later), cursor + ": " + resumed.messages());
                        }
                    }
                }
            }
        }
    }

    @Test
    void whatIsDroppedIsToldToThoseWhoNeedItAndNobodyElse() {
        var topic = KafkaServer.topic();
        var admin = new Admin(KafkaServer.shared(), topic);
        try (var gateway = start(topic); var cable = KafkaServer.shared().cable();
                var behind = Gateway.start("BUS_URL=" + KafkaServer.shared().cabledUrl(topic));
                        var live = gateway.follow(CHANNEL);
                var slow = behind.follow(CHANNEL)) {
            for (var each : List.of(live, slow)) each.await(Message::isConnection);
            var ids = publish(gateway, 5);
            slow.logs(5);
            cable.let(Flow.STOPPED);
            ids.addAll(publish(gateway, 20));
            admin.deleteRecords(21);
            cable.cut();
            cable.let(Flow.OPEN);
            var last = publish(gateway, 1).getFirst();
            live.await(message -> message.id().equals(last));
            slow.await(message -> message.id().equals(last));
            assertEquals(List.of(), live.gaps());
            assertEquals(1, slow.gaps().size(), slow.messages().toString());
            var expected = new ArrayList<>(ids.subList(0, 5));
            expected.addAll(ids.subList(20, 25));
            expected.add(last);
            assertEquals(expected, slow.ids());
            admin.deleteRecords(admin.end());
            try (var fresh = start(topic); var old = fresh.follow(CHANNEL, "Last-Event-ID: " + ids.getFirst())) {
                old.await(Message::isGap);
                var next = publish(gateway, 1).getFirst();
                assertEquals(next, old.nextLog().id(), "both nodes give the same ids to what comes");
                assertEquals(publish(fresh, 1), List.of(live.await(message -> !message.id().isEmpty() && message.isLog()
                        && !ids.contains(message.id()) && !message.id().equals(last) && !message.id().equals(next))
                                .id()));
            }
        }
    }

    @Test
    void aPublishThatIsTooLargeNamesTheLimitAndTroublesNobodyElse() {
        var topic = KafkaServer.topic();
        new Admin(KafkaServer.shared(), topic).create(1, Map.of("max.message.bytes", "20000"));
        try (var gateway = start(topic); var follower = gateway.follow(CHANNEL)) {
            follower.await(Message::isConnection);
            var random = new java.util.Random(1);
            var noise = random.ints(60_000, 'a', 'z' + 1).collect(StringBuilder::new, StringBuilder::appendCodePoint,
                    StringBuilder::append);
            var refused = gateway.client().tryPublish(PATH, "\"" + noise + "\"");
            assertEquals(413, refused.statusCode(), refused::body);
            assertTrue(refused.body().contains("max.message.bytes") && refused.body().contains("20000"),
                    refused.body());
            var lines = IntStream.range(0, 20)
                    .mapToObj(n -> Gateway.entry(PATH, "\"" + noise.substring(3000 * n, 3000 * n + 3000) + "\""))
                    .toList();
            var batch = gateway.client().post("/api/logs/publish", String.join("\n", lines),
                    "Content-Type: application/x-ndjson", "X-Service-Token: " + Gateway.TOKEN);
            assertEquals(413, batch.statusCode(), batch::body);
            assertEquals("healthy", gateway.client().status());
            var admin = new Admin(KafkaServer.shared(), topic);
            assertEquals(0, admin.events(), "nothing of them is stored");
            admin.alter(Map.of("max.message.bytes", "70000"));
            var raised = gateway.publish(PATH, "\"" + noise + "\"");
            assertEquals(raised, follower.nextLog().id(), "the limit is not remembered when it is raised");
            admin.alter(Map.of("max.message.bytes", "20000"));
            var lowered = gateway.client().tryPublish(PATH, "\"" + noise + "\"");
            assertEquals(413, lowered.statusCode(), lowered::body);
            for (int size : new int[] {60_000, 100_000}) {
                var large = gateway.publish(PATH, "\"" + "x".repeat(size) + "\"");
                assertEquals(large, follower.nextLog().id(), "what gzip makes small enough is stored");
            }
            var many = gateway.publishAll(PATH, Collections.nCopies(2000, "\"" + "y".repeat(50) + "\""));
            assertEquals(2000, Gateway.number(many, "published"));
            follower.logs(2003);
        }
    }

    private static Gateway start(String topic) {
        return Gateway.start("BUS_URL=" + KafkaServer.shared().url(topic));
    }

    private static List<String> publish(Gateway gateway, int events) {
        return new ArrayList<>(IntStream.range(0, events).mapToObj(n -> gateway.publish(PATH, String.valueOf(n)))
                .toList());
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (var file : files.toList())
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static com.datashop.gateway.event.EventId place(String id) {
        return com.datashop.gateway.event.EventId.parse(id).orElseThrow();
    }

    private static List<String> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }
}
