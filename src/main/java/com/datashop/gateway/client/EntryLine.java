package com.datashop.gateway.client;

/// One line of the body that publishes entries.
///
/// @param number the number of the line that its maker read, from 1; 0 when it read no lines
/// @param bytes a JSON object without a line end; not a copy
/// @param dataFrom the index in `bytes` at which the data begins
public record EntryLine(long number, byte[] bytes, int dataFrom) {
    /// Its length in bytes.
    public int length() {
        return bytes.length;
    }
}
