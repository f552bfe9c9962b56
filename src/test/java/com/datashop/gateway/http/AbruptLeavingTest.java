package com.datashop.gateway.http;

import static com.datashop.gateway.http.Door.JSON;
import static com.datashop.gateway.http.Door.NDJSON;
import static com.datashop.gateway.http.Door.ask;
import static com.datashop.gateway.http.Door.object;
import static com.datashop.gateway.http.Door.request;
import static com.datashop.gateway.support.Gateway.entry;
import static com.datashop.gateway.support.Gateway.number;
import static com.datashop.gateway.support.Gateway.string;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Follower;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Clients that reset, or stop reading, or speak HTTP/1.0: nothing of them is left on the server.
class AbruptLeavingTest {
    private static final String STREAM = "/api/logs/stream?channels=logs:etl:leave";
    @RegisterExtension
    static final AbusedGateway GATEWAY = new AbusedGateway();

    @Test
    void anHttp10StreamWorksAndItsEndLeavesNothing() {
        try (var follower = Follower.options().http10().open(GATEWAY.port(), STREAM)) {
            assertEquals(200, follower.status());
            assertEquals("text/event-stream", follower.header("Content-Type"));
            assertNull(follower.header("Transfer-Encoding"), "an HTTP/1.0 client knows no chunks");
            assertNull(follower.header("Content-Length"));
            assertEquals("connection", follower.next().event());
            String id = id();
            assertEquals(id, follower.next().id());
            follower.awaitComments(1);
        }
        try (var follower = Follower.options().http10().open(GATEWAY.port(), STREAM, "Connection: keep-alive")) {
            follower.next();
            assertEquals("close", follower.header("Connection"), "a stream is the last on its connection");
            assertEquals(id(), follower.next().id());
        }
    }

    @Test
    void streamsWhoseClientsResetLeaveNothingBehind() {
        for (var version : List.of("1.0", "1.1")) {
            for (int round = 0; round < 4; round++) {
                var followers = new ArrayList<Follower>();
                for (int i = 0; i < 50; i++)
                    followers.add((version.equals("1.0") ? Follower.options().http10() : Follower.options())
                            .open(GATEWAY.port(), STREAM));
                followers.forEach(Follower::next);
                assertEquals(50, number(GATEWAY.health(), "connections"));
                for (int i = 0; i < 50; i++) {
                    if (i % 10 == 0) id();
                    if (i % 3 == 0) followers.get(i).close();
                    else followers.get(i).reset();
                }
                Await.until("all are gone", () -> {
                    id();
                    return number(GATEWAY.health(), "connections") == 0;
                });
            }
            GATEWAY.assertNothingIsLeft();
        }
    }

    @Test
    void aClientThatDoesNotReadItsAnswerIsCut() throws IOException {
        int channels = 60_000;
        for (int from = 0; from < channels; from += 5000) {
            var batch = new StringBuilder();
            for (int i = from; i < from + 5000; i++)
                batch.append(entry("unread/" + "x".repeat(100) + i, "1")).append('\n');
            assertEquals(200, ask(GATEWAY.port(), Door.publish(batch.toString().getBytes(UTF_8), NDJSON)).status());
        }
        var stalled = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 3 * AbusedGateway.HELD; i++) {
                var socket = new Socket();
                stalled.add(socket);
                socket.setReceiveBufferSize(4096);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), GATEWAY.port()), 6000);
                socket.getOutputStream().write(request("GET", "/api/logs/channels").getBytes(UTF_8));
                assertEquals("HTTP/1.1 200", new String(socket.getInputStream().readNBytes(12), UTF_8));
            }
            GATEWAY.assertNothingIsLeft();
        } finally {
            for (var socket : stalled) socket.close();
        }
    }

    @Test
    void clientsThatResetInsteadOfReadingTheirAnswerLeaveNothingBehind() {
        byte[] body = entry("reset", "1").getBytes(UTF_8);
        for (var request : List.of(Door.publish(body, JSON), request("POST", "/api/logs/publish", body, JSON),
                request("GET", "/health").getBytes(UTF_8),
                request("HEAD", "/health").getBytes(UTF_8), request("OPTIONS", "/health").getBytes(UTF_8),
                        request("HEAD", STREAM).getBytes(UTF_8),
                request("GET", STREAM).getBytes(UTF_8), request("GET", STREAM).replace("1.1", "1.0").getBytes(UTF_8),
                request("GET", "/health").replace("1.1", "1.0").getBytes(UTF_8))) {
            for (int i = 0; i < 100; i++) {
                try (var socket = GATEWAY.socket()) {
                    socket.getOutputStream().write(request);
                    socket.setSoLinger(true, 0);
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }
        }
        GATEWAY.assertNothingIsLeft();
    }

    /// Publishes to those who follow the stream, and is the event's id.
    private static String id() {
        return string(object(ask(GATEWAY.port(), Door.publish(entry("leave", "1").getBytes(UTF_8), JSON))), "id");
    }
}
