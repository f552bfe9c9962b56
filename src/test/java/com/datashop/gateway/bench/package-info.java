/// The benchmark, `scripts/bench`: a load generator that is cheaper than what it loads, the servers it loads, and the
/// workloads.
///
/// ```
///   ClosedLoop, Paced ──POST──▶ Target ──SSE──▶ Audience ──▶ Latencies, Tally
///   one thread, or one a        gateway          one thread,
///   connection, on schedule     nchan, Pushpin   all subscribers
///                               or the floor
/// ```
///
/// Publisher and subscribers are in one process, and an event carries the time when it was due: so one clock times
/// everything, and a server that stalls is charged for all that should have happened meanwhile.
package com.datashop.gateway.bench;
