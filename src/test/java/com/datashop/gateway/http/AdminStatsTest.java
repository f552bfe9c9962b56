package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.assertProblem;
import static com.datashop.gateway.http.Door.members;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.Gateway.number;
import static com.datashop.gateway.support.Gateway.string;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonArray;
import com.datashop.gateway.json.JsonNull;
import com.datashop.gateway.json.JsonNumber;
import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The statistics that an operator has of one node.
class AdminStatsTest {
    private static final String SUMMARY = "/admin/logs/stats?summary=true";
    private static final List<String> VITALS = List.of("status", "version", "time", "uptime", "maxConnections",
            "events", "overflows", "bytesSent", "gaps", "ends",
            "latency", "publishing", "refusals", "ingest", "history", "process", "log", "topChannels",
            "slowSubscriberCount", "catchingUpCount", "slowSubscribers");

    @Test
    void theMembersOfTheContractComeFirstAndTheSummaryLeavesTheListsOut() {
        try (var gateway = Gateway.start(); var one = gateway.follow("logs:etl:w:r");
                var two = gateway.follow("logs:etl:*:*")) {
            one.next();
            two.next();
            var whole = Gateway.json(gateway.get("/admin/logs/stats"));
            var contract = List.of("totalConnections", "totalChannels", "channels", "stats");
            assertEquals(contract, members(whole).subList(0, 4));
            assertEquals(VITALS, members(whole).subList(4, members(whole).size()));
            assertEquals(whole.get("channels"), Gateway.json(gateway.get("/admin/logs/stats?summary=false"))
                    .get("channels"));
            var summary = summary(gateway);
            assertNull(summary.get("channels"));
            assertEquals(members(whole).stream().filter(name -> !name.equals("channels")).toList(), members(summary));
            assertEquals(List.of(2L, 2L), List.of(number(summary, "totalConnections"),
                    number(summary, "totalChannels")));
            for (var bad : List.of("summary=yes", "summary=true&summary=true", "summary=TRUE"))
                assertProblem(400, "summary", ask(gateway.port(), request("GET", "/admin/logs/stats?" + bad)), bad);
        }
    }

    @Test
    void theSummaryAsksForTheSameTokenAndNeverInTheAddress() {
        try (var guarded = Gateway.start("ADMIN_TOKEN=s3cret")) {
            assertProblem(401, "ADMIN_TOKEN", ask(guarded.port(), request("GET", SUMMARY)));
            assertProblem(401, "ADMIN_TOKEN", ask(guarded.port(), request("GET", SUMMARY + "&access_token=s3cret")));
            assertEquals(200, guarded.get(SUMMARY, "Authorization: Bearer s3cret").statusCode());
        }
        try (var production = Gateway.start("NODE_ENV=production", "STREAM_AUTH=none", "SERVICE_TOKENS=t=etl")) {
            assertProblem(403, "ADMIN_TOKEN",
                    ask(production.port(), request("GET", SUMMARY, "Authorization: Bearer x")));
        }
    }

    @Test
    void itsCountersAreThoseOfWhatHappened() {
        try (var gateway = Gateway.start("MAX_CONNECTIONS=7"); var all = gateway.follow("logs:etl:w:r");
                var errors = gateway.follow("logs:etl:w:r&level=error")) {
            all.next();
            errors.next();
            // what is read from history has no latency
            Await.until("both to be live", () -> number(summary(gateway), "catchingUpCount") == 0);
            gateway.publishAll("w/r", List.of("{\"level\":\"info\"}", "{\"level\":\"error\"}"));
            all.logs(2);
            errors.logs(1);
            gateway.get("/api/logs/stream");
            gateway.post("/api/logs/publish", "{}");
            // A filtered event is counted after those that were sent before it, and a latency after its write.
            Await.until("both to be counted", () -> sum(object(summary(gateway), "latency"), "counts") >= 2
                    && number(object(summary(gateway), "events"), "filtered") == 1);
            var stats = summary(gateway);
            var events = object(stats, "events");
            assertEquals(List.of(4L, 3L, 0L, 1L, 0L, 0L),
                    List.of(number(events, "matched"), number(events, "delivered"), number(events, "replayed"),
                    number(events, "filtered"),
                    number(events, "lost"), number(events, "undelivered")));
            assertEquals(2, number(object(stats, "stats"), "logsPublished"));
            assertEquals(1, number(object(stats, "refusals"), "bad-parameter"));
            assertEquals(1, number(object(stats, "refusals"), "no-credential"));
            assertEquals(0, number(object(stats, "refusals"), "rate-limit"));
            assertEquals(7, number(stats, "maxConnections"));
            assertTrue(number(stats, "bytesSent") > 200);
            assertEquals(1, sum(object(stats, "publishing"), "counts"), "one request");
            for (var name : List.of("latency", "publishing")) {
                var bounds = numbers(object(stats, name), "bounds");
                assertEquals(bounds.stream().sorted().distinct().toList(), bounds, "microseconds, ascending");
                assertEquals(bounds.size() + 1, numbers(object(stats, name), "counts").size());
                assertTrue(number(object(stats, name), "sum") > 0);
            }
            assertEquals(List.of(2L, 1000L),
                    List.of(number(object(stats, "history"), "events"),
                    number(object(stats, "history"), "maxEventsPerChannel")));
            assertTrue(number(object(stats, "history"), "bytes") < number(object(stats, "history"), "maxBytes"));
            assertTrue(number(object(stats, "process"), "heapUsed") <= number(object(stats, "process"), "heapMax"));
            assertEquals("healthy", string(stats, "status"));
            assertTrue(number(summary(gateway), "uptime") >= number(stats, "uptime"), "a clock to take rates by");
        }
    }

    @Test
    void theBusiestAndTheMostFollowedChannelsAreListedHoweverManyThereAre() {
        try (var gateway = Gateway.start(); var follower = gateway.follow(channels(0, 90));
                var second = gateway.follow("logs:etl:w1:r,logs:etl:*:r")) {
            follower.next();
            second.next();
            gateway.publishAll("busy", IntStream.range(0, 50).mapToObj(String::valueOf).toList());
            var entries = new ArrayList<String>();
            for (int i = 0; i < 200; i++) entries.add(Gateway.entry("w" + i + "/r", "1"));
            gateway.publishEntries(entries);
            var top = objects(summary(gateway), "topChannels");
            assertTrue(top.size() > 20 && top.size() <= 40, "twenty of each, some of them the same: " + top.size());
            assertEquals("logs:etl:busy", string(top.getFirst(), "channel"));
            assertEquals(50, number(top.getFirst(), "events"));
            assertTrue(number(top.getFirst(), "perMinute") > 0 && number(top.getFirst(), "perMinute") <= 600,
                    "50 in the last ten seconds: " + top.getFirst());
            assertEquals(0, number(top.getFirst(), "subscriberCount"));
            var followed = top.stream().filter(channel -> string(channel, "channel").equals("logs:etl:w1:r"))
                    .findFirst().orElseThrow();
            assertEquals(List.of(2L, 1L, 1L),
                    List.of(number(followed, "subscriberCount"), number(followed, "patternSubscriberCount"),
                    number(followed, "events")));
            assertTrue(summary(gateway).toString().length() < 20_000, "it is bounded");
        }
    }

    @Test
    void aPatternIsListedWithItsSubscribersAlone() {
        try (var gateway = Gateway.start(); var follower = gateway.follow("logs:etl:*")) {
            follower.next();
            assertEquals(
                    "{\"channel\":\"logs:etl:*\",\"subscriberCount\":1,\"patternSubscriberCount\":null,"
                    + "\"events\":null,\"perMinute\":null}",
                    objects(summary(gateway), "topChannels").getFirst().toString());
        }
    }

    @Test
    void aSubscriberThatDoesNotReadIsListedUntilItHasCaughtUp() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=100000", "WRITE_TIMEOUT_SECONDS=600");
                var reading = gateway.follow("logs:etl:w:r", "X-User-Id: quick");
                var stalled = Follower.options().receiveBuffer(4096).paused()
                        .open(gateway.port(), Client.stream("logs:etl:w:r,logs:etl:a,logs:etl:b,logs:etl:c"),
                        "X-User-Id: slow")) {
            reading.next();
            stalled.status();
            var filler = "\"" + "x".repeat(300) + "\"";
            int events = 0;
            for (; events < 20_000; events += 1000) {
                gateway.publishAll("w/r", IntStream.range(0, 1000).mapToObj(_ -> filler).toList());
                reading.logs(events + 1000);
            }
            Await.until("the reader to be none of the slow, and the other to be stuck", () -> {
                var slow = objects(summary(gateway), "slowSubscribers");
                return slow.size() == 1 && number(slow.getFirst(), "stuckMilliseconds") > 1000;
            });
            var stats = summary(gateway);
            var slow = objects(stats, "slowSubscribers").getFirst();
            assertEquals("slow", string(slow, "userId"));
            assertEquals(List.of(1L, 1L), List.of(number(stats, "slowSubscriberCount"),
                    number(stats, "catchingUpCount")));
            assertEquals("false", slow.get("live").toString());
            long behind = number(slow, "eventsBehind");
            assertTrue(behind > 0 && behind < events, slow::toString);
            assertTrue(number(slow, "queued") <= 1024, slow::toString);
            assertEquals(4, number(slow, "channelCount"));
            assertEquals("[\"logs:etl:w:r\",\"logs:etl:a\",\"logs:etl:b\"]", slow.get("channels").toString());
            assertTrue(number(stats, "overflows") >= 1);
            stalled.resume();
            stalled.logs(events);
            Await.until("nobody to be slow", () -> objects(summary(gateway), "slowSubscribers").isEmpty()
                    && number(summary(gateway), "catchingUpCount") == 0);
        }
    }

    @Test
    void twentySlowSubscribersAreListedAndAllAreCounted() {
        try (var gateway = Gateway.start("HISTORY_EVENTS=100000", "WRITE_TIMEOUT_SECONDS=600")) {
            var stalled = new ArrayList<Follower>();
            for (int i = 0; i < 25; i++)
                stalled.add(Follower.options().receiveBuffer(4096).paused()
                        .open(gateway.port(), Client.stream("logs:etl:w:r")));
            stalled.forEach(Follower::status);
            var large = "\"" + "x".repeat(100_000) + "\"";
            for (int i = 0; i < 40; i++) gateway.publish("w/r", large);
            Await.until("all to be slow", () -> number(summary(gateway), "slowSubscriberCount") == 25);
            assertEquals(20, objects(summary(gateway), "slowSubscribers").size());
            stalled.forEach(Follower::close);
        }
    }

    @Test
    void theLogInMemoryAndTheLogOnDiskSayWhatTheyAre(@TempDir Path directory) {
        try (var gateway = Gateway.start()) {
            String last = gateway.publish("w/r", "1");
            var log = object(summary(gateway), "log");
            assertEquals("{\"kind\":\"memory\",\"floor\":null,\"newest\":\"" + last + "\",\"trouble\":null}",
                    log.toString());
        }
        try (var gateway = Gateway.start("DATA_DIR=" + directory, "RETENTION_BYTES=8MiB")) {
            String last = gateway.publish("w/r", "1");
            var log = object(summary(gateway), "log");
            assertEquals(List.of("disk", "interval"), List.of(string(log, "kind"), string(log, "fsync")));
            assertEquals(last, string(log, "newest"));
            assertNotEquals(last, string(log, "floor"));
            assertEquals(List.of(8L << 20, 1L, 0L),
                    List.of(number(log, "maxBytes"), number(log, "segments"), number(log, "failures")));
            assertTrue(number(log, "bytes") > 0 && number(log, "bytes") < 1000, log::toString);
            assertEquals(JsonNull.NULL, log.get("trouble"));
        }
    }

    @Test
    void eventsThatWereReadBackAtTheStartDoNotCountAsRecent(@TempDir Path directory) {
        try (var gateway = Gateway.start("DATA_DIR=" + directory)) {
            gateway.publishAll("w/r", IntStream.range(0, 500).mapToObj(String::valueOf).toList());
        }
        try (var gateway = Gateway.start("DATA_DIR=" + directory)) {
            assertEquals(
                    "{\"channel\":\"logs:etl:w:r\",\"subscriberCount\":0,\"patternSubscriberCount\":0,\"events\":500,"
                    + "\"perMinute\":0}",
                    objects(summary(gateway), "topChannels").getFirst().toString());
            gateway.publish("w/r", "1");
            long perMinute = number(objects(summary(gateway), "topChannels").getFirst(), "perMinute");
            assertTrue(perMinute > 0 && perMinute <= 12, "one in the last ten seconds: " + perMinute);
        }
    }

    @Test
    void aLogThatCanNotBeWrittenSaysWhyUntilItCan(@TempDir Path parent) throws IOException {
        var directory = parent.resolve("log");
        try (var gateway = Gateway.start("DATA_DIR=" + directory, "RETENTION_BYTES=1MiB")) {
            gateway.publish("w/r", "1");
            Files.move(directory, parent.resolve("away"));
            var large = "\"" + "x".repeat(100_000) + "\"";
            Await.until("the next segment to fail", () -> gateway.client().tryPublish("w/r", large)
                    .statusCode() == 503);
            var stats = summary(gateway);
            assertEquals("degraded", string(stats, "status"));
            var trouble = string(object(stats, "log"), "trouble");
            assertTrue(trouble.startsWith("the log can not be written: "), trouble);
            assertTrue(number(object(stats, "log"), "failures") >= 1);
            assertTrue(number(object(stats, "refusals"), "log-unavailable") >= 1);
            Files.move(parent.resolve("away"), directory);
            Await.until("the log to be written again", () -> object(summary(gateway), "log")
                    .get("trouble") == JsonNull.NULL);
            assertEquals("healthy", string(summary(gateway), "status"));
        }
    }

    private static String channels(int from, int to) {
        return String.join(",", IntStream.range(from, to).mapToObj(i -> "logs:etl:w" + i + ":r").toList());
    }

    private static JsonObject summary(Gateway gateway) {
        var reply = gateway.get(SUMMARY);
        assertEquals(200, reply.statusCode(), reply.body());
        return Gateway.json(reply);
    }

    private static JsonObject object(JsonObject parent, String member) {
        return (JsonObject) parent.get(member);
    }

    private static List<JsonObject> objects(JsonObject parent, String member) {
        return ((JsonArray) parent.get(member)).elements().stream().map(JsonObject.class::cast).toList();
    }

    private static List<Long> numbers(JsonObject parent, String member) {
        return ((JsonArray) parent.get(member)).elements().stream()
                .map(number -> Long.parseLong(((JsonNumber) number).text())).toList();
    }

    private static long sum(JsonObject parent, String member) {
        return numbers(parent, member).stream().mapToLong(n -> n).sum();
    }
}
