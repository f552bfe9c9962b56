package com.datashop.gateway.history;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.EventId;

/// What is held of one channel.
///
/// @param lastTimestamp the newest event's, in milliseconds since 1970
/// @param events how many are held
public record ChannelSummary(Channel channel, EventId lastId, long lastTimestamp, int events) { }
