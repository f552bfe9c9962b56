package com.datashop.gateway.hub;

import com.datashop.gateway.time.Watchdog;
import java.time.Duration;

/// The time limits of every stream, and the watchdog that enforces them.
///
/// @param heartbeat the longest silence on a stream
/// @param lifetime decides how long each stream lasts
/// @param writeTimeout how long a write may make no progress
record TimeLimits(Watchdog watchdog, Duration heartbeat, Lifetime lifetime, Duration writeTimeout) { }
