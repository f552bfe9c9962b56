package com.datashop.gateway.log.shared.kafka;

import java.util.List;

/// A part of the log, as a broker has sent it.
///
/// @param start the first offset that the log has
/// @param end the offset behind all that readers see
/// @param aborted the transactions among the records that were aborted
/// @param records record batches, one after the other; the last may be cut
record Fetched(long start, long end, List<Aborted> aborted, In records) {
    /// A transaction that was aborted.
    ///
    /// @param first the offset of its first record
    record Aborted(long producerId, long first) { }
}
