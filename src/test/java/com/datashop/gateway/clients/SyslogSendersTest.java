package com.datashop.gateway.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datashop.gateway.json.JsonObject;
import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Docs;
import com.datashop.gateway.support.Gateway;
import com.datashop.gateway.support.Jar;
import com.datashop.gateway.support.Ports;
import com.datashop.gateway.support.Rsyslog;
import com.datashop.gateway.support.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real syslog daemons, set up as the documents say: of 1,000 lines each arrives once and in order, with level, time
/// and fields, though the gateway is away for the second half of them.
class SyslogSendersTest {
    private static final int LINES = 1000;
    private static final int HALF = 500;
    private static final long START_SECONDS = 1_763_877_600;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<Integer> PRIORITIES = List.of(14, 12, 11);
    private static final List<String> LEVELS = List.of("info", "warning", "err");

    @TempDir
    private Path directory;
    private Gateway gateway;

    @BeforeEach
    void start() {
        gateway = start(0);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private Gateway start(int port) {
        return Gateway.start("PORT=" + port, "DATA_DIR=" + directory.resolve("data"), "HISTORY_EVENTS=5000");
    }

    @Test
    void syslogNgSendsEachLineOnceThroughARestart() throws IOException {
        int port = Ports.free();
        var config = Files.writeString(directory.resolve("syslog-ng.conf"),
                Docs.block("syslog-ng", "destination d_gateway", gateway.port())
                .replace("port(5514)", "port(" + port + ")"));
        var command = List.of(Tool.path("syslog-ng").toString(), "--foreground", "--stderr", "--cfgfile",
                config.toString(), "--persist-file", directory + "/persist",
                "--pidfile", directory + "/pid", "--control", directory + "/control");
        var events = events(command, port, "logs:etl:workspace123:syslog");
        for (int i = 0; i < LINES; i++)
            assertEquals(1000 * (START_SECONDS + i), Gateway.number(events.get(i), "timestamp"));
    }

    @Test
    void rsyslogSendsEachLineOnceThroughARestartByTheJarsCommand() throws IOException {
        int port = Ports.free();
        Files.writeString(directory.resolve("token"), Gateway.TOKEN);
        var config = Files.writeString(directory.resolve("rsyslog.conf"),
                Docs.block("rsyslog", "omprog", gateway.port())
                .replace("5614", String.valueOf(port)).replace("/etc/gateway.token", directory + "/token")
                .replace("/usr/bin/java -jar /opt/gateway/gateway.jar", String.join(" ", Jar.COMMAND)));
        var command = new ArrayList<>(Rsyslog.command());
        command.addAll(List.of("-n", "-f", config.toString(), "-i", directory + "/pid"));
        events(command, port, "logs:etl:workspace123:rsyslog");
    }

    /// Starts the daemon, sends the lines to its port, and returns the events of the channel.
    private List<JsonObject> events(List<String> command, int port, String channel) throws IOException {
        try (var daemon = Child.start(command.toArray(String[]::new))) {
            Await.until(() -> "the daemon to listen: " + daemon, PATIENCE, () -> isOpen(port));
            send(port, 0, HALF);
            Await.until(() -> "the first half: " + daemon, PATIENCE, () -> published() == HALF);
            int gatewayPort = gateway.port();
            gateway.close();
            send(port, HALF, LINES);
            gateway = start(gatewayPort);
            Await.until(() -> "the second half: " + daemon, PATIENCE, () -> published() >= LINES - HALF);
        }
        try (var follower = gateway.follow(channel + "&since=0")) {
            var events = follower.logs(LINES).stream().map(log -> Gateway.object(log.data())).toList();
            assertEquals(LINES - HALF, published(), "no line came twice");
            for (int i = 0; i < LINES; i++) assertLine(i, (JsonObject) events.get(i).get("data"));
            return events;
        }
    }

    private static void assertLine(int i, JsonObject data) {
        assertEquals("line " + i + " \"é\"\t\\", Gateway.string(data, "message"));
        assertEquals(LEVELS.get(i % LEVELS.size()), Gateway.string(data, "level"));
        assertEquals("etl", Gateway.string(data, "program"));
        assertEquals("db1", Gateway.string(data, "host"));
        String time = Gateway.string(data, "timestamp");
        assertTrue(time.startsWith(time(i)), () -> i + " " + time);
    }

    private static String time(int i) {
        return Instant.ofEpochSecond(START_SECONDS + i).toString().replace("Z", "");
    }

    private long published() {
        return Gateway.number((JsonObject) Gateway.json(gateway.get("/health")).get("stats"), "logsPublished");
    }

    private static boolean isOpen(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void send(int port, int from, int to) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var lines = new StringBuilder();
            for (int i = from; i < to; i++)
                lines.append('<').append(PRIORITIES.get(i % PRIORITIES.size())).append('>').append(time(i))
                        .append("+00:00 db1 etl[42]: line ").append(i).append(" \"é\"\t\\\n");
            socket.getOutputStream().write(lines.toString().getBytes(UTF_8));
        }
    }
}
