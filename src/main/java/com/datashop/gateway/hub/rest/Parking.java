package com.datashop.gateway.hub.rest;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;

/// The one place where a subscriber's thread waits. One word of state says what may wake the thread.
///
/// ```
///            await                    an event is offered, or it is asked
///   AWAKE ─────────▶ WAITING ────────────────────────────────────────────────────────▶ DUE ──▶ ON ITS WAY ──▶ AWAKE
///     │                 ▲ endRest (the pacer): the same when something is queued        ▲  the           leave
///     └──────────▶ RESTING ── an event that ends the rest, a half full queue, asked ────┘  turnstile
///      beginRest
/// ```
///
/// No wake-up is lost. The thread writes `state` before it looks at the queue. Whoever offers an event queues it before
/// reading `state`. Both are volatile, so one of the two sees the other. Two threads may rouse this one at once: one of
/// them makes it due.
///
/// [#await], [#leave] and [#beginRest] belong to the thread. Any thread may call the other methods.
public final class Parking {
    /// The thread works.
    private static final int AWAKE = 0;
    /// The thread waits for the first event.
    private static final int WAITING = 1;
    /// The thread waits for the end of its rest, even when events come.
    private static final int RESTING = 2;
    /// The thread has work, and waits for its turn at the turnstile.
    private static final int DUE = 3;
    /// The turnstile has woken the thread, which has not yet begun to work.
    private static final int ON_ITS_WAY = 4;
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
        while (mustWait()) {
            LockSupport.park();
            if (!Thread.interrupted()) continue;
            leave();
            throw new InterruptedException();
        }
    }

    /// Leaves the parking: the thread works now. It is not woken for the events that it is about to take.
    public void leave() {
        if (state != AWAKE && STATE.getAndSet(this, AWAKE) == ON_ITS_WAY) turnstile.begun();
        if (asked) asked = false;
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

    /// Ends the rest that [#beginRest] has named so, unless it is over. With an empty queue the thread waits on.
    void endRest(long endsBy) {
        if (state == RESTING && restEndsBy == endsBy) endRest();
    }

    /// Ends the rest if it should have ended by this time.
    public void endRestDueBy(long time) {
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

    /// Makes the thread due, if it waits or rests. The turnstile then wakes it.
    public void rouse() {
        for (int now = state; now == WAITING || now == RESTING; now = state) {
            if (!STATE.compareAndSet(this, now, DUE)) continue;
            turnstile.wake(this);
            return;
        }
    }

    /// Wakes the thread. The turnstile calls this.
    ///
    /// @return false when the thread is no longer due
    boolean wake() {
        if (!STATE.compareAndSet(this, DUE, ON_ITS_WAY)) return false;
        LockSupport.unpark(thread);
        return true;
    }

    /// Whether the thread works, or is on its way.
    boolean isAwake() {
        int now = state;
        return now == AWAKE || now == ON_ITS_WAY;
    }

    private boolean mustWait() {
        int now = state;
        return !asked && (now == RESTING || now == DUE || now == WAITING && queue.isEmpty());
    }
}
