package com.datashop.gateway.history;

import com.datashop.gateway.event.Channel;

/// How busy a channel is.
///
/// @param events how many are held
/// @param perMinute how many come in a minute, going by the last five seconds or so
public record ChannelActivity(Channel channel, int events, long perMinute) { }
