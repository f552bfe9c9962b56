package com.datashop.gateway.hub.rest;

import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/// The one place where a subscriber's thread waits, with one word that says what may wake it.
///
/// ```
///            await                    an event is offered, or it is asked
///   AWAKE ─────────▶ WAITING ─────────────────────────────────────────────────────────▶ AWAKE
///     │                 ▲ endRest (the pacer): the same when something is queued         ▲
///     └──────────▶ RESTING ── an event when that ends the rest, a half full queue, asked ┘
///      beginRest
/// ```
///
/// Each side writes its own word before it reads the other's, and both are volatile. So no wake is lost. Two sides may wake
/// the thread at once, which is harmless.
///
/// [#await] and [#beginRest] belong to the thread. All else may be called by any.
public final class Parking {
    /// Is at work.
    private static final int AWAKE = 0;
    /// Waits for the first event.
    private static final int WAITING = 1;
    /// Waits for the end of its rest, even when events come.
    private static final int RESTING = 2;

    private final Thread thread;
    private final Queue<?> queue;
    private long restEndsBy;
    private boolean eventEndsRest;
    private volatile int state;
    private volatile boolean asked;

    /// @param thread the one that waits here
    /// @param queue what it waits for
    public Parking(Thread thread, Queue<?> queue) {
        this.thread = thread;
        this.queue = queue;
    }

    /// Waits until something is queued or somebody asks, and at least to the end of the rest if one has begun.
    ///
    /// @throws InterruptedException when the thread was interrupted meanwhile
    public void await() throws InterruptedException {
        if (state == AWAKE && queue.isEmpty()) state = WAITING;
        while (isToWait()) {
            LockSupport.park();
            if (Thread.interrupted()) throw new InterruptedException();
        }
    }

    /// The thread goes to work: it is not woken for what it is about to see.
    public void leave() {
        if (state != AWAKE) state = AWAKE;
        if (asked) asked = false;
    }

    private boolean isToWait() {
        int now = state;
        return !asked && (now == RESTING || now == WAITING && queue.isEmpty());
    }

    /// The thread is about to rest: it takes the next events when the rest has ended.
    ///
    /// @param endsBy by the clock; it names the rest, too
    /// @param byEvent whether the first event from then on ends the rest; else time does
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

    /// Whether an event of this time wakes the thread by itself.
    public boolean isWokenBy(long orderedAt) {
        int now = state;
        return now == WAITING || now == RESTING && eventEndsRest && orderedAt - restEndsBy >= 0;
    }

    /// When the rest ends that the next event can end; `now` when there is none.
    public long restsUntil(long now) {
        return state == RESTING && eventEndsRest ? restEndsBy : now;
    }

    /// Ends the rest of this name, unless it has ended before. A thread for which nothing has come goes on waiting.
    void endRest(long endsBy) {
        if (state == RESTING && restEndsBy == endsBy) endRest();
    }

    /// Ends the rest if it should have ended by this time.
    public void endRestBefore(long time) {
        if (state == RESTING && restEndsBy - time <= 0) endRest();
    }

    private void endRest() {
        state = WAITING;
        if (!queue.isEmpty()) rouse();
    }

    /// Asks the thread to look around, if it waits.
    public void ask() {
        asked = true;
        if (state != AWAKE) rouse();
    }

    /// Wakes the thread.
    public void rouse() {
        state = AWAKE;
        LockSupport.unpark(thread);
    }

    /// Whether the thread is at work, or on its way there.
    boolean isAwake() {
        return state == AWAKE;
    }
}
