package com.datashop.gateway.metrics;

import java.util.concurrent.atomic.LongAdder;

/// A number that only grows, as the events published.
///
/// Any thread may count at any time, without a lock and without waiting for others that do.
public final class Counter extends Metric {
    private final LongAdder total = new LongAdder();

    /// Counts one.
    public void increment() {
        total.increment();
    }

    /// Counts several at once.
    ///
    /// @param more how many, 0 or more
    /// @throws IllegalArgumentException when it is negative: a counter that falls reads as a restart
    public void add(long more) {
        if (more < 0) throw new IllegalArgumentException("a counter can not fall by " + -more);
        total.add(more);
    }

    /// What was counted since the process started. What a thread counted before, it finds in here.
    public long value() {
        return total.sum();
    }

    @Override
    Kind kind() {
        return Kind.COUNTER;
    }

    @Override
    void writeTo(Exposition out, String name) {
        out.sample(name, "", value());
    }
}
