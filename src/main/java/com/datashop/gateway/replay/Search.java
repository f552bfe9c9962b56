package com.datashop.gateway.replay;

import com.datashop.gateway.event.EventId;

/// Looks for a place in the past, step by step. Between two steps its caller can do something else, or give up.
///
/// Between two steps it holds no events, only the place where it goes on. It belongs to one thread.
public interface Search {
    /// Searches for some milliseconds, or waits at most half a second for its turn to read.
    ///
    /// @return whether it is over
    boolean step() throws InterruptedException;

    /// The number of events found.
    long found();

    /// The place right before the oldest event found; null while none is found.
    EventId place();

    /// The place that the search has come to. It has looked at everything between its beginning and this place.
    ///
    /// A caller that gives up can go on from here another time.
    EventId reached();

    /// The bytes that it has looked at. They are the cost of a search, beside its time.
    long bytes();

    /// A search that has ended with this place.
    ///
    /// @param place null when nothing was found
    static Search ended(EventId place) {
        return new Search() {
            @Override
            public boolean step() {
                return true;
            }

            @Override
            public long found() {
                return place == null ? 0 : 1;
            }

            @Override
            public EventId place() {
                return place;
            }

            @Override
            public EventId reached() {
                return place == null ? EventId.ZERO : place;
            }

            @Override
            public long bytes() {
                return 0;
            }
        };
    }
}
