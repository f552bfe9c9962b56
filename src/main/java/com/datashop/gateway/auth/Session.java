package com.datashop.gateway.auth;

import java.time.Instant;

/// The rights of a caller that has proven itself, and when they end.
///
/// @param expiry the end of the rights: the token's `exp` plus the leeway
public record Session(Grant grant, Instant expiry) {
}
