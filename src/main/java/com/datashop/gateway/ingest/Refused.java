package com.datashop.gateway.ingest;

import java.util.OptionalInt;

/// A refusal of a shipper's request, which its dialect puts into the form of its protocol.
///
/// @param status the HTTP status
/// @param detail what is wrong, naming it; never a token
/// @param index the refused record, counted from 0; empty when the whole request is refused
/// @param retrySeconds the seconds after which to try again, as in `Retry-After`; 0 when that does not help
public record Refused(int status, String detail, OptionalInt index, long retrySeconds) {
    /// The detail, with the index of the refused record.
    public String text() {
        return index.isPresent() ? "record " + index.getAsInt() + ": " + detail : detail;
    }
}
