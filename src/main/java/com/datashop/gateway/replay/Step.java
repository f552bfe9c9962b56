package com.datashop.gateway.replay;

import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;

/// The next thing that a reader of the past comes upon: an event, or a hole where events are missing.
///
/// Every kind answers the questions itself. So a new kind does not compile before it does.
public sealed interface Step {
    /// The event; null for a hole.
    Event event();

    /// Whether events are missing here.
    boolean isHole();

    /// An event that is still held.
    record Found(Event event) implements Step {
        @Override
        public boolean isHole() {
            return false;
        }
    }

    /// A hole: events after `from` are gone, and the last of them is at `to`.
    ///
    /// When their number is not known, their places are not known either. Events that are still held between `from` and
    /// `to` then come after this step.
    ///
    /// @param count the number of events that are gone, or [#UNKNOWN]
    record Lost(EventId from, EventId to, long count) implements Step {
        /// The count when nobody remembers it any more.
        public static final long UNKNOWN = -1;

        @Override
        public Event event() {
            return null;
        }

        @Override
        public boolean isHole() {
            return true;
        }
    }
}
