package com.datashop.gateway.history;

import com.datashop.gateway.event.Channel;

/// Says how busy a channel is.
///
/// @param events the number of events held
/// @param perMinute the number of events in a minute, estimated from about the last five seconds
public record ChannelActivity(Channel channel, int events, long perMinute) { }
