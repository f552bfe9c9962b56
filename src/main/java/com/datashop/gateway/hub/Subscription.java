package com.datashop.gateway.hub;

import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.EventId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The channels, filter and start that a client asked for, as far as they were granted.
///
/// @param denied the channels that it asked for and may not read
/// @param expiry when the right to read ends
public record Subscription(
        ChannelSet channels, List<ChannelPattern> denied, Filter filter, Start start, String userId, Instant expiry) {

    /// The place that the client named, if it lies after this one.
    Optional<EventId> namedAfter(EventId place) {
        return start.named().filter(named -> named.isAfter(place));
    }
}
