package com.datashop.gateway.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Ports for servers that must be told theirs before they start.
public final class Ports {
    /// Below the ports that the system gives to connections (from 32768 on). With one of those, a connection could take
    /// the port before its server does. A program that asks whether the server listens could even connect to itself.
    private static final int FIRST = 15_000;
    private static final int COUNT = 17_000;
    private static final int TRIES = 1000;
    private static final AtomicInteger NEXT = new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private Ports() { }

    /// A port of the loopback that nobody listens on now. This JVM gives it out once.
    public static int free() {
        for (int tries = 0; tries < TRIES; tries++) {
            int port = FIRST + NEXT.getAndIncrement() % COUNT;
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // the next one may be free
            }
        }
        throw new AssertionError("no port is free");
    }
}
