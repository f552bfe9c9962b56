package com.datashop.gateway.support;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for what is seen only by looking: a counter behind HTTP, a line of another process. Every wait has a bound.
public final class Await {
    private static final Duration BOUND = Duration.ofSeconds(30);
    /// Between two looks. A look may cost milliseconds of a browser's or of another JVM's processor time, so the rests
    /// become longer with the wait: an eighth of it.
    private static final long SHORTEST_REST = Duration.ofMillis(10).toNanos();
    private static final long LONGEST_REST = Duration.ofMillis(100).toNanos();

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
        long begun = System.nanoTime();
        while (!holds.getAsBoolean()) {
            long waited = System.nanoTime() - begun;
            if (waited > bound.toNanos())
                throw new AssertionError("not within " + bound.toMillis() + " ms: " + what.get());
            LockSupport.parkNanos(Math.clamp(waited / 8, SHORTEST_REST, LONGEST_REST));
            if (Thread.currentThread().isInterrupted())
                throw new AssertionError("interrupted while waiting for " + what.get());
        }
    }
}
