package com.datashop.gateway.http;

import com.datashop.gateway.time.Watchdog;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/// A body that may take long, and is read while it arrives. The time limit is for progress, which the reader reports.
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

    private final Request request;
    private final InputStream in;
    private final Duration time;
    private final LateAnswer late;
    private final AtomicReference<State> state = new AtomicReference<>(State.READING);
    private final CountDownLatch answered = new CountDownLatch(1);
    private final Deadline deadline = new Deadline(this::timeIsOver);
    private final Watchdog.Guard guard;
    private volatile long received;
    private long left;

    LiveBody(Request request, InputStream in, Watchdog watchdog, LateAnswer late) {
        this.request = request;
        this.in = in;
        time = request.bodyBounds().time();
        this.late = late;
        left = time.toNanos();
        guard = watchdog.guard(deadline);
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
        deadline.set(before + left);
        try {
            int read = in.read(bytes, offset, length);
            if (state.get() == State.LATE) throw new IOException("the body came too slowly");
            if (read > 0) received += read;
            return read;
        } catch (IndexOutOfBoundsException overflown) {
            throw Request.brokenChunk(overflown);
        } finally {
            deadline.suspend();
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
        deadline.forget();
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
            late.send(request, new Problem(Refusal.BODY_TOO_SLOW, "the body came too slowly: after " + received
                    + " bytes no whole entry came in " + time.toSeconds() + " s (REQUEST_TIMEOUT_SECONDS)")
                    .with("Connection", "close"), received);
        } finally {
            guard.arm(Request.DRAIN_TIME); // frees the reader
            answered.countDown();
        }
    }
}
