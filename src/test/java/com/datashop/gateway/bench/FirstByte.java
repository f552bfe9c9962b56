package com.datashop.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.datashop.gateway.support.Child;
import com.datashop.gateway.support.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/// How soon after its start the gateway answers.
record FirstByte() implements Workload {
    private static final int STARTS = 5;
    private static final long PERIOD = 1_000_000;
    private static final byte[] REQUEST = "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            .getBytes(US_ASCII);

    @Override
    public String name() {
        return "first-byte";
    }

    @Override
    public Session open(Contender contender, Setup setup, Plan plan, Readings into) {
        return new Session() {
            @Override
            public void warmUp() {
                start();
            }

            @Override
            public void run() {
                for (int i = 0; i < STARTS; i++) into.take(Figure.FIRST_BYTE, start() / 1e6);
            }

            /// Until the first byte, in nanoseconds.
            private long start() {
                int port = Ports.free();
                long began = System.nanoTime();
                try (var child = GatewayTarget.launch(setup, "--port", String.valueOf(port))) {
                    while (!answers(port)) {
                        if (!child.isAlive())
                            throw new IllegalStateException("the gateway does not start: " + child.err());
                        Audience.pause(PERIOD);
                    }
                    return System.nanoTime() - began;
                }
            }
        };
    }

    private static boolean answers(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(REQUEST);
            return socket.getInputStream().read() >= 0;
        } catch (IOException notYet) {
            return false;
        }
    }
}
