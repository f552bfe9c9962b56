package com.datashop.gateway.hub;

import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import java.time.Instant;
import java.util.List;

/// What a client asked for and was granted.
///
/// @param denied the channels it asked for and may not read
/// @param expiry when the right to read ends
public record Subscription(ChannelSet channels, List<ChannelPattern> denied, Filter filter, Start start, String userId, Instant expiry) { }
