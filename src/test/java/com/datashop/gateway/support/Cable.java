package com.datashop.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A way to a port of the loopback that a test can cut, slow down, or stop up, while both ends live.
public final class Cable implements AutoCloseable {
    /// The directions that pass bytes on.
    public enum Flow {
        /// Everything.
        OPEN,
        /// Bytes go out, and none come back.
        DEAF,
        /// Nothing; and nobody is told.
        STOPPED
    }

    private static final int BUFFER_BYTES = 64 << 10;

    private final ServerSocket server;
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private Flow flow = Flow.OPEN;
    private Duration delay = Duration.ZERO;
    private long allowance = Long.MAX_VALUE;

    /// Leads to this port, from one of its own.
    public Cable(int target) {
        this(target, 0);
    }

    /// Leads to the target from this port.
    public Cable(int target, int port) {
        this.target = target;
        try {
            server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().name("cable").start(this::accept);
    }

    public boolean isClosed() {
        return server.isClosed();
    }

    public int port() {
        return server.getLocalPort();
    }

    /// Lets through no more than this, from now on; what was held back comes when it is opened.
    public void let(Flow flow) {
        lock.lock();
        try {
            this.flow = flow;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Stops everything when about this many more bytes have come back.
    public void stopAfter(long bytes) {
        lock.lock();
        try {
            allowance = bytes;
        } finally {
            lock.unlock();
        }
    }

    /// Whether nothing comes through.
    public boolean isStopped() {
        lock.lock();
        try {
            return flow == Flow.STOPPED;
        } finally {
            lock.unlock();
        }
    }

    /// Holds everything up for so long, in each direction.
    public void delay(Duration delay) {
        lock.lock();
        try {
            this.delay = delay;
        } finally {
            lock.unlock();
        }
    }

    /// Resets every connection that leads through it, on both sides; new ones come through.
    public void cut() {
        for (var link : links) link.reset();
    }

    /// Ends what comes back, on every connection, and nothing else.
    public void halfClose() {
        for (var link : links) link.halfClose();
    }

    /// How many connections lead through it.
    public int connections() {
        return links.size();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        cut();
        let(Flow.OPEN);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var near = server.accept();
                try {
                    var link = new Link(near, new Socket(InetAddress.getLoopbackAddress(), target));
                    links.add(link);
                    Thread.ofVirtual().name("cable-out").start(() -> carry(link, link.near, link.far, true));
                    Thread.ofVirtual().name("cable-in").start(() -> carry(link, link.far, link.near, false));
                } catch (IOException refused) {
                    reset(near); // nobody listens at the other end: so the near one gets no answer either
                }
            } catch (IOException closed) {
                if (!server.isClosed()) throw new UncheckedIOException(closed);
            }
        }
    }

    private void carry(Link link, Socket from, Socket to, boolean out) {
        var buffer = new byte[BUFFER_BYTES];
        try {
            for (int n = from.getInputStream().read(buffer); n >= 0; n = from.getInputStream().read(buffer)) {
                hold(out, link);
                if (!out) count(n);
                if (!to.isOutputShutdown()) to.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException cut) {
            // both ends are closed below
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            link.reset();
        }
    }

    private void hold(boolean out, Link link) throws InterruptedException {
        lock.lock();
        try {
            for (long left = delay.toNanos(); left > 0; ) left = changed.awaitNanos(left);
            while (flow == Flow.STOPPED || flow == Flow.DEAF && !out) {
                if (!links.contains(link)) return;
                changed.await(1, TimeUnit.SECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    private void count(int bytes) {
        lock.lock();
        try {
            if (allowance == Long.MAX_VALUE) return;
            allowance -= bytes;
            if (allowance > 0) return;
            allowance = Long.MAX_VALUE;
            flow = Flow.STOPPED;
        } finally {
            lock.unlock();
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closed) {
            // which is what is wanted
        }
    }

    /// Two connections that are one.
    private final class Link {
        private final Socket near;
        private final Socket far;

        Link(Socket near, Socket far) {
            this.near = near;
            this.far = far;
        }

        void halfClose() {
            try {
                near.shutdownOutput();
            } catch (IOException closed) {
                // then there is nothing to end
            }
        }

        void reset() {
            links.remove(this);
            Cable.reset(near);
            Cable.reset(far);
        }
    }
}
