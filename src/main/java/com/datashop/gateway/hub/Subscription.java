package com.datashop.gateway.hub;

import com.datashop.gateway.event.ChannelPattern;
import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Search;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The channels, the filter and the start that a client asked for, as far as they were granted.
///
/// @param denied the channels that it asked for and may not read
/// @param expiry when the right to read ends
public record Subscription(
        ChannelSet channels, List<ChannelPattern> denied, Filter filter, Start start, String userId, Instant expiry) {

    /// Begins to look for the place where the stream begins.
    Search search(Timeline timeline) {
        return start.search(timeline, channels, filter);
    }

    /// The place where the stream begins; empty when the client's place was never issued.
    ///
    /// @param joinedAt the newest place in the log when the subscriber joined
    /// @param search the search for the place, which has ended
    Optional<EventId> place(Timeline timeline, EventId joinedAt, Search search) {
        return start.place(joinedAt, search.place(), id -> timeline.issued(id, joinedAt));
    }

    /// The place that the client named, if it lies after this one.
    Optional<EventId> namedAfter(EventId place) {
        return start.named().filter(named -> named.isAfter(place));
    }
}
