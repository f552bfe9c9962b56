package com.datashop.gateway.log;

import com.datashop.gateway.event.Channel;
import com.datashop.gateway.event.Event;
import com.datashop.gateway.event.EventId;
import java.util.List;

/// Receives the events of the log, in log order. It is the hub.
@FunctionalInterface
public interface Tail {
    /// Takes the events. They come right after the events of the call before.
    ///
    /// @return the number of subscribers that each event is handed to, summed over the events
    long accept(List<Event> events);

    /// Takes the events as [#accept] does. The caller can then add up the subscribers of each batch among them.
    ///
    /// @return for each event, the number of subscribers that it is handed to
    default int[] deliver(List<Event> events) {
        return events.stream().mapToInt(event -> (int) accept(List.of(event))).toArray();
    }

    /// Adds up the numbers of one batch.
    ///
    /// @param delivered the numbers of all events
    /// @param from the index of the first event of the batch
    /// @param to the index after its last event
    static long sum(int[] delivered, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) sum += delivered[i];
        return sum;
    }

    /// Notes that the log lost an unknown number of events up to `upTo`. They came after the events of the call before.
    default void lost(EventId upTo) { }

    /// Notes an event of this channel that this node can not hold. It comes right after the events of the call before.
    default void missed(Channel channel, EventId id) { }
}
