package com.datashop.gateway.time;

/// Tells the time. A test can put its own in the place of the JVM's.
@FunctionalInterface
public interface Clock {
    /// The clock of the JVM.
    Clock SYSTEM = System::nanoTime;

    /// The time in nanoseconds, as [System#nanoTime()] counts it. Only differences have a meaning.
    long nanoTime();
}
