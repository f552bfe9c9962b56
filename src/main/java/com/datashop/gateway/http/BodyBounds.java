package com.datashop.gateway.http;

import com.datashop.gateway.ingest.BodyRoom;
import java.time.Duration;

/// The bounds on the bodies of requests.
///
/// @param bytes the most that each may have, before and after inflating
/// @param time the longest time that each may take to arrive
/// @param room the heap for all of them
public record BodyBounds(int bytes, Duration time, BodyRoom room) {
    private static final Duration LEAST_GRACE = Duration.ofSeconds(2);
    private static final int GRACE_DIVISOR = 3;

    /// The time between the end of a body's time and the cut of its connection.
    ///
    /// In this time the gateway answers a late body, and the client reads the answer. Slow heads get this time too.
    public static Duration grace(Duration time) {
        var share = time.dividedBy(GRACE_DIVISOR);
        return share.compareTo(LEAST_GRACE) < 0 ? LEAST_GRACE : share;
    }

    /// The time after its head at which a body is late in any case, even if it had to wait for room.
    ///
    /// Half of the grace is left for the answer.
    Duration latest() {
        return time.plus(grace(time).dividedBy(2));
    }
}
