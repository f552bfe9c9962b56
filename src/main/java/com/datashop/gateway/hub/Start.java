package com.datashop.gateway.hub;

import com.datashop.gateway.event.ChannelSet;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.replay.Search;
import java.util.Optional;
import java.util.function.Predicate;

/// The point in the log where a subscriber begins to read.
///
/// The kinds have methods, and no code switches over them. For a `switch` over types the JVM makes a class at run time,
/// and the first stream of a process would wait for that.
public sealed interface Start {
    /// The value of [#oldest] when events of any time are wanted.
    long ANY_TIME = Long.MIN_VALUE;

    /// Whether all of history may have to be searched for the place.
    default boolean isSearched() {
        return false;
    }

    /// Begins to look for the place. A kind that needs no search returns one that has ended.
    default Search search(Timeline timeline, ChannelSet channels, Filter filter) {
        return Search.ended(null);
    }

    /// The place that the client named; empty when it named none that can be read.
    default Optional<EventId> named() {
        return Optional.empty();
    }

    /// The place where the subscription begins; empty when the client's place was never issued.
    ///
    /// @param joinedAt the newest place in the log when the subscriber joined
    /// @param found the place that the search has found, or null
    /// @param issued tells whether an event may have had this place before the subscriber joined
    Optional<EventId> place(EventId joinedAt, EventId found, Predicate<EventId> issued);

    /// The time from which on events of history are wanted, in milliseconds since 1970, or [#ANY_TIME].
    default long oldest() {
        return ANY_TIME;
    }

    /// Begins with the next new event.
    record Live() implements Start {
        @Override
        public Optional<EventId> place(EventId joinedAt, EventId found, Predicate<EventId> issued) {
            return Optional.of(joinedAt);
        }
    }

    /// Begins right after this place, which the client says that it has seen.
    record After(EventId id) implements Start {
        @Override
        public Optional<EventId> named() {
            return Optional.of(id);
        }

        @Override
        public Optional<EventId> place(EventId joinedAt, EventId found, Predicate<EventId> issued) {
            return Optional.of(id).filter(issued);
        }
    }

    /// Begins with all of history: the client named a place that is not an id.
    record Unreadable() implements Start {
        @Override
        public Optional<EventId> place(EventId joinedAt, EventId found, Predicate<EventId> issued) {
            return Optional.empty();
        }
    }

    /// A kind that searches history for its place.
    sealed interface Searched extends Start {
        @Override
        default boolean isSearched() {
            return true;
        }

        @Override
        default Optional<EventId> place(EventId joinedAt, EventId found, Predicate<EventId> issued) {
            return Optional.of(found == null ? joinedAt : EventId.min(found, joinedAt));
        }
    }

    /// Begins with the first event in history of that time or later.
    ///
    /// @param timestamp milliseconds since 1970
    record Since(long timestamp) implements Searched {
        @Override
        public Search search(Timeline timeline, ChannelSet channels, Filter filter) {
            return timeline.since(channels, timestamp);
        }

        @Override
        public long oldest() {
            return timestamp;
        }
    }

    /// Begins with the newest events in history.
    ///
    /// @param count the number of events after filtering
    record Newest(int count) implements Searched {
        @Override
        public Search search(Timeline timeline, ChannelSet channels, Filter filter) {
            return timeline.newest(channels, filter::accepts, count);
        }
    }
}
