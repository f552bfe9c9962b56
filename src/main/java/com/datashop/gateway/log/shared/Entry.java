package com.datashop.gateway.log.shared;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;

/// Something that a node reads in the shared log: an event, or a place where there is none for it.
public sealed interface Entry {
    /// Its place in the log.
    EventId id();

    /// An event.
    ///
    /// @param token the token of its batch, which the node that stored the batch gave it
    /// @param last whether it is the last event of the batch
    record Stored(Event event, String token, boolean last) implements Entry {
        @Override
        public EventId id() {
            return event.id();
        }
    }

    /// The log has lost events that it had, up to here.
    record Hole(EventId id) implements Entry { }

    /// An event that has more data than this node can hold.
    ///
    /// @param token the token of its batch, as in [Stored]
    record TooLarge(EventId id, Channel channel, String token, boolean last) implements Entry { }

    /// Something that no gateway has written.
    record Foreign(EventId id) implements Entry { }
}
