package com.datashop.gateway.ingest;

/// How the rate of a service token stands.
///
/// @param most events that may come at once when none came for a while
/// @param window in how many seconds that many are earned
/// @param left events that may come at once now
/// @param seconds until some may come; at least 1 when none may now
public record RateStanding(long most, int window, long left, long seconds) { }
