package com.datashop.gateway.hub.rest;

/// The time when the resting subscribers of a channel must wake for an event that has come meanwhile.
public final class Watch {
    private volatile long until;

    /// The subscribers that share one watch.
    public interface Resting {
        /// Their watch.
        Watch watch();

        /// Ends the rests that should have ended by this time.
        void endRestsBefore(long time);
    }

    /// Sets the time, and so replaces the time before.
    ///
    /// @return false when the time was the same already, as for each event of a batch
    boolean set(long time) {
        if (until == time) return false;
        until = time;
        return true;
    }

    /// Whether the time is still this one, because no event has come since.
    boolean is(long time) {
        return until == time;
    }
}
