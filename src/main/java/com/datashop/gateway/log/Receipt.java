package com.datashop.gateway.log;

import com.datashop.gateway.event.EventId;

/// The result of an append.
///
/// @param first the place of the first event
/// @param last the place of the last event; the same as `first` for a batch of one
/// @param delivered the number of this node's subscribers that each event was handed to, summed over the events
public record Receipt(EventId first, EventId last, long delivered) { }
