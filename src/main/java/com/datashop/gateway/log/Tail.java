package com.datashop.gateway.log;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.util.List;

/// Where the log hands over what is part of it: the hub.
@FunctionalInterface
public interface Tail {
    /// Takes the events, which come right after those of the call before.
    ///
    /// @return to how many subscribers they were handed, summed over the events
    long accept(List<Event> events);

    /// Is told that after the events of the call before the log has lost some, nobody knows how many, up to this place: what comes next comes after it.
    default void lost(EventId upTo) { }

    /// Is told that the event right after those of the call before is one that this node can not hold, and of which
    /// channel it is.
    default void lost(Channel channel, EventId id) { }
}
