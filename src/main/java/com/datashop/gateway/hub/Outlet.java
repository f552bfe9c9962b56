package com.datashop.gateway.hub;

import com.datashop.gateway.metrics.Counter;
import com.datashop.gateway.sse.Frame;
import com.datashop.gateway.time.Watchdog;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/// Writes frames to one client, in slices that the connection's buffers hold, under the watchdog, and nothing once the right to read has ended.
final class Outlet {
    /// A flush of more grows the output buffer of the JDK's connection for good (measured: from 39 to 61 KB a stream).
    private static final int SLICE_BYTES = 3200;

    private final OutputStream out;
    private final Watchdog.Guard guard;
    private final long timeout;
    private final long heartbeat;
    private final long expiresAt;
    private final long agedAt;
    private final long cutAt;
    private final Counter sent;
    private int pending;
    private boolean closing;
    /// The last time that was read of the clock: to read it takes longer than most of what is done for an event.
    private long now = System.nanoTime();
    private long lastFlush = now;

    /// @param timeout how long a write may make no progress
    /// @param heartbeat the longest silence
    /// @param expiresAt when the right to read ends, by [System#nanoTime()]
    /// @param agedAt when the stream is as old as it may get, by [System#nanoTime()]
    /// @param sent counts the bytes
    Outlet(OutputStream out, Watchdog.Guard guard, Duration timeout, Duration heartbeat, long expiresAt, long agedAt, Counter sent) {
        this.out = out;
        this.guard = guard;
        this.timeout = timeout.toNanos();
        this.heartbeat = heartbeat.toNanos();
        this.expiresAt = expiresAt;
        this.agedAt = agedAt;
        cutAt = earlier(expiresAt, agedAt + this.timeout);
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

    /// Sends a frame that is not held while its client takes it: it is asked for anew for each slice.
    ///
    /// @param length of the frame, in bytes
    void send(int length, Source frame) throws IOException, InterruptedException {
        flush();
        for (int from = 0; from < length; from += SLICE_BYTES) {
            copy(frame, from, Math.min(SLICE_BYTES, length - from));
            flush();
        }
    }

    /// A method of its own: with it ends the hold on the bytes, before the flush may block.
    private void copy(Source frame, int from, int length) throws IOException, InterruptedException {
        out.write(frame.bytes(), from, length);
        pending += length;
    }

    /// Where the bytes of a frame come from.
    @FunctionalInterface
    interface Source {
        byte[] bytes() throws IOException, InterruptedException;
    }

    /// Sends what is pending. Only here can the thread block, for `out` holds a slice.
    ///
    /// A client that takes an event in drops is cut in mid-event when a write's time after the stream's is over.
    ///
    /// @throws IOException when the connection broke, the right to read has ended, or the stream is far too old
    void flush() throws IOException {
        if (pending == 0) return;
        lookAtClock();
        long left = closing ? timeout : cutAt - now;
        if (left <= 0) throw new IOException("the time of this stream is over");
        guard.armUntil(now + Math.min(timeout, left));
        out.flush();
        lookAtClock();
        lastFlush = now;
        guard.disarm(); // after: whoever finds the guard idle sees this flush
        sent.add(pending);
        pending = 0;
    }

    /// For how long the write that is under way has not come back; zero while none is. May be asked by any thread.
    Duration stuck() {
        return guard.isArmed() ? Duration.ofNanos(Math.max(0, System.nanoTime() - now)) : Duration.ZERO;
    }

    /// Sends a last word, between two frames, expired or not.
    void close(Frame... farewell) throws IOException {
        closing = true;
        for (var frame : farewell) send(frame);
        flush();
    }

    /// Reads the time, by which [#now], [#isExpired] and [#isSilent] go until it is read again; a flush reads it too.
    void lookAtClock() {
        now = System.nanoTime();
    }

    /// What time it was, by [System#nanoTime()].
    long now() {
        return now;
    }

    /// Whether the right to read had ended.
    boolean isExpired() {
        return now - expiresAt >= 0;
    }

    /// Whether the stream was as old as it may get.
    boolean isAged() {
        return now - agedAt >= 0;
    }

    /// Whether nothing more may be sent but a last word.
    boolean isOver() {
        return isExpired() || isAged();
    }

    /// Whether nothing had left for as long as a silence may last.
    boolean isSilent() {
        return now - lastFlush >= heartbeat;
    }

    /// When there will be something to do, even if nothing comes: the end of the silence, of the right to read, or of the stream. May be asked by any thread.
    long dueAt() {
        long heartbeatAt = guard.isArmed() ? now + heartbeat : lastFlush + heartbeat;
        return earlier(heartbeatAt, earlier(expiresAt, agedAt));
    }

    private static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }

    /// When the last bytes left, by [System#nanoTime()].
    long lastFlush() {
        return lastFlush;
    }
}
