package com.datashop.gateway.clients;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Follower;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Packages;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real log shippers, set up as the documents say, before a gateway.
class ShippersTest {
    @TempDir
    private Path directory;

    private Gateway gateway;
    private Follower follower;

    @BeforeEach
    void start() {
        gateway = Gateway.start();
        follower = gateway.follow("logs:etl:workspace123:*&level=info");
    }

    @AfterEach
    void end() {
        follower.close();
        gateway.close();
    }

    @Test
    void syslogNgPublishesWhatItIsSentAndKeepsItWhileTheGatewayIsAway() throws Exception {
        int port = freePort();
        var config = Files.writeString(directory.resolve("syslog-ng.conf"), Docs.block("syslog-ng", "destination d_gateway", gateway.port()).replace("port(5514)", "port(" + port + ")"));
        try (var syslog = Child.start(Tool.path("syslog-ng").toString(), "--foreground", "--stderr", "--cfgfile", config.toString(), "--persist-file", directory + "/persist",
                "--pidfile", directory + "/pid", "--control", directory + "/control")) {
            Await.until(() -> "syslog-ng to listen: " + syslog, Duration.ofSeconds(20), () -> send(port, "<11>Nov 24 06:00:00 db1 etl[42]: disk \"is\" full\n"));
            var first = log();
            assertEquals("logs:etl:workspace123:syslog", Gateway.string(first, "channel"));
            assertEquals("disk \"is\" full", Gateway.string(data(first), "message"));
            assertEquals("err", Gateway.string(data(first), "level"));
            assertEquals("etl", Gateway.string(data(first), "program"));

            int gatewayPort = gateway.port();
            gateway.close();
            assertTrue(send(port, "<12>Nov 24 06:00:01 db1 etl[42]: nobody is there\n"));
            Await.until(() -> "syslog-ng to notice: " + syslog, Duration.ofSeconds(20), () -> syslog.err().contains("error sending HTTP request"));
            follower.close();
            gateway = Gateway.start("PORT=" + gatewayPort);
            follower = gateway.follow("logs:etl:workspace123:*&level=warn&tail=1");
            assertEquals("nobody is there", Gateway.string(data(log()), "message"));
        }
    }

    @Test
    void winstonPublishesThroughItsHttpTransport() throws IOException {
        var script = Docs.block("js", "winston.transports.Http").replace("port: 3002", "port: " + gateway.port());
        var file = Files.writeString(Packages.npm().resolve("winston.mjs"), script);
        try (var node = Child.start(Tool.path("node").toString(), file.toString())) {
            assertEquals(0, node.awaitExit(), node::toString);
            var event = log();
            assertEquals("logs:etl:workspace123:workflow456", Gateway.string(event, "channel"));
            assertEquals("{\"level\":\"warn\",\"message\":\"3 rows skipped\",\"rows\":[7,9,12]}", data(event).toString());
        }
    }

    @Test
    void log4jPublishesThroughItsHttpAppender() throws IOException {
        var config = Files.writeString(directory.resolve("log4j2.xml"), Docs.block("xml", "<Http name=\"gateway\"", gateway.port()));
        try (var program = Child.start(System.getProperty("java.home") + "/bin/java", "--class-path", Packages.classPath(), "-Dlog4j2.configurationFile=" + config,
                Packages.source("Log4jProgram.java").toString())) {
            assertEquals(0, program.awaitExit(), program::toString);
            assertEquals("", program.out(), program::toString);
            var first = data(log());
            assertEquals(List.of("42 rows loaded", "INFO", "etl.Loader"), List.of(Gateway.string(first, "message"), Gateway.string(first, "level"), Gateway.string(first, "logger")));
            var second = data(log());
            assertEquals("no \"rows\"", Gateway.string(second, "message"));
            assertTrue(Gateway.string(second, "error").startsWith("java.lang.IllegalStateException: the table is gone"), second::toString);
        }
    }

    private JsonObject log() {
        return Gateway.object(follower.nextLog().data());
    }

    private static JsonObject data(JsonObject event) {
        return (JsonObject) event.get("data");
    }

    private static boolean send(int port, String line) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(line.getBytes(US_ASCII));
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
