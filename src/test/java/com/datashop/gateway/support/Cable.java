package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A way to a port of the loopback that a test can cut, while both ends live.
public final class Cable implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /// Leads to this port, from one of its own.
    public Cable(int target) {
        this.target = target;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().name("cable").start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /// Resets every connection that leads through it, on both sides; new ones come through.
    public void cut() {
        for (var socket : sockets) reset(socket);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        cut();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var near = server.accept();
                sockets.add(near);
                var far = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(far);
                Thread.ofVirtual().name("cable-out").start(() -> carry(near, far));
                Thread.ofVirtual().name("cable-in").start(() -> carry(far, near));
            } catch (IOException refused) {
                if (!server.isClosed()) cut(); // nobody listens at the other end: so the near one gets no answer either
            }
        }
    }

    private void carry(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException cut) {
            // both ends are closed below
        } finally {
            reset(from);
            reset(to);
        }
    }

    private void reset(Socket socket) {
        sockets.remove(socket);
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closed) {
            // which is what is wanted
        }
    }
}
