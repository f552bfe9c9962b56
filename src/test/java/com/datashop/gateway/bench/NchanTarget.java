package com.datashop.gateway.bench;

import com.datashop.gateway.support.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// nchan, a module of nginx, with a history as long as the gateway's and room for as many streams.
final class NchanTarget implements Target {
    static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");

    private static final String CONFIG = """
            load_module @MODULE@;
            daemon off;
            user @USER@;
            worker_processes @WORKERS@;
            worker_rlimit_nofile @FILES@;
            pid @DIR@/pid;
            error_log stderr crit;
            events { worker_connections @FILES@; }
            http {
              access_log off;
              client_body_temp_path @DIR@/body;
              proxy_temp_path @DIR@/proxy;
              fastcgi_temp_path @DIR@/fastcgi;
              uwsgi_temp_path @DIR@/uwsgi;
              scgi_temp_path @DIR@/scgi;
              keepalive_requests 1000000000;
              client_max_body_size 1m;
              client_body_buffer_size 128k;
              nchan_shared_memory_size 512m;
              server {
                listen 127.0.0.1:@PORT@ backlog=4096;
                location = /sub { nchan_subscriber eventsource; nchan_channel_id $arg_id; \
            nchan_subscriber_first_message newest; }
                location = /pub { nchan_publisher http; nchan_channel_id $arg_id; nchan_message_buffer_length 1000; \
            nchan_message_timeout 1h; }
              }
            }
            """;

    private final Installed nginx;
    private final int port;

    private NchanTarget(Installed nginx, int port) {
        this.nginx = nginx;
        this.port = port;
    }

    /// Why it can not be measured here; empty when it can.
    static String missing() {
        return Installed.program("nginx").isEmpty() || !Files.exists(MODULE)
                ? "nchan is not installed (Debian: nginx-light, libnginx-mod-nchan)" : "";
    }

    static String title() {
        return ("nchan " + Machine.said("dpkg-query", "-W", "-f", "${Version}", "libnginx-mod-nchan")
                .replaceAll("^\\d+:|[+-].*", "")).strip();
    }

    static NchanTarget start(Setup setup, int workers) {
        var directory = Installed.directory("nchan");
        int port = Ports.free();
        var config = directory.resolve("nginx.conf");
        try {
            Files.writeString(config, CONFIG.replace("@MODULE@", MODULE.toString())
                    .replace("@USER@", System.getProperty("user.name"))
                    .replace("@WORKERS@", String.valueOf(workers)).replace("@FILES@", String.valueOf(OpenFiles.limit()))
                    .replace("@DIR@", directory.toString()).replace("@PORT@", String.valueOf(port)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        var program = Installed.program("nginx").orElseThrow().toString();
        var command = List.of(program, "-e", "stderr", "-p", directory.toString(), "-c", config.toString());
        return new NchanTarget(Installed.start(setup, directory, command, port), port);
    }

    @Override
    public int streamPort() {
        return port;
    }

    @Override
    public String subscription(String channel, String lastEventId) {
        return "GET /sub?id=" + channel + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                + (lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n") + "\r\n";
    }

    @Override
    public Publication publication(String[] channels, String data, int[] lanes) {
        if (channels.length > 1) throw new IllegalArgumentException("nchan takes one event a request");
        return new Publication(Publication.post("/pub?id=" + channels[0], "application/json", "", data), lanes);
    }

    @Override
    public Cost cost() {
        return nginx.cost();
    }

    @Override
    public void close() {
        nginx.close();
    }
}
