package com.datashop.gateway.auth;

import java.time.Instant;

/// What a proven caller may do, and until when.
///
/// @param expiry from this moment on it may do nothing: the token's `exp` plus the leeway
public record Session(Grant grant, Instant expiry) {
}
