package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// A real nginx in front of what is tested, with all its files in a directory of its own.
public final class Nginx implements AutoCloseable {
    /// The rest of what it asks for, around the part that a test is about.
    private static final String CONFIG = """
            daemon off;
            user root;
            worker_processes 1;
            pid @DIR@/pid;
            error_log stderr warn;
            events { worker_connections 1024; }
            http {
              access_log off;
              client_body_temp_path @DIR@/body;
              proxy_temp_path @DIR@/proxy;
              fastcgi_temp_path @DIR@/fastcgi;
              uwsgi_temp_path @DIR@/uwsgi;
              scgi_temp_path @DIR@/scgi;
              @HTTP@
            }
            """;
    /// Somebody else may take the port between its being found free and its being bound.
    private static final int TRIES = 3;

    private final Child child;
    private final Path directory;
    private final int port;

    private Nginx(Child child, Path directory, int port) {
        this.child = child;
        this.directory = directory;
        this.port = port;
    }

    /// Starts one and waits until it listens.
    ///
    /// @param http what stands in its `http` block; `@PORT@` is the port to listen on, on the loopback
    public static Nginx start(String http) {
        var program = Tool.path("nginx").toString();
        for (int i = 1; ; i++) {
            var nginx = open(program, http);
            Await.until(() -> "nginx to listen: " + nginx.child, Duration.ofSeconds(10), () -> nginx.listens()
                    || !nginx.child.isAlive());
            if (nginx.child.isAlive()) return nginx;
            nginx.close();
            if (i == TRIES) throw new AssertionError("nginx does not start: " + nginx.child);
        }
    }

    public int port() {
        return port;
    }

    /// The way through it to what is behind.
    public Client client() {
        return new Client(port);
    }

    /// The lines of its error log.
    public String err() {
        return child.err();
    }

    @Override
    public void close() {
        child.close();
        Directories.delete(directory);
    }

    private static Nginx open(String program, String http) {
        try {
            int port = Ports.free();
            var directory = Files.createTempDirectory("nginx");
            var config = Files.writeString(directory.resolve("nginx.conf"),
                    CONFIG.replace("@HTTP@", http).replace("@DIR@", directory.toString())
                    .replace("@PORT@", String.valueOf(port)));
            return new Nginx(Child.start(program, "-e", "stderr", "-p", directory.toString(), "-c", config.toString()),
                    directory, port);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }
}
