package com.datashop.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Client;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Nginx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Behind a real nginx, as most gateways will stand: with what it does unless told otherwise, and with what its manual
/// recommends.
class NginxTest {
    private static final String CHANNEL = "logs:etl:w:r";
    private static final String PATH = "w/r";

    /// How nginx speaks to the gateway.
    enum Proxying {
        /// HTTP/1.0, a connection for each request, and replies buffered (which `X-Accel-Buffering: no` stops).
        DEFAULT("server { listen 127.0.0.1:@PORT@; location / { proxy_pass http://127.0.0.1:@GATEWAY@; } }"),
        KEEP_ALIVE("""
                upstream gateway { server 127.0.0.1:@GATEWAY@; keepalive 16; }
                server {
                  listen 127.0.0.1:@PORT@;
                  location / { proxy_pass http://gateway; proxy_http_version 1.1; proxy_set_header Connection ""; }
                }
                """);

        private final String http;

        Proxying(String http) {
            this.http = http;
        }

        Nginx before(int gatewayPort) {
            return Nginx.start(http.replace("@GATEWAY@", String.valueOf(gatewayPort)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachEventArrivesBeforeTheNextIsPublished(Proxying proxying) {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=1"); var nginx = proxying.before(gateway.port());
                var follower = nginx.client().follow(CHANNEL)) {
            assertEquals(200, follower.status());
            assertEquals("text/event-stream", follower.header("Content-Type"));
            assertEquals("connection", follower.next().event());
            for (int n = 0; n < 20; n++) {
                String id = nginx.client().publish(PATH, "{\"n\":" + n + "}");
                assertEquals(id, follower.nextLog().id());
            }
            follower.awaitComments(2); // the heartbeat comes through, too
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatComesBackThroughItHasEverythingOnce(Proxying proxying) {
        try (var gateway = Gateway.start("HEARTBEAT_SECONDS=1"); var nginx = proxying.before(gateway.port())) {
            var ids = new ArrayList<String>();
            var published = new ArrayList<String>();
            String cursor = "";
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < 20; i++) if (round > 0) published.add(gateway.publish(PATH, "1"));
                try (var follower = nginx.client().follow(CHANNEL, "Last-Event-ID: " + cursor)) {
                    assertEquals("connection", follower.next().event());
                    published.add(nginx.client().publish(PATH, "2"));
                    follower.logs(published.size() - ids.size());
                    ids.addAll(follower.ids());
                    cursor = follower.lastEventId();
                    follower.reset();
                }
            }
            assertEquals(published, ids);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMegabyteOfReplayComesWhole(Proxying proxying) {
        try (var gateway = Gateway.start("HISTORY_EVENTS=5000"); var nginx = proxying.before(gateway.port())) {
            String text = "\"" + "x".repeat(3000) + "\"";
            for (int i = 0; i < 10; i++) nginx.client().publishAll(PATH, Collections.nCopies(100, text));
            try (var follower = nginx.client().follow(CHANNEL + "&tail=1000")) {
                for (var message : follower.logs(1000)) assertTrue(message.data().endsWith(text + "}"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientsThatLeaveAreNoticedAndLeaveNothingBehind(Proxying proxying) {
        try (var gateway = GatewayProcess.start("HEARTBEAT_SECONDS=1"); var nginx = proxying.before(gateway.port())) {
            var direct = gateway.client();
            direct.publish(PATH, "0");
            long before = gateway.openSockets();
            var followers = new ArrayList<Follower>();
            try {
                for (int i = 0; i < 100; i++) followers.add(nginx.client().follow(CHANNEL));
                for (var follower : followers) assertEquals("connection", follower.next().event());
                assertEquals(100, direct.connections());
                for (int i = 0; i < followers.size(); i++) {
                    if (i % 2 == 0) followers.get(i).close();
                    else followers.get(i).reset();
                }
                Await.until("/health to count no stream", () -> direct.connections() == 0);
                Await.until(() -> gateway.openSockets() + " sockets to become " + before, Duration.ofSeconds(10),
                        () -> gateway.openSockets() <= before);
            } finally {
                followers.forEach(Follower::close);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theShutdownMessageAndACleanEndComeThroughIt(Proxying proxying) {
        try (var gateway = GatewayProcess.start(); var nginx = proxying.before(gateway.port());
                var follower = nginx.client().follow(CHANNEL)) {
            assertEquals("connection", follower.next().event());
            String last = nginx.client().publishAll(PATH, IntStream.range(0, 200).mapToObj(String::valueOf).toList());
            gateway.signal("TERM");
            assertEquals(Follower.End.COMPLETE, follower.awaitEnd());
            assertEquals(last, follower.ids().getLast());
            assertEquals("shutdown", follower.messages().getLast().event());
            assertEquals(143, gateway.awaitExit());
            assertTrue(!nginx.err().contains("prematurely closed"), nginx.err());
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusalsComeThroughAsTheyAre(Proxying proxying) {
        try (var gateway = Gateway.start(); var nginx = proxying.before(gateway.port())) {
            for (var path : List.of("/api/logs/stream", "/nowhere", Client.stream("logs:etl:a*b"))) {
                var direct = gateway.get(path);
                var proxied = nginx.client().get(path);
                assertEquals(direct.statusCode(), proxied.statusCode());
                assertEquals(direct.body(), proxied.body());
            }
        }
    }
}
