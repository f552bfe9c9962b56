package com.datashop.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Tool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How the gateway ends, as a process: everything accepted reaches those who read, and nobody can hold it up.
class ShutdownTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";
    /// 4 KB each and 16 MB in all: far more than the kernel holds for a client that does not read.
    private static final int MANY = 4000;
    private static final String LARGE = "\"" + "x".repeat(4000) + "\"";
    private static final String[] ROOM = {"HISTORY_EVENTS=20000", "HISTORY_BYTES=64MiB"};
    /// For the JVM to go, and for a busy machine.
    private static final Duration GRACE = Duration.ofSeconds(2);

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void whoReadsGetsEverythingAcceptedThenTheShutdownMessageAndACleanEnd(String signal, int code) {
        try (var gateway = GatewayProcess.start(ROOM); var followers = new Followers()) {
            for (int i = 0; i < 40; i++) followers.add(gateway.client().follow(CHANNEL));
            for (var follower : followers.all) assertEquals("connection", follower.next().event());
            var last = gateway.client().publishAll(PATH, IntStream.range(0, 500)
                    .mapToObj(i -> "{\"n\":" + i + ",\"text\":" + LARGE + "}").toList());
            gateway.signal(signal);
            for (var follower : followers.all) {
                assertEquals(Follower.End.COMPLETE, follower.awaitEnd(), "the stream's framing is whole");
                assertEquals(500, follower.ids().size());
                assertEquals(last, follower.ids().getLast());
                assertEquals("shutdown", follower.messages().getLast().event());
            }
            assertEquals(code, gateway.awaitExit());
            assertEquals("", gateway.err());
        }
    }

    @Test
    void aShortTimeToDrainIsNoReasonToCutThoseWhoHaveRead() {
        try (var gateway = GatewayProcess.start("SHUTDOWN_SECONDS=1"); var followers = new Followers()) {
            for (int i = 0; i < 100; i++) followers.add(gateway.client().follow(CHANNEL));
            for (var follower : followers.all) assertEquals("connection", follower.next().event());
            String last = gateway.client().publish(PATH, "1");
            gateway.signal("TERM");
            for (var follower : followers.all) {
                assertEquals(Follower.End.COMPLETE, follower.awaitEnd());
                assertEquals(List.of(last), follower.ids());
            }
            gateway.awaitExit();
        }
    }

    @Test
    void everyEventThatWasAcknowledgedBeforeTheEndIsDelivered() throws InterruptedException {
        try (var gateway = GatewayProcess.start(ROOM); var follower = gateway.client().follow(CHANNEL)) {
            assertEquals("connection", follower.next().event());
            var acknowledged = Collections.synchronizedList(new ArrayList<String>());
            var refused = Collections.synchronizedList(new ArrayList<Integer>());
            var publishers = IntStream.range(0, 4)
                    .mapToObj(p -> Thread.ofVirtual()
                    .start(() -> publishUntilRefused(gateway.client(), acknowledged, refused))).toList();
            Await.until("200 events", () -> acknowledged.size() >= 200);
            gateway.signal("TERM");
            assertEquals(Follower.End.COMPLETE, follower.awaitEnd());
            for (var publisher : publishers) assertTrue(publisher.join(Duration.ofSeconds(10)));
            assertEquals("shutdown", follower.messages().getLast().event());
            var lost = new ArrayList<>(acknowledged);
            lost.removeAll(follower.ids());
            assertEquals(List.of(), lost, "acknowledged, but not delivered");
            for (int status : refused) assertEquals(503, status);
        }
    }

    @Test
    void theShutdownMessageComesAfterARetryAndCurlEndsWithoutAnError() {
        var curl = Tool.path("curl").toString();
        try (var gateway = GatewayProcess.start(); var follower = Child.start(curl, "-sN", url(gateway))) {
            Await.until("the greeting", () -> follower.out().contains("event: connection"));
            gateway.client().publish(PATH, "1");
            gateway.signal("TERM");
            assertEquals(0, follower.awaitExit(), "curl knows an early end from a whole one");
            var end = Pattern.compile("retry: ([0-9]+)\n+event: shutdown\ndata: \\{\"type\":\"shutdown\"[^\n]*}\n\n$")
                    .matcher(follower.out());
            assertTrue(end.find(), follower.out());
            int retry = Integer.parseInt(end.group(1));
            assertTrue(retry >= 1000 && retry <= 4000, "retry " + retry);
        }
    }

    @Test
    void whileAStalledReaderHoldsTheDrainOpenNothingNewIsTaken() {
        try (var gateway = GatewayProcess.start("SHUTDOWN_SECONDS=6", ROOM[0], ROOM[1]);
                var stalled = stalled(gateway)) {
            var client = gateway.client();
            client.publishAll(PATH, Collections.nCopies(MANY, LARGE));
            gateway.signal("TERM");
            Await.until("readiness to be withdrawn", () -> client.get("/health").statusCode() == 503);
            assertEquals("draining", Gateway.string(Gateway.json(client.get("/health")), "status"));
            assertEquals(200, client.get("/health/live").statusCode());

            var refused = client.get(Client.stream(CHANNEL), "Accept: */*");
            assertEquals(503, refused.statusCode());
            assertTrue(refused.headers().firstValueAsLong("Retry-After").orElse(0) > 0, "Retry-After");
            assertEquals("application/problem+json", refused.headers().firstValue("Content-Type").orElse(null));

            try (var browser = client.follow(CHANNEL)) {
                assertEquals(200, browser.status());
                assertEquals(Follower.End.COMPLETE, browser.awaitEnd());
                var messages = browser.messages();
                assertEquals(1, messages.size(), messages::toString);
                assertRefusal(messages.getFirst(), browser.retry());
            }
            for (var answer : List.of(client.tryPublish(PATH, "1"), client.post("/test/logs", ""))) {
                assertEquals(503, answer.statusCode());
                assertTrue(answer.headers().firstValueAsLong("Retry-After").orElse(0) > 0, "Retry-After");
            }
            stalled.resume();
            assertEquals(Follower.End.COMPLETE, stalled.awaitEnd());
            assertEquals(MANY, stalled.ids().size(), "a reader that comes back in time still gets everything");
            assertEquals("shutdown", stalled.messages().getLast().event());
            gateway.awaitExit();
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void aStalledReaderDoesNotHoldTheProcessLongerThanShutdownSeconds(String signal, int code) {
        try (var gateway = GatewayProcess.start("SHUTDOWN_SECONDS=2", ROOM[0], ROOM[1]); var stalled = stalled(gateway);
                var reading = gateway.client().follow(CHANNEL)) {
            gateway.client().publishAll(PATH, Collections.nCopies(MANY, LARGE));
            gateway.signal(signal);
            assertEquals(code, gateway.awaitExit(Duration.ofSeconds(2).plus(GRACE)));
            assertEquals(Follower.End.COMPLETE, reading.awaitEnd());
            assertEquals(MANY, reading.ids().size(), "the stalled one cost the others nothing");
            stalled.resume();
            assertNotEquals(Follower.End.COMPLETE, stalled.awaitEnd(),
                    "a cut is seen as one, so that the client comes back");
        }
    }

    @Test
    void aStoppedCurlDoesNotHoldTheProcessLongerThanShutdownSeconds() {
        var curl = Tool.path("curl").toString();
        try (var gateway = GatewayProcess.start("SHUTDOWN_SECONDS=1", ROOM[0], ROOM[1]);
                var stopped = Child.start(curl, "-sN", url(gateway))) {
            Await.until("the greeting", () -> stopped.out().contains("event: connection"));
            stopped.signal("STOP");
            gateway.client().publishAll(PATH, Collections.nCopies(MANY, LARGE));
            gateway.signal("TERM");
            gateway.awaitExit(Duration.ofSeconds(1).plus(GRACE));
            stopped.signal("CONT");
            assertTrue(stopped.awaitExit() != 0, "curl sees that its stream was cut");
        }
    }

    @Test
    void withNoTimeToDrainItEndsAllTheSame() {
        try (var gateway = GatewayProcess.start("SHUTDOWN_SECONDS=0", ROOM[0], ROOM[1]);
                var stalled = stalled(gateway)) {
            gateway.client().publishAll(PATH, Collections.nCopies(MANY, LARGE));
            gateway.signal("TERM");
            gateway.awaitExit(GRACE);
            stalled.resume();
            assertNotEquals(Follower.End.COMPLETE, stalled.awaitEnd());
        }
    }

    /// A follower that read the greeting and nothing after, with next to no room in its kernel.
    private static Follower stalled(GatewayProcess gateway) {
        var follower = Follower.options().receiveBuffer(4096).paused().open(gateway.port(), Client.stream(CHANNEL));
        assertEquals(200, follower.status());
        return follower;
    }

    private static void assertRefusal(Message message, long retry) {
        assertEquals("refused", message.event());
        var refusal = Gateway.object(message.data());
        assertEquals("refused", Gateway.string(refusal, "type"));
        assertEquals(503, Gateway.number(refusal, "status"));
        assertEquals("draining", Gateway.string(refusal, "reason"));
        assertTrue(retry >= Gateway.number(refusal, "retryAfter") * 1000, "retry " + retry + " of " + refusal);
    }

    private static void publishUntilRefused(Client client, List<String> acknowledged, List<Integer> refused) {
        while (true) {
            try {
                var answer = client.tryPublish(PATH, "1");
                if (answer.statusCode() == 200) {
                    acknowledged.add(Gateway.string(Gateway.json(answer), "id"));
                } else {
                    refused.add(answer.statusCode());
                    return;
                }
            } catch (java.io.UncheckedIOException gone) {
                return; // not acknowledged: the outcome is unknown to the publisher
            }
        }
    }

    private static String url(GatewayProcess gateway) {
        return "http://127.0.0.1:" + gateway.port() + Client.stream(CHANNEL);
    }

    /// Several, closed together.
    private static final class Followers implements AutoCloseable {
        private final List<Follower> all = new ArrayList<>();

        void add(Follower follower) {
            all.add(follower);
        }

        @Override
        public void close() {
            all.forEach(Follower::close);
        }
    }
}
