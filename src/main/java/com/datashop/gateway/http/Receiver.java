package com.datashop.gateway.http;

import com.datashop.gateway.ingest.BodyRoom;
import com.datashop.gateway.ingest.Declined;
import com.datashop.gateway.time.Watchdog;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/// Receives the body of one request within its time, and counts the heap of the bytes that have come.
///
/// ```
///   RECEIVING ──whole, too large, broken──▶ DONE: the handler goes on, and answers
///       │ its time is over (the watchdog's thread)
///       ▼
///     LATE: a thread of its own answers 408; this one reads on for a while, and then the connection ends
/// ```
///
/// Another thread answers, because this one is blocked in a read. Only an interrupt would free it, and that closes the
/// connection before an answer could be written.
final class Receiver {
    private enum State { RECEIVING, LATE, DONE }

    /// The size of the pieces in which a body is kept until it is whole.
    ///
    /// With pieces, the heap grows with the bytes that come, and no array is huge.
    private static final int PIECE = 64 << 10;
    /// The size of the first piece of a body of unknown length.
    private static final int FIRST_PIECE = 8 << 10;
    private static final long UNKNOWN = -1;

    private final Request request;
    private final InputStream in;
    private final long announced;
    private final BodyBounds bounds;
    private final long latest;
    private final Watchdog watchdog;
    private final LateAnswer late;
    private final AtomicReference<State> state = new AtomicReference<>(State.RECEIVING);
    private final CountDownLatch answered = new CountDownLatch(1);
    private final List<byte[]> pieces = new ArrayList<>(1);
    private volatile long received;
    private long allocated;
    private BodyRoom.Claim claim;
    private long began;
    private final Deadline deadline = new Deadline(this::timeIsOver);
    private Watchdog.Guard guard;

    /// @param announced how long the body is; negative when that is not known
    /// @param head when the request's head was read, by [System#nanoTime()]
    Receiver(Request request, InputStream in, long announced, long head, Watchdog watchdog, LateAnswer late) {
        this.request = request;
        this.in = in;
        this.announced = announced < 0 ? UNKNOWN : announced;
        bounds = request.bodyBounds();
        latest = head + bounds.latest().toNanos();
        this.watchdog = watchdog;
        this.late = late;
    }

    /// Receives the whole body.
    ///
    /// @return its pieces; the last one may be filled in part, as [#length()] says
    /// @throws Problem when it is larger than it may be
    /// @throws Declined when the heap has no room for it
    /// @throws IOException when the connection broke, or a late body was answered; the connection is then useless
    List<byte[]> receive(BodyRoom.Claim claim) throws Problem, Declined, IOException, InterruptedException {
        this.claim = claim;
        began = System.nanoTime();
        if (announced != UNKNOWN && in.available() >= announced) {
            readWhole();
            return pieces;
        }
        deadline.set(Math.min(began + bounds.time().toNanos(), latest));
        try (var watching = watchdog.guard(deadline)) {
            guard = watching;
            readWhole();
        } finally {
            deadline.forget();
            if (!state.compareAndSet(State.RECEIVING, State.DONE)) awaitAnswer();
        }
        return pieces;
    }

    /// The number of bytes that have come.
    long length() {
        return received;
    }

    /// The heap that a body holds before any of its bytes has come.
    static long first(long announced) {
        return announced < 0 ? FIRST_PIECE : Math.min(announced, PIECE);
    }

    private void readWhole() throws Problem, Declined, IOException, InterruptedException {
        long most = announced == UNKNOWN ? bounds.bytes() : announced;
        try {
            while (received < most) if (!readPiece(most)) return;
            if (announced == UNKNOWN && in.read() >= 0) throw Request.tooLarge(bounds.bytes());
        } catch (IndexOutOfBoundsException overflown) {
            throw Request.brokenChunk(overflown);
        }
    }

    /// Reads one piece; false when the body ended in it.
    private boolean readPiece(long most) throws Declined, IOException, InterruptedException {
        int size = (int) Math.min(most - allocated, pieces.isEmpty() && announced == UNKNOWN ? FIRST_PIECE : PIECE);
        if (!pieces.isEmpty()) makeRoom(most, allocated + size);
        var piece = new byte[size];
        pieces.add(piece);
        allocated += size;
        for (int at = 0; at < size; ) {
            int read = in.read(piece, at, size - at);
            if (state.get() == State.LATE) throw readOn();
            if (read < 0 && announced != UNKNOWN) throw new IOException("the connection broke in mid-body");
            if (read < 0) return false;
            at += read;
            received += read;
        }
        return true;
    }

    /// Makes room for another piece.
    ///
    /// A large body of unknown length counts as the largest possible until it is whole. If it were counted step by
    /// step, many bodies at once could each hold a part and wait for more, for ever.
    private void makeRoom(long most, long held) throws Declined, InterruptedException {
        long due = deadline.dueAt();
        long before = System.nanoTime();
        deadline.suspend();
        if (announced == UNKNOWN && pieces.size() == 2) claim.raise(most);
        claim.earn(held);
        deadline.set(Math.min(due + System.nanoTime() - before, latest));
    }

    /// Reads on after the answer, so that the client reads the answer and not a reset.
    ///
    /// The thread that answers limits the time for this.
    ///
    /// @return the exception that says that the request is answered
    private IOException readOn() throws IOException {
        pieces.clear();
        var buffer = new byte[2048];
        long left = Request.DRAIN_BYTES;
        for (int read = 0; read >= 0 && left > 0; left -= read) read = in.read(buffer);
        return new IOException("the body came too slowly");
    }

    private void awaitAnswer() throws IOException {
        try {
            answered.await();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        throw new IOException("the body came too slowly, which was answered");
    }

    private void timeIsOver() {
        if (state.compareAndSet(State.RECEIVING, State.LATE))
            Thread.ofVirtual().name("late-body").start(this::answerLate);
    }

    private void answerLate() {
        try {
            late.send(request, tooSlow(), received);
        } finally {
            guard.arm(Request.DRAIN_TIME);
            answered.countDown();
        }
    }

    private Problem tooSlow() {
        String came = received + (announced == UNKNOWN ? " bytes and not the end" : " of " + announced + " bytes");
        return new Problem(Refusal.BODY_TOO_SLOW, "the body came too slowly: " + came + " in "
                + Duration.ofNanos(System.nanoTime() - began).toSeconds()
                + " s (REQUEST_TIMEOUT_SECONDS is " + bounds.time().toSeconds() + ")").with("Connection", "close");
    }
}
