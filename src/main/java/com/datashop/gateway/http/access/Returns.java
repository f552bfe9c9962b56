package com.datashop.gateway.http.access;

/// Notices when many clients come back at once, as after a cut of all connections.
///
/// A client that comes back has left a stream behind, which nothing but writing finds. One client's stream may wait for
/// the heartbeat. But 10,000 clients that come back would hold two generations of streams for two heartbeats, and with
/// them the descriptors that publishers need.
///
/// The lock of [ConnectionLimits] guards it.
final class Returns {
    /// The time in which they come. `EventSource` comes back after a time of its own, of 1 to 4 s.
    private static final long WINDOW_NANOS = 1_000_000_000;
    /// This part of the streams is many. Clients whose streams last for twenty seconds are not back at once.
    private static final int PART = 20;
    private static final int LEAST = 16;

    private long began;
    private int count;
    private boolean were;

    /// @param now the time by [System#nanoTime()]
    Returns(long now) {
        began = now - WINDOW_NANOS;
    }

    /// Counts a client that has come back; whether they are many with this one. They are so once in a window.
    ///
    /// @param streams the streams that are open
    boolean areMany(int streams, long now) {
        if (now - began >= WINDOW_NANOS) {
            began = now;
            count = 0;
            were = false;
        }
        count++;
        // Not only when they are as many as that: the streams become fewer meanwhile.
        if (were || count < Math.max(LEAST, streams / PART)) return false;
        were = true;
        return true;
    }

    /// The time before which the streams were opened that these clients may have left behind.
    long began() {
        return began;
    }
}
