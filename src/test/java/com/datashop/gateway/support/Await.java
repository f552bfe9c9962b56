package com.datashop.gateway.support;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for what is seen only by looking: a counter behind HTTP, a line of another process. Every wait has a bound.
public final class Await {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final Duration PERIOD = Duration.ofMillis(20);

    private Await() { }

    /// Looks until this holds; fails after 30 s, naming what it waited for.
    public static void until(String what, BooleanSupplier holds) {
        until(what, BOUND, holds);
    }

    /// The same, with another bound.
    public static void until(String what, Duration bound, BooleanSupplier holds) {
        until(() -> what, bound, holds);
    }

    /// The same, for a failure that tells how things stood at the end.
    public static void until(Supplier<String> what, Duration bound, BooleanSupplier holds) {
        long end = System.nanoTime() + bound.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - end > 0)
                throw new AssertionError("not within " + bound.toMillis() + " ms: " + what.get());
            LockSupport.parkNanos(PERIOD.toNanos());
            if (Thread.currentThread().isInterrupted())
                throw new AssertionError("interrupted while waiting for " + what.get());
        }
    }
}
