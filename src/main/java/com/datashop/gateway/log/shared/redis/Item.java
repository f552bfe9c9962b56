package com.datashop.gateway.log.shared.redis;

import com.datashop.gateway.event.EventId;

/// An entry of the stream, as it was read. Of a field that is there and not kept, since it is too long, the value is
/// null.
///
/// @param channel null, as all that follows, when it has no such field
/// @param dataBytes how long the data is, kept or not; 0 when there is none
/// @param isGap whether it marks that what was before it is gone
/// @param isWhole whether every field that the gateway knows is there once at the most, and no longer than it can be
record Item(EventId id, String channel, String timestamp, byte[] data, long dataBytes, String token, boolean isGap,
        boolean isWhole) {
    /// Whether it has data that this node does not take.
    boolean isTooLarge() {
        return data == null && dataBytes > 0;
    }
}
