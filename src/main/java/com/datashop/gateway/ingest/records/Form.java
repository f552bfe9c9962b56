package com.datashop.gateway.ingest.records;

/// The form of records in a body.
enum Form {
    /// One value, an array of records, or values that follow one another.
    JSON,
    /// One JSON value on each line.
    LINES,
    /// One text on each line.
    TEXT,
    /// The sender does not say.
    UNSAID
}
