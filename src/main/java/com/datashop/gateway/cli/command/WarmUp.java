package com.datashop.gateway.cli.command;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.cli.config.Config;
import com.datashop.gateway.cli.config.ConfigException;
import com.datashop.gateway.cli.jvm.JdkServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Makes the JVM compile the code of streams and events before clients need it.
///
/// It starts a second gateway in this process, with defaults, a log in memory and a secret token. Over the loopback it
/// opens streams to that gateway, some at a time, and publishes to them. Then it ends that gateway. So the real gateway
/// neither counts these streams nor remembers these events.
final class WarmUp {
    /// The most streams that are open at a time.
    private static final int AT_ONCE = 50;
    /// The events that are published to each of them.
    private static final int EVENTS = 4;
    /// The time after which no more streams are opened. A slow machine must start too.
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    private static final String CHANNEL = "logs:warm:up:x";
    private static final String BODY = """
            {"service":"warm","workspace_id":"up","workflow_id":"x","logData":{"level":"info","message":"warm-up"}}""";
    private static final System.Logger LOG = System.getLogger(WarmUp.class.getName());

    private final int port;
    private final String token;

    private WarmUp(int port, String token) {
        this.port = port;
        this.token = token;
    }

    /// Opens this number of streams, batch by batch. A failure is logged, and the gateway starts anyway.
    static void run(int streams) {
        if (streams == 0) return;
        long began = System.nanoTime();
        int opened = 0;
        Throwable failed = null;
        try {
            var token = UUID.randomUUID().toString();
            var config = Config.of(Map.of("HOST", InetAddress.getLoopbackAddress().getHostAddress(), "PORT", "0",
                    "SERVICE_TOKENS", token + "=*", "SHUTDOWN_SECONDS", "1"), List.of());
            int atOnce = atOnce(config.limits().connections());
            try (var gateway = Serve.unseen(config)) {
                var client = new WarmUp(gateway.port(), token);
                while (opened < streams && System.nanoTime() - began < LONGEST.toNanos())
                    opened += client.batch(Math.min(atOnce, streams - opened));
            }
        } catch (ConfigException | IOException | RuntimeException | Error why) { // The gateway may start all the same.
            failed = why;
        }
        long milliseconds = (System.nanoTime() - began) / 1_000_000;
        if (failed == null) LOG.log(INFO, "event=warm-up streams=" + opened + " milliseconds=" + milliseconds);
        else LOG.log(WARNING, "event=warm-up-failed streams=" + opened + " milliseconds=" + milliseconds
                + " reason=\"" + failed + '"');
    }

    /// The streams that may be open at a time, a quarter of what is allowed.
    ///
    /// Each takes two descriptors, and those of the last batch are found to be gone only when the next one gets events.
    /// With no descriptor left, the JVM can not even load its classes, now or later.
    ///
    /// @param most the streams that the open files allow
    private static int atOnce(int most) {
        int connections = Integer.getInteger(JdkServer.MAX_CONNECTIONS_PROPERTY, 0); // 0 means no bound.
        return Math.clamp((connections <= 0 ? most : Math.min(most, connections)) / 4, 1, AT_ONCE);
    }

    private int batch(int streams) throws IOException {
        var open = new ArrayList<Socket>();
        try {
            for (int i = 0; i < streams; i++) open.add(asked("GET /api/logs/stream?channels=" + CHANNEL, ""));
            for (var stream : open) readSome(stream);
            for (int i = 0; i < EVENTS; i++) {
                try (var publisher = asked("POST /api/logs/publish", BODY)) {
                    readSome(publisher);
                }
            }
        } finally {
            for (var stream : open) stream.close();
        }
        return streams;
    }

    /// Sends a request over a new connection.
    private Socket asked(String target, String body) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        var head = target + " HTTP/1.1\r\nHost: localhost\r\nX-Service-Token: " + token
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n";
        try {
            socket.setSoTimeout((int) LONGEST_WAIT.toMillis());
            socket.getOutputStream().write((head + body).getBytes(US_ASCII));
            return socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    private static void readSome(Socket socket) throws IOException {
        if (socket.getInputStream().read(new byte[1024]) < 0) throw new IOException("no answer");
    }
}
