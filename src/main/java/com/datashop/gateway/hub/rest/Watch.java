package com.datashop.gateway.hub.rest;

/// Says when those of a channel who rest are to be woken for an event that has come meanwhile.
public final class Watch {
    private volatile long until;

    /// Those whom one watch is for.
    public interface Resting {
        /// Their watch.
        Watch watch();

        /// Ends the rests that should have ended by this time.
        void endRestsBefore(long time);
    }

    /// Sets the time, in place of the one before.
    ///
    /// @return false when it was this time already, as for each event of a batch
    boolean set(long time) {
        if (until == time) return false;
        until = time;
        return true;
    }

    /// Whether this is the time: no event has come since.
    boolean is(long time) {
        return until == time;
    }
}
