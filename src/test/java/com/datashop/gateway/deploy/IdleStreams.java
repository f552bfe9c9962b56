package com.datashop.gateway.deploy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.support.Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/// Thousands of streams that a test only holds open: a socket each, and no thread.
final class IdleStreams implements AutoCloseable {
    private static final int PATIENCE = 30_000;

    private final byte[] request;
    private final int port;
    private final List<Socket> sockets = new ArrayList<>();

    IdleStreams(int port, String channel) {
        this.port = port;
        request = ("GET " + Client.stream(channel) + " HTTP/1.1\r\nHost: gateway\r\n\r\n").getBytes(US_ASCII);
    }

    int count() {
        return sockets.size();
    }

    /// Opens streams until one is refused; the first line of what it was told.
    String openUntilRefused(int most) throws IOException {
        while (sockets.size() < most) {
            var socket = new Socket();
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE);
            socket.setSoTimeout(PATIENCE);
            socket.getOutputStream().write(request);
            var head = new byte[4096];
            int n = socket.getInputStream().read(head);
            var line = new String(head, 0, Math.max(n, 0), US_ASCII).lines().findFirst().orElse("nothing");
            if (!line.equals("HTTP/1.1 200 OK")) {
                socket.close();
                return line;
            }
            sockets.add(socket);
        }
        throw new AssertionError("no stream was refused, of " + most);
    }

    /// Reads from every stream until it has brought so many log events.
    void awaitEvents(int events) throws IOException {
        var buffer = new byte[64 << 10];
        for (var socket : sockets) {
            for (int seen = 0, matched = 0; seen < events; ) {
                int n = socket.getInputStream().read(buffer);
                if (n < 0) throw new AssertionError("a stream ended after " + seen + " events");
                for (int i = 0; i < n; i++) {
                    matched = buffer[i] == "{\"channel\":".charAt(matched) ? matched + 1 : buffer[i] == '{' ? 1 : 0;
                    if (matched == "{\"channel\":".length()) {
                        seen++;
                        matched = 0;
                    }
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (var socket : sockets) socket.close();
    }
}
