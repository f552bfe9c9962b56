package com.datashop.gateway.replay;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;

/// What a reader of history comes upon next: an event, or the hole where events were.
public sealed interface Step {
    /// An event that is still held.
    record Found(Event event) implements Step { }

    /// Events after `from`, the last of them at `to`, that are gone.
    ///
    /// Of an unknown number not even the places are known: what is still held between `from` and `to` comes after it.
    ///
    /// @param count how many, or [#UNKNOWN]
    record Lost(EventId from, EventId to, long count) implements Step {
        /// So old that not even their number is remembered.
        public static final long UNKNOWN = -1;
    }
}
