package com.datashop.gateway.log.shared.rabbitmq;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.log.shared.Links;
import com.datashop.gateway.support.Cable;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Message;
import com.datashop.gateway.support.Ports;
import com.datashop.gateway.support.RabbitServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// How a gateway meets its RabbitMQ at the start, and how it tells in one line why it can not.
class RabbitStartTest {
    @Test
    void aRabbitThatCanNotBeReachedIsNamed() throws Exception {
        int nobody = Ports.free();
        assertRefused("amqp://127.0.0.1:" + nobody, "BUS_URL amqp://127.0.0.1:" + nobody
                + " can not be used: Connection refused");
        assertRefused("amqp://nowhere.invalid", "BUS_URL amqp://nowhere.invalid:5672 can not be used: no such host");
        try (var broker = RunningRabbit.start(); var cable = new Cable(broker.port());
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            cable.let(Cable.Flow.STOPPED);
            var silent = executor.submit(() -> assertRefused("amqp://127.0.0.1:" + cable.port(),
                    "RabbitMQ has not answered for 5 s"));
            assertRefused("amqps://127.0.0.1:" + broker.port(), "TLS fails: ");
            silent.get();
        }
    }

    @Test
    void aWrongLoginAndAMissingVhostAreToldAndNoPasswordIsShown() {
        int port = RabbitServer.shared().port();
        assertRefused("amqp://guest:wrong-s3cret@127.0.0.1:" + port, "wrong user or password: ACCESS_REFUSED");
        assertRefused("amqp://nobody:wrong-s3cret@127.0.0.1:" + port, "wrong user or password: ACCESS_REFUSED");
        assertRefused("amqp://127.0.0.1:" + port + "/nowhere",
                "no such vhost, or the user may not use it: NOT_ALLOWED");
    }

    @Test
    void aQueueOfAnotherKindIsToldWithWhatDiffers() throws IOException {
        var broker = RunningRabbit.start();
        String url = "BUS_URL=" + RabbitServer.shared().url(broker.stream());
        try (broker; var gateway = Gateway.start(url)) {
            gateway.publish("w", "1");
            for (var other : Map.of("RETENTION_BYTES=2GiB", "x-max-length-bytes", "RETENTION_HOURS=7", "x-max-age")
                    .entrySet()) {
                var refused = assertThrows(UncheckedIOException.class,
                        () -> Gateway.start(url, other.getKey()).close());
                assertTrue(refused.getMessage().contains("the queue is there with other arguments: PRECONDITION_FAILED")
                        && refused.getMessage().contains(other.getValue()), refused.getMessage());
            }
        }
        var classic = RunningRabbit.start();
        try (classic; var connection = Connection.open(new Links(), classic.settings())) {
            connection.call(1, Method.QUEUE_DECLARE, new Out().uint16(0).shortString(classic.stream()).octet(2)
                    .table(Map.of()), Method.QUEUE_DECLARE_OK);
            assertRefused(RabbitServer.shared().url(classic.stream()), "the queue is there with other arguments: ");
        }
    }

    @Test
    void whatAnswersAndIsNoRabbitIsToldWhateverLengthItClaims() throws IOException {
        for (var said : List.of(
                Map.entry("HTTP/1.1 400 Bad Request\r\n\r\n", "what answers is no RabbitMQ"),
                Map.entry("-ERR unknown command\r\n", "what answers is no RabbitMQ"),
                Map.entry("AMQP\u0000\u0001\u0000\u0000", "what answers speaks another AMQP than 0-9-1"),
                Map.entry("\u0001\u0000\u0000\u007f\u00ff\u00ff\u00ff\u0000", "what answers is no RabbitMQ"),
                Map.entry("\u0001\u0000\u0000\u00ff\u00ff\u00ff\u00ff\u0000", "what answers is no RabbitMQ"),
                Map.entry(frame("\u0000\n\u0000\n\u0000\t\u007f\u00ff\u00ff\u00ff"), "what answers is no RabbitMQ"),
                Map.entry(frame("\u0000\n\u0000\n\u0000\t\u00ff\u00ff\u00ff\u00ff"), "what answers is no RabbitMQ"),
                Map.entry(frame(""), "what answers is no RabbitMQ"),
                Map.entry(hello("RabbitMQ", "3.8.35"), "this RabbitMQ is 3.8: 3.9 is needed"),
                Map.entry(hello("RabbitMQ", "soon"), "this RabbitMQ does not say its version: 3.9 is needed"),
                Map.entry(hello("Qpid", "9.0"), "what answers is no RabbitMQ"),
                Map.entry("", "RabbitMQ has closed the connection"))) {
            try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                Thread.ofVirtual().start(() -> say(server, said.getKey()));
                assertRefused("amqp://127.0.0.1:" + server.getLocalPort(), said.getValue());
            }
        }
    }

    @Test
    void aNodeThatStartsReadsBackAboutAsMuchAsItIsToRememberAndTheRestOnDemand() {
        try (var broker = RunningRabbit.start()) {
            var ids = new ArrayList<String>();
            String text = "\"" + "x".repeat(1000) + "\"";
            try (var gateway = Gateway.start(broker.url(broker.port()))) {
                for (int b = 0; b < 30; b++) {
                    gateway.publishAll("w/other", List.of(text, text, text));
                    for (int n = 0; n < 10; n++) ids.add(gateway.publish("w/r", text));
                }
            }
            try (var gateway = Gateway.start(broker.url(broker.port()), "HISTORY_BYTES=100KiB");
                    var follower = gateway.follow("logs:etl:w:r", "Last-Event-ID: " + ids.getFirst());
                    var tail = gateway.follow("logs:etl:w:r&tail=150");
                    var since = gateway.follow("logs:etl:w:r&since=1h")) {
                long held = Long.parseLong(gateway.get("/metrics").body().lines()
                        .filter(line -> line.startsWith("gateway_history_events ")).findFirst().orElseThrow()
                        .split(" ")[1]);
                assertTrue(held > 40 && held < 100, held + " events of about 1,300 bytes in memory");
                assertEquals(ids.subList(1, 300), follower.logs(299).stream().map(Message::id).toList());
                assertEquals(ids.subList(150, 300), tail.logs(150).stream().map(Message::id).toList());
                assertEquals(ids, since.logs(300).stream().map(Message::id).toList());
                assertTrue(follower.messages().stream().noneMatch(message -> message.event().equals("gap")));
            }
        }
    }

    private static void assertRefused(String url, String message) {
        var refused = assertThrows(UncheckedIOException.class, () -> Gateway.start("BUS_URL=" + url).close());
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
        assertEquals(1, refused.getMessage().lines().count());
        assertFalse(refused.getMessage().contains("s3cret"), refused.getMessage());
    }

    /// Says this to whoever comes, and ends.
    private static void say(ServerSocket server, String text) {
        while (!server.isClosed()) {
            try (var socket = server.accept()) {
                socket.getOutputStream().write(text.getBytes(ISO_8859_1));
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (IOException closed) {
                // the next one, or none
            }
        }
    }

    /// A method's frame with this in it.
    private static String frame(String payload) {
        var out = new Out().octet(1).uint16(0).uint32(payload.length());
        var bytes = new ByteArrayOutputStream();
        bytes.write(out.array(), 0, out.length());
        return bytes.toString(ISO_8859_1) + payload + "\u00ce";
    }

    private static String hello(String product, String version) {
        var out = new Out().uint32(Method.CONNECTION_START).uint16(9)
                .table(Map.of("product", product, "version", version)).longString("PLAIN").longString("en_US");
        return frame(new String(out.array(), 0, out.length(), ISO_8859_1));
    }
}
