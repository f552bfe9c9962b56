package com.datashop.gateway.log.shared;

import com.datashop.gateway.event.EventId;
import com.datashop.gateway.log.LogUnavailableException;
import com.datashop.gateway.log.Receipt;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
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
    private EventId first;
    private long delivered;

    Pending(long number, String token, int events, byte[] request) {
        this.number = number;
        this.token = token;
        this.events = events;
        this.request = request;
    }

    /// The later it came, the higher.
    long number() {
        return number;
    }

    String token() {
        return token;
    }

    /// How many events are in it.
    public int events() {
        return events;
    }

    /// What asks the broker to store it.
    public byte[] request() {
        return request;
    }

    /// Settles it: the broker has said that it is not stored.
    public void refuse(String why) {
        if (state.getAndSet(State.SETTLED) != State.SETTLED) receipt.completeExceptionally(new LogUnavailableException(why));
    }

    /// Takes note that the broker has not stored it, and that it may be sent again.
    public void giveBack() {
        state.compareAndSet(State.SENT, State.WAITING);
    }

    /// Takes note that from now on it may be stored; false when its publisher has left.
    boolean send() {
        return state.compareAndSet(State.WAITING, State.SENT);
    }

    boolean isSent() {
        return state.get() == State.SENT;
    }

    boolean isWaiting() {
        return state.get() == State.WAITING;
    }

    /// Leaves without it; false when it may have been stored.
    boolean withdraw() {
        return state.compareAndSet(State.WAITING, State.SETTLED);
    }

    /// Takes note that events of it have been handed over; called by the one thread that reads.
    void handedOver(EventId from, EventId to, long subscribers, boolean last) {
        if (first == null) first = from;
        delivered += subscribers;
        if (!last) return;
        state.set(State.SETTLED);
        receipt.complete(new Receipt(first, to, delivered));
    }

    Receipt await(Duration patience) throws LogUnavailableException, InterruptedException, TimeoutException {
        try {
            return receipt.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException refused) {
            throw new LogUnavailableException(refused.getCause().getMessage());
        }
    }
}
