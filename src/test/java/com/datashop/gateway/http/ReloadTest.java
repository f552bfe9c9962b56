package com.datashop.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whoever has left does not count against a newcomer, though nothing but writing shows that someone has left.
class ReloadTest {
    private static final String CHANNEL = "logs:etl:w";
    private static final Predicate<Message> CONNECTED = Message::isConnection;
    private static final String[] USER =
            {"STREAM_AUTH=jwt", "JWT_SECRET=" + Tokens.SECRET, "MAX_CONNECTIONS_PER_USER=3"};

    /// A limit that a newcomer may meet.
    private enum Limit {
        NODE("MAX_CONNECTIONS=3"), ADDRESS("MAX_CONNECTIONS_PER_IP=3"), USER(ReloadTest.USER),
                BOTH("MAX_CONNECTIONS=3", "MAX_CONNECTIONS_PER_IP=3");

        private final String[] settings;

        Limit(String... settings) {
            this.settings = settings;
        }
    }

    /// How a client asks, and how it leaves.
    private enum Leaving { FIN, RESET, HTTP10_FIN, HTTP10_RESET, CLOSE_FIN, CLOSE_RESET }

    @ParameterizedTest
    @EnumSource
    void aReloadedPageIsLetInAtItsFirstTry(Limit limit) {
        for (var leaving : Leaving.values()) {
            var settings = new ArrayList<>(List.of(limit.settings));
            settings.add("HEARTBEAT_SECONDS=3600");
            try (var gateway = Gateway.start(settings.toArray(String[]::new));
                    var first = open(gateway, leaving, "first"); var second = open(gateway, leaving, "second")) {
                first.await(CONNECTED);
                second.await(CONNECTED);
                for (int i = 0; i < 3; i++) {
                    try (var tab = open(gateway, leaving, "tab " + i)) {
                        assertEquals(200, tab.status());
                        tab.await(CONNECTED);
                        if (leaving.name().endsWith("RESET")) tab.reset();
                        else tab.leave();
                    }
                    try (var reloaded = open(gateway, leaving, "tab " + i)) {
                        assertEquals(200, reloaded.status(), limit + " " + leaving);
                        assertEquals("connection", reloaded.next().event(), limit + " " + leaving);
                        assertEquals(3, Door.connections(gateway));
                    }
                }
                assertEquals(List.of("connection"), first.messages().stream().map(Message::event).distinct().toList(),
                        "a probe is no message");
                assertEquals(1, second.messages().size());
                var id = Gateway.string(gateway.publishReply("w", "1"), "id");
                assertEquals(id, first.nextLog().id());
                assertEquals(id, second.nextLog().id());
            }
        }
    }

    /// Their streams are found long before the heartbeat, though no limit is near.
    @ParameterizedTest
    @EnumSource(names = {"FIN", "RESET", "HTTP10_FIN"})
    void whenAllComeBackAtOnceTheStreamsThatTheyLeftBehindAreFound(Leaving leaving) {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=3600"); var stays = open(gateway, leaving, "stays")) {
            stays.await(CONNECTED);
            var tabs = new ArrayList<Follower>();
            try {
                for (int i = 0; i < 40; i++) tabs.add(open(gateway, leaving, "tab " + i));
                for (var tab : tabs) tab.await(CONNECTED);
                var cursor = tabs.getFirst().lastEventId();
                for (var tab : tabs) {
                    if (leaving == Leaving.RESET) tab.reset();
                    else tab.leave();
                }
                tabs.replaceAll(_ -> open(gateway, leaving, "back", "Last-Event-ID: " + cursor));
                for (var tab : tabs) tab.await(CONNECTED);
                Await.until(() -> Door.connections(gateway) + " streams", Duration.ofSeconds(60),
                        () -> Door.connections(gateway) == 41);
                var id = Gateway.string(gateway.publishReply("w", "1"), "id");
                for (var tab : tabs) assertEquals(id, tab.nextLog().id());
                assertEquals(id, stays.nextLog().id());
            } finally {
                tabs.forEach(Follower::close);
            }
        }
    }

    /// A busy node comes to a stream late, and so does the thread of a stream whose write was stuck.
    @Test
    void aStreamThatIsLateForItsProbeWritesAgainAfterwards() {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=3600", "HISTORY_BYTES=64MiB", "MAX_CONNECTIONS=2");
                var reads = open(gateway, Leaving.FIN, "reads");
                var stalled = Follower.options().receiveBuffer(4096).paused()
                        .open(gateway.port(), Client.stream(CHANNEL), token())) {
            reads.await(CONNECTED);
            assertEquals(200, stalled.status());
            int events = 16;
            for (int i = 0; i < events; i++) gateway.publish("w", "\"" + "x".repeat(900_000) + "\"");
            reads.logs(events);
            Await.until("a write to be stuck", () -> gateway.get("/admin/logs/stats").body()
                    .matches("(?s).*\"stuckMilliseconds\":[1-9][0-9]{2}.*"));
            try (var third = open(gateway, Leaving.FIN, "third", "Accept: */*")) {
                assertEquals(503, third.status());
            }
            reads.awaitComments(3);
            stalled.resume();
            stalled.logs(events);
            stalled.awaitComments(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReaderThatStallsHasNotLeft(Limit limit) {
        var settings = new ArrayList<>(List.of(limit.settings));
        settings.add("HISTORY_BYTES=64MiB");
        try (var gateway = Gateway.start(settings.toArray(String[]::new));
                var first = open(gateway, Leaving.FIN, "first"); var second = open(gateway, Leaving.FIN, "second");
                var stalled = Follower.options().receiveBuffer(4096).paused()
                        .open(gateway.port(), Client.stream(CHANNEL), token())) {
            first.await(CONNECTED);
            second.await(CONNECTED);
            assertEquals(200, stalled.status());
            var ids = new ArrayList<String>();
            for (int i = 0; i < 16; i++) ids.add(gateway.publish("w", "\"" + "x".repeat(900_000) + "\""));
            for (int i = 0; i < 3; i++) {
                long begin = System.nanoTime();
                try (var fourth = open(gateway, Leaving.FIN, "fourth", "Accept: */*")) {
                    assertTrue(List.of(429, 503).contains(fourth.status()), limit + ": " + fourth.status());
                }
                assertTrue(System.nanoTime() - begin < 5_000_000_000L, "the wait for a place is bounded");
            }
            stalled.resume();
            for (var follower : List.of(first, second, stalled)) {
                follower.logs(ids.size());
                assertEquals(ids, follower.ids());
            }
        }
    }

    @Test
    void clientsThatWereAllCutAtOnceAreAllLetInAtOnce() throws Exception {
        int clients = 500;
        try (var gateway = GatewayProcess.start("MAX_CONNECTIONS=" + clients, "HEARTBEAT_SECONDS=3600");
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var before = new ArrayList<Follower>();
            for (int i = 0; i < clients; i++) before.add(gateway.client().follow(CHANNEL));
            for (var follower : before) follower.await(CONNECTED);
            String id = gateway.client().publish("w", "1");
            for (var follower : before) assertEquals(id, follower.nextLog().id());
            for (var follower : before) follower.close();
            long begin = System.nanoTime();
            var after = new ArrayList<Future<Follower>>();
            for (int i = 0; i < clients; i++) after.add(executor.submit(() -> again(gateway, id)));
            for (var follower : after) follower.get();
            long took = (System.nanoTime() - begin) / 1_000_000;
            assertEquals(clients, gateway.client().connections());
            assertTrue(took < 10_000, took + " ms");
            String next = gateway.client().publish("w", "2");
            for (var follower : after) {
                assertEquals(next, follower.get().nextLog().id());
                follower.get().close();
            }
            assertTrue(!gateway.err().contains("level=error"), gateway::err);
        }
    }

    @Test
    void withFewOpenFilesThoseWhoWereAllCutAtOnceAreBackWithinSeconds() throws Exception {
        try (var gateway = GatewayProcess.startWithFiles(400, "MAX_CONNECTIONS=100000", "HEARTBEAT_SECONDS=3600");
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var before = new ArrayList<Follower>();
            for (var follower = open(gateway); isIn(follower); follower = open(gateway)) before.add(follower);
            assertTrue(before.size() >= 200 && before.size() < 400, before.size() + " streams in 400 files");
            assertEquals(200, gateway.client().get("/health").statusCode(), "a full node answers");
            for (var follower : before) follower.close();
            long begin = System.nanoTime();
            var after = new ArrayList<Future<Follower>>();
            for (int i = 0; i < before.size(); i++) after.add(executor.submit(() -> again(gateway, "0-0")));
            for (var follower : after) follower.get().close();
            long took = (System.nanoTime() - begin) / 1_000_000;
            assertTrue(took < 15_000, took + " ms");
        }
    }

    /// Comes back as a browser does: when it was refused or cut, after the wait that it was told.
    private static Follower again(GatewayProcess gateway, String cursor) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(25).toNanos();
        while (true) {
            var follower = Follower.open(gateway.port(), Client.stream(CHANNEL), "Last-Event-ID: " + cursor);
            if (isIn(follower)) return follower;
            long retry = Math.max(1000, follower.retry());
            follower.close();
            if (System.nanoTime() > end) throw new AssertionError("not let in");
            Thread.sleep(retry); // the client's own wait, which is what is measured
        }
    }

    private static Follower open(GatewayProcess gateway, String... headers) {
        return Follower.open(gateway.port(), Client.stream(CHANNEL), headers);
    }

    private static boolean isIn(Follower follower) {
        try {
            if (follower.next().event().equals("connection")) return true;
        } catch (AssertionError cut) {
            // by the JDK's server, when there are too many connections
        }
        follower.close();
        return false;
    }

    @Test
    void aNewcomerThatCanNotBeLetInLeavesNothingBehind() {
        try (var gateway = Gateway.start("MAX_CONNECTIONS=1", "TRUST_PROXY=1"); var one = gateway.follow(CHANNEL)) {
            one.await(CONNECTED);
            for (int i = 0; i < 5; i++) {
                try (var refused = gateway.follow(CHANNEL, "Accept: */*", "X-Forwarded-For: 203.0.113." + i)) {
                    assertEquals(503, refused.status());
                }
            }
            one.leave();
            Await.until("it is noticed", () -> {
                try (var next = gateway.follow(CHANNEL, "Accept: */*", "X-Forwarded-For: 203.0.113.9")) {
                    return next.status() == 200;
                }
            });
        }
    }

    private static Follower open(Gateway gateway, Leaving leaving, String name, String... headers) {
        var options = Follower.options();
        if (leaving.name().startsWith("HTTP10")) options.http10();
        var all = new ArrayList<>(List.of(headers));
        all.add(token());
        all.add("X-Name: " + name);
        if (leaving.name().startsWith("CLOSE")) all.add("Connection: close");
        return options.open(gateway.port(), Client.stream(CHANNEL), all.toArray(String[]::new));
    }

    private static String token() {
        return "Authorization: Bearer " + Tokens.reader(600, "w");
    }
}
