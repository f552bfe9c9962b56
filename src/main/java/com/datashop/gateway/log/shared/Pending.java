package com.datashop.gateway.log.shared;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.BatchTooLargeException;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.log.Receipt;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/// A batch whose publisher waits until this node has read it back.
///
/// ```
///              send                    read back
///   WAITING ─────────▶ SENT ──────────────────────▶ SETTLED: stored
///      │    ◀─────────   │ refused by the broker ──▶ SETTLED: not stored
///      │     given back  │ time is up ─────────────▶ nobody knows
///      └── time is up ──▶ SETTLED: not stored
/// ```
public final class Pending {
    private enum State { WAITING, SENT, SETTLED }

    private final long number;
    private final String token;
    private final int events;
    private final byte[] request;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();
    private final long since = System.nanoTime();
    private EventId first;
    private long delivered;

    Pending(long number, String token, int events, byte[] request) {
        this.number = number;
        this.token = token;
        this.events = events;
        this.request = request;
    }

    /// A number that is higher for a later batch.
    long number() {
        return number;
    }

    String token() {
        return token;
    }

    /// The number of its events.
    public int events() {
        return events;
    }

    /// The request to store it.
    public byte[] request() {
        return request;
    }

    /// Settles it: the broker has said that it is not stored.
    public void refuse(String why) {
        if (state.getAndSet(State.SETTLED) != State.SETTLED)
            receipt.completeExceptionally(new LogUnavailableException(why));
    }

    /// Settles it: the broker will never store a batch of this size.
    ///
    /// @param why the limit and who sets it
    public void refuseTooLarge(String why) {
        if (state.getAndSet(State.SETTLED) != State.SETTLED)
            receipt.completeExceptionally(new BatchTooLargeException(why));
    }

    /// Notes that the broker has not stored it. It may be sent again.
    public void giveBack() {
        state.compareAndSet(State.SENT, State.WAITING);
    }

    /// Notes that it is being sent, and may be stored from now on; false when its publisher has left.
    boolean send() {
        return state.compareAndSet(State.WAITING, State.SENT);
    }

    boolean isSent() {
        return state.get() == State.SENT;
    }

    boolean isWaiting() {
        return state.get() == State.WAITING;
    }

    /// Takes it back; false when it may have been stored.
    boolean withdraw() {
        return state.compareAndSet(State.WAITING, State.SETTLED);
    }

    /// Notes that events of it were handed over. The one thread that reads calls this.
    void handedOver(EventId from, EventId to, long subscribers, boolean last) {
        if (first == null) first = from;
        delivered += subscribers;
        if (!last) return;
        state.set(State.SETTLED);
        receipt.complete(new Receipt(first, to, delivered));
    }

    /// Tells its publisher that the time is up, when it has waited this long. It may be stored all the same.
    void expire(long now, Duration patience) {
        if (now - since > patience.toNanos()) receipt.completeExceptionally(new TimeoutException());
    }

    /// Waits until it is settled, or expires.
    ///
    /// It waits without a timeout, because [Outbox#expire] ends waits. With a timeout, a virtual thread uses the
    /// scheduler's timer thread, and that would be a switch of threads for each publish.
    Receipt await() throws LogUnavailableException, BatchTooLargeException, InterruptedException, TimeoutException {
        try {
            return receipt.get();
        } catch (ExecutionException refused) {
            if (refused.getCause() instanceof TimeoutException) throw new TimeoutException();
            if (refused.getCause() instanceof BatchTooLargeException never)
                throw new BatchTooLargeException(never.getMessage());
            throw new LogUnavailableException(refused.getCause().getMessage());
        }
    }
}
