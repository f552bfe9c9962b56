package com.datashop.gateway.hub;

import com.datashop.gateway.sse.Frame;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/// Writes frames to one client, in slices that the connection's buffers hold, under the watchdog.
final class Outlet {
    /// A flush of more grows the output buffer of the JDK's connection for good (measured: from 39 to 61 KB a stream).
    private static final int SLICE_BYTES = 3200;

    private final OutputStream out;
    private final Watchdog.Guard guard;
    private final Duration timeout;
    private int pending;
    private long sent;
    private long lastFlush = System.nanoTime();

    Outlet(OutputStream out, Watchdog.Guard guard, Duration timeout) {
        this.out = out;
        this.guard = guard;
        this.timeout = timeout;
    }

    /// Hands over the frame; it leaves with the next flush, or before when a slice is full.
    void send(Frame frame) throws IOException {
        byte[] bytes = frame.bytes();
        if (pending > 0 && pending + bytes.length > SLICE_BYTES) flush();
        for (int from = 0; from < bytes.length; ) {
            int length = Math.min(bytes.length - from, SLICE_BYTES - pending);
            out.write(bytes, from, length);
            from += length;
            pending += length;
            if (pending == SLICE_BYTES) flush();
        }
    }

    /// Sends what is pending. Only here can the thread block, for `out` holds a slice.
    void flush() throws IOException {
        if (pending == 0) return;
        guard.arm(timeout);
        out.flush();
        guard.disarm();
        sent += pending;
        pending = 0;
        lastFlush = System.nanoTime();
    }

    /// The bytes that were sent since this was asked last.
    long sent() {
        long bytes = sent;
        sent = 0;
        return bytes;
    }

    /// When the last bytes left, by [System#nanoTime()].
    long lastFlush() {
        return lastFlush;
    }

    /// How long ago the last bytes left, in nanoseconds.
    long idle() {
        return System.nanoTime() - lastFlush;
    }
}
