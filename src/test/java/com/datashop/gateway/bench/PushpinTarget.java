package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.support.Await;
import com.datashop.gateway.support.Ports;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/// Pushpin, a proxy that holds streams for a backend; the backend, which tells it to hold each as a stream of the
/// channel in the path, is in this process.
///
/// It is published to by its HTTP control port, as its manual shows first. Its own limits on message rates are lifted.
final class PushpinTarget implements Target {
    private static final String CONFIG = """
            [global]
            include={libdir}/internal.conf
            rundir=@DIR@/run
            ipc_prefix=p-
            port_offset=0
            stats_connection_ttl=120

            [runner]
            services=condure,zurl,pushpin-proxy,pushpin-handler
            http_port=127.0.0.1:@PORT@
            logdir=@DIR@/log
            log_level=1
            client_buffer_size=8192
            client_maxconn=@CONNECTIONS@

            [proxy]
            routesfile=@DIR@/routes
            zurl_out_specs=ipc://@DIR@/run/p-zurl-in
            zurl_out_stream_specs=ipc://@DIR@/run/p-zurl-in-stream
            zurl_in_specs=ipc://@DIR@/run/p-zurl-out
            updates_check=off

            [handler]
            push_in_spec=ipc://@DIR@/run/push
            push_in_sub_specs=ipc://@DIR@/run/push-sub
            push_in_http_addr=127.0.0.1
            push_in_http_port=@CONTROL@
            push_in_http_max_headers_size=10000
            push_in_http_max_body_size=10000000
            command_spec=ipc://@DIR@/run/command
            message_rate=100000000
            message_hwm=1000000
            """;
    private static final int BACKLOG = 4096;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Installed pushpin;
    private final HttpServer backend;
    private final int port;
    private final int control;

    private PushpinTarget(Installed pushpin, HttpServer backend, int port, int control) {
        this.pushpin = pushpin;
        this.backend = backend;
        this.port = port;
        this.control = control;
    }

    /// Why it can not be measured here; empty when it can.
    static String missing() {
        return Installed.program("pushpin").isEmpty() || Installed.program("zurl").isEmpty()
                ? "Pushpin is not installed (Debian: pushpin)" : "";
    }

    static String title() {
        return ("Pushpin " + Machine.said("pushpin", "--version").replaceAll("[^0-9.]", "")).strip();
    }

    static PushpinTarget start(Setup setup) {
        var directory = Installed.directory("pushpin");
        int port = Ports.free();
        int control = Ports.free();
        var backend = backend();
        try {
            Files.createDirectories(directory.resolve("run"));
            Files.createDirectories(directory.resolve("log"));
            Files.writeString(directory.resolve("routes"), "* 127.0.0.1:" + backend.getAddress().getPort() + "\n");
            var config = Files.writeString(directory.resolve("pushpin.conf"),
                    CONFIG.replace("@DIR@", directory.toString()).replace("@PORT@", String.valueOf(port))
                    .replace("@CONTROL@", String.valueOf(control))
                    .replace("@CONNECTIONS@", String.valueOf(OpenFiles.limit() - OpenFiles.SPARE)));
            var command = List.of(Installed.program("pushpin").orElseThrow().toString(), "-m", "--config",
                    config.toString());
            var pushpin = Installed.start(setup, directory, command, port, control);
            // it listens before its parts have found each other
            Await.until("a stream through Pushpin", PATIENCE, () -> opens(port));
            return new PushpinTarget(pushpin, backend, port, control);
        } catch (IOException failed) {
            backend.stop(0);
            throw new UncheckedIOException(failed);
        } catch (RuntimeException | AssertionError failed) {
            backend.stop(0);
            throw failed;
        }
    }

    private static boolean opens(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET /first HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), US_ASCII).endsWith(" 200");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static HttpServer backend() {
        // the 201st that is kept alive would be reset, and its stream answered 500
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            var backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            backend.createContext("/", exchange -> {
                try (exchange) {
                    var headers = exchange.getResponseHeaders();
                    headers.set("Content-Type", "text/event-stream");
                    headers.set("Grip-Hold", "stream");
                    headers.set("Grip-Channel", exchange.getRequestURI().getPath().substring(1));
                    exchange.sendResponseHeaders(200, -1);
                }
            });
            backend.start();
            return backend;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public int streamPort() {
        return port;
    }

    @Override
    public int publishPort() {
        return control;
    }

    @Override
    public String subscription(String channel, String lastEventId) {
        return "GET /" + channel + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
    }

    @Override
    public Publication publication(String[] channels, String data, int[] lanes) {
        var items = new StringBuilder();
        var quoted = data.replace("\"", "\\\"");
        for (var channel : channels)
            items.append(items.isEmpty() ? "" : ",").append("{\"channel\":\"").append(channel)
                    .append("\",\"formats\":{\"http-stream\":{\"content\":\"data: ")
                    .append(quoted).append("\\n\\n\"}}}");
        return new Publication(Publication.post("/publish/", "application/json", "", "{\"items\":[" + items + "]}"),
                lanes);
    }

    @Override
    public boolean takesBatches() {
        return true;
    }

    /// With more it answers some 500 ("accept service unavailable") or 502 (1.36).
    @Override
    public int connectsAtOnce() {
        return 20;
    }

    @Override
    public Cost cost() {
        return pushpin.cost();
    }

    @Override
    public void close() {
        pushpin.close();
        backend.stop(0);
    }
}
