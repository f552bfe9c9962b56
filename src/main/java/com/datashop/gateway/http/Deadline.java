package com.datashop.gateway.http;

import com.datashop.gateway.time.Watchdog;

/// The time at which a body is late. The watchdog's thread then runs the task.
///
/// The watchdog keeps this object for a second after its use. So it must forget the task, which refers to the body.
final class Deadline implements Watchdog.Alarm {
    private volatile long at = System.nanoTime() + NEVER;
    private volatile Runnable whenLate;

    Deadline(Runnable whenLate) {
        this.whenLate = whenLate;
    }

    /// Sets the time, as [System#nanoTime()] counts.
    void set(long nanoTime) {
        at = nanoTime;
    }

    /// Sets no time: the body is not late while the gateway does not read it.
    void suspend() {
        at = System.nanoTime() + NEVER;
    }

    /// Ends the use of this deadline.
    void forget() {
        suspend();
        whenLate = null;
    }

    @Override
    public long dueAt() {
        return at;
    }

    @Override
    public void ring() {
        var task = whenLate;
        forget();
        if (task != null) task.run();
    }
}
