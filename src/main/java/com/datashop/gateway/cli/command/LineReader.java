package com.datashop.gateway.cli.command;

import com.datashop.gateway.json.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Reads lines of bytes that end with LF or CR LF, and can copy what it reads. The last line may have no end.
///
/// ```
///            next               input
///   IDLE ───────────▶ WAITING ──────────▶ IDLE ──▶ a line
///                        │ stop
///                        ▼
///                      ENDED ──▶ null; `begun` has the rest
/// ```
final class LineReader {
    /// The most bytes of a line. It skips the rest of a longer line, so that input without line ends does not fill the
    /// heap.
    static final int LONGEST_LINE = 8 << 20;
    private static final int BUFFER_BYTES = 64 << 10;

    /// Receives all bytes as soon as they are read.
    interface Copy {
        void write(byte[] bytes, int length);
    }

    private final InputStream in;
    private final byte[] buffer;
    private final Copy copy;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int position;
    private int limit;
    private long number;
    private boolean cut;
    private IOException fault;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private boolean waiting;
    private boolean stopped;
    /// Whether a stop came in the middle of a wait.
    private volatile boolean ended;

    /// @param copy null for no copy
    private LineReader(InputStream in, int bufferBytes, Copy copy) {
        this.in = in;
        this.copy = copy;
        buffer = new byte[bufferBytes];
    }

    static LineReader ofStandardInput(Copy copy) {
        return new LineReader(new FileInputStream(FileDescriptor.in), BUFFER_BYTES, copy);
    }

    /// Waits for the next line, without its end; null when there is none.
    byte[] next() {
        cut = false;
        while (true) {
            if (position == limit && !fill()) return ended || line.size() == 0 ? null : take();
            int from = position;
            int end = lineEnd();
            position = Math.min(end + 1, limit);
            if (end < limit && line.size() == 0) {
                number++;
                return withoutMark(Arrays.copyOfRange(buffer, from, withoutReturn(buffer, from, end)));
            }
            int room = LONGEST_LINE - line.size();
            if (end - from > room) cut = true;
            line.write(buffer, from, Math.min(end - from, room));
            if (end < limit) return take();
        }
    }

    /// The number of the last line, from 1.
    long number() {
        return number;
    }

    /// Whether the last line was longer than [#LONGEST_LINE]. Then its rest is missing.
    boolean isCut() {
        return cut;
    }

    /// The fault that ended the input; empty when it has not ended, or at its end.
    Optional<IOException> fault() {
        return Optional.ofNullable(fault);
    }

    /// Ends the input: it reads no more, and still gives the lines that it has read before.
    ///
    /// @return whether [#next()] was waiting for input, and so gives no line any more
    boolean stop() {
        lock.lock();
        try {
            stopped = true;
            ended |= waiting;
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /// The line that had begun when [#stop()] ended the wait for its end; null when none had.
    byte[] begun() {
        return line.size() == 0 ? null : take();
    }

    /// Waits for input; false at its end.
    private boolean fill() {
        position = 0;
        limit = 0;
        if (!setWaiting(true)) return false;
        int length = -1;
        try {
            length = in.read(buffer);
        } catch (IOException unreadable) {
            fault = unreadable;
        }
        if (!setWaiting(false)) return false;
        if (length < 0) return false;
        limit = length;
        if (copy != null) copy.write(buffer, limit);
        return true;
    }

    /// Notes whether it waits; false when it was stopped.
    private boolean setWaiting(boolean waits) {
        lock.lock();
        try {
            waiting = waits && !stopped;
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    private byte[] take() {
        byte[] bytes = line.toByteArray();
        line.reset();
        number++;
        int end = withoutReturn(bytes, 0, bytes.length);
        return withoutMark(end == bytes.length ? bytes : Arrays.copyOf(bytes, end));
    }

    /// The line without the byte order mark that some editors put before the first one.
    private byte[] withoutMark(byte[] bytes) {
        int start = number == 1 ? Utf8.start(bytes, 0, bytes.length) : 0;
        return start == 0 ? bytes : Arrays.copyOfRange(bytes, start, bytes.length);
    }

    /// The index of the next line end in the buffer, or the buffer's limit.
    private int lineEnd() {
        int at = position;
        while (at < limit && buffer[at] != '\n') at++;
        return at;
    }

    /// The end of the line without its carriage return.
    private static int withoutReturn(byte[] bytes, int from, int end) {
        return end > from && bytes[end - 1] == '\r' ? end - 1 : end;
    }
}
