package com.datashop.gateway.hub;

/// Why events that a subscriber should have had are gone.
public enum Gap {
    /// History has forgotten them.
    EVICTED("evicted"),
    /// The client's cursor was never issued, so nobody can say what it has missed.
    UNKNOWN_ID("unknown-id"),
    /// The client read so slowly that history forgot them before it came to them.
    OVERFLOW("overflow");

    private final String wireName;

    Gap(String wireName) {
        this.wireName = wireName;
    }

    /// The `reason` in the gap message.
    public String wireName() {
        return wireName;
    }
}
