package com.datashop.gateway.http;

import com.datashop.gateway.ingest.BodyRoom;
import java.time.Duration;

/// The bounds on the bodies of requests.
///
/// @param bytes what each may have, before and after inflating
/// @param time how long each may take to arrive
/// @param room the heap for all of them
public record Bodies(int bytes, Duration time, BodyRoom room) {
    private static final Duration LEAST_GRACE = Duration.ofSeconds(2);
    private static final int GRACE_DIVISOR = 3;

    /// How long a request lasts beyond its time until its connection is cut: meanwhile a late body is answered, and the
    /// client reads that. Slow heads last as long, for the JDK's server does not tell them from slow bodies.
    public static Duration grace(Duration time) {
        var share = time.dividedBy(GRACE_DIVISOR);
        return share.compareTo(LEAST_GRACE) < 0 ? LEAST_GRACE : share;
    }

    /// How long after a request's head its body counts as late at the latest, whatever it waited for: half of the grace
    /// is for the answer.
    Duration latest() {
        return time.plus(grace(time).dividedBy(2));
    }
}
