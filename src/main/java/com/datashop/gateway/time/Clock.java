package com.datashop.gateway.time;

/// Tells the time since some moment, so that a test can turn it.
@FunctionalInterface
public interface Clock {
    /// The JVM's own.
    Clock SYSTEM = System::nanoTime;

    /// The time in nanoseconds, as [System#nanoTime()] counts it: only differences mean something.
    long nanoTime();
}
