package com.datashop.gateway.hub;

import java.util.UUID;

/// The ids of the connections of one run of a node.
///
/// An id is a UUID of version 8 (RFC 9562, 5.8): random bits of this run, and the number of the connection. So no two
/// are the same, on all nodes. Random bits for each connection would need a lock and a hash. When thousands connect
/// after a start, these took 3 % of the processor time (measured with `-Xint`).
final class ConnectionIds {
    private static final long VERSION_MASK = 0xF000;
    private static final long VERSION_8 = 0x8000;
    /// The variant, in the two highest bits.
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private final long run = UUID.randomUUID().getMostSignificantBits() & ~VERSION_MASK | VERSION_8;

    /// The id of a connection.
    ///
    /// @param number the number of the connection, from 1 on
    String of(long number) {
        return new UUID(run, VARIANT | number).toString();
    }
}
