package com.datashop.gateway.replay;

import com.datashop.gateway.event.EventId;

/// Looks for a place in the past, step by step, so that who waits for it can do something in between, and can give up.
///
/// It holds no event between two steps, and no more than where to go on. It belongs to one thread.
public interface Search {
    /// Goes on for some milliseconds, or waits at most half a second for its turn to read.
    ///
    /// @return whether it is over
    boolean step() throws InterruptedException;

    /// How many events it has found.
    long found();

    /// The place right before the oldest event found; null while there is none.
    EventId place();

    /// How far it has looked: everything between where it began and here. Who gives up goes on from here another time.
    EventId reached();

    /// How much it has looked at, in bytes: what a search costs, beside its time.
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
