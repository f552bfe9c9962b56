package com.datashop.gateway.log.shared.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.RedisServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ids far ahead of every clock, up to the last that there can be: somebody else may have added an entry with one.
class LastIdsTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";
    private static final String LAST = "18446744073709551615-18446744073709551615";

    @ParameterizedTest
    @ValueSource(strings = {"99999999999999-0", "9223372036854775807-18446744073709551615", "9223372036854775808-0",
            "18446744073709551614-18446744073709551615", "18446744073709551615-18446744000000000000"})
    void idsGoOnUpwardsBehindAForeignOneAndBehindTheLossOfTheStream(String foreign) {
        try (var redis = RedisServer.start(); var gateway = Gateway.start("BUS_URL=" + redis.url());
                var other = Gateway.start("BUS_URL=" + redis.url());
                var follower = gateway.follow(CHANNEL); var second = other.follow(CHANNEL)) {
            for (var each : List.of(follower, second)) each.await(Message::isConnection);
            var ids = new ArrayList<String>();
            ids.add(gateway.publish(PATH, "1"));
            assertEquals(foreign, redis.ask("XADD", "logs", foreign, "c", CHANNEL, "t", "7", "d", "2"));
            ids.add(foreign);
            ids.add(gateway.publish(PATH, "3"));
            ids.add(other.publish(PATH, "4"));
            for (int round = 0; round < 2; round++) {
                for (var each : List.of(follower, second)) assertEquals(ids, each.ids(ids.size()));
                assertEquals("1", redis.ask("DEL", "logs"));
                ids.add(gateway.publish(PATH, "5"));
                ids.add(other.publish(PATH, "6"));
                for (var each : List.of(follower, second)) {
                    assertEquals(ids, each.ids(ids.size()));
                    assertEquals(round + 1, each.gaps().size(), each.messages().toString());
                }
            }
            for (int i = 1; i < ids.size(); i++) assertTrue(id(ids.get(i)).isAfter(id(ids.get(i - 1))), ids.toString());
            for (var node : List.of(gateway, other)) Await.until("/health to say healthy",
                    () -> status(node.client()).equals("healthy"));
            try (var resumed = other.follow(CHANNEL, "Last-Event-ID: " + ids.get(2));
                    var fresh = Gateway.start("BUS_URL=" + redis.url());
                    var late = fresh.follow(CHANNEL, "Last-Event-ID: " + ids.get(ids.size() - 2))) {
                assertEquals(ids.subList(3, ids.size()), resumed.ids(ids.size() - 3));
                assertEquals(ids.subList(ids.size() - 1, ids.size()), late.ids(1));
                assertEquals(0, late.gaps().size());
                fresh.publish(PATH, "7");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {LAST, "18446744073709551615-18446744073709551614",
            "18446744073709551615-18446744073709551000"})
    void aStreamThatHasUsedUpItsIdsIsToldSteadilyUntilItIsDeleted(String foreign) {
        try (var redis = RedisServer.start(); var process = GatewayProcess.start("BUS_URL=" + redis.url(),
                "HEARTBEAT_SECONDS=1"); var follower = process.client().follow(CHANNEL)) {
            var node = process.client();
            var ids = new ArrayList<String>();
            for (int n = 0; n < 3; n++) ids.add(node.publish(PATH, String.valueOf(n)));
            assertEquals(foreign, redis.ask("XADD", "logs", foreign, "c", CHANNEL, "t", "7", "d", "2"));
            Await.until("it to be noticed", () -> status(node).equals("degraded"));
            assertUsedUp(node, follower);
            assertEquals(1, (process.out() + process.err()).split("event=broker-trouble", -1).length - 1, "one line: "
                    + process.err());
            try (var late = GatewayProcess.start("BUS_URL=" + redis.url(), "HEARTBEAT_SECONDS=1");
                    var reader = late.client().follow(CHANNEL, "Last-Event-ID: " + ids.getFirst())) {
                Await.until("a new node to notice", () -> status(late.client()).equals("degraded"));
                assertEquals(ids.subList(1, 3), reader.ids(2), "what is there can be read");
                assertUsedUp(late.client(), reader);
                redis.ask("DEL", "logs");
                for (var each : List.of(node, late.client())) Await.until("it to be well again",
                        () -> status(each).equals("healthy"));
                ids.add(node.publish(PATH, "3"));
                ids.add(late.client().publish(PATH, "4"));
                assertEquals(ids, follower.ids(5));
                assertEquals(1, follower.gaps().size(), follower.messages().toString());
                assertEquals(ids.subList(1, 5), reader.ids(4));
                assertEquals(1, reader.gaps().size());
            }
        }
    }

    @Test
    void aStreamWhoseLastIdIsSetBackGoesOn() {
        try (var redis = RedisServer.start(); var gateway = Gateway.start("BUS_URL=" + redis.url());
                var follower = gateway.follow(CHANNEL)) {
            var ids = new ArrayList<String>();
            ids.add(gateway.publish(PATH, "1"));
            redis.ask("XADD", "logs", LAST, "x", "y");
            Await.until("it to be noticed", () -> status(gateway.client()).equals("degraded"));
            redis.ask("XDEL", "logs", LAST);
            assertEquals("OK", redis.ask("XSETID", "logs", ids.getFirst()));
            Await.until("it to be well again", () -> status(gateway.client()).equals("healthy"));
            ids.add(gateway.publish(PATH, "2"));
            assertEquals(ids, follower.ids(2));
            assertEquals(0, follower.gaps().size(), "nothing is lost");
        }
    }

    @Test
    void aNodeThatStartsWithNothingButTheLastIdGoesOnWhenItIsDeleted() {
        try (var redis = RedisServer.start()) {
            redis.ask("XADD", "logs", LAST, "x", "y");
            for (var trim : List.of("1", "0")) {
                redis.ask("XTRIM", "logs", "MAXLEN", trim);
                try (var gateway = Gateway.start("BUS_URL=" + redis.url()); var follower = gateway.follow(CHANNEL)) {
                    follower.await(Message::isConnection);
                    assertEquals(503, gateway.client().tryPublish(PATH, "1").statusCode());
                    if (trim.equals("1")) continue;
                    redis.ask("DEL", "logs");
                    Await.until("it to be well again", () -> status(gateway.client()).equals("healthy"));
                    var id = gateway.publish(PATH, "1");
                    assertEquals(List.of(id), follower.ids(1));
                }
            }
        }
    }

    private static void assertUsedUp(Client node, Follower follower) {
        for (int i = 0; i < 2; i++) {
            follower.awaitComments(follower.comments() + 1); // the gateway asks the broker meanwhile whether it is well
            for (int n = 0; n < 3; n++) {
                var refused = node.tryPublish(PATH, "1");
                assertEquals(503, refused.statusCode());
                assertTrue(refused.body().contains("the stream has used up its ids"), refused.body());
                assertEquals("degraded", status(node));
            }
        }
    }

    private static String status(Client node) {
        return Gateway.string(Gateway.json(node.get("/health")), "status");
    }

    private static EventId id(String text) {
        return EventId.parse(text).orElseThrow();
    }
}
