package com.datashop.gateway.log.redis;

import com.datashop.gateway.event.EventId;

/// An entry of the stream, as it was read.
///
/// @param channel null, as all that follows, when it has no such field
/// @param isGap whether it marks that what was before it is gone
record Item(EventId id, String channel, String timestamp, byte[] data, String token, boolean isGap) { }
