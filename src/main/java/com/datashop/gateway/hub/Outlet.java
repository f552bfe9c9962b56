package com.datashop.gateway.hub;

import com.datashop.gateway.metrics.Counter;
import com.datashop.gateway.sse.Frame;
import com.datashop.gateway.time.Watchdog;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/// Writes frames to one client, in slices that fit the buffers of its connection.
///
/// The watchdog guards each write. When the right to read has ended, only last messages are written.
final class Outlet {
    /// A larger flush grows the output buffer of the JDK's connection for good (measured: from 39 to 61 KB a stream).
    static final int SLICE_BYTES = 3200;

    private final OutputStream out;
    private final Watchdog.Guard guard;
    private final long timeout;
    private final long heartbeat;
    private final long expiresAt;
    private final long agedAt;
    private final long cutAt;
    private final Counter sent;
    private final CachedClock clock = new CachedClock();
    private long lastFlush = clock.lastReading();
    private int pending;
    private boolean closing;

    /// @param timeout how long a write may make no progress
    /// @param heartbeat the longest silence
    /// @param expiresAt when the right to read ends, by [System#nanoTime()]
    /// @param agedAt when the stream is as old as it may get, by [System#nanoTime()]
    /// @param sent counts the bytes
    Outlet(
            OutputStream out, Watchdog.Guard guard, Duration timeout, Duration heartbeat, long expiresAt, long agedAt,
            Counter sent) {
        this.out = out;
        this.guard = guard;
        this.timeout = timeout.toNanos();
        this.heartbeat = heartbeat.toNanos();
        this.expiresAt = expiresAt;
        this.agedAt = agedAt;
        cutAt = earlier(expiresAt, agedAt + this.timeout);
        this.sent = sent;
    }

    /// Sends the frame with the next flush, or earlier when a slice is full.
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

    /// Sends a frame that is not held while the client receives it: each slice asks for its bytes again.
    ///
    /// @param length the frame's length in bytes
    void send(int length, Source frame) throws IOException, InterruptedException {
        flush();
        for (int from = 0; from < length; from += SLICE_BYTES) {
            copy(frame, from, Math.min(SLICE_BYTES, length - from));
            flush();
        }
    }

    /// Copies a slice. It is a method of its own so that nothing holds the bytes when the flush blocks.
    private void copy(Source frame, int from, int length) throws IOException, InterruptedException {
        out.write(frame.bytes(), from, length);
        pending += length;
    }

    /// Sends the pending bytes. The thread can block only here, because `out` has room for a slice.
    ///
    /// A client may read an event so slowly that the stream's time ends in the middle of it. It gets the time for one
    /// more write, and is then cut.
    ///
    /// @throws IOException when the connection broke, the right to read has ended, or the stream is far too old
    void flush() throws IOException {
        if (pending == 0) return;
        clock.read();
        long now = clock.lastReading();
        long left = closing ? timeout : cutAt - now;
        if (left <= 0) throw new IOException("the time of this stream is over");
        guard.armUntil(now + Math.min(timeout, left));
        out.flush();
        clock.read();
        lastFlush = clock.lastReading();
        guard.disarm(); // Last: a thread that finds the guard idle also sees this flush.
        sent.add(pending);
        pending = 0;
    }

    /// Whether a write is under way. Any thread may call this.
    boolean isWriting() {
        return guard.isArmed();
    }

    /// The time that the current write has lasted; zero when there is none. Any thread may call this.
    Duration stuck() {
        if (!guard.isArmed()) return Duration.ZERO;
        return Duration.ofNanos(Math.max(0, System.nanoTime() - clock.lastReading()));
    }

    /// Sends last messages between two frames, even when the right to read has ended.
    void close(Frame... farewell) throws IOException {
        closing = true;
        for (var frame : farewell) send(frame);
        flush();
    }

    /// The clock by which [#isExpired], [#isAged], [#isOver] and [#isSilent] decide.
    ///
    /// A flush reads it. At all other times the caller must read it before it asks.
    CachedClock clock() {
        return clock;
    }

    /// Whether the right to read had ended when the clock was last read.
    boolean isExpired() {
        return clock.lastReading() - expiresAt >= 0;
    }

    /// Whether the stream had reached its maximum age when the clock was last read.
    boolean isAged() {
        return clock.lastReading() - agedAt >= 0;
    }

    /// Whether only last messages may be sent.
    boolean isOver() {
        return isExpired() || isAged();
    }

    /// Whether the silence had lasted as long as it may when the clock was last read.
    boolean isSilent() {
        return clock.lastReading() - lastFlush >= heartbeat;
    }

    /// The time when the thread must look around, even if no event comes. Any thread may call this.
    ///
    /// It is the end of the silence, of the right to read, or of the stream, whichever comes first.
    long dueAt() {
        long heartbeatAt = guard.isArmed() ? clock.lastReading() + heartbeat : lastFlush + heartbeat;
        return earlier(heartbeatAt, earlier(expiresAt, agedAt));
    }

    /// The time when the last bytes left, as [System#nanoTime()] counts.
    long lastFlush() {
        return lastFlush;
    }

    private static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }

    /// Gives the bytes of a frame.
    @FunctionalInterface
    interface Source {
        byte[] bytes() throws IOException, InterruptedException;
    }
}
