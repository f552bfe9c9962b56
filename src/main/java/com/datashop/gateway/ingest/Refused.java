package com.datashop.gateway.ingest;

import java.util.OptionalInt;

/// A refusal of a shipper's request, on its way into the words of its protocol.
///
/// @param status of HTTP
/// @param detail what is wrong, naming it; never a token
/// @param index which record is meant, counted from 0; empty when it is the whole request
/// @param retrySeconds in how many seconds to try again; 0 when that does not help. The header says it anyway
public record Refused(int status, String detail, OptionalInt index, long retrySeconds) {
    /// The detail, with the record that is meant.
    public String text() {
        return index.isPresent() ? "record " + index.getAsInt() + ": " + detail : detail;
    }
}
