package com.datashop.gateway.http;

import com.datashop.gateway.time.Watchdog;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/// A body that may go on for long, and is read while it arrives. Its time limit is for progress, which its reader
/// reports.
///
/// ```
///   READING ──close──▶ DONE: the handler answers
///      │ no progress for its time (the watchdog's thread)
///      ▼
///    LATE: a thread of its own answers 408, and the connection ends
/// ```
///
/// [Receiver] says why another thread answers. The time that the gateway takes between two reads does not count.
public final class LiveBody extends InputStream {
    private enum State { READING, LATE, DONE }

    private final InputStream in;
    private final Duration time;
    private final Receiver.Late late;
    private final AtomicReference<State> state = new AtomicReference<>(State.READING);
    private final CountDownLatch answered = new CountDownLatch(1);
    private final Limit limit = new Limit(this);
    private final Watchdog.Guard guard;
    private volatile long received;
    private long left;

    /// @param time how long it may make no progress
    LiveBody(InputStream in, Duration time, Watchdog watchdog, Receiver.Late late) {
        this.in = in;
        this.time = time;
        this.late = late;
        left = time.toNanos();
        guard = watchdog.guard(limit);
    }

    /// Reports progress: the time begins anew.
    public void progress() {
        left = time.toNanos();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        long before = System.nanoTime();
        limit.at = before + left;
        try {
            int read = in.read(bytes, offset, length);
            if (state.get() == State.LATE) throw new IOException("the body came too slowly");
            if (read > 0) received += read;
            return read;
        } catch (IndexOutOfBoundsException overflown) {
            throw Request.brokenChunk(overflown);
        } finally {
            limit.at = before + Watchdog.Alarm.NEVER;
            left -= System.nanoTime() - before;
        }
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    /// @throws IOException when it was late: 408 was answered, and the connection is useless
    @Override
    public void close() throws IOException {
        limit.forget();
        try {
            if (state.compareAndSet(State.READING, State.DONE)) return;
            answered.await();
            throw new IOException("the body came too slowly, which was answered");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException(stopping);
        } finally {
            guard.close();
        }
    }

    private void timeIsOver() {
        if (state.compareAndSet(State.READING, State.LATE))
            Thread.ofVirtual().name("late-body").start(this::answerLate);
    }

    private void answerLate() {
        try {
            late.answer(new Problem(Refusal.BODY_TOO_SLOW, "the body came too slowly: after " + received
                    + " bytes no whole entry came in " + time.toSeconds() + " s (REQUEST_TIMEOUT_SECONDS)")
                    .with("Connection", "close"), received);
        } finally {
            guard.arm(Request.DRAIN_TIME); // frees the reader
            answered.countDown();
        }
    }

    /// The time when the body is late. The watchdog keeps this object for a second after its use.
    private static final class Limit implements Watchdog.Alarm {
        private volatile long at = System.nanoTime() + NEVER;
        private volatile LiveBody body;

        Limit(LiveBody body) {
            this.body = body;
        }

        void forget() {
            body = null;
            at = System.nanoTime() + NEVER;
        }

        @Override
        public long dueAt() {
            return at;
        }

        @Override
        public void ring() {
            var late = body;
            at = System.nanoTime() + NEVER;
            if (late != null) late.timeIsOver();
        }
    }
}
