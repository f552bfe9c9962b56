package com.datashop.gateway.log.shared.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Entries of the stream that no gateway has written, or that were damaged: they are checked like a publish.
class ForeignEntriesTest {
    private static final String CHANNEL = "logs:etl:w";
    /// Data that a publish is refused for, as Lua writes it.
    private static final List<String> BAD_DATA = List.of("{", "}", "[", "{]", "", " ", "\\n", "[1,]", "{\\\"a\\\":1,}",
            "{\\\"a\\\"}", "{a:1}", "{'a':1}", "NaN", "Infinity", "nul", "truee", "01", "+1", ".5",
            "1.", "1e", "-", "1 2", "{}{}", "{}x", "\\\"a", "\\\"\\\\x\\\"", "\\\"\\\\u12\\\"", "\\\"\\n\\\"",
                    "\\\"\\0\\\"", "\\0", "\\\"\\255\\\"", "\\\"\\192\\128\\\"", "\\\"\\237\\160\\128\\\"",
            "\\\"\\244\\144\\128\\128\\\"", "\\\"\\195\\\"", "\\239\\187\\191{}", "{\\\"level\\\":\\\"error\\\"",
                    "{\\\"level\\\":error}", "{\\\"level\\\":\\\"\\255\\\"}", "1\\n\\nid:5-5\\ndata:2");

    @Test
    void dataThatAPublishWouldBeRefusedForIsLeftOutOfEveryStreamAndCountedAndToldOnce() throws Exception {
        try (var redis = RedisServer.start(); var process = GatewayProcess.start("BUS_URL=" + redis.url(),
                "HISTORY_EVENTS=5")) {
            var node = process.client();
            var first = node.publish("w", "{\"level\":\"error\",\"n\":0}");
            var filters = List.of("", "&level=error", "&level=trace", "&q=n", "&tail=100", "&tail=100&level=error",
                    "&since=1h&level=error");
            try (var streams = new Streams(node, filters)) {
                int bad = 0;
                for (var data : BAD_DATA) {
                    add(redis, CHANNEL, "7", "\"" + data + "\"");
                    bad++;
                }
                add(redis, CHANNEL, "7", "string.rep('[', 513) .. string.rep(']', 513)");
                add(redis, CHANNEL, "7", "string.rep('{\\\"a\\\":', 513) .. '1' .. string.rep('}', 513)");
                add(redis, CHANNEL, "7", "string.rep('[', 200000)");
                int all = bad + 3;
                var ids = new ArrayList<String>();
                for (int n = 1; n <= 10; n++) ids.add(node.publish("w", "{\"level\":\"error\",\"n\":" + n + "}"));
                for (var stream : streams.followers) assertEquals(ids, streams.after(stream, first, 10));
                Await.until("all to be counted", () -> metric(node).equals(String.valueOf(all)));
                for (var filter : filters) {
                    try (var again = node.follow(CHANNEL + filter, "Last-Event-ID: "
                            + first)) { // from the archive: memory has five
                        assertEquals(ids, streams.after(again, first, 10), filter);
                        assertTrue(again.messages().stream().noneMatch(Message::isGap),
                                again.messages().toString());
                    }
                }
            }
            assertEquals(1, (process.out() + process.err()).split("event=log-foreign-entry", -1).length - 1,
                    "told once");
        }
    }

    @Test
    void whatIsNotAsAGatewayWritesItIsLeftOut() {
        try (var redis = RedisServer.start(); var gateway = Gateway.start("BUS_URL=" + redis.url());
                var follower = gateway.follow("logs:*:*")) {
            follower.await(Message::isConnection);
            var bad = new ArrayList<List<String>>();
            for (var time : List.of("", "-1", "+1", "1.5", "1e3", " 1", "1 ", "0x10", "soon", "253402300800000",
                    "9999999999999999", "99999999999999999999", "9".repeat(5000), "\u0663"))
                bad.add(List.of("c", CHANNEL, "t", time, "d", "1"));
            for (var channel : List.of("", "logs", "logs:", "logs:etl", "logs:etl:", "logs::w", "logs:etl:*",
                    "logs:etl:w:r:x", "logs:etl:w w", "logs:etl:w\n", "LOGS:etl:w", " logs:etl:w", "logs:etl:\u00e9",
                    "logs:etl:" + "x".repeat(129), "logs:etl:" + "x".repeat(100_000)))
                bad.add(List.of("c", channel, "t", "7", "d", "1"));
            bad.add(List.of("c", CHANNEL, "c", CHANNEL, "t", "7", "d", "1"));
            bad.add(List.of("c", CHANNEL, "t", "7", "t", "8", "d", "1"));
            bad.add(List.of("c", CHANNEL, "t", "7", "d", "1", "d", "2"));
            bad.add(List.of("c", CHANNEL, "t", "7", "d", "1", "p", "x", "p", "y"));
            bad.add(List.of("c", CHANNEL, "t", "7", "d", "1", "p", "x".repeat(1000)));
            bad.add(List.of("C", CHANNEL, "T", "7", "D", "1"));
            bad.add(List.of("c", CHANNEL, "t", "7"));
            bad.add(List.of("c", CHANNEL, "d", "1"));
            bad.add(List.of("gap", "other"));
            bad.add(List.of("gap", "", "x", "y"));
            bad.add(List.of("gap", "lost", "gap", "lost"));
            for (var fields : bad) redis.ask(Stream.concat(Stream.of("XADD", "logs", "*"), fields
                    .stream()).toArray(String[]::new));
            var spaced = redis.ask("XADD", "logs", "*", "c", CHANNEL, "t", "7", "d",
                    " {\"level\" : \"error\",\n\t\"a b\": [ 1 , 2 ] }\r\n");
            var more = redis.ask("XADD", "logs", "*", "later", "x", "d", "2", "t", "0", "c", CHANNEL, "p", "");
            var id = gateway.publish("w", "1");
            assertEquals(List.of(spaced, more, id), follower.ids(3));
            assertTrue(follower.logs(1).getFirst().data().endsWith("\"data\":{\"level\":\"error\",\"a b\":[1,2]}}"),
                    "without white space, as of a publish: " + follower.logs(1));
            assertEquals(String.valueOf(bad.size()), metric(gateway.client()));
            assertTrue(follower.messages().stream().noneMatch(Message::isGap));
            try (var other = Gateway.start("BUS_URL=" + redis.url()); var tail = other.follow("logs:*:*&tail=10")) {
                assertEquals(List.of(spaced, more, id), tail.ids(3));
            }
        }
    }

    /// Adds an entry whose data is a Lua expression: so it may have any bytes.
    private static void add(RedisServer redis, String channel, String time, String data) {
        var reply = redis.ask("EVAL", "return redis.call('XADD', 'logs', '*', 'c', '" + channel + "', 't', '" + time
                + "', 'd', " + data + ")", "1", "logs");
        assertTrue(reply.matches("[0-9]+-[0-9]+"), data + ": " + reply);
    }

    private static String metric(Client node) {
        return node.get("/metrics").body().lines().filter(line -> line.startsWith("gateway_log_foreign_total "))
                .map(line -> line.substring(line.indexOf(' ') + 1)).findFirst().orElseThrow();
    }

    private static final class Streams implements AutoCloseable {
        final List<Follower> followers = new ArrayList<>();

        Streams(Client node, List<String> filters) {
            for (var filter : filters) followers.add(node.follow(CHANNEL + filter));
            for (var follower : followers) follower.await(Message::isConnection);
        }

        /// The ids of the events that follow the one with this id.
        List<String> after(Follower follower, String id, int events) {
            follower.await(message -> message.isLog() && message.data().contains("\"n\":" + events + "}"));
            return follower.messages().stream().filter(message -> message.isLog() && !message.id().equals(id))
                    .map(Message::id).toList();
        }

        @Override
        public void close() {
            followers.forEach(Follower::close);
        }
    }
}
