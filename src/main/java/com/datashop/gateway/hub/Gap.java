package com.datashop.gateway.hub;

/// The reason why a subscriber does not get some of its events.
public enum Gap {
    /// History has forgotten them.
    EVICTED("evicted"),
    /// The client's cursor was never issued. So nobody can say what the client has missed.
    UNKNOWN_ID("unknown-id"),
    /// The client read so slowly that history forgot them first.
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
