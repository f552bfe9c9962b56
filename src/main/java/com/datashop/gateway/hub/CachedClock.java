package com.datashop.gateway.hub;

/// A clock that keeps its last reading, because to read the time takes longer than most of the work for one event.
///
/// A reading ages until the next call of [#read]. The clock belongs to one thread. Another thread may get a reading
/// that is a moment older.
final class CachedClock {
    private long lastReading = System.nanoTime();

    /// Reads the time.
    void read() {
        lastReading = System.nanoTime();
    }

    /// The time of the last reading, as [System#nanoTime()] counts.
    long lastReading() {
        return lastReading;
    }
}
