package com.datashop.gateway.metrics;

import java.util.concurrent.atomic.LongAdder;

/// A number that only grows, for example the number of events published.
///
/// Any thread may count at any time. It takes no lock, and does not wait for other threads that count.
public final class Counter extends Metric {
    private final LongAdder total = new LongAdder();

    /// Counts one.
    public void increment() {
        total.increment();
    }

    /// Counts several at once.
    ///
    /// @param more 0 or more
    /// @throws IllegalArgumentException when it is negative: Prometheus reads a counter that falls as a restart
    public void add(long more) {
        if (more < 0) throw new IllegalArgumentException("a counter can not fall by " + -more);
        total.add(more);
    }

    /// The sum since the process started. A thread always finds its own counts in it.
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
