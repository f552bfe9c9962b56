package com.datashop.gateway.log.shared.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.log.shared.rabbitmq.RunningRabbit.Raw;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The past that only RabbitMQ has, read in pages and searched backwards, whatever lies between the events.
class RabbitArchiveTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String OTHER = "logs:etl:w:other";
    private static final String PATH = "w/r";
    /// Nothing but the newest event is in memory, so all else comes from RabbitMQ.
    private static final String FORGETFUL = "HISTORY_EVENTS=1";
    private static final int MESSAGES = 150;

    @Test
    void tailsAndCursorsAreExactAmongVoidForeignAndOtherMessages() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        try (var broker = RunningRabbit.start();
                var remembering = Gateway.start(broker.url(broker.port()), "HISTORY_EVENTS=10000");
                var all = remembering.follow(CHANNEL)) {
            all.await(message -> message.event().equals("connection"));
            broker.add(messages(new Random(seed), broker.read().life()));
            String last = remembering.publish(PATH, "1");
            all.await(message -> message.id().equals(last));
            var ids = all.ids();
            try (var forgetful = Gateway.start(broker.url(broker.port()), FORGETFUL)) {
                for (int n : new int[] {2, 3, 15, 16, 17, 33, ids.size() - 1, ids.size()}) {
                    try (var tail = forgetful.follow(CHANNEL + "&tail=" + n)) {
                        assertEquals(ids.subList(ids.size() - n, ids.size()), idsUpTo(tail, last), "tail=" + n);
                    }
                }
                for (int n : new int[] {0, 1, ids.size() / 3, ids.size() / 2, ids.size() - 2}) {
                    try (var resumed = forgetful.follow(CHANNEL, "Last-Event-ID: " + ids.get(n))) {
                        assertEquals(ids.subList(n + 1, ids.size()), idsUpTo(resumed, last), "after " + ids.get(n));
                    }
                }
            }
        }
    }

    @Test
    void aTailBehindLargeMessagesIsFoundInBoundedSteps() {
        try (var broker = RunningRabbit.start()) {
            var ids = new ArrayList<String>();
            String last;
            try (var gateway = Gateway.start(broker.url(broker.port()))) {
                for (int n = 0; n < 5; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
                String large = RunningRabbit.line(OTHER, "\"" + "x".repeat(700_000) + "\"");
                var head = new MessageHead(MessageHead.Kind.EVENTS, broker.read().life(), 0, "large");
                var messages = new ArrayList<Raw>();
                for (int n = 0; n < 12; n++) messages.add(new Raw(head.properties(), large));
                broker.add(messages);
                last = gateway.publish("w/other", "1");
            }
            try (var gateway = Gateway.start(broker.url(broker.port()), FORGETFUL, "HISTORY_BYTES=100KiB");
                    var tail = gateway.follow(CHANNEL + "&tail=3"); var other = gateway.follow(OTHER + "&tail=4")) {
                assertEquals(ids.subList(2, 5), tail.logs(3).stream().map(Message::id).toList());
                assertEquals(last, other.logs(4).getLast().id());
            }
        }
    }

    @Test
    void aBatchThatIsLargerThanAPageIsReadToItsEnd() {
        try (var broker = RunningRabbit.start()) {
            String text = "\"" + "x".repeat(1000) + "\"";
            try (var gateway = Gateway.start(broker.url(broker.port()), "MAX_BODY_BYTES=4MiB")) {
                String first = gateway.publish(PATH, "1");
                gateway.publishAll(PATH, Collections.nCopies(2000, text));
                String last = gateway.publish(PATH, "2");
                try (var forgetful = Gateway.start(broker.url(broker.port()), FORGETFUL);
                        var resumed = forgetful.follow(CHANNEL, "Last-Event-ID: " + first)) {
                    assertEquals(2001, idsUpTo(resumed, last).size());
                }
            }
        }
    }

    @Test
    void aPageWhoseEffortIsSpentAtTheBeginningOfTheLogTellsNoGap() {
        try (var broker = RunningRabbit.start(); var cable = broker.cable();
                var gateway = Gateway.start(broker.url(cable.port()), FORGETFUL)) {
            var ids = new ArrayList<String>();
            for (int n = 0; n < 5; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
            cable.delay(Duration.ofMillis(300));
            var page = Gateway.json(gateway.get("/api/logs/events?channels=" + CHANNEL));
            assertEquals("[]", page.get("gaps").toString());
            assertEquals("false", page.get("more").toString());
            assertEquals(ids, ((JsonArray) page.get("events")).elements().stream()
                    .map(event -> Gateway.string((JsonObject) event, "id")).toList());
        }
    }

    @Test
    void aSearchBySinceThatRabbitCanNotAnswerIsAnsweredWhenItIsBack() {
        try (var broker = RunningRabbit.start()) {
            var cable = broker.cable();
            try (var gateway = Gateway.start(broker.url(cable.port()), FORGETFUL)) {
                var ids = new ArrayList<String>();
                for (int n = 0; n < 5; n++) ids.add(gateway.publish(PATH, String.valueOf(n)));
                cable.close();
                try (var since = gateway.follow(CHANNEL + "&since=1h")) {
                    since.await(message -> message.event().equals("connection"));
                    try (var _ = new Cable(broker.port(), cable.port())) {
                        assertEquals(ids, since.logs(5).stream().map(Message::id).toList());
                    }
                }
            } finally {
                cable.close();
            }
        }
    }

    /// Messages in a random order: events of both channels, lives that begin, void events, and what is foreign.
    private static List<Raw> messages(Random random, long begun) {
        var messages = new ArrayList<Raw>();
        long life = begun;
        int lives = 0;
        for (int n = 0; n < MESSAGES; n++) {
            String lines = RunningRabbit.line(CHANNEL, String.valueOf(n)).repeat(1 + random.nextInt(3));
            switch (random.nextInt(12)) {
                case 0 -> {
                    messages.add(new Raw(new MessageHead(MessageHead.Kind.LIFE, life + 10, life, "").properties(), ""));
                    life += 10;
                    lives++;
                    for (int late = random.nextInt(20); late > 0; late--) messages.add(events(life - 10, lines));
                }
                case 1 -> {
                    var late = new MessageHead(MessageHead.Kind.LIFE, life + 5, life - 10, "");
                    messages.add(new Raw(late.properties(), ""));
                }
                case 2 -> messages.add(new Raw(new Out().uint16(0), lines));
                case 3 -> messages.add(events(life - 10, lines));
                case 4, 5 -> messages.add(events(life, RunningRabbit.line(OTHER, "1") + lines));
                default -> messages.add(events(life, lines));
            }
        }
        assertTrue(lives > 0, "a life began");
        return messages;
    }

    private static Raw events(long life, String lines) {
        return new Raw(new MessageHead(MessageHead.Kind.EVENTS, life, 0, "test").properties(), lines);
    }

    private static List<String> idsUpTo(Follower follower, String last) {
        follower.await(message -> message.id().equals(last));
        return follower.ids();
    }
}
