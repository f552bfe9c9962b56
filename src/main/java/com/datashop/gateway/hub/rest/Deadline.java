package com.datashop.gateway.hub.rest;

/// The time at which the resting subscribers of a channel must wake, because an event has come while they rest.
public final class Deadline {
    private volatile long time;

    /// The subscribers that share one deadline: those of a channel.
    public interface Sharers {
        /// Their deadline.
        Deadline deadline();

        /// Ends the rests that should have ended by this time.
        void endRestsDueBy(long time);
    }

    /// Sets the time, and so replaces the time before.
    ///
    /// @return false when the time was the same already, as for each event of a batch
    boolean set(long time) {
        if (this.time == time) return false;
        this.time = time;
        return true;
    }

    /// Whether the time is still this one, because no event has come since.
    boolean is(long time) {
        return this.time == time;
    }
}
