package com.datashop.gateway.history;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.EventId;

/// Says how much of one channel is held.
///
/// @param lastTimestamp the timestamp of the newest event, in milliseconds since 1970
/// @param events the number of events held
public record ChannelSummary(Channel channel, EventId lastId, long lastTimestamp, int events) { }
