package com.datashop.gateway.hub;

import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import java.util.List;

/// What a client asked for and was granted.
///
/// @param denied the channels it asked for and may not read
public record Subscription(ChannelSet channels, List<ChannelPattern> denied, Filter filter, Start start, String userId) { }
