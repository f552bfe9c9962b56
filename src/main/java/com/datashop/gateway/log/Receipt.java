package com.datashop.gateway.log;

import com.datashop.gateway.event.EventId;

/// What became of an appended batch.
///
/// @param first the first event's place
/// @param last the last event's place; the same as `first` for a batch of one
/// @param delivered to how many of this node's subscribers its events were handed, summed
public record Receipt(EventId first, EventId last, long delivered) { }
