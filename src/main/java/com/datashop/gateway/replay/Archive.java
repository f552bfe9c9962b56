package com.datashop.gateway.replay;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.util.function.Predicate;

/// What a log has kept of the events that memory has forgotten: from its floor on all of them, but for holes, which it tells.
///
/// Reading it may take as long as the disk or the broker takes, on the thread of whoever asks; so a log bounds how many do at a time, and for how long,
/// and the others wait for their turn: that is what the methods are interrupted in.
public interface Archive {
    /// Of a log that keeps nothing.
    Archive NONE = new Archive() {
        @Override
        public EventId floor() {
            return EventId.MAX;
        }

        @Override
        public boolean issued(EventId id) {
            return true;
        }

        @Override
        public Reader reader(ChannelSet set) {
            return (after, _) -> new Slice(java.util.List.of(), after, false);
        }

        @Override
        public Search since(ChannelSet set, long milliseconds, EventId upTo) {
            return Search.ended(null);
        }

        @Override
        public Search newest(ChannelSet set, Predicate<Event> accepted, long n, EventId upTo) {
            return Search.ended(null);
        }
    };

    /// The place below which it has nothing; it rises when the oldest is deleted.
    EventId floor();

    /// Whether an id between the log's origin and its newest event may have been given to an event.
    boolean issued(EventId id);

    /// A reader of the channels that the set names. Asked for what is below the floor, it returns nothing, and is not complete.
    Reader reader(ChannelSet set);

    /// Looks for a place right before the oldest event in the set, of those up to `upTo`, whose timestamp is at least
    /// `milliseconds`: no such event is at or before it. It finds nothing when there is none.
    Search since(ChannelSet set, long milliseconds, EventId upTo);

    /// Looks for the newest `n` events up to `upTo` that are in the set and accepted.
    Search newest(ChannelSet set, Predicate<Event> accepted, long n, EventId upTo);
}
