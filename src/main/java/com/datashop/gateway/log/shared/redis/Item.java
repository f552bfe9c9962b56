package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.event.EventId;

/// An entry of the stream as it was read. A field that is there but too long to keep is null.
///
/// @param channel null when there is no such field, as in the members after it
/// @param dataBytes the length of the data, kept or not; 0 when there is none
/// @param isGap whether it marks a place where the entries before it are lost
/// @param isWhole whether each field that the gateway knows is there at most once, and not too long
record Item(EventId id, String channel, String timestamp, byte[] data, long dataBytes, String token, boolean isGap,
        boolean isWhole) {
    /// Whether its data is too large for this node.
    boolean isTooLarge() {
        return data == null && dataBytes > 0;
    }
}
