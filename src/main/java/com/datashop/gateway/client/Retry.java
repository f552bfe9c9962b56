package com.datashop.gateway.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Decides how long to wait before the next try: longer with each failure, and at random.
///
/// The random part keeps many clients from coming at once.
///
/// ```
///   failures   1      2    3    4   5    6 ...
///   seconds   0.5     1    2    4   8   15      each half to whole
/// ```
final class Retry {
    private static final long FIRST_MILLIS = 500;
    private static final long LONGEST_MILLIS = 15_000;
    private static final int LAST_DOUBLING = 5;
    private static final Duration LONGEST_ASKED = Duration.ofMinutes(1);

    private int failures;

    /// The wait after one more failure.
    Duration next() {
        long most = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures++, LAST_DOUBLING));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }

    /// The wait that the gateway asks for, within a bound; without one, the wait after one more failure.
    Duration next(Optional<Duration> asked) {
        if (asked.isEmpty()) return next();
        return asked.get().compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked.get();
    }

    /// Begins again with short waits, after a success.
    void reset() {
        failures = 0;
    }
}
