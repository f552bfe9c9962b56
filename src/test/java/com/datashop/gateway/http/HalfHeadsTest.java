package com.datashop.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.GatewayProcess;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/// Heads that begin and do not end, bodies that do not come, and connections that ask for nothing more: the heap of a
/// small node carries as many as there may be.
class HalfHeadsTest {
    /// With the collector that the JVM chooses in a small container.
    private static final List<String> SMALL_HEAP = List.of("-Xmx64m", "-XX:+UseSerialGC");
    private static final int CONNECTIONS = 1500;
    /// It reads 80 MB of heads meanwhile, on a machine that may be busy otherwise.
    private static final Duration BUSY = Duration.ofSeconds(90);
    private static final String START = "GET /health HTTP/1.1\r\nHost: a\r\n";

    @Test
    void thousandsOfHalfHeadsNeitherEndTheGatewayNorKeepOthersOut() throws IOException {
        // That the time for a request ends them is not what is tested.
        try (var gateway = GatewayProcess.startWith(SMALL_HEAP, "REQUEST_TIMEOUT_SECONDS=300");
                var follower = gateway.client().follow("logs:etl:w")) {
            follower.await(Message::isConnection);
            for (IntFunction<String> kind : List.<IntFunction<String>>of(
                    n -> START + "X-Half: " + "x".repeat(56_000),
                    n -> START + "X-Half: " + "x".repeat(41_000),
                    n -> "GET /?" + "x".repeat(56_000),
                    n -> "GET /?" + "x".repeat(17_000) + " HTTP/1.1\r\nHost: a\r\nX-Half: " + "x".repeat(41_000),
                    n -> START + ("X-Half: " + "x".repeat(1000) + "\r\n").repeat(50),
                    n -> List.of("G", "GET /", START, START + "X:").get(n % 4))) {
                var half = open(gateway, kind);
                try {
                    for (int i = 0; i < 3; i++) {
                        Await.until("others to be served", BUSY, () -> answers(gateway.port()));
                        var id = publish(gateway);
                        assertEquals(id, follower.nextLog().id());
                    }
                } finally {
                    close(half);
                }
                assertTrue(gateway.isAlive(), gateway::toString);
                assertFalse(gateway.err().contains("OutOfMemory"), gateway.err());
            }
            var cut = "gateway_refusals_total{reason=\"head-cut\"} ";
            var line = gateway.client().get("/metrics").body().lines().filter(one -> one.startsWith(cut)).findFirst();
            assertTrue(line.isPresent() && !line.get().equals(cut + "0"), "the cut ones are counted: " + line);
        }
    }

    @Test
    void longHeadsWhoseBodiesDoNotComeAreRefusedBeforeTheHeapIsFull() throws IOException {
        try (var gateway = GatewayProcess.startWith(SMALL_HEAP, "REQUEST_TIMEOUT_SECONDS=300");
                var follower = gateway.client().follow("logs:etl:w")) {
            follower.await(Message::isConnection);
            var slow = open(gateway, _ -> "POST /api/logs/publish HTTP/1.1\r\nHost: a\r\n" + Door.TOKEN + "\r\n"
                    + Door.JSON + "\r\nContent-Length: 100\r\nX-Long: " + "x".repeat(50_000) + "\r\n\r\n{");
            try {
                Await.until("others to be served", BUSY, () -> answers(gateway.port()));
                var id = publish(gateway);
                assertEquals(id, follower.nextLog().id());
            } finally {
                close(slow);
            }
            Await.until("their room to be free", BUSY, () -> gateway.client().get("/health",
                    "X-Long: " + "x".repeat(50_000)).statusCode() == 200);
            assertFalse(gateway.err().contains("OutOfMemory"), gateway.err());
        }
    }

    @Test
    void connectionsThatAskForNothingMoreAreFewerThanTheHeapCarries() throws IOException {
        try (var gateway = GatewayProcess.startWith(SMALL_HEAP); var follower = gateway.client().follow("logs:etl:w")) {
            follower.await(Message::isConnection);
            var idle = new ArrayList<Wire.Connection>();
            try {
                int served = 0;
                for (int i = 0; i < 2000; i++) {
                    try {
                        var connection = Wire.connect(gateway.port());
                        idle.add(connection);
                        connection.send("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
                        if (connection.receive().status() == 200) served++;
                    } catch (java.io.UncheckedIOException full) {
                        // closed when it was accepted
                    }
                }
                assertTrue(served > 800 && served < 1300, "served: " + served);
            } finally {
                idle.forEach(Wire.Connection::close);
            }
            Await.until("others to be served", BUSY, () -> answers(gateway.port()));
            var id = publish(gateway);
            assertEquals(id, follower.nextLog().id());
            assertFalse(gateway.err().contains("OutOfMemory"), gateway.err());
        }
    }

    @Test
    void aHeadAsLongAsAllowedIsServedByASmallNodeToo() {
        try (var gateway = GatewayProcess.startWith(SMALL_HEAP)) {
            for (int i = 0; i < 200; i++) {
                var answer = Door.ask(gateway.port(), Door.request("GET", "/health?" + "q".repeat(20_000),
                        "X-Long: " + "x".repeat(40_000)));
                assertEquals(200, answer.status());
            }
        }
    }

    /// As many connections as there are to be, or as are let in.
    private static List<Socket> open(GatewayProcess gateway, IntFunction<String> begun) {
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < CONNECTIONS; i++) {
            try {
                var socket = new Socket();
                sockets.add(socket);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
                socket.getOutputStream().write(begun.apply(i).getBytes(UTF_8));
            } catch (IOException full) {
                // closed when it was accepted
            }
        }
        assertEquals(CONNECTIONS, sockets.size());
        return sockets;
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (var socket : sockets) socket.close();
    }

    private static String publish(GatewayProcess gateway) {
        var id = new String[1];
        Await.until("a publish to be taken", BUSY, () -> {
            try (var connection = Wire.connect(gateway.port())) {
                connection.send(Door.publish(Gateway.entry("w", "1").getBytes(UTF_8), Door.JSON));
                var answer = connection.receive();
                if (answer.status() == 200) id[0] = Gateway.string(Door.object(answer),
                        "id");
                return answer.status() == 200;
            } catch (java.io.UncheckedIOException full) {
                return false;
            }
        });
        return id[0];
    }

    private static boolean answers(int port) {
        try (var connection = Wire.connect(port)) {
            connection.send(Door.request("GET", "/health"));
            return connection.receive().status() == 200;
        } catch (java.io.UncheckedIOException full) {
            return false;
        }
    }
}
