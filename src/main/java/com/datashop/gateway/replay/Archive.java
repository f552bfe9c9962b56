package com.datashop.gateway.replay;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.util.List;
import java.util.function.Predicate;

/// The part of the past that the log itself keeps. It serves events that memory has forgotten.
///
/// From its floor on it has all events, except for those in holes, which its readers tell. Reading takes as long as the
/// disk or the broker takes, on the thread of the caller. So a log bounds how many read at a time, and for how long.
/// The others wait for their turn, and can be interrupted meanwhile.
public interface Archive {
    /// The archive of a log that keeps nothing.
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
            return (after, _) -> new Slice(List.of(), after, false);
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

    /// The place below which it has nothing. It rises when the oldest events are deleted.
    EventId floor();

    /// Whether an event may have had this id.
    ///
    /// @param id an id between the log's origin and its newest event
    boolean issued(EventId id);

    /// A reader of the set's channels. When it is asked for events below the floor, its slice is empty and not
    /// complete.
    Reader reader(ChannelSet set);

    /// Looks for a place right before the oldest event of the set whose timestamp is at least `milliseconds`.
    ///
    /// Only events up to `upTo` count. No such event is at or before the place that it finds. It finds nothing when
    /// there is no such event.
    Search since(ChannelSet set, long milliseconds, EventId upTo);

    /// The place up to which events may be older than `milliseconds`. All later ones, up to `upTo`, are not.
    ///
    /// It returns at once. An archive that does not know returns `upTo`.
    default EventId olderUpTo(long milliseconds, EventId upTo) {
        return upTo;
    }

    /// Looks for the newest `n` events up to `upTo` that are in the set and that `accepted` takes.
    Search newest(ChannelSet set, Predicate<Event> accepted, long n, EventId upTo);
}
