package com.datashop.gateway.bench;

/// The work of publishers in one run.
///
/// @param requests that were answered with success
/// @param events in them
/// @param refused requests that were answered otherwise
/// @param nanoseconds from the first request to the last reply
/// @param kept whether the schedule was kept; a closed loop has none
/// @param latencies from when a request was due (of a closed loop: sent) to its reply
record Publishing(long requests, long events, long refused, boolean kept, long nanoseconds, Latencies latencies) {
    double eventsPerSecond() {
        return events * 1e9 / nanoseconds;
    }
}
