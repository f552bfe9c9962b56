package com.datashop.gateway.ingest.records;

/// How records stand in a body.
enum Form {
    /// One value, an array of records, or values one behind the other.
    JSON,
    /// A value on each line.
    LINES,
    /// A text on each line.
    TEXT,
    /// The sender does not say.
    UNSAID
}
