package com.datashop.gateway.ingest;

/// The state of a service token's rate.
///
/// @param most the events that may come at once after a pause
/// @param window the seconds in which this number of events is earned
/// @param left the events that may come at once now
/// @param seconds the seconds until an event may come; at least 1 when none may come now
public record RateStanding(long most, int window, long left, long seconds) { }
