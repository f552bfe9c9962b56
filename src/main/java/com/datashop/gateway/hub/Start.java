package com.datashop.gateway.hub;

import com.datashop.gateway.event.EventId;

/// Where a subscriber begins to read.
public sealed interface Start {
    /// With what comes from now on.
    record Live() implements Start { }

    /// Right after this place, which the client says it has seen.
    record After(EventId id) implements Start { }

    /// With all of history: the client named a place that is no id.
    record Unreadable() implements Start { }

    /// With the first event in history of that time or later.
    ///
    /// @param timestamp milliseconds since 1970
    record Since(long timestamp) implements Start { }

    /// With the newest events in history.
    ///
    /// @param count how many, counted after filtering
    record Newest(int count) implements Start { }
}
