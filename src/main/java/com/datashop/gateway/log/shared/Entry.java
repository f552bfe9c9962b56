package com.datashop.gateway.log.shared;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;

/// What a node comes upon when it reads the shared log.
public sealed interface Entry {
    /// Its place in the log.
    EventId id();

    /// An event.
    ///
    /// @param token the batch that it came with, as the node that stored it has named it
    /// @param last whether it is the batch's last
    record Stored(Event event, String token, boolean last) implements Entry {
        @Override
        public EventId id() {
            return event.id();
        }
    }

    /// Up to here the log has lost events that it had.
    record Hole(EventId id) implements Entry { }

    /// An event that has more data than this node can hold.
    ///
    /// @param token the batch that it came with, as with [Stored]
    record TooLarge(EventId id, Channel channel, String token, boolean last) implements Entry { }

    /// Something that no gateway has written.
    record Foreign(EventId id) implements Entry { }
}
