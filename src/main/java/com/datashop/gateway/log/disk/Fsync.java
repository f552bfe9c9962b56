package com.datashop.gateway.log.disk;

/// When what was published reaches the disk itself.
public enum Fsync {
    /// Before it is answered, and before anyone sees it.
    ALWAYS,
    /// At least once a second: what the operating system has and the disk has not is lost with the machine, and only with it.
    INTERVAL
}
