package com.datashop.gateway.http.access;

/// Notices when many clients come back at once, as after a cut of all connections.
///
/// A client that comes back has left a stream behind, and only a write shows that it is dead. The stream of one client
/// may wait for the heartbeat. But when 10,000 clients come back, the node would hold their old and their new streams
/// for two heartbeats, and with them the file descriptors that publishers need.
///
/// The lock of [ConnectionLimits] guards it.
final class Returns {
    /// The time in which returning clients are counted. An `EventSource` comes back after 1 to 4 s.
    private static final long WINDOW_NANOS = 1_000_000_000;
    /// One in this many streams is many. Where streams last for only twenty seconds, that many return in any second.
    private static final int PART = 20;
    private static final int LEAST = 16;

    private long began;
    private int count;
    /// Whether they were many in this window already.
    private boolean were;

    /// @param now the time by [System#nanoTime()]
    Returns(long now) {
        began = now - WINDOW_NANOS;
    }

    /// Counts a client that has come back. It returns true once in a window: when there are many with this client.
    ///
    /// @param streams the streams that are open
    boolean areManyWithOneMore(int streams, long now) {
        if (now - began >= WINDOW_NANOS) {
            began = now;
            count = 0;
            were = false;
        }
        count++;
        // The bound falls while clients are counted, because streams end meanwhile. So this is no test for equality.
        if (were || count < Math.max(LEAST, streams / PART)) return false;
        were = true;
        return true;
    }

    /// The beginning of the window. The streams that these clients left behind were opened before it.
    long began() {
        return began;
    }
}
