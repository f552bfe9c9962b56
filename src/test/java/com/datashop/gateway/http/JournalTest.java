package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.RedisServer;
import com.datashop.gateway.support.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The upload of a journal that goes on for long, is cut, and comes again.
class JournalTest {
    private static final String HEAD = "POST /journal/upload HTTP/1.1\r\nHost: a\r\nX-Service-Token: t\r\n"
            + "Content-Type: application/vnd.fdo.journal\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String END = "0\r\n\r\n";
    private static final String CHANNEL = "logs:journal:hosts";

    private Gateway gateway = start();
    private Follower follower = gateway.follow(CHANNEL);

    @AfterEach
    void stop() {
        follower.close();
        gateway.close();
    }

    private static Gateway start(String... settings) {
        var all = new String[settings.length + 1];
        System.arraycopy(settings, 0, all, 0, settings.length);
        all[settings.length] = "SERVICE_TOKENS=t=journal/hosts";
        return Gateway.start(all);
    }

    private void restart(String... settings) {
        stop();
        gateway = start(settings);
        follower = gateway.follow(CHANNEL);
    }

    @Test
    void entriesArePublishedWhileTheUploadGoesOn() {
        try (var upload = Wire.connect(gateway.port())) {
            upload.send(HEAD);
            for (int i = 0; i < 3; i++) {
                upload.send(chunk(entry(i)));
                assertEquals("line " + i, message());
            }
            assertFalse(upload.hasAnswer(Duration.ofMillis(100)));
            upload.send(END);
            assertEquals(200, upload.receive().status());
            upload.send(HEAD + chunk(entry(3)) + END);
            assertEquals(200, upload.receive().status(), "the connection serves on");
        }
    }

    @Test
    void anEntryMayComeInPiecesOfAnySize() {
        byte[] body = (entry(0) + entry(1)).getBytes(UTF_8);
        try (var upload = Wire.connect(gateway.port())) {
            upload.send(HEAD);
            for (byte b : body) upload.send(chunk(String.valueOf((char) b)));
            upload.send(END);
            assertEquals(200, upload.receive().status());
        }
        assertEquals(List.of("line 0", "line 1"), List.of(message(), message()));
    }

    @Test
    void anUploadMayTakeLongerThanARequestWhileItMakesProgress() {
        restart("REQUEST_TIMEOUT_SECONDS=1");
        try (var upload = Wire.connect(gateway.port())) {
            upload.send(HEAD);
            long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
            int sent = 0;
            while (System.nanoTime() < end) {
                assertFalse(upload.hasAnswer(Duration.ofMillis(400)));
                upload.send(chunk(entry(sent)));
                assertEquals("line " + sent++, message());
            }
            upload.send(END);
            assertEquals(200, upload.receive().status());
        }
    }

    @Test
    void anUploadWithoutAWholeEntryInTheTimeOfARequestIsAnswered408() {
        restart("REQUEST_TIMEOUT_SECONDS=1");
        try (var upload = Wire.connect(gateway.port())) {
            upload.send(HEAD + chunk(entry(0)));
            assertEquals("line 0", message());
            long began = System.nanoTime();
            while (!upload.hasAnswer(Duration.ofMillis(200)))  {
                assertTrue(System.nanoTime() - began < 10_000_000_000L, "it is answered");
                upload.send(chunk("x"));
            }
            assertProblem(408, "no whole entry came in 1 s", upload.receive());
            assertTrue(upload.closedByPeer());
        }
    }

    @Test
    void entriesThatAreSentAgainAfterACutAreNotPublishedAgain() {
        try (var upload = Wire.connect(gateway.port())) {
            upload.send(HEAD + chunk(entries(0, 700)) + chunk("MESSAGE=cut"));
            follower.logs(700);
        }
        assertEquals(200, upload(entries(0, 1000)));
        assertEquals(200, upload(entries(0, 1000) + entry(1000)));
        var lines = follower.logs(1001).stream().map(message -> data(message.data())).toList();
        assertEquals(IntStream.rangeClosed(0, 1000).mapToObj(i -> "line " + i).toList(), lines);
        assertEquals(1001, Door.published(gateway));
    }

    @Test
    void whatIsSentAgainAfterARestartIsNotPublishedAgain(@TempDir Path directory) {
        String log = "DATA_DIR=" + directory;
        restart(log, "HISTORY_EVENTS=100");
        try (var upload = Wire.connect(gateway.port())) {
            upload.send(HEAD + chunk(entries(0, 700)) + chunk("MESSAGE=cut"));
            follower.logs(700);
        }
        assertEquals(200, gateway.post("/api/logs/publish", "{\"service\":\"journal\",\"workspace_id\":\"hosts\","
                + "\"logData\":\"of another sender\"}", Door.JSON, "X-Service-Token: t").statusCode());
        restart(log, "HISTORY_EVENTS=100");
        assertEquals(200, upload(entries(0, 1000)));
        assertEquals(300, Door.published(gateway));
        assertEquals(200, upload(entries(1000, 1001)));
        restart(log);
        assertEquals(200, upload(entries(500, 1002)));
        assertEquals(1, Door.published(gateway));
    }

    /// The first upload waits for its rate with a batch that it has read, when the second one brings the same entries.
    @Test
    void whatIsSentAgainWhileTheGatewayStillStoresItIsPublishedOnce() {
        stop();
        gateway = Gateway.start("PUBLISH_RATE=400", "SERVICE_TOKENS=t=journal/hosts,u=journal/hosts");
        follower = gateway.follow(CHANNEL);
        try (var upload = Wire.connect(gateway.port())) {
            upload.send(HEAD + chunk(entries(0, 1400)));
            follower.logs(1000);
            var again = HEAD.replace("Token: t", "Token: u");
            assertEquals(200, ask(gateway.port(), again + chunk(entries(1000, 1401)) + END).status());
            upload.send(END);
            assertEquals(200, upload.receive().status());
        }
        var lines = follower.logs(1401).stream().map(message -> data(message.data())).toList();
        assertEquals(IntStream.rangeClosed(0, 1400).mapToObj(i -> "line " + i).toList(), lines);
        assertEquals(1401, Door.published(gateway));
    }

    @Test
    void anEntryThatComesTwiceInAnUploadIsPublishedOnce() {
        assertEquals(200, upload(entry(0) + entry(1) + entry(0) + entry(1) + entry(2)));
        assertEquals(3, Door.published(gateway));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MESSAGE", "MESSAGE=cut", "MESSAGE=cut\n", "MESSAGE\n\4\0\0",
        "MESSAGE\n\4\0\0\0\0\0\0\0cut"})
    void anEntryThatIsCutIsNotPublishedAndThoseBeforeItAre(String part) {
        for (boolean chunked : List.of(true, false)) {
            long before = Door.published(gateway);
            String sent = entry((int) before) + part;
            try (var upload = Wire.connect(gateway.port())) {
                upload.send(chunked ? HEAD + chunk(sent)
                        : HEAD.replace("Transfer-Encoding: chunked", "Content-Length: 10000") + sent);
            }
            assertEquals("line " + before, message());
            assertEquals(200, upload(entries(0, (int) before + 2)));
            assertEquals("line " + (before + 1), message());
            assertEquals(before + 2, Door.published(gateway));
        }
    }

    @Test
    void theEntriesBeforeOneThatComesTooSlowlyArePublished() {
        restart("REQUEST_TIMEOUT_SECONDS=1");
        try (var upload = Wire.connect(gateway.port())) {
            upload.send(HEAD + chunk(entry(0) + "MESSAGE=slow"));
            assertProblem(408, "no whole entry came in 1 s", upload.receive());
        }
        assertEquals("line 0", message());
    }

    @Test
    void aSenderThatAsksFirstIsToldToContinue() {
        try (var upload = Wire.connect(gateway.port())) {
            upload.send(HEAD.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"));
            assertTrue(upload.hasAnswer(Duration.ofSeconds(10)), "100, which receive() passes over");
            upload.send(chunk(entry(0)) + END);
            assertEquals(200, upload.receive().status());
        }
        assertEquals("line 0", message());
    }

    /// The second node stores a part, and the sender comes back to the first one.
    @Test
    void whatAnotherNodeHasStoredIsNotPublishedAgain() {
        try (var redis = RedisServer.start(); var first = node(redis); var second = node(redis);
                var all = first.follow(CHANNEL)) {
            assertEquals(200, ask(first.port(), HEAD + chunk(entries(0, 150)) + END).status());
            try (var upload = Wire.connect(second.port()); var there = second.follow(CHANNEL + "&since=0")) {
                upload.send(HEAD + chunk(entries(150, 700)) + chunk("MESSAGE=cut"));
                there.logs(700);
            }
            assertEquals(200, ask(first.port(), HEAD + chunk(entries(150, 1000)) + END).status());
            var lines = all.logs(1000).stream().map(message -> data(message.data())).toList();
            assertEquals(IntStream.range(0, 1000).mapToObj(i -> "line " + i).toList(), lines);
            assertEquals(450, Door.published(first));
        }
    }

    private static Gateway node(RedisServer redis) {
        return start("BUS_URL=" + redis.url());
    }

    @Test
    void whatFollowsABadEntryComesWhenItIsSentAgain() {
        try (var upload = Wire.connect(gateway.port())) {
            upload.send(HEAD + chunk(entry(0)));
            assertEquals("line 0", message());
            upload.send(chunk(entry(1) + "=bad\n"));
            assertProblem(400, "entry 2: a field has no name", upload.receive());
        }
        assertEquals(200, upload(entries(0, 3)));
        assertEquals(List.of("line 1", "line 2"), List.of(message(), message()));
        assertEquals(3, Door.published(gateway));
    }

    @Test
    void entriesOfOtherBootsJournalsAndChannelsAreOthers() {
        String sent = entry(7);
        assertEquals(200, upload(sent));
        for (var other : List.of(sent.replace("b=b", "b=c"), sent.replace("s=a", "s=b"),
                sent.replace("MESSAGE", "RESOURCE_ID=r\nMESSAGE"),
                sent.replaceAll("__CURSOR=.*", "__CURSOR=own-1"), sent.replaceAll("__CURSOR=.*", "__CURSOR=own-2"),
                        sent.replaceAll("__CURSOR=.*\n", ""))) {
            long before = Door.published(gateway);
            assertEquals(200, upload(other));
            assertEquals(before + 1, Door.published(gateway), other);
            assertEquals(200, upload(other));
            assertEquals(before + (other.contains("__CURSOR") ? 1 : 2), Door.published(gateway), other);
        }
    }

    @Test
    void anUploadOverItsRateIsSlowedDownAndNotRefused() {
        restart("PUBLISH_RATE=400");
        assertEquals(200, upload(entries(0, 1400)));
        assertEquals(1400, Door.published(gateway));
    }

    @Test
    void theTokenMayStandInTheAddressAsCurlSendsIt() {
        var answer = ask(gateway.port(), HEAD.replace("X-Service-Token: t", "Authorization: Basic eDp0")
                + chunk(entry(0)) + END);
        assertEquals(200, answer.status(), answer::toString);
        assertProblem(401, "service token", ask(gateway.port(), HEAD.replace("X-Service-Token: t", "X: y") + END));
        assertProblem(415, "application/vnd.fdo.journal",
                ask(gateway.port(), HEAD.replace("vnd.fdo.journal", "json") + END));
        assertProblem(415, "Content-Encoding",
                ask(gateway.port(), HEAD.replace("\r\nTransfer", "\r\nContent-Encoding: zstd\r\nTransfer") + END));
    }

    private int upload(String body) {
        return ask(gateway.port(), HEAD + chunk(body) + END).status();
    }

    private String message() {
        return data(follower.nextLog().data());
    }

    private static String data(String event) {
        return Gateway.string((JsonObject) Gateway.object(event).get("data"), "message");
    }

    private static String entries(int from, int to) {
        var entries = new StringBuilder();
        for (int i = from; i < to; i++) entries.append(entry(i));
        return entries.toString();
    }

    private static String entry(int number) {
        return "__CURSOR=s=a1;i=" + Integer.toHexString(number + 1) + ";b=b1;m=1;t=4c508a72423d9;x=1\n"
                + "__REALTIME_TIMESTAMP=1763877600123456\nPRIORITY=6\nMESSAGE=line " + number + "\n\n";
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.getBytes(UTF_8).length) + "\r\n" + text + "\r\n";
    }
}
