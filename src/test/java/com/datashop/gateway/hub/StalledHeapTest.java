package com.datashop.gateway.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Readers that stall, each with events that nobody else holds, in a heap that could never hold all of them.
class StalledHeapTest {
    private static final int BATCH = 60;
    private static final String LARGE = "\"" + "x".repeat(600_000) + "\"";
    private static final List<String> SMALL = Collections.nCopies(BATCH, "\"" + "x".repeat(4000) + "\"");
    private static final String GOOD = "good/r";
    /// So many of the stalled ones read on at the end.
    private static final int RESUMED = 12;

    @ParameterizedTest
    @CsvSource({"64, 300, true", "64, 300, false"})
    void theGatewayStaysUpTheOthersGetEverythingAndThoseWhoReadOnGetAllOrAnExactGap(int megabytes, int readers,
            boolean largeFirst) throws InterruptedException {
        var settings = new String[] {"HISTORY_EVENTS=1000", "WRITE_TIMEOUT_SECONDS=600", "HEARTBEAT_SECONDS=5"};
        try (var gateway = GatewayProcess.startWith(List.of("-Xmx" + megabytes + "m"), settings);
                var good = gateway.client().follow("logs:etl:" + GOOD.replace('/', ':'))) {
            good.await(Message::isConnection);
            var stalled = new ArrayList<Follower>();
            var published = new ArrayList<List<String>>();
            var received = new ArrayList<String>();
            try {
                for (int i = 0; i < readers; i++) {
                    stalled.add(Follower.options().receiveBuffer(4096).paused()
                            .open(gateway.port(), Client.stream("logs:etl:w:r" + i)));
                    assertEquals(200, stalled.getLast().status());
                    published.add(new ArrayList<>());
                }
                for (int round = 0; round < 2; round++) {
                    for (int i = 0; i < readers; i++) {
                        if (largeFirst) published.get(i).add(gateway.client().publish("w/r" + i, LARGE));
                        published.get(i).addAll(batch(gateway.client().publishAll("w/r" + i, SMALL)));
                        if (!largeFirst) published.get(i).add(gateway.client().publish("w/r" + i, LARGE));
                        if (i % 20 == 0)
                            received.add(gateway.client().publish(GOOD, i % 100 == 0 ? LARGE : "\"" + "y"
                                    .repeat(3000) + "\""));
                        if (i % 20 == 0) good.logs(received.size());
                    }
                }
                assertEquals(received, good.ids());
                assertTrue(good.messages().stream().noneMatch(Message::isGap),
                        "no gap for one who reads");
                for (int i = RESUMED; i < readers; i++) stalled.get(i).reset();
                for (int i = 0; i < RESUMED; i++) assertCompleteOrTold(gateway, i, stalled.get(i), published.get(i));
            } catch (AssertionError | RuntimeException failed) {
                if (!gateway.isAlive()) throw new AssertionError("it ended: " + gateway, failed);
                throw failed;
            } finally {
                stalled.forEach(Follower::close);
            }
            assertTrue(gateway.isAlive(), gateway::toString);
            assertEquals("", gateway.err().lines().filter(line -> line.contains("level=error")).findAny().orElse(""));
        }
    }

    /// The last of a batch's ids is known, and they count up.
    private static List<String> batch(String last) {
        var parts = last.split("-");
        long minor = Long.parseLong(parts[1]);
        return LongStream.rangeClosed(minor - BATCH + 1, minor).mapToObj(n -> parts[0] + "-" + n).toList();
    }

    /// Reads on; if the stream was cut in mid-event, on another. Every id was received, or lies in a gap whose count is
    /// right.
    private static void assertCompleteOrTold(GatewayProcess gateway, int channel, Follower first, List<String> ids) {
        var messages = new ArrayList<Message>();
        var follower = first;
        String last = ids.getLast();
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        for (int streams = 0; ; streams++) {
            follower.resume();
            boolean whole = false;
            try {
                follower.await(message -> message.isLog() && message.id().equals(last));
                whole = true;
            } catch (AssertionError cut) {
                assertTrue(follower.awaitEnd() != Follower.End.CLOSED && streams < 5 && System.nanoTime() < end,
                        () -> gateway + " " + cut);
            }
            messages.addAll(follower.messages());
            if (follower != first) follower.close();
            if (whole) break;
            follower = gateway.client().follow("logs:etl:w:r" + channel, "Last-Event-ID: " + follower.lastEventId());
        }
        int next = 0;
        for (var message : messages) {
            if (message.isLog()) {
                assertEquals(ids.get(next), message.id(), "the next event, or a gap before it");
                next++;
            } else if (message.event().equals("gap")) {
                next += (int) Gateway.number(Gateway.object(message.data()), "lost");
            }
        }
        assertEquals(ids.size(), next);
    }
}
