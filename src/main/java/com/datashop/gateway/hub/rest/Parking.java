package com.datashop.gateway.hub.rest;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;

/// The one place where a subscriber's thread waits. One word of state says what may wake the thread.
///
/// ```
///            await                    an event is offered, or it is asked
///   AWAKE ─────────▶ WAITING ─────────────────────────────────────────────────────────▶ DUE ──▶ SENT FOR ──▶ AWAKE
///     │                 ▲ endRest (the pacer): the same when something is queued         ▲   the         leave
///     └──────────▶ RESTING ── an event when that ends the rest, a half full queue, asked ┘   turnstile
///      beginRest
/// ```
///
/// Each side writes its own word before it reads the other's, and both words are volatile. So no wake-up is lost. Two
/// threads may rouse this one at once: one of them makes it due.
///
/// [#await], [#leave] and [#beginRest] belong to the thread. Any thread may call the other methods.
public final class Parking {
    /// The thread works.
    private static final int AWAKE = 0;
    /// The thread waits for the first event.
    private static final int WAITING = 1;
    /// The thread waits for the end of its rest, even when events come.
    private static final int RESTING = 2;
    /// The thread is to work, and waits for its turn at the turnstile.
    private static final int DUE = 3;
    /// The thread is on its way.
    private static final int SENT_FOR = 4;
    private static final AtomicIntegerFieldUpdater<Parking> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Parking.class, "state");

    private final Thread thread;
    private final Queue<?> queue;
    private final Turnstile turnstile;
    private long restEndsBy;
    private boolean eventEndsRest;
    private volatile int state;
    private volatile boolean asked;

    /// @param thread the thread that waits here
    /// @param queue the queue whose events it waits for
    /// @param turnstile wakes the thread
    public Parking(Thread thread, Queue<?> queue, Turnstile turnstile) {
        this.thread = thread;
        this.queue = queue;
        this.turnstile = turnstile;
    }

    /// Waits for the end of the rest, if one has begun, and then for an event; or until somebody asks.
    ///
    /// @throws InterruptedException when the thread was interrupted meanwhile
    public void await() throws InterruptedException {
        if (state == AWAKE && queue.isEmpty()) state = WAITING;
        while (isToWait()) {
            LockSupport.park();
            if (!Thread.interrupted()) continue;
            leave();
            throw new InterruptedException();
        }
    }

    /// Puts the thread to work. It is not woken for the events that it is about to see.
    public void leave() {
        if (state != AWAKE && STATE.getAndSet(this, AWAKE) == SENT_FOR) turnstile.begun();
        if (asked) asked = false;
    }

    private boolean isToWait() {
        int now = state;
        return !asked && (now == RESTING || now == DUE || now == WAITING && queue.isEmpty());
    }

    /// Begins a rest. The thread takes the next events when the rest has ended.
    ///
    /// @param endsBy the clock's time at which the rest ends; it also names the rest
    /// @param byEvent whether the first event at or after that time ends the rest; otherwise time ends it
    public void beginRest(long endsBy, boolean byEvent) {
        restEndsBy = endsBy;
        eventEndsRest = byEvent;
        state = RESTING;
    }

    /// Whether something is queued.
    boolean hasWork() {
        return !queue.isEmpty();
    }

    /// Whether the thread rests.
    public boolean isResting() {
        return state == RESTING;
    }

    /// Whether an event with this time wakes the thread by itself.
    public boolean isWokenBy(long orderedAt) {
        int now = state;
        return now == WAITING || now == RESTING && eventEndsRest && orderedAt - restEndsBy >= 0;
    }

    /// The time when the next event can end the rest; `now` when no such rest has begun.
    public long restsUntil(long now) {
        return state == RESTING && eventEndsRest ? restEndsBy : now;
    }

    /// Ends the rest of this name, unless it has ended before. The thread waits on when its queue is empty.
    void endRest(long endsBy) {
        if (state == RESTING && restEndsBy == endsBy) endRest();
    }

    /// Ends the rest if it should have ended by this time.
    public void endRestBefore(long time) {
        if (state == RESTING && restEndsBy - time <= 0) endRest();
    }

    private void endRest() {
        if (STATE.compareAndSet(this, RESTING, WAITING) && !queue.isEmpty()) rouse();
    }

    /// Asks the thread to look around, if it waits.
    public void ask() {
        asked = true;
        rouse();
    }

    /// Makes the thread due, if it waits or rests.
    public void rouse() {
        for (int now = state; now == WAITING || now == RESTING; now = state) {
            if (!STATE.compareAndSet(this, now, DUE)) continue;
            turnstile.wake(this);
            return;
        }
    }

    /// Wakes the thread; false when it is no longer due.
    boolean send() {
        if (!STATE.compareAndSet(this, DUE, SENT_FOR)) return false;
        LockSupport.unpark(thread);
        return true;
    }

    /// Whether the thread is at work, or on its way there.
    boolean isAwake() {
        int now = state;
        return now == AWAKE || now == SENT_FOR;
    }
}
