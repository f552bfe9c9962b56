package com.datashop.gateway.log.shared.kafka;

import java.util.List;

/// What a broker has sent of the log.
///
/// @param start the first offset that the log has
/// @param end the offset behind all that readers see
/// @param aborted the transactions among the records that came to nothing
/// @param records record batches, one after the other; the last may be cut
record Fetched(long start, long end, List<Aborted> aborted, In records) {
    /// A transaction that came to nothing.
    ///
    /// @param first the offset of its first record
    record Aborted(long producerId, long first) { }
}
