package com.datashop.gateway.log.disk;

/// When published events are brought to the disk.
public enum Fsync {
    /// Before the publish is answered, and before any subscriber gets the events.
    ALWAYS,
    /// At least once a second. If the machine fails, and only then, the events that are not on disk yet are lost.
    INTERVAL
}
