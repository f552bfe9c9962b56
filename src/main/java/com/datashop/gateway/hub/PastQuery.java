package com.datashop.gateway.hub;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// A request for a page of the past, as far as it was granted.
///
/// @param since only events of this time or later, in milliseconds since 1970
/// @param until only events before this time, in milliseconds since 1970
/// @param before only events before this place
/// @param after only events after this place
/// @param limit the most events of the page
/// @param expiry when the right to read ends
public record PastQuery(ChannelSet channels, Filter filter, OptionalLong since, OptionalLong until,
        Optional<EventId> before, Optional<EventId> after, int limit, Instant expiry) {
    /// Whether the page has the oldest events of those that match, and not the newest.
    public boolean isForward() {
        return after.isPresent() || since.isPresent();
    }

    boolean accepts(Event event) {
        if (since.isPresent() && event.timestamp() < since.getAsLong()) return false;
        if (until.isPresent() && event.timestamp() >= until.getAsLong()) return false;
        return filter.accepts(event);
    }

    /// Whether it holds nothing back. Only then can lost events be counted.
    boolean isOpen() {
        return since.orElse(0) <= 0 && until.isEmpty() && filter.isOpen();
    }
}
