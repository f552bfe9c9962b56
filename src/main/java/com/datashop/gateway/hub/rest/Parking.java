package com.datashop.gateway.hub.rest;

import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/// The one place where a subscriber's thread waits. One word of state says what may wake the thread.
///
/// ```
///            await                    an event is offered, or it is asked
///   AWAKE ─────────▶ WAITING ─────────────────────────────────────────────────────────▶ AWAKE
///     │                 ▲ endRest (the pacer): the same when something is queued         ▲
///     └──────────▶ RESTING ── an event when that ends the rest, a half full queue, asked ┘
///      beginRest
/// ```
///
/// Each side writes its own word before it reads the other's, and both words are volatile. So no wake-up is lost. Two
/// threads may wake this one at once, which is harmless.
///
/// [#await], [#leave] and [#beginRest] belong to the thread. Any thread may call the other methods.
public final class Parking {
    /// The thread works.
    private static final int AWAKE = 0;
    /// The thread waits for the first event.
    private static final int WAITING = 1;
    /// The thread waits for the end of its rest, even when events come.
    private static final int RESTING = 2;

    private final Thread thread;
    private final Queue<?> queue;
    private long restEndsBy;
    private boolean eventEndsRest;
    private volatile int state;
    private volatile boolean asked;

    /// @param thread the thread that waits here
    /// @param queue the queue whose events it waits for
    public Parking(Thread thread, Queue<?> queue) {
        this.thread = thread;
        this.queue = queue;
    }

    /// Waits for the end of the rest, if one has begun, and then for an event; or until somebody asks.
    ///
    /// @throws InterruptedException when the thread was interrupted meanwhile
    public void await() throws InterruptedException {
        if (state == AWAKE && queue.isEmpty()) state = WAITING;
        while (isToWait()) {
            LockSupport.park();
            if (Thread.interrupted()) throw new InterruptedException();
        }
    }

    /// Puts the thread to work. It is not woken for the events that it is about to see.
    public void leave() {
        if (state != AWAKE) state = AWAKE;
        if (asked) asked = false;
    }

    private boolean isToWait() {
        int now = state;
        return !asked && (now == RESTING || now == WAITING && queue.isEmpty());
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
