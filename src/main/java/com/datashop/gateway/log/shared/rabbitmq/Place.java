package com.datashop.gateway.log.shared.rabbitmq;

import com.datashop.gateway.event.EventId;

/// Makes the id of an event, `LIFE-MINOR`. MINOR is the offset of the message and the index of the event.
///
/// ```
///   MINOR:  offset in the stream (44 bits) │ index in the message (20 bits)
///                                            0: before the message; 1: its first event
/// ```
final class Place {
    private static final int INDEX_BITS = 20;
    /// The most events of a message.
    static final int MAX_EVENTS = (1 << INDEX_BITS) - 2;
    private static final long MAX_OFFSET = (1L << 64 - INDEX_BITS) - 1;

    private Place() { }

    /// The place right before the events of the message.
    static EventId before(long life, long offset) {
        return new EventId(life, offset << INDEX_BITS);
    }

    /// The place of an event.
    ///
    /// @param index 0 for the first
    static EventId of(long life, long offset, int index) {
        return new EventId(life, offset << INDEX_BITS | index + 1);
    }

    /// The offset of the message that the place is at.
    static long offset(EventId place) {
        return place.minor() >>> INDEX_BITS;
    }

    /// Whether a message can be there.
    static boolean isPossible(long offset) {
        return offset >= 0 && offset <= MAX_OFFSET;
    }
}
