package com.datashop.gateway.hub;

import com.datashop.gateway.metrics.Counter;
import com.datashop.gateway.sse.Frame;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/// Writes frames to one client, in slices that the connection's buffers hold, under the watchdog, and nothing once the right to read has ended.
final class Outlet {
    /// A flush of more grows the output buffer of the JDK's connection for good (measured: from 39 to 61 KB a stream).
    private static final int SLICE_BYTES = 3200;

    private final OutputStream out;
    private final Watchdog.Guard guard;
    private final Duration timeout;
    private final long expiresAt;
    private final Counter sent;
    private int pending;
    private boolean closing;
    /// Read by whoever asks how it goes; 0 while no write is under way.
    private volatile long writingSince;
    private long lastFlush = System.nanoTime();

    /// @param timeout how long a write may make no progress
    /// @param expiresAt when the right to read ends, by [System#nanoTime()]
    /// @param sent counts the bytes
    Outlet(OutputStream out, Watchdog.Guard guard, Duration timeout, long expiresAt, Counter sent) {
        this.out = out;
        this.guard = guard;
        this.timeout = timeout;
        this.expiresAt = expiresAt;
        this.sent = sent;
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
    ///
    /// @throws IOException when the connection broke, or the right to read has ended
    void flush() throws IOException {
        if (pending == 0) return;
        long now = System.nanoTime();
        long left = closing ? Long.MAX_VALUE : expiresAt - now;
        if (left <= 0) throw new IOException("expired");
        guard.arm(Duration.ofNanos(Math.min(timeout.toNanos(), left)));
        writingSince = now == 0 ? 1 : now;
        out.flush();
        writingSince = 0;
        guard.disarm();
        sent.add(pending);
        pending = 0;
        lastFlush = System.nanoTime();
    }

    /// For how long the write that is under way has not come back; zero while none is.
    Duration stuck() {
        long since = writingSince;
        return since == 0 ? Duration.ZERO : Duration.ofNanos(Math.max(0, System.nanoTime() - since));
    }

    /// Sends a last word, between two frames, expired or not.
    void close(Frame... farewell) throws IOException {
        closing = true;
        for (var frame : farewell) send(frame);
        flush();
    }

    boolean isExpired() {
        return System.nanoTime() - expiresAt >= 0;
    }

    /// Has the thread woken so long after the last bytes left, or when the right to read ends.
    void wakeAfter(long nanoseconds) {
        long heartbeatAt = lastFlush + nanoseconds;
        guard.alarmAt(heartbeatAt - expiresAt < 0 ? heartbeatAt : expiresAt);
    }

    /// It is awake.
    void awake() {
        guard.alarmOff();
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
